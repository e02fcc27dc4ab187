"""A small world that reaches its states through the services, so that every row has its history and its leave."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from config import EXAMPLE_ALLOCATION
from tracker.domain.access import Actor, Permission, Role
from tracker.domain.allocation_rules import parse
from tracker.domain.facts import Group, Link, Membership, Provider, Status, World
from tracker.domain.people import InspectorDetails
from tracker.domain.statement import Statement, stated
from tracker.models import (
    Assignment,
    GroupRow,
    Inspection,
    Inspector,
    LinkRow,
    MembershipRow,
    ProviderRow,
)
from tracker.queries import declarations as questions
from tracker.services import assignments, declarations, inspectors, policies
from tracker.services.assignments import AddInspection, Confirmation, Propose, Release
from tracker.services.declarations import Filed, RecordDeclaration
from tracker.services.keys import rebuild_keys
from tracker.services.policies import Adopted, AdoptPolicy

EXAMPLE = Path(__file__).parents[2] / "tracker" / "policies" / "example.toml"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
SYSTEM = Actor("system:tests", "the tests", is_system=True, grants=frozenset(Permission))
SCHEDULER = Actor("person:SCHEDULER", "Sam Scheduler", frozenset({Role.SCHEDULER}))
DECIDER = Actor("person:DECIDER", "Dee Decider", frozenset({Role.DECISION_MAKER}))
OTHER_DECIDER = Actor("person:DECIDER2", "Dan Decider", frozenset({Role.DECISION_MAKER}))

# By which rules inspectors are placed here.
ALLOCATION = parse(EXAMPLE_ALLOCATION.read_text("utf-8"))

AUTHORITY, MAINTAINED = "990", "Local authority maintained schools"


def school(ref: str, name: str, type_group: str, easting: int, *, closed_on: date | None = None) -> Provider:
    """Return a primary school of Wenshire."""
    status = Status.CLOSED if closed_on else Status.OPEN
    return Provider(ref, name, status, closed_on, AUTHORITY, type_group, "Primary", easting, 200_000)


# No two are near. Hilltop became Ridge; Ridge and Vale are in one trust, whose sponsor bears its name in another case.
REGISTER = World(
    providers=(
        school("gias:900001", "Hilltop Primary School", MAINTAINED, 500_000, closed_on=date(2023, 8, 31)),
        school("gias:900002", "Ridge Academy", "Academies", 500_000),
        school("gias:900003", "Vale Academy", "Academies", 510_000),
        school("gias:900004", "Lone Oak School", MAINTAINED, 530_000),
        Provider("la:990", "Wenshire"),
    ),
    links=(Link("gias:900001", "gias:900002", "Successor"), Link("gias:900002", "gias:900001", "Predecessor")),
    groups=(
        Group("group:9001", "Birch Trust", "Multi-academy trust"),
        Group("group:9002", "BIRCH  trust", "School sponsor"),
    ),
    memberships=(
        Membership("gias:900002", "group:9001", date(2023, 9, 1)),
        Membership("gias:900003", "group:9002", date(2020, 9, 1)),
    ),
)


def put_register(session: Session, world: World = REGISTER) -> None:
    """Put providers, links, groups and memberships into the database with their keys."""
    for each in world.providers:
        session.add(
            ProviderRow(
                ref=each.ref,
                register="authorities" if each.register == "la" else each.register,
                name=each.name,
                status=each.status,
                closed_on=each.closed_on,
                authority=each.authority,
                type_group=each.type_group,
                phase=each.phase,
                easting=each.easting,
                northing=each.northing,
                row_digest="",
            )
        )
    for link in world.links:
        session.add(LinkRow(register="gias-links", of_ref=link.of, to_ref=link.to, kind=link.kind, row_digest=""))
    _put_groups(session, world)
    session.flush()
    rebuild_keys(session)


def _put_groups(session: Session, world: World) -> None:
    for group in world.groups:
        session.add(
            GroupRow(
                ref=group.ref,
                register="gias-groups",
                name=group.name,
                kind=group.kind,
                status=group.status,
                closed_on=group.closed_on,
                row_digest="",
            )
        )
    spells: Counter[tuple[str, str, date | None]] = Counter()
    for each in world.memberships:
        spells[each.provider, each.group, each.joined_on] += 1
        session.add(
            MembershipRow(
                register="gias-group-links",
                provider_ref=each.provider,
                group_ref=each.group,
                joined_on=each.joined_on,
                left_on=each.left_on,
                period=spells[each.provider, each.group, each.joined_on],
                row_digest="",
            )
        )


@dataclass
class Stage:
    """A small world in one session, and the acts upon it; the clock moves a minute with every act."""

    session: Session
    now: datetime = NOW
    people: dict[str, Inspector] = field(default_factory=dict)

    def tick(self) -> datetime:
        """Move the clock on and return the time."""
        self.now += timedelta(minutes=1)
        return self.now

    def policy(self) -> None:
        """Adopt the example policy from today on."""
        self.adopts(EXAMPLE.read_text("utf-8"))

    def adopts(self, toml: str, start: date | None = None) -> Adopted:
        """Adopt a policy from today on, or from a later day."""
        at = self.tick()
        command = AdoptPolicy(toml, start or at.date(), "For the tests")
        return policies.adopt(self.session, SYSTEM, command, at=at)

    def inspector(self, staff_no: str = "T100", name: str = "Ines Pector", remits: str = "schools") -> Inspector:
        """Add an inspector."""
        details = InspectorDetails(staff_no, name, f"{staff_no.lower()}@example.org", "HMI", "staff", remits, "")
        inspectors.import_many(self.session, SYSTEM, [details], at=self.tick())
        found = self.session.query(Inspector).filter_by(staff_no=staff_no).one()
        self.people[staff_no] = found
        return found

    def actor(self, inspector: Inspector) -> Actor:
        """Return the inspector as one who acts."""
        return Actor(f"person:{inspector.staff_no}", inspector.name, frozenset({Role.INSPECTOR}), inspector.id)

    def declares(self, inspector: Inspector, *statements: Statement) -> Filed:
        """File a complete statement for an inspector, based on the one in force."""
        current = questions.in_force(self.session, inspector.id)
        command = RecordDeclaration(inspector.id, statements, "The words asked.", current.ref if current else None)
        return declarations.record(self.session, self.actor(inspector), command, at=self.tick())

    def inspection(self, reference: str = "INS-1", provider: str = "gias:900002", **changes: object) -> Inspection:
        """Plan an inspection of Ridge Academy in two weeks, unless told otherwise."""
        values = {"starts_on": date(2026, 3, 17), "ends_on": date(2026, 3, 18), "team_size": 2, **changes}
        command = AddInspection(reference=reference, provider=provider, framework="Graded inspection", **values)
        return assignments.add_inspection(self.session, SCHEDULER, command, at=self.tick())

    def proposes(self, inspection: Inspection, inspector: Inspector, role: str = "team") -> Assignment:
        """Propose an inspector for an inspection."""
        command = Propose(inspection.reference, inspector.staff_no, role)
        return assignments.propose(self.session, SCHEDULER, command, rules=ALLOCATION, at=self.tick())

    def planned(self, reference: str) -> Inspection:
        """Return an inspection that was planned."""
        return self.session.scalars(select(Inspection).filter_by(reference=reference)).one()

    def releases(self, assignment: Assignment, reason: str = "Ill.") -> Assignment:
        """Release an inspector."""
        return assignments.release(self.session, SCHEDULER, Release(assignment.ref, reason), at=self.tick())

    def confirms(self, assignment: Assignment) -> Confirmation:
        """Try to confirm an assignment."""
        return assignments.confirm(self.session, SCHEDULER, assignment.ref, at=self.tick())


def days_apart(number: int) -> dict[str, date]:
    """Return days for the inspections of one world: no two meet, so that one inspector can go to all."""
    starts_on = date(2026, 3, 17) + timedelta(days=2 * number)
    return {"starts_on": starts_on, "ends_on": starts_on + timedelta(days=1)}


def employed_at(target: str, began_on: str = "2015", ended_on: str = "", **changes: str) -> Statement:
    """Return a statement of own employment, unless told otherwise."""
    values = {"nature": "employment", "holder": "self", "note": "", **changes}
    return stated(target=target, began_on=began_on, ended_on=ended_on, **values)


def staged(session: Session) -> Stage:
    """Return a small world with its register and the example policy in force."""
    put_register(session)
    stage = Stage(session)
    stage.policy()
    return stage
