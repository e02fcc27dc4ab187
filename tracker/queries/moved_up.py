"""Which mitigations must be done earlier than their decision asked, since their inspection begins earlier now."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.entry import parse_entry
from tracker.domain.mitigating import moved_up_to
from tracker.models import HistoryEntry, HistorySubject
from tracker.queries.moves import MOVED
from tracker.queries.parts import in_parts

ASKED = "mitigation:set"


@dataclass(frozen=True, slots=True)
class Due:
    """A mitigation: by which day its decision asked for it, and on which day its inspection begins.

    `supposed_on` is another first day, of which a preview asks what it would mean. Moves from `until` on do not count:
    it was done then, or what is asked is how it stood at that instant.
    """

    number: int
    ref: str
    due_on: date
    inspection: str
    starts_on: date
    supposed_on: date | None = None
    until: datetime | None = None

    @property
    def may_be_late(self) -> bool:
        """Whether it may have to be done earlier, by what the inspection's row says of now."""
        return self.until is not None or self.due_on >= (self.supposed_on or self.starts_on)


@dataclass(frozen=True, slots=True)
class MovedUp:
    """The day by which a mitigation must be done, and when its inspection was last moved; None where it never was."""

    due_on: date
    at: datetime | None


def moved_up(session: Session, dues: Iterable[Due]) -> dict[int, MovedUp]:
    """Return which of these must be done earlier than asked for, by number: what was to be done before the inspection.

    What was allowed rests on that; so it is to be done before the inspection begins, whenever that is.
    """
    late = [each for each in dues if each.may_be_late]
    moves = _moves(session, {each.inspection for each in late})
    # By their place in the history: a move and a decision may bear the same instant.
    asked = _asked(session, {each.ref for each in late if each.inspection in moves})
    found = {}
    for each in late:
        told = moves.get(each.inspection, ())
        later = [move for move in told if each.until is not None and move.at >= each.until]
        since = [move for move in told if move.seq > asked[each.ref] and move not in later]
        stood_on = later[0].began_on if later else each.starts_on
        by = moved_up_to(each.due_on, since[0].began_on if since else stood_on, each.supposed_on or stood_on)
        if by is not None:
            found[each.number] = MovedUp(by, since[-1].at if since else None)
    return found


@dataclass(frozen=True, slots=True)
class _Move:
    """One move of an inspection: its entry, when it was, and on which day the inspection began until then."""

    seq: int
    at: datetime
    began_on: date


def _moves(session: Session, references: Collection[str]) -> dict[str, list[_Move]]:
    """Return the moves of these inspections, the earliest first."""
    found: dict[str, list[_Move]] = {}
    for reference, text in _entries(session, MOVED, "inspection:", references):
        entry = parse_entry(text.encode())
        was = date.fromisoformat(str(entry.data["was_starts_on"]))
        found.setdefault(reference, []).append(_Move(entry.seq, entry.at, was))
    return found


def _asked(session: Session, refs: Collection[str]) -> dict[str, int]:
    """Return by which entry each of these mitigations was asked for."""
    return {ref: parse_entry(text.encode()).seq for ref, text in _entries(session, ASKED, "mitigation:", refs)}


def _entries(session: Session, event: str, scheme: str, names: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the entries of one kind about these, each with what it is about, the earliest first."""
    query = (
        select(HistorySubject.subject, HistoryEntry.entry)
        .join(HistoryEntry, HistoryEntry.seq == HistorySubject.seq)
        .where(HistoryEntry.event == event)
        .order_by(HistoryEntry.seq)
    )
    for some in in_parts(sorted(names)):
        about = HistorySubject.subject.in_([f"{scheme}{each}" for each in some])
        yield from ((subject.removeprefix(scheme), text) for subject, text in session.execute(query.where(about)))
