"""The data of an entry as the words of a sentence."""

import re
from contextlib import suppress
from datetime import date

from tracker.domain.dates import in_words

# What these name are keys of enumerations, which words have spaces for; a file's name stays as it is.
ENUMERATED = frozenset({"field", "fields", "outcome", "role"})
_DAY = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])")


def told(name: str, value: object) -> str:
    """Return data of this name as words: dates in full, lists with commas, enumerations without underscores."""
    text = _plain(value)
    return text.replace("_", " ") if name in ENUMERATED else text


def _plain(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(_plain(each) for each in value)
    text = str(value)
    if _DAY.fullmatch(text):
        with suppress(ValueError):  # the calendar has no such day: a version may be named like one
            return in_words(date.fromisoformat(text))
    return text
