"""What changed between two moments: what was done, and which assignments stand otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.json import Decoder
from sqlalchemy import ColumnElement, and_, false, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from tracker.domain.acts import GROUPS, group_of
from tracker.domain.events import STATES
from tracker.domain.lifecycle import State
from tracker.models import (
    Assignment,
    ConflictCheck,
    Decision,
    HistoryEntry,
    HistorySubject,
    Inspection,
    Inspector,
    PolicyVersion,
    RegisterImport,
)
from tracker.queries import history
from tracker.queries.driver import Statement
from tracker.queries.history import Page

_LAST_ACTS = Statement(f"""
    SELECT value ->> 0, (
        SELECT act.event FROM history_subject AS named JOIN history_entry AS act ON act.seq = named.seq
        WHERE named.subject = 'assignment:' || (value ->> 0) AND named.seq < CAST(value ->> 1 AS bigint)
            AND act.event IN ({", ".join(f"'{each}'" for each in STATES)})
        ORDER BY named.seq DESC LIMIT 1)
    FROM {{given refs}}
""")  # noqa: S608 (words of our own)


# Acts by which an inspection is planned otherwise.
REPLANNED = ("inspection:moved", "inspection:called-off")
# Acts by which somebody leaves on another day than before, or stays.
LEAVING = ("leaving:recorded", "leaving:withdrawn")
# Acts after which assignments are checked again.
CHANGING = (
    *("declaration:recorded", "declaration:withdrawn", "connection:graded", "register:imported"),
    *("policy:adopted", "policy:took-effect", "finding:allowed", "finding:upheld"),
    *("objection:recorded", "organisation:linked", "organisation:unlinked"),
    *(*REPLANNED, "leaving:recorded"),
)
# Acts of which there is a list of their own, by the kind of their subject.
ACTS: dict[str, InstrumentedAttribute[str]] = {
    "import": RegisterImport.ref,
    "policy": PolicyVersion.ref,
    "decision": Decision.ref,
}
# Those of which there is one by what was done, and not by what it was about.
DONE: dict[str, tuple[str, ...]] = {
    "grade": ("connection:graded",),
    "move": ("inspection:moved",),
    "calling-off": ("inspection:called-off",),
    "leaving": ("leaving:recorded",),
}
# Of what is also the subject of acts upon something narrower: the acts upon itself.
OWN: dict[str, tuple[str, ...]] = {"inspection": REPLANNED, "inspector": DONE["leaving"]}
MOST_ACTS = 3
# An act's entries stand next to each other; none leaves more than so many.
NEAR = 100_000
# The shortest time that instants are told apart by.
MOMENT = timedelta(microseconds=1)


class _Act(Struct):
    """What of an entry's bytes is looked at here."""

    at: datetime
    event: str
    subjects: list[str]


_READ = Decoder(_Act).decode


@dataclass(frozen=True, slots=True)
class Span:
    """The acts between two instants, the first included; `near` bounds the numbers of their entries, where known.

    `about` narrows them to one subject, as in `inspector:T100` or `inspection:INS-1`; empty for all.
    """

    start: datetime
    end: datetime
    near: tuple[int, int] | None = None
    about: str = ""

    @property
    def entries(self) -> ColumnElement[bool]:
        """Whether an entry is of these."""
        told = and_(HistoryEntry.at >= self.start, HistoryEntry.at < self.end)
        if self.near is not None:
            told = and_(told, HistoryEntry.seq.between(*self.near))
        if not self.about:
            return told
        named = select(HistorySubject.seq).where(HistorySubject.subject == self.about)
        return and_(told, HistoryEntry.seq.in_(named))

    @property
    def assignments(self) -> ColumnElement[bool]:
        """Whether an assignment is one that these can be about."""
        kind, _, ref = self.about.partition(":")
        if kind == "inspector":
            return Assignment.inspector_id.in_(select(Inspector.id).where(Inspector.staff_no == ref))
        if kind == "inspection":
            return Assignment.inspection_id.in_(select(Inspection.id).where(Inspection.reference == ref))
        return true()

    @property
    def inspectors(self) -> ColumnElement[bool]:
        """Whether an inspector is one whose declarations these can be about."""
        kind, _, ref = self.about.partition(":")
        return Inspector.staff_no == ref if kind == "inspector" else false() if kind else true()


def done(session: Session, acts: Span) -> dict[str, int]:
    """Return how many acts there were of each group, in the groups' order; those without any are left out."""
    query = select(HistoryEntry.event, func.count()).where(acts.entries).group_by(HistoryEntry.event)
    numbers: dict[str, int] = {}
    for event, number in session.execute(query):
        numbers[group_of(event)] = numbers.get(group_of(event), 0) + number
    return {each.key: numbers[each.key] for each in GROUPS if each.key in numbers}


def told(session: Session, acts: Span, events: Sequence[str] | None, *, before: int | None, limit: int) -> Page:
    """Return some of the acts as sentences, the latest first: those of some events, or of all where None is given."""
    which = acts.entries if events is None else and_(acts.entries, HistoryEntry.event.in_(events))
    total = session.scalar(select(func.count()).select_from(HistoryEntry).where(which)) or 0
    return history.page(session, select(HistoryEntry).where(which), total, before=before, limit=limit)


