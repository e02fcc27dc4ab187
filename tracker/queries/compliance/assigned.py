"""Lists of assignments that an auditor asks for: in question, allowed in spite of a conflict, with duties not done."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, case, func, literal, or_, select, true

from tracker.domain.dates import in_words
from tracker.domain.facts import Verdict
from tracker.domain.fitting import absences
from tracker.domain.lifecycle import HELD, OPEN, Ruling, State
from tracker.domain.people import ENGAGEMENTS
from tracker.domain.uk_time import in_uk
from tracker.models import (
    Assignment,
    ConflictCheck,
    Decision,
    FindingRow,
    HistoryEntry,
    HistorySubject,
    Inspection,
    Inspector,
    Mitigation,
    Objection,
    ObjectionAnswer,
    PolicyVersion,
)
from tracker.queries import mitigations as questions
from tracker.queries.compliance.asking import Asked, Asking, Listing, Row, place
from tracker.queries.decisions import decided_anew
from tracker.queries.double_bookings import elsewhere, references
from tracker.queries.policies import TOOK_EFFECT


def _assignments(*where: ColumnElement[bool], **given: date) -> Listing:
    query = (
        select(Inspector.name, Inspection.reference, Assignment.ref, Inspection.starts_on, Assignment.verdict)
        .select_from(Assignment)
        .join(Assignment.inspection)
        .join(Assignment.inspector)
        .where(*where)
        .order_by(Inspection.starts_on, Assignment.id)
    )
    return Asking(query.params(**given), _assigned)


def _assigned(name: str, reference: str, ref: str, starts_on: date, verdict: Verdict) -> Row:
    return place(name, reference, ref, f"{verdict.capitalize()}; begins {in_words(starts_on)}")


def questioned(asked: Asked) -> Listing:
    """Confirmed assignments that were questioned by what was found later, and not confirmed again or released since."""
    query = (
        select(Inspector.name, Inspection.reference, Assignment.ref, Assignment.in_the_way)
        .add_columns(Inspection.starts_on, Inspection.ends_on, Inspector.left_on, elsewhere())
        .select_from(Assignment)
        .join(Assignment.inspection)
        .join(Assignment.inspector)
        .where(Assignment.state == State.QUESTIONED)
        .order_by(Inspection.starts_on, Assignment.id)
    )

    def told(name: str, reference: str, ref: str, stands: Verdict, *more: Any) -> Row:  # noqa: ANN401 (the columns)
        starts_on, ends_on, left_on, others = more
        has_ended = ends_on < asked.today
        absent = [] if has_ended else [*absences(left_on, ends_on, references(others))]
        why = [] if stands is Verdict.CLEAR else [stands.capitalize()]
        if absent:
            why.append(f"cannot be confirmed: {' and '.join(absent)}")
        if not why:
            why.append("the inspection has ended" if has_ended else "waits only to be confirmed again")
        said = "; ".join(why)
        return place(name, reference, ref, f"{said[0].upper()}{said[1:]}; begins {in_words(starts_on)}")

    return Asking(query.params(today=asked.today), told)


def settled(asked: Asked) -> Listing:
    """Waiting only to be confirmed again: nothing stands in the way any more."""
    stays = or_(Inspector.left_on.is_(None), Inspector.left_on > Inspection.ends_on)
    clear = Assignment.in_the_way == Verdict.CLEAR
    can_go = and_(stays, elsewhere().is_(None), Inspection.ends_on >= asked.today)
    return _assignments(Assignment.state == State.QUESTIONED, clear, can_go, today=asked.today)


def superseded(asked: Asked) -> Listing:
    """Open assignments of coming inspections that the policy in force for their inspector has not looked at yet.

    The day on which a policy takes effect ends this: every open one is checked under it, whatever that finds.
    """
    ways = []
    for each in ENGAGEMENTS:
        row = asked.book.row_of(each)
        if row is not None:
            ways.append((Inspector.engagement == each) & (ConflictCheck.policy_id != row.id) & _unseen(asked, row))
    old = select(ConflictCheck.id).where(ConflictCheck.id == Assignment.check_id, or_(*ways)).exists()
    return _assignments(Assignment.state.in_(OPEN), Inspection.ends_on >= asked.today, old)


def _unseen(asked: Asked, policy: PolicyVersion) -> ColumnElement[bool]:
    """Whether a place was not looked at under a policy after its latest check; only what then differs is a new check.

    A policy looks at all when it takes effect, and at those of an inspector who comes under it by another engagement.
    """
    took = (
        select(func.max(HistoryEntry.at))
        .join(HistorySubject, HistorySubject.seq == HistoryEntry.seq)
        .where(HistorySubject.subject == f"policy:{policy.ref}", HistoryEntry.event == TOOK_EFFECT)
    )
    at = asked.session.scalar(took)
    if at is None:
        return true()
    moved = (
        select(HistoryEntry.seq)
        .join(HistorySubject, HistorySubject.seq == HistoryEntry.seq)
        .where(HistorySubject.subject == literal("inspector:") + Inspector.staff_no)
        .where(HistoryEntry.event == "inspector:changed", HistoryEntry.at >= ConflictCheck.checked_at)
        .where(HistoryEntry.entry.contains('"engagement"'))
    )
    return and_(ConflictCheck.checked_at > at, ~moved.exists())


def _dated(verb: str) -> Callable[[str, str, str, date | datetime], Row]:
    def told(name: str, reference: str, ref: str, day: date | datetime) -> Row:
        on = in_uk(day).date() if isinstance(day, datetime) else day
        return place(name, reference, ref, f"{verb} {in_words(on)}")

    return told


def exceptions(asked: Asked) -> Listing:
    """Real conflicts that enough decision-makers allowed, of assignments that may go ahead or went ahead."""
    ruled = _ruled()
    real = select(FindingRow.id).where(
        FindingRow.check_id == Assignment.check_id,
        FindingRow.verdict == Verdict.REAL,
        FindingRow.fingerprint == ruled.c.fingerprint,
    )
    enough: list[ColumnElement[bool]] = [
        (Inspector.engagement == each) & (ruled.c.allowed >= asked.needed(each)) for each in ENGAGEMENTS
    ]
    # Of a place that is past, what was in the way is kept as its own day's policy left it.
    enough.append(Assignment.in_the_way != Verdict.REAL)
    query = (
        select(Inspector.name, Inspection.reference, Assignment.ref, ruled.c.last_at)
        .select_from(Assignment)
        .join(Assignment.inspection)
        .join(Assignment.inspector)
        .join(ruled, ruled.c.assignment_id == Assignment.id)
        .where(Assignment.state.in_(OPEN), or_(Assignment.state.in_(HELD), Inspection.ends_on >= asked.today))
        .where(real.exists(), or_(*enough))
        .order_by(ruled.c.last_at.desc(), Assignment.id.desc(), ruled.c.fingerprint)
    )
    return Asking(query, _dated("Allowed on"))


def _ruled() -> Subquery:
    """Return of each finding that is decided on and not upheld how many allow it now, and when the last one did."""
    upheld = func.sum(case((Decision.outcome == str(Ruling.UPHOLD), 1), else_=0))
    return (
        select(
            Decision.assignment_id,
            Decision.fingerprint,
            func.count().label("allowed"),
            func.max(Decision.decided_at).label("last_at"),
        )
        .where(~decided_anew())
        .group_by(Decision.assignment_id, Decision.fingerprint)
        .having(upheld == 0)
        .subquery()
    )


def mitigations(asked: Asked) -> Listing:
    """Mitigations whose day has passed, that are still called for, and were not done.

    What was to be done before an inspection is due on the day before it begins, once that was moved to begin earlier.
    One is no longer called for once its assignment is released, its inspection called off or its decision made anew or
    lapsed.
    """
    earlier, told = questions.moved_up(asked.session), _dated("Was due on")
    query = (
        questions.waiting_rows(questions.is_overdue(asked.today, earlier))
        .join(Assignment.inspector)
        .with_only_columns(Inspector.name, Inspection.reference, Assignment.ref, Mitigation.due_on, Mitigation.id)
    )

    def of_now(name: str, reference: str, ref: str, due_on: date, number: int) -> Row:
        return told(name, reference, ref, earlier[number].due_on if number in earlier else due_on)

    return Asking(query, of_now)


def objections(_asked: Asked) -> Listing:
    """Objections of providers that were not answered, but for those to inspections that were called off."""
    answered = select(ObjectionAnswer.id).where(ObjectionAnswer.objection_id == Objection.id).exists()
    query = (
        select(Inspector.name, Inspection.reference, Assignment.ref, Objection.received_on)
        .select_from(Objection)
        .join(Assignment, Assignment.id == Objection.assignment_id)
        .join(Assignment.inspection)
        .join(Assignment.inspector)
        .where(~answered, Inspection.called_off_at.is_(None))
        .order_by(Objection.received_on, Objection.id)
    )
    return Asking(query, _dated("Received on"))
