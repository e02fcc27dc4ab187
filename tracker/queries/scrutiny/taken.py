"""Who took away, in a copy or a list, what a declaration states."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from msgspec import Struct
from msgspec.json import Decoder
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from tracker.domain.facts import Nature
from tracker.domain.lifecycle import State
from tracker.domain.uk_time import midnight
from tracker.models import (
    Assignment,
    ConnectionGrade,
    ConnectionRow,
    Decision,
    Declaration,
    HistoryEntry,
    HistorySubject,
    Inspection,
    Inspector,
)

DAY = timedelta(days=1)
LISTS, FILE, REGISTER, REVIEWS = ("assignments", "decisions"), "independence file", "register of interests", "to review"
BY_REFERENCE = "reference "
# What entries of copies and of lists are about.
COPIES = ("history:whole", "history:lists")

Span = tuple[datetime, datetime | None]


class _Data(Struct):
    """What an entry says of the list that was taken away."""

    list: str = ""
    filters: Sequence[str] = ()


class _Act(Struct):
    """What of an entry's bytes is looked at here."""

    actor: str
    at: datetime
    event: str
    data: _Data


_READ = Decoder(_Act).decode


@dataclass(frozen=True, slots=True)
class Told:
    """What was stated by an inspector, and since when checks find it, by the assignment's reference."""

    inspector: int
    stated: Sequence[tuple[ConnectionRow | None, Declaration]]
    found: Mapping[str, datetime]


@dataclass(frozen=True, slots=True)
class Taken:
    """Somebody took it away: who, when and how."""

    actor: str
    at: datetime
    how: str


def taken(session: Session, told: Told) -> list[Taken]:
    """Return who took away what tells of it, the earliest first.

    A list tells of it only while it holds it: what waits for a decision, what awaits a grade, what is in force.
    """
    since = min(each.recorded_at for _, each in told.stated)
    staff_no = session.scalar(select(Inspector.staff_no).where(Inspector.id == told.inspector))
    # By what they are about, since a history of a million entries has no index of its events.
    about = (*COPIES, f"inspector:{staff_no}")
    near = select(HistorySubject.seq).where(HistorySubject.subject.in_(about))
    names = [HistoryEntry.entry.contains(f'"list":"{name}"') for name in (*LISTS, FILE, REGISTER, REVIEWS)]
    query = (
        select(HistoryEntry.entry)
        .where(
            HistoryEntry.seq.in_(near),
            HistoryEntry.at >= since,
            or_(
                HistoryEntry.event.in_(("history:disclosed", "inspector:copied")),
                (HistoryEntry.event == "list:exported") & or_(*names),
            ),
        )
        .order_by(HistoryEntry.seq)
    )
    acts = [_READ(entry) for entry in session.scalars(query)]
    lists = _lists(session, told) if any(each.event == "list:exported" for each in acts) else {}
    found = ((each, _how(each, lists)) for each in acts)
    return [Taken(each.actor, each.at, how) for each, how in found if how]


def _how(act: _Act, lists: Mapping[str, Sequence[Span]]) -> str:
    if act.event == "history:disclosed":
        return "took a copy of the history with all personal words"
    if act.event == "inspector:copied":
        return "took a copy of all that is held on the inspector"
    name = act.data.list
    if name == FILE:
        of = next((each.removeprefix(BY_REFERENCE) for each in act.data.filters if each.startswith(BY_REFERENCE)), "")
        return f"took the independence file of inspection {of} away" if _is_in(act.at, lists[f"{FILE} {of}"]) else ""
    if not _is_in(act.at, lists[name]):
        return ""
    more = ", which tells it where the rules of publication let it" if name == REGISTER else ""
    return f"took the list “{name}” away{more}"


def _is_in(at: datetime, spans: Sequence[Span]) -> bool:
    return any(first <= at and (last is None or at < last) for first, last in spans)


def _lists(session: Session, told: Told) -> Mapping[str, Sequence[Span]]:
    """Return from when until when each list held it."""
    waits, files = _waits(session, told.found)
    lists = defaultdict[str, list[Span]](list)
    lists |= dict.fromkeys(LISTS, waits) | files
    lists[REGISTER] = _in_force(session, told)
    lists[REVIEWS] = _awaits(session, told)
    return lists


def _waits(session: Session, found: Mapping[str, datetime]) -> tuple[list[Span], dict[str, list[Span]]]:
    """Return while what was found waited for a decision, and since when each inspection's file tells it."""
    decided = select(func.min(Decision.decided_at)).where(Decision.assignment_id == Assignment.id).scalar_subquery()
    query = (
        select(Assignment, Inspection.reference, Inspection.ends_on, decided)
        .join(Inspection, Inspection.id == Assignment.inspection_id)
        .where(Assignment.ref.in_(found))
    )
    waits: list[Span] = []
    files: dict[str, list[Span]] = {}
    for row, reference, ends_on, decided_at in session.execute(query):
        released_at = row.changed_at if row.state is State.RELEASED else None
        ends = [each for each in (decided_at, released_at) if each is not None]
        waits.append((found[row.ref], min([midnight(ends_on + DAY), *ends])))
        files.setdefault(f"{FILE} {reference}", []).append((found[row.ref], None))
    return waits, files


def _in_force(session: Session, told: Told) -> list[Span]:
    """Return from when until when a declaration that states it was in force: until the next was recorded."""
    query = select(Declaration.id, Declaration.recorded_at).where(Declaration.inspector_id == told.inspector)
    every = session.execute(query.order_by(Declaration.id)).all()
    after = {each[0]: later[1] for each, later in pairwise(every)}
    return [(each.recorded_at, after.get(each.id)) for _, each in told.stated]


def _awaits(session: Session, told: Told) -> list[Span]:
    """Return from when until when it awaited a reviewer's grade, which only a connection of nature “other” does."""
    others = [each for each, _ in told.stated if each is not None and each.nature is Nature.OTHER]
    if not others:
        return []
    query = select(func.min(ConnectionGrade.graded_at))
    graded = session.scalar(query.where(ConnectionGrade.connection_id.in_([x.restates_id or x.id for x in others])))
    return [(min(each.recorded_at for row, each in told.stated if row in others), graded)]
