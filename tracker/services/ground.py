"""All that stands around places that somebody may get, read once, and kept up as places are taken."""

from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy.orm import Session

from tracker.domain.allocation_rules import AllocationRules
from tracker.domain.fitting import Person, Stay
from tracker.queries.parts import in_parts
from tracker.queries.stays import Had, Kin, Opening, has, kin_of, looked_back, openings, teams


class Ground:
    """The inspections of these references, the teams that they have, and all that these people have around them."""

    def __init__(
        self,
        session: Session,
        rules: AllocationRules,
        today: date,
        staff: Iterable[Person],
        references: Collection[str],
    ) -> None:
        self.rules, self.today = rules, today
        self.people = {each.staff_no: each for each in staff}
        found = (each for some in in_parts(references) for each in openings(session, only=some))
        self.openings = {each.reference: each for each in found}
        self.kin: dict[str, Kin] = {}
        kin_of(session, (each.provider for each in self.openings.values()), self.kin)
        self.stays: dict[int, list[Stay]] = {each.number: [] for each in self.people.values()}
        for each in self._had(session):
            self.stays[each.inspector].append(each.stay)
        self.teams = teams(session, [each.number for each in self.openings.values()])

    def _had(self, session: Session) -> Iterable[Had]:
        first = min((each.starts_on for each in self.openings.values()), default=self.today)
        years = max(self.rules.provider.years, self.rules.group.years)
        since = looked_back(min(first, self.today, self.rules.term_of(first)), years)
        for some in in_parts(self.stays):
            yield from has(session, self.today, since, only=some, kin=self.kin)

    def seat(self, opening: Opening, role: str) -> Stay:
        """Return a place of an inspection as whoever takes it would have it."""
        kin = self.kin[opening.provider]
        when = opening.starts_on, opening.ends_on
        return Stay(opening.reference, opening.provider, *when, role, kin.line, kin.groups_on(opening.starts_on))

    def take(self, opening: Opening, person: Person, role: str) -> None:
        """Keep that a place is taken."""
        self.teams[opening.number].append((person.staff_no, role))
        self.stays[person.number].append(self.seat(opening, role))
