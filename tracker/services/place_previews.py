"""What a file of who is to go where would do: each row judged as whoever chooses by hand is told, and by its check.

What keeps somebody from the list of candidates makes a row wrong; what the list only warns of is warned of. The rows of
a file count against each other, in their order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.domain import choosing
from tracker.domain.access import Actor, Permission, Subject, permits
from tracker.domain.allocation_rules import AllocationRules
from tracker.domain.check import check
from tracker.domain.dates import in_words
from tracker.domain.errors import BadRowError
from tracker.domain.fitting import Person, Stay, leaves, metres_between
from tracker.domain.lifecycle import IN_THE_TEAM, LEAD, OBSERVER, ROLES
from tracker.domain.moving import span_in_words
from tracker.domain.planning import Fate, Foreseen, PlaceRow
from tracker.domain.uk_time import in_uk
from tracker.queries import policies
from tracker.queries.facts import facts_for
from tracker.queries.inspections import shut_out
from tracker.queries.moves import called_off
from tracker.queries.pairs import Pair
from tracker.queries.parts import in_parts
from tracker.queries.stays import Opening, all_names, people
from tracker.services.ground import Ground
from tracker.services.permit import permit
from tracker.services.plan_previews import Preview, preview_of


def preview_places(
    session: Session,
    actor: Actor,
    rows: Sequence[PlaceRow],
    problems: Sequence[BadRowError] = (),
    *,
    rules: AllocationRules,
    at: datetime,
) -> Preview:
    """Judge each place of a file by the rules of allocating, and check the new ones as a proposal would.

    Days are past by the clocks of the United Kingdom, and checks are made on the instant's day, as the act makes them.
    Writes nothing.
    """
    permit(actor, Permission.ASSIGN)
    known = _Known(session, rules, in_uk(at).date(), rows)
    lines = [known.judged(row, actor) for row in rows]
    new = [(place, row) for place, (row, line) in enumerate(zip(rows, lines, strict=True)) if line.fate is Fate.NEW]
    book = policies.all_in_force(session, at.date())
    for some in in_parts(new):
        for (place, row), facts in zip(some, facts_for(session, [known.pair(row) for _, row in some]), strict=True):
            outcome = check(facts, book.of(known.people[row.staff_no].engagement)[1])
            lines[place] = replace(lines[place], verdict=outcome.verdict, rules=outcome.rules)
    return preview_of(lines, problems)


class _Known(Ground):
    """What is known of the inspections and the inspectors that a file names, and which row has taken which place."""

    def __init__(self, session: Session, rules: AllocationRules, today: date, rows: Sequence[PlaceRow]) -> None:
        # Also who has left: it is told that he or she leaves before, as it is of whoever has not left yet.
        parts = in_parts([row.staff_no for row in rows])
        staff = [each for some in parts for each in people(session, date.min, some)]
        super().__init__(session, rules, today, staff, {row.inspection for row in rows})
        self.names = all_names(session)
        self.shut_out = {
            number for some in in_parts([each.number for each in staff]) for number in shut_out(session, some)
        }
        self.off = called_off(session, {row.inspection for row in rows})
        self.roles = {
            (opening.reference, staff_no): role
            for opening in self.openings.values()
            for staff_no, role in self.teams[opening.number]
        }
        self.rows: dict[tuple[str, str], int] = {}

    def judged(self, row: PlaceRow, actor: Actor) -> Foreseen:
        what, key = f"{row.inspection}, {row.staff_no}, {row.role}", (row.inspection, row.staff_no)
        person, opening = self.people.get(row.staff_no), self.openings.get(row.inspection)
        wrong = [*row.faults, *self._wrong(row, actor, person, opening)]
        if wrong or person is None or opening is None:
            return Foreseen(row.row, what, Fate.WRONG, "; ".join(wrong))
        if self.roles.get(key) == row.role:
            return Foreseen(row.row, what, Fate.UNCHANGED)
        warns = "; ".join(self._warns(row, person, opening))
        self.roles[key], self.rows[key] = row.role, row.row
        self.take(opening, person, row.role)
        days = span_in_words((opening.starts_on, opening.ends_on))
        return Foreseen(row.row, what, Fate.NEW, days, warns=warns)

    def take(self, opening: Opening, person: Person, role: str) -> None:
        """Keep that a place is taken; nobody is busy with a proposal for an inspection that is over."""
        if opening.ends_on >= self.today:
            super().take(opening, person, role)
        else:
            self.teams[opening.number].append((person.staff_no, role))

    def _wrong(self, row: PlaceRow, actor: Actor, person: Person | None, opening: Opening | None) -> Iterator[str]:
        if row.inspection in self.off:
            yield f"{row.inspection} was called off: nobody goes there any more"
        elif row.inspection and opening is None:
            yield f"There is no inspection {row.inspection}. Plan it first"
        if row.staff_no and person is None:
            yield f"There is no inspector with staff number {row.staff_no}: compare it with the staff list"
        if person is None:
            return
        there = self.roles.get((row.inspection, row.staff_no))
        if there is not None and there == row.role:
            return
        if not permits(actor, Permission.ASSIGN, Subject(inspector_id=person.number)):
            yield "You cannot propose yourself: another scheduler does"
        if there is not None:
            yield f"{self.names[row.staff_no]} is already proposed for {row.inspection}, in another role: release first"
        elif opening is not None:
            yield from self._obstacles(row, person, opening)

    def _obstacles(self, row: PlaceRow, person: Person, opening: Opening) -> Iterator[str]:
        """Yield what would keep somebody from the list of candidates; of a role that is none, what holds in any."""
        role = row.role if row.role in ROLES else OBSERVER
        stands = self._stands(person, opening, role)
        for each in choosing.obstacles(stands, role, opening.remit, self.rules):
            cure = self._cure_of_rows(row, person, opening) if each.says == choosing.BUSY else ""
            yield each.told_of(self.names[row.staff_no], cure)

    def _stands(self, person: Person, opening: Opening, role: str) -> choosing.Person:
        """Return how somebody stands to an inspection, as the list of candidates has it."""
        seat = self.seat(opening, role)
        others = self._others(person, opening)
        week, term = choosing.load(others, seat, self.rules)
        here, group = choosing.visits(others, seat, self.rules)
        team = [(staff_no, self.names[staff_no]) for staff_no, _ in self.teams[opening.number]]
        return choosing.Person(
            person.title,
            person.engagement,
            person.remits,
            week,
            term,
            is_busy=any(self._meets(each, opening) for each in others),
            here=here,
            group=group,
            apart=choosing.kept_apart(person.staff_no, team, self.rules),
            leaves=leaves(person.left_on, opening.ends_on),
            is_shut_out=person.number in self.shut_out,
        )

    def _others(self, person: Person, opening: Opening) -> list[Stay]:
        return [each for each in self.stays[person.number] if each.reference != opening.reference]

    @staticmethod
    def _meets(stay: Stay, opening: Opening) -> bool:
        return stay.starts_on <= opening.ends_on and stay.ends_on >= opening.starts_on

    def _cure_of_rows(self, row: PlaceRow, person: Person, opening: Opening) -> str:
        """Return the cure where earlier rows of the file alone make somebody busy; an empty text for whoever is so."""
        met = [each.reference for each in self._others(person, opening) if self._meets(each, opening)]
        rows = [self.rows.get((reference, row.staff_no)) for reference in met]
        if not all(rows):
            return ""
        return f"row {rows[0]} of this file already sends them to {met[0]} on one of those days. Keep one of the two"

    def _warns(self, row: PlaceRow, person: Person, opening: Opening) -> Iterator[str]:
        """Yield what the pages warn of whoever chooses by hand."""
        if opening.ends_on < self.today:
            yield f"{row.inspection} ended on {in_words(opening.ends_on)}"
        if row.role in IN_THE_TEAM:
            yield from self._crowded(row, opening)
        metres = metres_between(person.place, self.kin[opening.provider].place)
        for says in choosing.bends(self._stands(person, opening, row.role), metres, self.rules):
            yield f"{self.names[row.staff_no]}: {choosing.in_mid_sentence(says)}"

    def _crowded(self, row: PlaceRow, opening: Opening) -> Iterator[str]:
        team = [(staff_no, role) for staff_no, role in self.teams[opening.number] if role in IN_THE_TEAM]
        lead = next((staff_no for staff_no, role in team if role == LEAD), None)
        if row.role == LEAD and lead is not None:
            number = self.rows.get((row.inspection, lead))
            who = self.names[lead] + (f" by row {number} of this file" if number else "")
            yield f"{row.inspection} has a lead already, {who}: only one can be confirmed, so release or replace one"
        elif len(team) >= opening.size:
            rows = [number for staff_no, _ in team if (number := self.rows.get((row.inspection, staff_no)))]
            there = f"{len(team)} proposed or confirmed for {_places(opening.size)} already{_of_rows(rows)}"
            cure = "whoever is one too many can be confirmed only once somebody is released"
            yield f"{row.inspection} has {there}: {cure}"

    def pair(self, row: PlaceRow) -> Pair:
        opening, person = self.openings[row.inspection], self.people[row.staff_no]
        days = opening.starts_on, opening.ends_on
        return Pair(person.number, row.staff_no, opening.provider, *days, row.role, inspection=opening.number)


def _places(number: int) -> str:
    return f"{number} place{'' if number == 1 else 's'}"


def _of_rows(rows: Sequence[int]) -> str:
    if not rows:
        return ""
    *others, last = map(str, rows)
    said = f"rows {', '.join(others)} and {last}" if others else f"row {last}"
    return f" ({said} of this file among them)"