def events_of(session: Session, acts: Span, group: str) -> list[str]:
    """Return the events of a group that there were; what this version does not know is of the group of others."""
    return [
        each
        for each in session.scalars(select(HistoryEntry.event).where(acts.entries).distinct())
        if group_of(each) == group
    ]


def changed(session: Session, acts: Span) -> list[str]:
    """Return the assignments that stood otherwise at the end than at the start, what changed last first.

    Otherwise means in another state, or by a check of another verdict; one that is new stood in no state.
    """
    moved = _moved(session, acts)
    judged = _judged(session, acts)
    at = {**moved, **{ref: max(when, moved.get(ref, when)) for ref, when in judged.items()}}
    return sorted(at, key=lambda ref: (at[ref], ref), reverse=True)


def changing(session: Session, kind: str, *, before: int | None) -> Page:
    """Return a page of the acts of one kind, or about subjects of one, after which assignments may stand otherwise."""
    if kind in DONE:
        query = select(HistoryEntry).where(HistoryEntry.event.in_(DONE[kind]))
    else:
        query = (
            select(HistoryEntry)
            .join(HistorySubject, HistorySubject.seq == HistoryEntry.seq)
            .where(HistorySubject.subject.in_(select(f"{kind}:" + ACTS[kind])), HistoryEntry.event.in_(CHANGING))
        )
    total = session.scalar(query.with_only_columns(func.count(), maintain_column_froms=True)) or 0
    return history.page(session, query, total, before=before, limit=history.PAGE)


def spans_of(session: Session, subject: str, by: datetime | None = None) -> list[Span]:
    """Return, of the acts about a subject that can change how assignments stand, each by itself, the latest first.

    Those by an instant, where one is given.

    One more than MOST_ACTS at most, which tells that there are more. Whatever is checked again because of an act bears
    its instant, since both are in one transaction.
    """
    events = OWN.get(subject.partition(":")[0], CHANGING)
    query = (
        select(func.max(HistoryEntry.seq), HistoryEntry.at)
        .join(HistorySubject, HistorySubject.seq == HistoryEntry.seq)
        .where(HistorySubject.subject == subject, HistoryEntry.event.in_(events))
        .where(true() if by is None else HistoryEntry.at <= by)
        # A policy is adopted and takes effect in one transaction, and changes what it changes once.
        .group_by(HistoryEntry.at)
        .order_by(func.max(HistoryEntry.seq).desc())
        .limit(MOST_ACTS + 1)
    )
    found = [Span(at, at + MOMENT, (seq - NEAR, seq + NEAR)) for seq, at in session.execute(query)]
    return found if events is CHANGING else [_alone(session, each, subject, events) for each in found]


def _alone(session: Session, acts: Span, subject: str, events: Sequence[str]) -> Span:
    """Return the acts of an instant; only those about the subject where a file did the same to others with it."""
    alike = select(func.count()).select_from(HistoryEntry).where(acts.entries, HistoryEntry.event.in_(events))
    return acts if session.scalar(alike) == 1 else replace(acts, about=subject)


def _moved(session: Session, acts: Span) -> dict[str, datetime]:
    """Return whose state became another, with the instant of the last act that left it."""
    entries = select(HistoryEntry.seq, HistoryEntry.entry).where(acts.entries, HistoryEntry.event.in_(STATES))
    first: dict[str, int] = {}
    last: dict[str, _Act] = {}
    for seq, text in session.execute(entries.order_by(HistoryEntry.seq)):
        act = _READ(text)
        ref = next(each.partition(":")[2] for each in act.subjects if each.startswith("assignment:"))
        first.setdefault(ref, seq)
        last[ref] = act
    before: dict[str, State | None] = {
        ref: STATES.get(event or "")
        for ref, event in _LAST_ACTS.rows(session, refs=[[ref, seq] for ref, seq in first.items()])
    }
    return {ref: act.at for ref, act in last.items() if STATES[act.event] is not before[ref]}


def _judged(session: Session, acts: Span) -> dict[str, datetime]:
    """Return of whom the last check says another verdict than the last one before, with its instant."""
    checked = (
        select(
            ConflictCheck.assignment_id,
            func.min(ConflictCheck.id).label("first"),
            func.max(ConflictCheck.id).label("last"),
        )
        .where(ConflictCheck.checked_at >= acts.start, ConflictCheck.checked_at < acts.end)
        .group_by(ConflictCheck.assignment_id)
    )
    if acts.about:
        checked = checked.where(ConflictCheck.assignment_id.in_(select(Assignment.id).where(acts.assignments)))
    own = checked.subquery()
    earlier, last = aliased(ConflictCheck), aliased(ConflictCheck)
    before = (
        select(earlier.verdict)
        .where(earlier.assignment_id == own.c.assignment_id, earlier.id < own.c.first)
        .order_by(earlier.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(Assignment.ref, last.checked_at)
        .join(own, own.c.assignment_id == Assignment.id)
        .join(last, last.id == own.c.last)
        .where(before.is_(None) | (before != last.verdict))
    )
    return {row[0]: row[1] for row in session.execute(query)}
