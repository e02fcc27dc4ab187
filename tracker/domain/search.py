"""What the search compares: names and numbers as plain words, the same for what is kept and what is asked."""

import re
import unicodedata
from collections.abc import Iterable

from tracker.domain.facts import Status

MOST_WORDS, LONGEST_WORD, LONGEST_QUESTION = 8, 60, 300
# What stands after this mark in an entry is what the provider was, not what it is.
FORMERLY = "|"
# Apostrophes, and the dots of abbreviations: "C.E." is "ce", while "St.Mary" is two words.
_DROPPED = re.compile(r"['’‘`´]|(?<=\b[^\W\d_])\.")
_BETWEEN = re.compile(r"[^a-z0-9]+")
_BEYOND_ASCII = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"[a-z][a-z-]*:[a-z0-9/-]+|\d{3}/\d{4}")
_RANKS = {Status.OPEN: 0, Status.CLOSING: 0, Status.PROPOSED: 1, Status.CLOSED: 2}
_GONE = 3


def normal(text: str) -> str:
    """Return text in lower case without accents, apostrophes and punctuation, its words one space apart."""
    plain = _DROPPED.sub("", text.casefold().replace("&", " and "))
    if plain.isascii():
        return _BETWEEN.sub(" ", plain).strip()
    bare = "".join(each for each in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(each))
    return _BEYOND_ASCII.sub(" ", bare.casefold()).strip()


def asked(question: str) -> tuple[str, ...]:
    """Return the words of a question; one that is a number (`gias:100000`, `201/3614`) stays whole."""
    words: list[str] = []
    for part in question[:LONGEST_QUESTION].casefold().split():
        words += [part] if _NUMBER.fullmatch(part) else normal(part).split()
    return tuple(word[:LONGEST_WORD] for word in dict.fromkeys(words))[:MOST_WORDS]


def numbers(ref: str, other_numbers: str) -> tuple[str, ...]:
    """Return every number of a provider as `scheme:value`; an establishment number also without its slash."""
    found = [each.casefold() for each in (ref, *other_numbers.split())]
    return (*found, *(each.replace("/", "") for each in found if "/" in each))


def places(town: str, postcode: str) -> tuple[str, ...]:
    """Return the words for a town and a postcode, with and without its space."""
    code = normal(postcode)
    return tuple(each for each in dict.fromkeys((normal(town), code, code.replace(" ", ""))) if each)


def entry_words(own: Iterable[str], formerly: Iterable[str] = ()) -> str:
    """Return what an entry is searched by: what it is, a mark, and what it was; every word stands between spaces."""
    was = [each for each in dict.fromkeys(formerly) if each]
    return f" {' '.join(own)} {FORMERLY} {' '.join(was)} " if was else f" {' '.join(own)} "


def rank(status: Status, *, is_gone: bool) -> int:
    """Return the place of an entry among equals: open ones first, then proposed, closed, and those on no list now."""
    return _GONE if is_gone else _RANKS[status]
