"""What the search compares: names and numbers as plain words, the same for what is kept and what is asked."""

import re
import unicodedata
from collections.abc import Sequence
from string import ascii_lowercase, digits

from tracker.domain.facts import Status

MOST_WORDS, LONGEST_WORD, LONGEST_QUESTION = 8, 60, 300
_APOSTROPHES = "'’‘`´"
# The dots of abbreviations: "C.E." is "ce", while "St.Mary" is two words.
_ABBREVIATING = re.compile(r"\.(?<=\b[^\W\d_]\.)")
_ASCII = {code: " " for code in range(128) if chr(code) not in f"{ascii_lowercase}{digits}\n"}
_BEYOND_ASCII = re.compile(r"(?:[^\w\n]|_)+")
_NUMBER = re.compile(r"[a-z][a-z-]*:[a-z0-9/-]+|\d{3}/\d{4}")
_RANKS = {Status.OPEN: 0, Status.CLOSING: 0, Status.PROPOSED: 1, Status.CLOSED: 2}
_GONE = 3


def normal(text: str) -> str:
    """Return text in lower case without accents, apostrophes and punctuation, its words one space apart."""
    return all_normal((text,))[0]


def all_normal(texts: Sequence[str]) -> list[str]:
    """Return `normal` of each text: a whole register is several times quicker at once than one by one."""
    if not texts:
        return []
    lines = "\n".join(texts)
    if lines.count("\n") >= len(texts):
        lines = "\n".join(text.replace("\n", " ") for text in texts)
    lines = _ABBREVIATING.sub("", lines.casefold().replace("&", " and "))
    for sign in _APOSTROPHES:
        lines = lines.replace(sign, "")
    if lines.isascii():
        return _spaced(lines.translate(_ASCII))
    # One letter beyond ASCII would make the whole of it slow.
    found = lines.split("\n")
    foreign = [place for place, line in enumerate(found) if not line.isascii()]
    bare = _beyond_ascii("\n".join(found[place] for place in foreign))
    for place in foreign:
        found[place] = ""
    found = _spaced("\n".join(found).translate(_ASCII))
    for place, line in zip(foreign, _spaced(bare), strict=True):
        found[place] = line
    return found


def _beyond_ascii(lines: str) -> str:
    bare = "".join(each for each in unicodedata.normalize("NFKD", lines) if not unicodedata.combining(each))
    return _BEYOND_ASCII.sub(" ", bare.casefold())


def _spaced(lines: str) -> list[str]:
    while "  " in lines:
        lines = lines.replace("  ", " ")
    return lines.replace(" \n", "\n").replace("\n ", "\n").strip(" ").split("\n")


def asked(question: str) -> tuple[str, ...]:
    """Return the words of a question; one that is a number (`gias:100000`, `201/3614`) stays whole."""
    words: list[str] = []
    for part in question[:LONGEST_QUESTION].casefold().split():
        words += [part] if _NUMBER.fullmatch(part) else normal(part).split()
    return tuple(word[:LONGEST_WORD] for word in dict.fromkeys(words))[:MOST_WORDS]


def rank(status: Status, *, is_gone: bool) -> int:
    """Return the place of an entry among equals: open ones first, then proposed, closed, and those on no list now."""
    return _GONE if is_gone else _RANKS[status]


def plain_number(value: str) -> str:
    """Return a number of a register in small letters and digits alone: `201/3614` is also written `2013614`."""
    return value if value.isalnum() else "".join(each for each in value if each.isalnum())


def own_words(name: str, town: str, postcode: str, numbers: str) -> str:
    """Return all by which a provider is found as what it is now; each word and number stands between spaces."""
    code, every = normal(postcode), numbers.casefold()
    return f" {normal(name)} {normal(town)} {code} {code.replace(' ', '')} {every} {every.replace('/', '')} "
