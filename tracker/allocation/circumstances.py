"""How inspectors stand to one inspection, but for the check: their load, whether they are free, and who was there."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import CompoundSelect, or_, select, union
from sqlalchemy.orm import Session, aliased

from tracker.domain.allocation_rules import AllocationRules
from tracker.domain.choosing import Person, kept_apart, visits
from tracker.domain.dates import months_after
from tracker.domain.fitting import Stay, leaves
from tracker.domain.lifecycle import HELD, OPEN, State
from tracker.models import AreaOf, Assignment, Inspection, ProviderKey
from tracker.queries.driver import Statement, day
from tracker.queries.stays import kin_of

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Known:
    """An inspector on the list: number, staff number, name, how he or she stands to the inspection, and if gone."""

    number: int
    staff_no: str
    name: str
    person: Person
    is_gone: bool = False

    def is_named(self, words: str) -> bool:
        """Tell whether the name or the staff number holds each of these words, in whatever case."""
        said = f"{self.name} {self.staff_no}".casefold()
        return all(word in said for word in words.casefold().split())


_EVERYBODY = Statement(f"""
    SELECT inspector.id, inspector.staff_no, inspector.name, inspector.title, inspector.engagement, inspector.remits,
        CAST(inspector.left_on AS text), coalesce(held.in_week, 0), coalesce(held.in_last_week, 0),
        coalesce(held.in_term, 0), coalesce(held.on_its_days, 0), coalesce(held.in_team, 0), shut.inspector_id
    FROM inspector LEFT JOIN account AS shut ON shut.inspector_id = inspector.id AND shut.disabled_at IS NOT NULL
    LEFT JOIN (
        SELECT assignment.inspector_id AS inspector_id,
            sum(CASE WHEN inspection.id <> {{own}}
                AND inspection.starts_on <= {{sunday}} AND inspection.ends_on >= {{monday}} THEN 1 END) AS in_week,
            sum(CASE WHEN inspection.id <> {{own}}
                AND inspection.starts_on <= {{last_sunday}} AND inspection.ends_on >= {{last_monday}} THEN 1 END)
                AS in_last_week,
            sum(CASE WHEN inspection.id <> {{own}}
                AND inspection.starts_on >= {{term}} AND inspection.starts_on < {{after}} THEN 1 END) AS in_term,
            sum(CASE WHEN inspection.id <> {{own}}
                AND inspection.starts_on <= {{last}} AND inspection.ends_on >= {{first}} THEN 1 END) AS on_its_days,
            sum(CASE WHEN inspection.id = {{own}} THEN 1 END) AS in_team
        FROM inspection JOIN assignment ON assignment.inspection_id = inspection.id
        WHERE assignment.state IN ({", ".join(f"'{each}'" for each in OPEN)})
            AND (assignment.state <> '{State.PROPOSED}' OR inspection.ends_on >= {{today}})
            AND ((inspection.starts_on >= {{term}} AND inspection.starts_on < {{after}})
                OR (inspection.starts_on <= {{latest}} AND inspection.ends_on >= {{earliest}}))
        GROUP BY assignment.inspector_id
    ) AS held ON held.inspector_id = inspector.id
