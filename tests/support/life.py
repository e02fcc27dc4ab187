"""A random life of an inspectorate, an act at a time, through the services: whatever changes, and in any order."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.extracts import imported
from tests.support.policy import EXAMPLE
from tests.support.random_links import ASSOCIATED, UNDIRECTED, VARIANTS, Chooser
from tests.support.world import DECIDER, SCHEDULER, SYSTEM, Stage, days_apart
from tracker.domain.errors import TrackerError
from tracker.domain.facts import Holder, Nature, Verdict, folded
from tracker.domain.register import Kind
from tracker.domain.statement import Statement, stated
from tracker.models import Assignment, ConnectionRow, InForce, Inspection, Inspector
from tracker.queries import declarations as questions
from tracker.services import (
    assignments,
    calling_off,
    confirmations,
    declarations,
    leavings,
    moving,
    objections,
    organisations,
)
from tracker.services.assignments import Release
from tracker.services.calling_off import CallOff
from tracker.services.confirmations import Vouch
from tracker.services.declarations import GradeConnection, WithdrawDeclaration
from tracker.services.leavings import RecordLeaving, WithdrawLeaving
from tracker.services.moving import Move
from tracker.services.objections import RecordObjection
from tracker.services.organisations import LinkOrganisation

Row = dict[str, str]
SCHOOLS = range(900001, 900010)
TRUSTS = range(9001, 9005)
DAYS = ["", "01-01-1900", "01-09-2015", "01-09-2023", "18-03-2026"]
PLACES = [("400100", "300200"), ("404100", "303200"), ("400100", "305201"), ("", ""), ("0", "0"), ("490100", "300200")]
KINDS = ["Multi-academy trust", "School sponsor", "Single-academy trust", "Federation", "Children's Centres Group"]
ORGANISATIONS = ["org:Makers UK", "org:makers  uk", "org:Tuba Trust"]
POLICIES = [("perceived_years = 6", "perceived_years = 4"), ("gias = 5.0", "gias = 9.5"), ("visits = 2", "visits = 1")]


@dataclass
class Life:
    """The registers as their files are now, and the small world in which all happens."""

    stage: Stage
    pick: Chooser
    schools: dict[int, Row] = field(default_factory=dict)
    links: dict[tuple[int, int, str], Row] = field(default_factory=dict)
    trusts: dict[int, Row] = field(default_factory=dict)
    members: dict[tuple[int, int], Row] = field(default_factory=dict)
    policies: int = 0

    @property
    def session(self) -> Session:
        return self.stage.session

    def begin(self) -> None:
        """Import a first register, and let there be people and inspections."""
        self.stage.policy()
        for urn in SCHOOLS[:6]:
            self.schools[urn] = self._school(urn)
        for uid in TRUSTS[:2]:
            self.trusts[uid] = self._trust(uid)
        self.schools_again()
        self.trusts_again()
        for staff_no in ("T1", "T2", "T3"):
            self.stage.inspector(staff_no, f"Inspector {staff_no}")
        for number in range(4):
            self.stage.inspection(f"INS-{number}", self._somewhere(), **days_apart(number))
        for inspector in self.stage.people.values():
            self.stage.declares(inspector, *dict.fromkeys(self._statement() for _ in range(4)))
            for inspection in self.session.scalars(select(Inspection).order_by(Inspection.id)).all():
                self.stage.proposes(inspection, inspector, self.pick(["team", "observer"]))

    def act(self) -> str:
        """Do one random act, and return its name; one that the rules refuse changes nothing."""
        acts: list[Callable[[], None]] = [
            *[self.declare, self.propose] * 2,
            *[self.confirm] * 3,
            *[self.change_school, self.change_link, self.change_trust, self.change_member] * 2,
            *(self.withdraw, self.grade, self.link_organisation, self.release, self.vouch, self.plan, self.adopt),
            *(self.object_to, self.move, self.call_off, self.leave, self.stay),
        ]
        chosen = self.pick(acts)
        with self.session.begin_nested() as inner:
            try:
                chosen()
            except TrackerError:
                inner.rollback()
        return chosen.__name__

    def inspector(self) -> Inspector:
        return self.pick(self.session.scalars(select(Inspector).order_by(Inspector.id)).all())

    def declare(self) -> None:
        said = [self._statement() for _ in range(self.pick([0, 2, 3, 4]))]
        self.stage.declares(self.inspector(), *dict.fromkeys(said))

    def _statement(self) -> Statement:
        nature = self.pick([*Nature, *[Nature.EMPLOYMENT] * 6, *[Nature.OTHER] * 2])
        schools, trusts = [f"gias:{urn}" for urn in self.schools], [f"group:{uid}" for uid in self.trusts]
        target = self.pick([*schools, *schools, *trusts, "la:990", *ORGANISATIONS])
        began_on, ended_on = self.pick([("2010", ""), ("2015-09", "2024-07"), ("2012", "2021-03-17"), ("2026-09", "")])
        return stated(
            nature=nature,
            holder=self.pick([*Holder, *[Holder.SELF] * 6]),
            target=target,
            began_on=began_on,
            ended_on=ended_on,
            note="",
        )

    def withdraw(self) -> None:
        inspector = self.inspector()
        current = questions.in_force(self.session, inspector.id)
        if current is not None:
            command = WithdrawDeclaration(inspector.id, current.ref, "By mistake.")
            declarations.withdraw(self.session, self.stage.actor(inspector), command, at=self.stage.tick())

    def grade(self) -> None:
        odd = self.session.scalars(
            select(ConnectionRow.ref)
            .join(InForce, InForce.declaration_id == ConnectionRow.declaration_id)
            .where(ConnectionRow.nature == Nature.OTHER)
            .order_by(ConnectionRow.id)
        ).all()
        if odd:
            verdict = self.pick([Verdict.CLEAR, Verdict.PERCEIVED, Verdict.REAL])
            command = GradeConnection(self.pick(odd), verdict, "Because.")
            declarations.grade(self.session, DECIDER, command, at=self.stage.tick())

    def link_organisation(self) -> None:
        target = self.pick([*[f"gias:{urn}" for urn in self.schools], *[f"group:{uid}" for uid in self.trusts] * 2])
        organisation = folded(self.pick(ORGANISATIONS))
        command = LinkOrganisation(organisation, target, self.pick([True, True, False]), "Because.")
        organisations.link(self.session, DECIDER, command, at=self.stage.tick())

    def _somewhere(self) -> str:
        return f"gias:{self.pick(list(self.schools))}"

    def _soon(self) -> date:
        return max(date(2026, 3, 17), self.stage.now.date())

    def plan(self) -> None:
        starts_on = self._soon() + timedelta(days=self.pick([0, 0, 1, 7, 200]))
        number = len(self.session.scalars(select(Inspection.id)).all())
        days = {"starts_on": starts_on, "ends_on": starts_on + timedelta(days=1)}
        self.stage.inspection(f"INS-{number}", self._somewhere(), **days)

    def propose(self) -> None:
        inspection = self.pick(self.session.scalars(select(Inspection).order_by(Inspection.id)).all())
        self.stage.proposes(inspection, self.inspector(), self.pick(["lead", "team", "observer", "sign-off"]))

    def _assignment(self) -> Assignment | None:
        every = self.session.scalars(select(Assignment).where(Assignment.state != "released").order_by(Assignment.id))
        found = list(every)
        return self.pick(found) if found else None

    def confirm(self) -> None:
        assignment = self._assignment()
        if assignment is not None:
            self.stage.confirms(assignment)

    def release(self) -> None:
        assignment = self._assignment()
        if assignment is not None:
            assignments.release(self.session, SCHEDULER, Release(assignment.ref, "Ill."), at=self.stage.tick())

    def vouch(self) -> None:
        assignment = self._assignment()
        inspector = assignment and self.session.get(Inspector, assignment.inspector_id)
        current = inspector and questions.in_force(self.session, inspector.id)
        if assignment and inspector and current:
            command = Vouch(assignment.ref, "The words asked.", current.ref)
            confirmations.vouch(self.session, self.stage.actor(inspector), command, at=self.stage.tick())

    def object_to(self) -> None:
        assignment = self._assignment()
        if assignment is not None:
            said = RecordObjection(assignment.ref, self.stage.now.date(), "Headteacher", f"No. {self.stage.now}")
            objections.record(self.session, SCHEDULER, said, at=self.stage.tick())

    def move(self) -> None:
        inspection = self.pick(self.session.scalars(select(Inspection).order_by(Inspection.id)).all())
        first = self._soon() + timedelta(days=self.pick([0, 1, 3, 100, 400]))
        command = Move(inspection.reference, first, first + timedelta(days=self.pick([0, 1, 4])), "The school asked.")
        moving.move(self.session, SCHEDULER, command, at=self.stage.tick())

    def call_off(self) -> None:
        inspection = self.pick(self.session.scalars(select(Inspection).order_by(Inspection.id)).all())
        calling_off.call_off(self.session, SCHEDULER, CallOff(inspection.reference, "A storm."), at=self.stage.tick())

    def leave(self) -> None:
        day = self.stage.now.date() + timedelta(days=self.pick([-90, -1, 0, 1, 15, 16, 200]))
        leavings.record(self.session, SYSTEM, RecordLeaving(self.inspector().staff_no, day), at=self.stage.tick())

    def stay(self) -> None:
        leavings.withdraw(self.session, SYSTEM, WithdrawLeaving(self.inspector().staff_no), at=self.stage.tick())

    def adopt(self) -> None:
        text = EXAMPLE.read_text("utf-8")
        for before, after in {self.pick(POLICIES), self.pick(POLICIES)}:
            text = text.replace(before, after)
        self.policies += 1
        self.stage.adopts(text.replace('version = "2026-1"', f'version = "x-{self.policies}"'), self.stage.now.date())

    def _school(self, urn: int) -> Row:
        easting, northing = self.pick(PLACES)
        status = self.pick(["Open", "Open", "Closed", "Open, but proposed to close", "Proposed to open"])
        return {
            "URN": str(urn),
            "EstablishmentName": self.pick(["Ash School", "Birch School", f"School {urn}"]),
            "EstablishmentTypeGroup (name)": self.pick(["Local authority maintained schools", "Academies"]),
            "EstablishmentStatus (name)": status,
            "CloseDate": self.pick(DAYS) if status == "Closed" else "",
            "PhaseOfEducation (name)": self.pick(["Primary", "Primary", "Secondary"]),
            "UKPRN": "",
            "EstablishmentNumber": str(urn)[-4:],
            "Easting": easting,
            "Northing": northing,
        }

    def _trust(self, uid: int) -> Row:
        name = self.pick(["Oak Trust", "OAK  trust", f"Trust {uid}"])
        status = self.pick(["Open", "Open", "Closed"])
        return {
            "Group UID": str(uid),
            "Group Name": name,
            "Group Status": status,
            "Closed Date": self.pick(DAYS) if status == "Closed" else "",
            "Group Type": self.pick(KINDS),
        }

    def change_school(self) -> None:
        """Add a school, change one, or let one vanish from the register."""
        urn = self.pick([*self.schools, *SCHOOLS])
        if len(self.schools) > 3 and urn in self.schools and self.pick([False, False, False, True]):
            del self.schools[urn]
        else:
            self.schools[urn] = self._school(urn)
        self.schools_again()

    def rename(self) -> None:
        """Let every school and every trust bear a name that it never had."""
        for rows, name in ((self.schools, "EstablishmentName"), (self.trusts, "Group Name")):
            for number, row in rows.items():
                row[name] = f"Number {number}, named at {self.stage.now:%H:%M on %d %m %Y}"
        self.schools_again()
        self.trusts_again()

    def schools_again(self) -> None:
        self._again(Kind.GIAS, self.schools)

    def change_link(self) -> None:
        one, other = self.pick(SCHOOLS), self.pick(SCHOOLS)
        kind = self.pick(
            [*(f"{x}{y}" for x in ("Successor", "Predecessor") for y in VARIANTS), *UNDIRECTED, *ASSOCIATED]
        )
        key = (one, other, kind)
        if self.links and self.pick([True, False, False]):
            del self.links[self.pick(list(self.links))]
        elif one != other:
            self.links[key] = {"URN": str(one), "LinkURN": str(other), "LinkType": kind, "LinkName": ""}
        self._again(Kind.GIAS_LINKS, self.links)

    def change_trust(self) -> None:
        uid = self.pick([*self.trusts, *TRUSTS])
        self.trusts[uid] = self._trust(uid)
        self.trusts_again()

    def trusts_again(self) -> None:
        self._again(Kind.GIAS_GROUPS, self.trusts)

    def change_member(self) -> None:
        key = (self.pick(SCHOOLS), self.pick(list(self.trusts)))
        if self.members and self.pick([True, False, False]):
            del self.members[self.pick(list(self.members))]
        else:
            joined = self.pick(DAYS)
            self.members[key] = {
                "URN": str(key[0]),
                "Group UID": str(key[1]),
                "Joined date": joined,
                "EstablishmentName": "",
            }
        self._again(Kind.GIAS_GROUP_LINKS, self.members)

    def _again(
        self, kind: Kind, rows: dict[int, Row] | dict[tuple[int, int], Row] | dict[tuple[int, int, str], Row]
    ) -> None:
        if rows:
            imported(self.session, kind, *rows.values(), at=self.stage.tick(), fewer=True)
