"""Whole random databases: a world, inspectors with what they declared, and inspections with teams."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

from sqlalchemy import insert
from sqlalchemy.orm import Session

from tests.support.random_links import NOWHERE, Chooser
from tests.support.world import put_register
from tests.support.worlds import LENGTHS, STARTS, boundaries, connection, near, pool_of_days, worlds, years_before
from tracker.domain.facts import Connection, Facts, Nature, Standing, Verdict, Visit, World
from tracker.domain.lifecycle import State
from tracker.models import (
    Assignment,
    ConnectionGrade,
    ConnectionRow,
    Declaration,
    DeclarationKind,
    InForce,
    Inspection,
    Inspector,
    OrganisationLinkRow,
    Words,
)
from tracker.queries.pairs import Pair
from tracker.services.keys import rebuild_keys

T = TypeVar("T")
MADE = datetime(2026, 1, 1, tzinfo=UTC)
ROLES = ("lead", "team", "sign-off", "observer")


@dataclass(frozen=True)
class Person:
    """An inspector, with what he or she declared and when; None where there is no declaration."""

    number: int
    made_on: date | None
    connections: tuple[Connection, ...]

    @property
    def staff_no(self) -> str:
        return f"P{self.number}"


@dataclass(frozen=True)
class Planned:
    """An inspection, with who holds a place in it and in which role; past ones are of one or more days as well."""

    number: int
    provider: str
    starts_on: date
    ends_on: date
    team: tuple[tuple[int, str], ...] = ()

    @property
    def reference(self) -> str:
        return f"I{self.number}"


@dataclass(frozen=True)
class Population:
    """All of it."""

    world: World
    people: tuple[Person, ...]
    planned: tuple[Planned, ...]

    def pairs(self) -> Iterator[tuple[Person, Planned]]:
        """Yield every inspector with every inspection."""
        return ((person, each) for each in self.planned for person in self.people)

    def facts(self, person: Person, planned: Planned) -> Facts:
        """Return all that there is to know of a pair, for the oracle: the whole world and every connection."""
        visits = tuple(
            Visit(
                each.reference,
                each.provider,
                each.starts_on,
                each.ends_on,
                any(number == person.number and role != "observer" for number, role in each.team),
            )
            for each in self.planned
            if each.team
        )
        return Facts(
            inspector=person.staff_no,
            provider=planned.provider,
            starts_on=planned.starts_on,
            ends_on=planned.ends_on,
            declaration=Standing(f"DEC-{person.number}", person.made_on) if person.made_on else None,
            connections=person.connections,
            areas=(self.world,),
            visits=visits,
        )


def population(pick: Chooser, people: int, planned: int) -> Population:
    """Return a random population, in which everything is near everything else."""
    starts_on = pick(STARTS)
    days = pool_of_days(pick, starts_on, starts_on + timedelta(days=pick(LENGTHS)))
    world = worlds(pick, days)
    refs = [each.ref for each in world.providers]
    someone = [_person(pick, world, days, number) for number in range(1, people + 1)]
    visits = [_planned(pick, refs, days, number, people) for number in range(1, planned + 1)]
    return Population(world, tuple(someone), tuple(visits))


def _person(pick: Chooser, world: World, days: list[date], number: int) -> Person:
    targets = near(world, pick([each.ref for each in world.providers]))
    edges = [*days, *boundaries(days[0], days[1])]
    yearly = years_before(days[0], 1)
    made_on = pick([days[0], days[0], yearly, yearly - timedelta(days=1), None, pick(days)])
    said = [
        replace(each, ref=f"P{number}-{each.ref}")
        for each in (connection(pick, targets, edges, n) for n in range(pick([1, 2, 3, 4])))
    ]
    return Person(number, made_on, tuple(said) if made_on else ())


def _planned(pick: Chooser, refs: list[str], days: list[date], number: int, people: int) -> Planned:
    provider = pick([*refs * 3, NOWHERE])
    begins = pick([*days[:2], *days[:2], pick(days), days[0] - timedelta(days=pick([400, 800, 31, 1]))])
    team = dict.fromkeys(pick(range(1, people + 1)) for _ in range(pick([0, 1, 2])))
    roles = tuple((each, pick(ROLES)) for each in team)
    return Planned(number, provider, begins, begins + timedelta(days=pick(LENGTHS)), roles)


def put_population(session: Session, population: Population) -> None:
    """Put a population into an empty database: the register, what was declared and graded, and who goes where."""
    world = population.world
    put_register(session, replace(world, links=_once(world.links), memberships=_once(world.memberships)))
    words = session.scalar(insert(Words).values(commitment="", erased_at=MADE).returning(Words.id))
    if world.organisation_links:
        same = {"is_linked": True, "made_at": MADE, "made_by": "x", "reasons_id": words}
        links = [{"organisation": each.organisation, "target": each.target} for each in world.organisation_links]
        session.execute(insert(OrganisationLinkRow), [{**each, **same} for each in links])
    _put_people(session, population.people, words)
    _put_planned(session, population.planned)
    rebuild_keys(session)


def _once(facts: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(facts))


def _put_people(session: Session, people: tuple[Person, ...], words: int | None) -> None:
    same = {"email": "", "title": "HMI", "engagement": "staff", "remits": "", "home_postcode": "", "added_at": MADE}
    if people:
        session.execute(
            insert(Inspector), [{"id": x.number, "staff_no": x.staff_no, "name": x.staff_no, **same} for x in people]
        )
    filed = [each for each in people if each.made_on]
    if not filed:
        return
    said = {"kind": DeclarationKind.CONNECTIONS, "recorded_at": MADE, "recorded_by": "x", "is_imported": False}
    made = [
        {"id": x.number, "ref": f"DEC-{x.number}", "inspector_id": x.number, "made_at": _instant(x.made_on), **said}
        for x in filed
    ]
    session.execute(insert(Declaration), made)
    standing = [{"inspector_id": x.number, "declaration_id": x.number, "ref": f"DEC-{x.number}"} for x in filed]
    session.execute(insert(InForce), [{**x, "made_on": y.made_on} for x, y in zip(standing, filed, strict=True)])
    rows, grades = [], []
    for person in filed:
        for place, each in enumerate(person.connections, start=1):
            number = person.number * 100 + place
            rows.append(_row(each, number, person.number, place, words))
            if each.nature is Nature.OTHER and each.grade:
                grades += [(number, Verdict.REAL), (number, each.grade)]
    session.execute(insert(ConnectionRow), rows)
    if grades:
        told = {"graded_at": MADE, "graded_by": "x", "reasons_id": words}
        session.execute(insert(ConnectionGrade), [{"connection_id": x, "verdict": y, **told} for x, y in grades])


def _instant(day: date | None) -> datetime:
    return datetime.combine(day or MADE.date(), time(), UTC)


def _row(each: Connection, number: int, declaration: int, place: int, words: int | None) -> dict[str, object]:
    return {
        "id": number,
        "ref": each.ref,
        "declaration_id": declaration,
        "position": place,
        "nature": each.nature,
        "holder": each.holder,
        "target": each.target,
        "target_name": each.target_name,
        "began_on": each.began_on.text,
        "ended_on": each.ended_on.text if each.ended_on else None,
        "words_id": words,
    }


def _put_planned(session: Session, planned: tuple[Planned, ...]) -> None:
    if not planned:
        return
    same = {"framework": "x", "team_size": 2, "added_at": MADE}
    session.execute(
        insert(Inspection),
        [
            {
                "id": x.number,
                "reference": x.reference,
                "provider": x.provider,
                "starts_on": x.starts_on,
                "ends_on": x.ends_on,
                **same,
            }
            for x in planned
        ],
    )
    held = {"state": State.CONFIRMED, "proposed_by": "x", "proposed_at": MADE, "changed_at": MADE, "verdict": "clear"}
    places = [
        {
            "ref": f"A{x.number}-{who}",
            "inspection_id": x.number,
            "inspector_id": who,
            "role": role,
            **held,
            "version": 1,
        }
        for x in planned
        for who, role in x.team
    ]
    if places:
        session.execute(insert(Assignment), places)


def pair(person: Person, planned: Planned) -> Pair:
    """Return a pair as the queries ask for it."""
    return Pair(person.number, person.staff_no, planned.provider, planned.starts_on, planned.ends_on)
