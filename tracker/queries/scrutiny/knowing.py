"""Who knew of what a declaration states, how, and since when.

Who recorded, opened or graded it, which checks found it, who asked about that or decided on it, and who took it away.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Select, literal, select
from sqlalchemy.orm import Session, joinedload

from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import Ruling
from tracker.models import (
    Assignment,
    ConflictCheck,
    ConnectionGrade,
    ConnectionRow,
    Decision,
    Declaration,
    FindingRow,
    HistoryEntry,
    HistorySubject,
    Inspection,
    InspectorQuestion,
)
from tracker.queries.decisions import names_of
from tracker.queries.moves import told_at
from tracker.queries.scrutiny.known import Known, Visit
from tracker.queries.scrutiny.taken import Told, taken

OPENED = ("declaration:opened", "connection:opened")
RULED = {str(Ruling.ALLOW): "allowed what was found of it", str(Ruling.UPHOLD): "upheld what was found of it"}

_VISIT = (Inspection.reference, Inspection.starts_on, Inspection.called_off_at)


def known(session: Session, declaration: Declaration, at: datetime | None = None) -> list[Known]:
    """Return who knew of what a declaration states by an instant, or by now, the earliest first.

    Whatever an earlier or a later declaration of the inspector states of the same is the same connection (see `same`).
    """
    connections = session.scalars(select(ConnectionRow).where(ConnectionRow.declaration_id == declaration.id)).all()
    stated = same(session, declaration.inspector_id, connections)
    return _known(session, declaration.inspector_id, [(None, declaration), *stated], at)


def known_of(
    session: Session, stated: Sequence[tuple[ConnectionRow, Declaration]], at: datetime | None = None
) -> list[Known]:
    """Return who knew by an instant, or by now, of one connection that was stated so often, the earliest first."""
    return _known(session, stated[0][1].inspector_id, stated, at)


def connection(session: Session, ref: str) -> tuple[ConnectionRow, Declaration] | None:
    """Return a connection with the declaration that states it, None where there is none."""
    query = _stated().where(ConnectionRow.ref == ref).options(joinedload(Declaration.inspector))
    found = session.execute(query).one_or_none()
    return None if found is None else (found[0], found[1])


def same(
    session: Session, inspector: int, connections: Sequence[ConnectionRow]
) -> list[tuple[ConnectionRow, Declaration]]:
    """Return all that an inspector ever declared of the same: of one nature, held by one person, with one target.

    That it began earlier or has ended meanwhile makes no other connection of it. The earliest comes first.
    """
    wanted = {_mark(each) for each in connections}
    if not wanted:
        return []
    targets = ConnectionRow.target.in_({each.target for each in connections})
    rows = session.execute(_stated().where(Declaration.inspector_id == inspector, targets).order_by(ConnectionRow.id))
    return [(each, declaration) for each, declaration in rows if _mark(each) in wanted]


def _stated() -> Select[ConnectionRow, Declaration]:
    return select(ConnectionRow, Declaration).join(Declaration, Declaration.id == ConnectionRow.declaration_id)


def _mark(row: ConnectionRow) -> tuple[str, str, str]:
    return str(row.nature), str(row.holder), row.target


def _known(
    session: Session,
    inspector: int,
    stated: Sequence[tuple[ConnectionRow | None, Declaration]],
    at: datetime | None,
) -> list[Known]:
    refs = [each.ref for each, _ in stated if each is not None]
    declarations = {each.ref: each for _, each in stated}
    opened = session.execute(_opened(list(declarations), refs)).all()
    found = session.execute(_found(inspector, refs)).all()
    decided = session.execute(_decided(inspector, refs)).all()
    asked = session.execute(_asked(inspector, refs)).all()
    graded = session.execute(_graded([each.restates_id or each.id for each, _ in stated if each is not None])).all()
    first: dict[str, Known] = {}
    for when, ref, reference, starts_on, off_at in found:
        first.setdefault(ref, Known(when, None, "found it", visit=Visit(ref, reference, starts_on, off_at)))
    took = taken(session, Told(inspector, stated, {ref: each.at for ref, each in first.items()}))
    people = {*(each.recorded_by for each in declarations.values()), *(each.actor for each in opened)}
    people |= {each[0] for some in (decided, asked, graded) for each in some} | {each.actor for each in took}
    names = names_of(session, people)
    told = [Known(each.recorded_at, names[each.recorded_by], "recorded it", ref) for ref, each in declarations.items()]
    told += [_opening(names[who], when, subject) for when, who, subject in opened]
    told += [Known(when, names[who], f"graded it as {verdict}") for who, when, verdict in graded]
    told += first.values()
    told += [
        Known(when, names[who], RULED.get(how, how), visit=Visit(ref, reference, starts_on, off_at))
        for who, when, how, ref, reference, starts_on, off_at in (*decided, *asked)
    ]
    told += [Known(each.at, names[each.actor], each.how) for each in took]
    return sorted(told if at is None else _by(session, told, at), key=lambda each: each.at)


def _by(session: Session, told: Sequence[Known], at: datetime) -> list[Known]:
    """Return who knew by an instant; each inspection began on the day for which it was planned then."""
    found = [each for each in told if each.at <= at]
    planned = told_at(session, {each.visit.reference for each in found if each.visit}, at)

    def then(each: Known) -> Known:
        days = planned.get(each.visit.reference) if each.visit else None
        if each.visit is None or days is None:
            return each
        return replace(each, visit=replace(each.visit, starts_on=days.starts_on, called_off_at=days.called_off_at))

    return list(map(then, found))


def _opening(who: str, when: datetime, subject: str) -> Known:
    kind, _, ref = subject.partition(":")
    return Known(when, who, "opened its details", ref) if kind == "declaration" else Known(when, who, "opened its note")


def _opened(declarations: Sequence[str], refs: Sequence[str]) -> Select[datetime, str, str]:
    subjects = [*(f"declaration:{each}" for each in declarations), *(f"connection:{each}" for each in refs)]
    return (
        select(HistoryEntry.at, HistoryEntry.actor, HistorySubject.subject)
        .join(HistorySubject, HistorySubject.seq == HistoryEntry.seq)
        .where(HistorySubject.subject.in_(subjects), HistoryEntry.event.in_(OPENED))
        .order_by(HistoryEntry.seq)
    )


def _found(inspector: int, refs: Sequence[str]) -> Select[datetime, str, str, date, datetime | None]:
    return (
        select(ConflictCheck.checked_at, Assignment.ref, *_VISIT)
        .select_from(FindingRow)
        .join(ConflictCheck, ConflictCheck.id == FindingRow.check_id)
        .join(Assignment, Assignment.id == ConflictCheck.assignment_id)
        .join(Inspection, Inspection.id == Assignment.inspection_id)
        .where(Assignment.inspector_id == inspector, FindingRow.connection_ref.in_(refs))
        .order_by(ConflictCheck.id)
    )


def _decided(inspector: int, refs: Sequence[str]) -> Select[str, datetime, str, str, str, date, datetime | None]:
    return (
        select(
            Decision.decided_by,
            Decision.decided_at,
            Decision.outcome,
            Assignment.ref,
            *_VISIT,
        )
        .select_from(Decision)
        .join(FindingRow, FindingRow.id == Decision.finding_id)
        .join(Assignment, Assignment.id == Decision.assignment_id)
        .join(Inspection, Inspection.id == Assignment.inspection_id)
        .where(Assignment.inspector_id == inspector, FindingRow.connection_ref.in_(refs))
        .order_by(Decision.id)
    )


def _asked(inspector: int, refs: Sequence[str]) -> Select[str, datetime, str, str, str, date, datetime | None]:
    asked = literal("asked the inspector about what was found of it")
    return (
        select(InspectorQuestion.asked_by, InspectorQuestion.asked_at, asked, Assignment.ref, *_VISIT)
        .select_from(InspectorQuestion)
        .join(FindingRow, FindingRow.id == InspectorQuestion.finding_id)
        .join(Assignment, Assignment.id == InspectorQuestion.assignment_id)
        .join(Inspection, Inspection.id == Assignment.inspection_id)
        .where(Assignment.inspector_id == inspector, FindingRow.connection_ref.in_(refs))
        .order_by(InspectorQuestion.id)
    )


def _graded(numbers: Sequence[int]) -> Select[str, datetime, Verdict]:
    """The grades of a connection, which are of the first statement of it."""
    return (
        select(ConnectionGrade.graded_by, ConnectionGrade.graded_at, ConnectionGrade.verdict)
        .where(ConnectionGrade.connection_id.in_(numbers))
        .order_by(ConnectionGrade.id)
    )
