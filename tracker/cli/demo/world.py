"""Making the demonstration's world: the register, the people, the policy and a year of acts, in one transaction."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from tracker.cli.db import EXAMPLE, REASON
from tracker.cli.demo.builder import STORY
from tracker.cli.demo.calendar import working_day
from tracker.cli.demo.people import PASSWORD, SIGN_INS, Inspector, SignIn, make_inspectors, write_inspectors
from tracker.cli.demo.places import places
from tracker.cli.demo.register import SEED, DemoRegister, make_register
from tracker.cli.demo.stage import Stage
from tracker.cli.demo.story import Story
from tracker.domain.access import Actor, Permission, Role
from tracker.domain.people import InspectorDetails
from tracker.domain.register import Kind
from tracker.importers import tables
from tracker.importers.registers import read_register
from tracker.models import Account
from tracker.services import inspectors as inspector_service
from tracker.services import people as people_service
from tracker.services.passwords import LOWEST_COST
from tracker.services.policies import AdoptPolicy, adopt
from tracker.services.registers import ImportRegister, import_register

DIRECTOR = Actor(
    "system:demonstration",
    "The demonstration",
    is_system=True,
    grants=frozenset({Permission.MANAGE_PEOPLE, Permission.ADOPT_POLICY}),
)
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Settings:
    """The day up to which the story runs, the seed of its chances, and the work of a password's hash."""

    today: date
    seed: int = SEED
    password_cost: int = LOWEST_COST


def make_world(session: Session, settings: Settings, progress: Progress = lambda _done: None) -> DemoRegister:
    """Fill an empty, migrated database; nothing is committed here."""
    return _Making(session, settings).make(progress)


class _Making:
    """The making of one world: whoever acts, and the instant of the first morning."""

    def __init__(self, session: Session, settings: Settings) -> None:
        self.session, self.settings = session, settings
        self.rng = Random(settings.seed + 1)  # noqa: S311 (an invented world needs to be the same each time, not secret)
        self.register = make_register(settings.today, settings.seed)
        self.begins_on = working_day(settings.today - STORY)
        self.morning = datetime.combine(self.begins_on, time(9), UTC)

    def make(self, progress: Progress) -> DemoRegister:
        director, rest = SIGN_INS[-1], SIGN_INS[:-1]
        self._add(DIRECTOR, director, 0)
        policy = AdoptPolicy(toml=EXAMPLE.read_text(encoding="utf-8"), effective_on=self.begins_on, reason=REASON)
        adopt(self.session, DIRECTOR, policy, at=self._at(2))
        administrator = self._actors()[director.email]
        where = [each for some in places(self.rng).values() for each in some]
        self.homes = {each.district: each for each in where}
        staff = make_inspectors(self.rng, where)
        with TemporaryDirectory() as folder:
            self._import(administrator, staff, Path(folder))
        for number, person in enumerate(rest):
            self._add(administrator, person, 40 + number)
        for each in staff[1:]:
            self._add_silent(administrator, each)
        by_email = self._actors()
        actors = {each.key: by_email[each.email] for each in SIGN_INS} | {
            each.staff_no: by_email[each.email] for each in staff
        }
        ends_at = datetime.combine(self.settings.today, time(), UTC)
        Story(Stage(self.session, self.rng, ends_at, actors), self.register, self.settings.today).tell(progress)
        return self.register

    def _at(self, minutes: int) -> datetime:
        return self.morning + timedelta(minutes=minutes)

    def _add(self, actor: Actor, person: SignIn, minutes: int) -> None:
        command = people_service.AddPerson(
            person.name, person.email, PASSWORD, person.roles, person.staff_no, is_demonstration=True
        )
        people_service.add(self.session, actor, command, at=self._at(minutes), cost=self.settings.password_cost)

    def _add_silent(self, actor: Actor, inspector: Inspector) -> None:
        """Add an account that nobody is told the password of; it gives its owner a name beside what he or she did."""
        command = people_service.AddPerson(
            inspector.name,
            inspector.email,
            secrets.token_urlsafe(),
            (Role.INSPECTOR,),
            inspector.staff_no,
            is_demonstration=True,
        )
        people_service.add(self.session, actor, command, at=self._at(50), cost=LOWEST_COST)

    def _import(self, actor: Actor, staff: tuple[Inspector, ...], folder: Path) -> None:
        """Write the files, and import them as anybody's would be."""
        files = self.register.write(folder, self.begins_on).by_kind
        for minutes, (kind, path) in enumerate(files.items(), start=10):
            with path.open("rb") as file:
                extract = read_register(Kind(kind), file, path.name)
            import_register(self.session, actor, ImportRegister(extract), at=self._at(minutes))
        path = folder / "inspectors.csv"
        write_inspectors(path, staff)
        people = [self._at_home(each) for each in tables.inspectors(path)]
        inspector_service.import_many(self.session, actor, people, at=self._at(30))

    def _at_home(self, each: InspectorDetails) -> InspectorDetails:
        """Put an inspector where the postcode is, which no list of postcodes knows: in the middle of the place."""
        home = self.homes[each.home_postcode.partition(" ")[0]]
        return replace(each, easting=home.easting, northing=home.northing)

    def _actors(self) -> dict[str, Actor]:
        """Return everybody who can act, by e-mail address."""
        accounts = self.session.scalars(select(Account).options(selectinload(Account.grants)))
        return {
            each.email: Actor(
                f"person:{each.ref}", each.name, frozenset(grant.role for grant in each.grants), each.inspector_id
            )
            for each in accounts
        }
