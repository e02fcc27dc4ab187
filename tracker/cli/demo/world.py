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
from tracker.cli.demo.register import SEED, DemoRegister, make_register
from tracker.cli.demo.places import AUTHORITIES, places
from tracker.cli.demo.stage import Stage
from tracker.cli.demo.story import Story
from tracker.domain.access import Actor, Permission, Role
from tracker.domain.register import Kind
from tracker.importers import tables
from tracker.importers.gias import read_register
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
SAYS = Callable[[str, int | None], Callable[[int], None]]


@dataclass(frozen=True, slots=True)
class Settings:
    """The day up to which the story runs, the seed of its chances, and the work of a password's hash."""

    today: date
    seed: int = SEED
    password_cost: int = LOWEST_COST


def make_world(session: Session, settings: Settings, progress: Callable[[int], None] = lambda _done: None) -> DemoRegister:
    """Fill an empty, migrated database; nothing is committed here."""
    register = make_register(settings.today, settings.seed)
    rng = Random(settings.seed + 1)  # noqa: S311 (an invented world needs to be the same each time, not secret)
    begins_on = working_day(settings.today - STORY)
    at = datetime.combine(begins_on, time(9), UTC)
    administrator = SIGN_INS[-1]
    _add(session, DIRECTOR, administrator, settings.password_cost, at)
    adopt(session, DIRECTOR, _policy(begins_on), at=at + timedelta(minutes=2))
    actor = _actors(session)[administrator.email]
    with TemporaryDirectory() as folder:
        _registers(session, actor, register, Path(folder), begins_on, at + timedelta(minutes=10))
        staff = make_inspectors(rng, [each for some in places(rng).values() for each in some])
        _staff(session, actor, staff, Path(folder), at + timedelta(minutes=30))
    for number, each in enumerate(SIGN_INS[:-1]):
        _add(session, actor, each, settings.password_cost, at + timedelta(minutes=40 + number))
    for each in staff[1:]:
        # Nobody is told this password; the account is there for its owner's name beside what he or she did.
        command = people_service.AddPerson(
            each.name, each.email, secrets.token_urlsafe(), (Role.INSPECTOR,), each.staff_no, is_demonstration=True
        )
        people_service.add(session, actor, command, at=at + timedelta(minutes=50), cost=LOWEST_COST)
    _play(session, settings, register, staff, rng, progress)
    return register


def _policy(day: date) -> AdoptPolicy:
    return AdoptPolicy(toml=EXAMPLE.read_text(encoding="utf-8"), effective_on=day, reason=REASON)


def _add(session: Session, actor: Actor, person: SignIn, cost: int, at: datetime) -> None:
    command = people_service.AddPerson(
        person.name, person.email, PASSWORD, person.roles, person.staff_no, is_demonstration=True
    )
    people_service.add(session, actor, command, at=at, cost=cost)


def _registers(
    session: Session, actor: Actor, register: DemoRegister, folder: Path, day: date, at: datetime
) -> None:
    for number, (kind, path) in enumerate(register.write(folder, day).by_kind.items()):
        with path.open("rb") as file:
            extract = read_register(Kind(kind), file, path.name)
        import_register(session, actor, ImportRegister(extract), at=at + timedelta(minutes=number))


def _staff(session: Session, actor: Actor, staff: tuple[Inspector, ...], folder: Path, at: datetime) -> None:
    path = folder / "inspectors.csv"
    write_inspectors(path, staff)
    inspector_service.import_many(session, actor, tables.inspectors(path), at=at)


def _actors(session: Session) -> dict[str, Actor]:
    """Return everybody who can act, by e-mail address."""
    accounts = session.scalars(select(Account).options(selectinload(Account.grants)))
    return {
        each.email: Actor(
            f"person:{each.ref}", each.name, frozenset(grant.role for grant in each.grants), each.inspector_id
        )
        for each in accounts
    }


def _play(
    session: Session,
    settings: Settings,
    register: DemoRegister,
    staff: tuple[Inspector, ...],
    rng: Random,
    progress: Callable[[int], None],
) -> None:
    by_email = _actors(session)
    actors = {each.key: by_email[each.email] for each in SIGN_INS} | {
        each.staff_no: by_email[each.email] for each in staff
    }
    ends_at = datetime.combine(settings.today, time(), UTC)
    stage = Stage(session, rng, ends_at, actors)
    Story(stage, register, settings.today).tell(progress)
