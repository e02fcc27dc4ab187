"""What an inspector states of one connection, and what makes a statement whole."""

from collections.abc import Callable, Iterator
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


@dataclass(frozen=True, slots=True)
class Misread:
    """A row of a file of declarations that cannot be taken: its faults, and what of it can be looked up all the same.

    What it says is empty, or None, where it could not be read.
    """

    row: int
    faults: tuple[str, ...]
    staff_no: str = ""
    declared_at: datetime | None = None
    target: str = ""


def stated(*, nature: str, holder: str, target: str, began_on: str, ended_on: str = "", note: str = "") -> Statement:
    """Return a statement out of a form's or a file's words; raise RefusedError that names the field and the cure."""
    began, ended = _days(began_on, ended_on)
    return Statement(
        note=_note(note),
        target=target_of(target),
        nature=_one_of(Nature, nature, "nature"),
        holder=_one_of(Holder, holder, "holder"),
        began_on=began.text,
        ended_on=ended.text if ended else "",
    )


def faults_of(
    *, nature: str, holder: str, target: str, began_on: str, ended_on: str = "", note: str = ""
) -> Iterator[tuple[str, str]]:
    """Yield each field of a statement that is bad, and its cure, as they stand in a file."""
    readers: tuple[Callable[[], object], ...] = (
        lambda: _one_of(Nature, nature, "nature"),
        lambda: _one_of(Holder, holder, "holder"),
        lambda: target_of(target),
        lambda: _began(began_on),
        lambda: _ended(ended_on),
        lambda: _note(note),
    )
    found = [fault for each in readers if (fault := _fault(each))]
    yield from found
    # Which came first is known only where both can be read.
    order = (
        None if {"began_on", "ended_on"} & {name for name, _ in found} else _fault(lambda: _days(began_on, ended_on))
    )
    if order is not None:
        yield order


def _fault(read: Callable[[], object]) -> tuple[str, str] | None:
    try:
        read()
    except RefusedError as error:
        return error.field or "", str(error)
    return None


def _days(began_on: str, ended_on: str) -> tuple[PartialDate, PartialDate | None]:
    began, ended = _began(began_on), _ended(ended_on)
    if ended is not None and began.first > ended.last:
        message = f"It ended ({ended.in_words()}) before it began ({began.in_words()}): mend one of the two dates"
        raise RefusedError(message, field="ended_on")
    return began, ended


def _began(text: str) -> PartialDate:
    return _date(text, "began_on", "Give when it began: a year, a month or a day")


def _ended(text: str) -> PartialDate | None:
    return _date(text, "ended_on", "") if text.strip() else None


def _note(text: str) -> str:
    if len(text) > LONGEST_NOTE:
        message = f"The note is {len(text):,} characters long; {LONGEST_NOTE:,} is the most"
        raise RefusedError(message, field="note")
    return text.strip()


def target_of(text: str) -> str:
    """Return the reference that a target's words are; raise RefusedError on what names nothing."""
    target = text.strip()
    if not target.startswith(_TARGETS) or target.endswith(":"):
        message = (
            f"“{target[:60]}” does not name a provider, group or authority: write scheme:number, as in gias:100000"
        )
        raise RefusedError(message, field="target")
    return organisation(target.removeprefix(ORGANISATION)) if target.startswith(ORGANISATION) else target


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
