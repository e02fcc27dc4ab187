"""How inspectors stand to one inspection, but for the check: their load, whether they are free, and who was there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import false, or_, select
from sqlalchemy.orm import Session

from tracker.domain.allocation_rules import AllocationRules
from tracker.domain.choosing import Person, Times, term_ends
from tracker.domain.dates import Span, months_after
from tracker.domain.facts import World
from tracker.domain.groups import Groups
from tracker.domain.lifecycle import HELD, OBSERVER, OPEN
from tracker.domain.succession import Lines
from tracker.models import Assignment, Inspection, MembershipRow
from tracker.queries.driver import Statement
from tracker.queries.surroundings import worlds_of

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Known:
    """An inspector on the list: number, staff number, name, and how he or she stands to the inspection."""

    number: int
    staff_no: str
    name: str
    person: Person

    def is_named(self, words: str) -> bool:
        """Tell whether the name or the staff number holds each of these words, in whatever case."""
        said = f"{self.name} {self.staff_no}".casefold()
        return all(word in said for word in words.casefold().split())


_EVERYBODY = Statement(f"""
    SELECT inspector.id, inspector.staff_no, inspector.name, inspector.title, inspector.engagement, inspector.remits,
        coalesce(held.in_week, 0), coalesce(held.in_term, 0), coalesce(held.on_its_days, 0), coalesce(held.in_team, 0)
    FROM inspector LEFT JOIN (
        SELECT assignment.inspector_id AS inspector_id,
            sum(CASE WHEN inspection.id <> {{own}}
                AND inspection.starts_on <= {{sunday}} AND inspection.ends_on >= {{monday}} THEN 1 END) AS in_week,
            sum(CASE WHEN inspection.id <> {{own}}
                AND inspection.starts_on >= {{term}} AND inspection.starts_on < {{after}} THEN 1 END) AS in_term,
            sum(CASE WHEN inspection.id <> {{own}}
                AND inspection.starts_on <= {{last}} AND inspection.ends_on >= {{first}} THEN 1 END) AS on_its_days,
            sum(CASE WHEN inspection.id = {{own}} THEN 1 END) AS in_team
        FROM inspection JOIN assignment ON assignment.inspection_id = inspection.id
        WHERE assignment.state IN ({", ".join(f"'{each}'" for each in OPEN)})
            AND ((inspection.starts_on >= {{term}} AND inspection.starts_on < {{after}})
                OR (inspection.starts_on <= {{latest}} AND inspection.ends_on >= {{earliest}}))
        GROUP BY assignment.inspector_id
    ) AS held ON held.inspector_id = inspector.id
""")  # noqa: S608 (words of our own)


def everybody(
    session: Session, inspection: Inspection, rules: AllocationRules, *, leaving: int | None = None
) -> dict[str, Known]:
    """Return all inspectors by staff number; `leaving` is the number of one who is about to be replaced."""
    known = {}
    for number, staff_no, name, title, kind, remits, week, term, busy, here in _EVERYBODY.answer(
        session, _days(inspection, rules)
    ):
        person = Person(title, kind, remits, week, term, is_busy=busy > 0, is_in_team=here > 0)
        known[staff_no] = Known(number, staff_no, name, person)
    return _with_apart(_with_visits(known, _visits(session, inspection, rules), rules, inspection), rules, leaving)


def _days(inspection: Inspection, rules: AllocationRules) -> dict[str, object]:
    """Return the days that the statement asks about: the week's and the term's, and the inspection's own."""
    first, last = inspection.starts_on, inspection.ends_on
    monday = first - timedelta(days=first.weekday())
    sunday = monday + timedelta(days=6)
    days = {
        "monday": monday,
        "sunday": sunday,
        "term": rules.term_of(first),
        "after": term_ends(rules, first),
        "first": first,
        "last": last,
        "earliest": min(monday, first),
        "latest": max(sunday, last),
    }
    return {"own": inspection.id, **{name: day.isoformat() for name, day in days.items()}}


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
