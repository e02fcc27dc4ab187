"""How inspectors stand to one inspection, but for the check: their load, whether they are free, and who was there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select
from sqlalchemy.orm import Session

from tracker.domain.allocation_rules import AllocationRules
from tracker.domain.choosing import Person, Times, term_ends
from tracker.domain.dates import Span, months_after
from tracker.domain.facts import World
from tracker.domain.groups import Groups
from tracker.domain.lifecycle import HELD, OBSERVER, OPEN
from tracker.domain.succession import Lines
from tracker.models import Assignment, Inspection, Inspector, MembershipRow
from tracker.queries.surroundings import worlds_of

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Known:
    """An inspector on the list: number, staff number, name, and how he or she stands to the inspection."""

    number: int
    staff_no: str
    name: str
    person: Person


def everybody(
    session: Session, inspection: Inspection, rules: AllocationRules, *, leaving: int | None = None
) -> dict[str, Known]:
    """Return all inspectors by staff number; `leaving` is the number of one who is about to be replaced."""
    counts = _counts(inspection, rules).subquery()
    number = func.coalesce
    rows = session.execute(
        select(
            Inspector.id,
            Inspector.staff_no,
            Inspector.name,
            Inspector.title,
            Inspector.engagement,
            Inspector.remits,
            number(counts.c.week, 0),
            number(counts.c.term, 0),
            number(counts.c.busy, 0),
            number(counts.c.here, 0),
        ).outerjoin(counts, counts.c.inspector_id == Inspector.id)
    ).all()
    known = {
        staff_no: Known(own, staff_no, name, Person(title, kind, remits, week, term, busy > 0, here > 0))
        for own, staff_no, name, title, kind, remits, week, term, busy, here in rows
    }
    return _with_apart(_with_visits(known, _visits(session, inspection, rules), rules, inspection), rules, leaving)


def _counts(inspection: Inspection, rules: AllocationRules) -> Any:  # noqa: ANN401 (a select of five columns)
    """Count each inspector's other open places in the week, in the term and on its days, and those in its team."""
    monday = inspection.starts_on - timedelta(days=inspection.starts_on.weekday())
    term, after = rules.term_of(inspection.starts_on), term_ends(rules, inspection.starts_on)
    is_here, is_other = Inspection.id == inspection.id, Inspection.id != inspection.id

    def number(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((and_(*conditions), 1), else_=0))

    in_week = and_(Inspection.starts_on <= monday + timedelta(days=6), Inspection.ends_on >= monday)
    in_term = and_(Inspection.starts_on >= term, Inspection.starts_on < after)
    on_its_days = and_(Inspection.starts_on <= inspection.ends_on, Inspection.ends_on >= inspection.starts_on)
    return (
        select(
            Assignment.inspector_id,
            number(in_week, is_other).label("week"),
            number(in_term, is_other).label("term"),
            number(on_its_days, is_other).label("busy"),
            number(is_here).label("here"),
        )
        .join(Inspection, Inspection.id == Assignment.inspection_id)
        .where(Assignment.state.in_(OPEN), or_(in_week, in_term, on_its_days))
        .group_by(Assignment.inspector_id)
    )


Visited = Sequence[tuple[int, str, date]]


def _around(world: World, inspection: Inspection) -> tuple[set[str], set[str]]:
    """Return the provider's line, and the registers' groups of which it is a member on the inspection's days."""
    provider = inspection.provider
    line = set(world.made(Lines).line(provider)) if world.links else {provider}
    groups, span = world.made(Groups), Span(inspection.starts_on, inspection.ends_on)
    mine = {each.body for each in groups.belongings(provider) if each.days.meets(span)}
    return line, {ref for ref in groups.by_ref if groups.body(ref) in mine}


def _visits(session: Session, inspection: Inspection, rules: AllocationRules) -> tuple[set[str], bool, Visited]:
    """Return the line, whether there is a group, and who held a place at either in the years that the rules look at."""
    (world,) = worlds_of(session, [inspection.provider])
    line, groups = _around(world, inspection)
    since = months_after(inspection.starts_on, -MONTHS * max(rules.provider.years, rules.group.years))
    fellows = select(MembershipRow.provider_ref).where(
        MembershipRow.group_ref.in_(sorted(groups)),
        or_(MembershipRow.left_on.is_(None), MembershipRow.left_on >= inspection.starts_on),
    )
    rows = session.execute(
        select(Assignment.inspector_id, Inspection.provider, Inspection.starts_on)
        .join(Inspection, Inspection.id == Assignment.inspection_id)
        .where(Inspection.starts_on >= since, Inspection.starts_on < inspection.starts_on)
        .where(or_(Inspection.provider.in_(sorted(line)), Inspection.provider.in_(fellows) if groups else false()))
        .where(Assignment.state.in_(HELD), Assignment.role != OBSERVER)
    )
    return line, bool(groups), [(number, provider, starts_on) for number, provider, starts_on in rows]


def _with_visits(
    known: dict[str, Known], around: tuple[set[str], bool, Visited], rules: AllocationRules, inspection: Inspection
) -> dict[str, Known]:
    line, has_group, visited = around
    here, group = dict[int, list[date]](), dict[int, list[date]]()
    edges = [months_after(inspection.starts_on, -MONTHS * each.years) for each in (rules.provider, rules.group)]
    for number, provider, day in visited:
        if provider in line and day >= edges[0]:
            here.setdefault(number, []).append(day)
        if has_group and day >= edges[1]:
            group.setdefault(number, []).append(day)
    seen = {*here, *group}
    return {
        staff_no: each
        if each.number not in seen
        else replace(
            each, person=replace(each.person, here=_times(here, each.number), group=_times(group, each.number))
        )
        for staff_no, each in known.items()
    }


def _times(days: dict[int, list[date]], number: int) -> Times:
    found = days.get(number, [])
    return Times(len(found), max(found, default=None))


def _with_apart(known: dict[str, Known], rules: AllocationRules, leaving: int | None) -> dict[str, Known]:
    """Say of each whom of the team the rules keep him or her apart from; whoever leaves the team is in nobody's way."""
    for pair in rules.apart:
        for one, other in (pair.staff, pair.staff[::-1]):
            there, mine = known.get(other), known.get(one)
            if there and mine and there.person.is_in_team and there.number != leaving:
                says = f"Kept apart from {there.name}, who is on the team: {pair.why}"
                known[one] = replace(mine, person=replace(mine.person, apart=(*mine.person.apart, says)))
    return known
