"""Leads from the database: what is asked of inspectors, and since when; many at once, in as few statements as one."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from tracker.domain.access import Actor
from tracker.domain.dates import PartialDate
from tracker.domain.facts import Connection, World
from tracker.domain.leads import (
    Answer,
    Former,
    Governor,
    Inspected,
    Kind,
    Known,
    Lead,
    folded_name,
    leads,
    likeness,
)
from tracker.domain.lifecycle import HELD, OBSERVER
from tracker.models import (
    Assignment,
    ConnectionRow,
    Declaration,
    DeclarationKind,
    GovernorRow,
    InForce,
    Inspection,
    Inspector,
    LeadAnswer,
    LeadOpen,
)
from tracker.queries.declarations import target_names
from tracker.queries.leavings import is_here
from tracker.queries.surroundings import worlds_of

LIST = 5_000


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A lead that nobody answered: whose, of what kind, and since when; not what it asks."""

    inspector: Inspector
    kind: Kind
    arisen_at: datetime


def of_inspectors(session: Session, inspectors: Collection[int], today: date) -> dict[int, tuple[Lead, ...]]:
    """Return the leads of each of these inspectors that he or she has not answered."""
    answered: dict[int, set[str]] = defaultdict(set)
    columns = LeadAnswer.inspector_id, LeadAnswer.fingerprint, LeadAnswer.answer
    for row in session.execute(select(*columns).where(LeadAnswer.inspector_id.in_(inspectors)).order_by(LeadAnswer.id)):
        if row.answer is Answer.TAKEN_BACK:
            answered[row.inspector_id].discard(row.fingerprint)
        else:
            answered[row.inspector_id].add(row.fingerprint)
    return {
        number: tuple(each for each in leads(known, today) if each.fingerprint not in answered[number])
        for number, known in _known(session, inspectors, today).items()
    }


def _known(session: Session, inspectors: Collection[int], today: date) -> dict[int, Known]:
    people = session.scalars(select(Inspector).where(Inspector.id.in_(inspectors))).all()
    made = dict(
        session.execute(select(InForce.inspector_id, InForce.made_on).where(InForce.inspector_id.in_(inspectors))).all()
    )
    stated, former, since = _connections(session, inspectors)
    inspected = _inspected(session, inspectors, today)
    targets = {each.target for several in stated.values() for each in several}
    names = target_names(
        session, {each.employer for each in people if each.employer} | {x[0] for y in inspected.values() for x in y}
    )
    ordered = sorted(targets)
    worlds = dict(zip(ordered, worlds_of(session, ordered), strict=True))
    governors = _governors(session, people)
    return {
        each.id: Known(
            each.name,
            each.employer,
            names.get(each.employer, each.employer),
            made.get(each.id),
            tuple(stated.get(each.id, ())),
            tuple(former.get(each.id, ())),
            tuple(Inspected(ref, names.get(ref, ref), times, last) for ref, times, last in inspected.get(each.id, ())),
            governors.get(folded_name(each.name) or ("", ""), ()),
            _around(worlds, stated.get(each.id, ())),
            since,
        )
        for each in people
    }


def _around(worlds: dict[str, World], connections: Sequence[Connection]) -> dict[str, World]:
    return {each.target: worlds[each.target] for each in connections}


def _connections(
    session: Session, inspectors: Collection[int]
) -> tuple[dict[int, list[Connection]], dict[int, list[Former]], dict[str, date]]:
    """Return what is in force; what was stated as lasting before, and is not; and since when each is declared."""
    rows = session.execute(
        select(ConnectionRow, Declaration.inspector_id, Declaration.made_at, InForce.declaration_id)
        .join(Declaration, Declaration.id == ConnectionRow.declaration_id)
        .outerjoin(InForce, InForce.declaration_id == Declaration.id)
        .where(Declaration.inspector_id.in_(inspectors), Declaration.kind == DeclarationKind.CONNECTIONS)
        .order_by(Declaration.made_at, Declaration.id, ConnectionRow.position)
    )
    stated: dict[int, list[Connection]] = defaultdict(list)
    lasting: dict[int, dict[tuple[Any, ...], Former]] = defaultdict(dict)
    first: dict[tuple[Any, ...], date] = {}
    since: dict[str, date] = {}
    for row, inspector, made_at, in_force in rows:
        each = _connection(row)
        since[each.ref] = first.setdefault((inspector, *likeness(each)), made_at.date())
        if in_force is not None:
            stated[inspector].append(each)
        elif each.ended_on is None and not each.is_event:
            lasting[inspector][likeness(each)] = Former(each, made_at.date())
        else:
            # What a later declaration ended is known to have ended.
            lasting[inspector].pop(likeness(each), None)
    former = {}
    for inspector, found in lasting.items():
        said = set(map(likeness, stated[inspector]))
        former[inspector] = [each for key, each in found.items() if key not in said]
    return stated, former, since