""")  # noqa: S608 (words of our own)


def everybody(
    session: Session, inspection: Inspection, rules: AllocationRules, today: date, *, leaving: int | None = None
) -> dict[str, Known]:
    """Return all inspectors by staff number; `leaving` is the number of one who is about to be replaced."""
    known = {}
    for row in _EVERYBODY.answer(session, _days(inspection, rules, today)):
        number, staff_no, name, title, kind, remits, left, week, next_week, term, busy, here, shut = row
        left_on = day(left)
        person = Person(
            title,
            kind,
            remits,
            max(week, next_week),
            term,
            is_busy=busy > 0,
            is_in_team=here > 0,
            leaves=leaves(left_on, inspection.ends_on),
            is_shut_out=shut is not None,
        )
        known[staff_no] = Known(number, staff_no, name, person, leaves(left_on, today))
    return _with_apart(_with_visits(known, *_visits(session, inspection, rules, today), rules), rules, leaving)


def _days(inspection: Inspection, rules: AllocationRules, today: date) -> dict[str, object]:
    """Return the days that the statement asks about: the weeks' and the term's, and the inspection's own."""
    first, last = inspection.starts_on, inspection.ends_on
    monday, last_monday = (each - timedelta(days=each.weekday()) for each in (first, last))
    sunday, last_sunday = (each + timedelta(days=6) for each in (monday, last_monday))
    days = {
        "monday": monday,
        "sunday": sunday,
        "last_monday": last_monday,
        "last_sunday": last_sunday,
        "today": today,
        "term": rules.term_of(first),
        "after": rules.term_ends(first) + timedelta(days=1),
        "first": first,
        "last": last,
        "earliest": monday,
        "latest": last_sunday,
    }
    return {"own": inspection.id, **{name: day.isoformat() for name, day in days.items()}}


def _visits(
    session: Session, inspection: Inspection, rules: AllocationRules, today: date
) -> tuple[Stay, dict[int, list[Stay]]]:
    """Return the inspection as a place, and what each has around its provider in the years that the rules look at.

    What counts is judged as a plan judges it: also what comes later, and what is only proposed.
    """
    months = MONTHS * max(rules.provider.years, rules.group.years)
    window = (months_after(inspection.starts_on, -months), months_after(inspection.starts_on, months))
    columns = (Inspection.reference, Inspection.provider, Inspection.starts_on, Inspection.ends_on, Assignment.role)
    rows = session.execute(
        select(Assignment.inspector_id, *columns)
        .join(Inspection, Inspection.id == Assignment.inspection_id)
        .where(Inspection.id != inspection.id, Inspection.starts_on.between(*window))
        .where(or_(Inspection.provider == inspection.provider, Inspection.provider.in_(_around(inspection.provider))))
        .where(Assignment.state.in_(OPEN), or_(Assignment.state.in_(HELD), Inspection.ends_on >= today))
    ).all()
    kin = kin_of(session, [inspection.provider, *(row.provider for row in rows)])

    def stay(reference: str, provider: str, first: date, last: date, role: str) -> Stay:
        return Stay(reference, provider, first, last, role, kin[provider].line, kin[provider].groups_on(first))

    found: dict[int, list[Stay]] = {}
    for row in rows:
        found.setdefault(row.inspector_id, []).append(stay(*row[1:]))
    days = inspection.starts_on, inspection.ends_on
    return stay(inspection.reference, inspection.provider, *days, ""), found


def _around(provider: str) -> CompoundSelect[str]:
    """Return the question for who shares a provider's line (its area), or one of its groups (a key)."""
    here, there, own, other = aliased(AreaOf), aliased(AreaOf), aliased(ProviderKey), aliased(ProviderKey)
    return union(
        select(there.ref).join(here, here.area == there.area).where(here.ref == provider),
        select(other.provider).join(own, own.key == other.key).where(own.provider == provider),
    )


def _with_visits(
    known: dict[str, Known], seat: Stay, had: dict[int, list[Stay]], rules: AllocationRules
) -> dict[str, Known]:
    for staff_no, each in known.items():
        stays = had.get(each.number)
        if stays:
            here, group = visits(stays, seat, rules)
            known[staff_no] = replace(each, person=replace(each.person, here=here, group=group))
    return known


def _with_apart(known: dict[str, Known], rules: AllocationRules, leaving: int | None) -> dict[str, Known]:
    """Say of each whom of the team the rules keep him or her apart from; whoever leaves the team is in nobody's way."""
    team = [(each.staff_no, each.name) for each in known.values() if each.person.is_in_team and each.number != leaving]
    for staff_no in {staff_no for pair in rules.apart for staff_no in pair.staff} & known.keys():
        mine = known[staff_no]
        known[staff_no] = replace(mine, person=replace(mine.person, apart=kept_apart(staff_no, team, rules)))
    return known
