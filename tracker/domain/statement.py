"""What an inspector states of one connection, and what makes a statement whole."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from tracker.domain.dates import PartialDate
from tracker.domain.errors import RefusedError
from tracker.domain.facts import ORGANISATION, Holder, Nature

Kind = TypeVar("Kind", Nature, Holder)
LONGEST_NOTE = 2_000
LONGEST_NAME = 200
_TARGETS = ("gias:", "ofsted-ey:", "ofsted-sc:", "ukprn:", "la:", "group:", "rp:", "org:")


@dataclass(frozen=True, slots=True)
class Statement:
    """One connection as it was stated: partial dates as given, the note in the inspector's own words."""

    nature: Nature
    holder: Holder
    target: str
    began_on: str
    ended_on: str = ""
    note: str = ""

    def content(self, target_name: str) -> dict[str, Any]:
        """Return what the history commits to: everything but the note, which has a commitment of its own."""
        return {
            "nature": str(self.nature),
            "holder": str(self.holder),
            "target": self.target,
            "target_name": target_name,
            "began_on": self.began_on,
            "ended_on": self.ended_on,
        }


@dataclass(frozen=True, slots=True)
class Claim:
    """The rows of one inspector and one instant: a declaration as somebody claims that it was made.

    `rows` are their numbers in the file, in the order of the statements; one that says nil has one row.
    """

    rows: tuple[int, ...]
    staff_no: str
    declared_at: datetime
    statements: tuple[Statement, ...]


def stated(*, nature: str, holder: str, target: str, began_on: str, ended_on: str = "", note: str = "") -> Statement:
    """Return a statement out of a form's or a file's words; raise RefusedError that names the field and the cure."""
    began = _date(began_on, "began_on", "Give when it began: a year, a month or a day")
    ended = _date(ended_on, "ended_on", "") if ended_on.strip() else None
    if ended is not None and began.first > ended.last:
        message = f"It ended ({ended.in_words()}) before it began ({began.in_words()}): mend one of the two dates"
        raise RefusedError(message, field="ended_on")
    if len(note) > LONGEST_NOTE:
        message = f"The note is {len(note):,} characters long; {LONGEST_NOTE:,} is the most"
        raise RefusedError(message, field="note")
    target = target.strip()
    if not target.startswith(_TARGETS) or target.endswith(":"):
        message = (
            f"“{target[:60]}” does not name a provider, group or authority: write scheme:number, as in gias:100000"
        )
        raise RefusedError(message, field="target")
    if target.startswith(ORGANISATION):
        target = organisation(target.removeprefix(ORGANISATION))
    return Statement(
        _one_of(Nature, nature, "nature"),
        _one_of(Holder, holder, "holder"),
        target,
        began.text,
        ended.text if ended else "",
        note.strip(),
    )


def organisation(name: str) -> str:
    """Return the reference of an organisation that is on no register, by its name; raise RefusedError on an odd one."""
    words = " ".join(name.split())
    if not words or not words.isprintable() or len(words) > LONGEST_NAME:
        message = f"Give the organisation's name, in {LONGEST_NAME} characters or fewer"
        raise RefusedError(message, field="target")
    return f"{ORGANISATION}{words}"


def _date(text: str, field: str, missing: str) -> PartialDate:
    if not text.strip():
        raise RefusedError(missing, field=field)
    try:
        return PartialDate.parse(text.strip())
    except ValueError as error:
        raise RefusedError(str(error), field=field) from None


def _one_of(kind: type[Kind], text: str, field: str) -> Kind:
    try:
        return kind(text.strip())
    except ValueError:
        message = f"“{text[:40]}” is no {field}: give one of {', '.join(kind)}"
        raise RefusedError(message, field=field) from None