def _connection(row: ConnectionRow) -> Connection:
    ended_on = PartialDate.parse(row.ended_on) if row.ended_on else None
    began_on = PartialDate.parse(row.began_on)
    return Connection(row.ref, row.nature, row.holder, row.target, row.target_name, began_on, ended_on)


def _inspected(session: Session, inspectors: Collection[int], today: date) -> dict[int, list[tuple[str, int, date]]]:
    rows = session.execute(
        select(Assignment.inspector_id, Inspection.provider, func.count(), func.max(Inspection.ends_on))
        .join(Inspection, Inspection.id == Assignment.inspection_id)
        .where(Assignment.inspector_id.in_(inspectors), Assignment.state.in_(HELD), Assignment.role != OBSERVER)
        .where(Inspection.ends_on < today)
        .group_by(Assignment.inspector_id, Inspection.provider)
        .order_by(Inspection.provider)
    )
    found: dict[int, list[tuple[str, int, date]]] = defaultdict(list)
    for inspector, provider, times, last_on in rows:
        found[inspector].append((provider, times, last_on))
    return found


def _governors(session: Session, people: Sequence[Inspector]) -> dict[tuple[str, str], tuple[Governor, ...]]:
    wanted = sorted({" ".join(name) for each in people if (name := folded_name(each.name))})
    rows: list[GovernorRow] = []
    for start in range(0, len(wanted), LIST):
        some = wanted[start : start + LIST]
        rows += session.scalars(select(GovernorRow).where(GovernorRow.folded.in_(some)).order_by(GovernorRow.id))
    names = target_names(session, {row.provider for row in rows})
    found: dict[tuple[str, str], list[Governor]] = defaultdict(list)
    for row in rows:
        first, _, last = row.folded.partition(" ")
        found[first, last].append(Governor(row.provider, names.get(row.provider, row.provider), row.name, row.role))
    return {name: tuple(several) for name, several in found.items()}


def answers(session: Session, inspector_id: int) -> list[LeadAnswer]:
    """Return the latest answer of an inspector to each lead, the latest first, each with the words that were asked."""
    latest = select(func.max(LeadAnswer.id)).where(LeadAnswer.inspector_id == inspector_id)
    query = select(LeadAnswer).where(LeadAnswer.id.in_(latest.group_by(LeadAnswer.fingerprint)))
    query = query.where(LeadAnswer.answer != Answer.TAKEN_BACK).options(joinedload(LeadAnswer.question))
    return list(session.scalars(query.order_by(LeadAnswer.id.desc())))


def active(session: Session, today: date) -> list[int]:
    """Return the inspectors who have not left."""
    return list(session.scalars(select(Inspector.id).where(is_here(today)).order_by(Inspector.id)))


def unanswered(session: Session, actor: Actor, before: datetime, today: date) -> list[Unanswered]:
    """Return the leads that are open since before an instant, the oldest first; never the actor's own or a leaver's."""
    own = actor.inspector_id if actor.inspector_id is not None else -1
    rows = session.execute(
        select(Inspector, LeadOpen.kind, LeadOpen.arisen_at)
        .join(LeadOpen, LeadOpen.inspector_id == Inspector.id)
        .where(LeadOpen.arisen_at < before, LeadOpen.inspector_id != own, is_here(today))
        .order_by(LeadOpen.arisen_at, Inspector.staff_no, LeadOpen.kind)
    )
    return [Unanswered(*row) for row in rows]
