"""The small town of the journeys: its register as the publisher writes it, and its people with their sign-ins."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser
from sqlalchemy import select

from tests.support.pages import Looked, Person, person_at
from tests.support.server import Served, served
from tests.support.web import COST, PASSWORD
from tests.support.world import SCHEDULER, SYSTEM, Stage
from tracker.domain.access import Role
from tracker.domain.register import Kind
from tracker.domain.statement import Statement
from tracker.importers.registers import read_register
from tracker.models import Account, Assignment, Declaration, Inspection, Inspector
from tracker.queries import decisions
from tracker.services import assignments, people
from tracker.services.registers import ImportRegister, import_register

# Hilltop Primary became Ridge Academy, which is in one trust with Vale Academy; Lone Oak is on its own.
ESTABLISHMENTS = """\
URN,LA (code),LA (name),EstablishmentNumber,EstablishmentName,TypeOfEstablishment (name),\
EstablishmentTypeGroup (name),EstablishmentStatus (name),OpenDate,CloseDate,PhaseOfEducation (name),\
UKPRN,Town,Postcode,Easting,Northing
900001,990,Wenshire,2001,Hilltop Primary School,Community school,Local authority maintained schools,Closed,,\
31-08-2023,Primary,,Wenford,WE1 1AA,500000,200000
900002,990,Wenshire,2101,Ridge Academy,Academy converter,Academies,Open,01-09-2023,,Primary,10090002,Wenford,\
WE1 1AA,500000,200000
900003,990,Wenshire,2102,Vale Academy,Academy converter,Academies,Open,01-09-2020,,Primary,10090003,Marlow Green,\
WE2 2BB,510000,210000
900004,990,Wenshire,2003,Lone Oak School,Community school,Local authority maintained schools,Open,,,Primary,,\
Farley,WE3 3CC,530000,230000
"""
LINKS = """\
URN,LinkURN,LinkName,LinkType,LinkEstablishedDate
900001,900002,Ridge Academy,Successor,01-09-2023
900002,900001,Hilltop Primary School,Predecessor,01-09-2023
"""
GROUPS = """\
Group UID,Group ID,Group Name,Companies House Number,Group Type,Closed Date,Group Status,Open date,\
Incorporated on (open date),Group Town,Group Postcode,UKPRN
9001,TR9001,Birch Trust,09000001,Multi-academy trust,,Open,,01-09-2015,Wenford,WE1 1AB,
"""
MEMBERS = """\
URN,Group UID,EstablishmentName,Joined date
900002,9001,Ridge Academy,01-09-2023
900003,9001,Vale Academy,01-09-2020
"""
FILES = {
    Kind.GIAS: ("edubasealldata20260301.csv", ESTABLISHMENTS),
    Kind.GIAS_LINKS: ("links_edubasealldata20260301.csv", LINKS),
    Kind.GIAS_GROUPS: ("allgroupsdata.csv", GROUPS),
    Kind.GIAS_GROUP_LINKS: ("alllinksdata.csv", MEMBERS),
}


def as_published(words: str) -> bytes:
    """Return a file's bytes as its publisher writes them."""
    return words.replace("\n", "\r\n").encode("cp1252")


def write_files(folder: Path) -> dict[Kind, Path]:
    """Write the four files of the register."""
    paths = {}
    for kind, (name, words) in FILES.items():
        paths[kind] = folder / name
        paths[kind].write_bytes(as_published(words))
    return paths


@dataclass
class Town:
    """The site, a browser, and everybody who was given a seat at it."""

    served: Served
    browser: Browser
    looked: Looked
    seated: list[Person] = field(default_factory=list)
    emails: dict[str, str] = field(default_factory=dict)
    staff_nos: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def acting(self) -> Iterator[Stage]:
        """A stage away from the pages; the site's clock goes on where the stage's stops."""
        with self.served.site.staging() as stage:
            yield stage
        self.served.site.set(now=stage.now)

    def seat(self, name: str = "A stranger", **settings: object) -> Person:
        """Give somebody a browser."""
        found = person_at(self.browser, self.served, self.looked, name, **settings)
        self.seated.append(found)
        return found

    def person(self, name: str, *roles: Role, **settings: object) -> Person:
        """Give somebody with these roles a browser, signed in."""
        self.knows(name, *roles)
        found = self.seat(name, **settings)
        found.comes_in(self.emails[name])
        return found

    def knows(self, name: str, *roles: Role) -> str:
        """Add somebody with these roles; return the staff number, empty for all but inspectors."""
        number = len(self.emails) + 1
        staff_no = f"T{number:03}" if Role.INSPECTOR in roles else ""
        self.emails[name] = f"{name.lower().replace(' ', '.')}@example.org"
        self.staff_nos[name] = staff_no
        with self.acting() as stage:
            if staff_no:
                stage.inspector(staff_no, name)
            command = people.AddPerson(name, self.emails[name], PASSWORD, roles, staff_no or None)
            people.add(stage.session, SYSTEM, command, at=stage.now, cost=COST)
        return staff_no

    def declares(self, name: str, *statements: Statement) -> None:
        """Let an inspector declare these connections away from the pages; a new one is added first."""
        staff_no = self.staff_nos.get(name) or self.knows(name, Role.INSPECTOR)
        with self.acting() as stage:
            stage.declares(stage.session.scalars(select(Inspector).filter_by(staff_no=staff_no)).one(), *statements)

    def proposed(self, reference: str, name: str) -> Assignment:
        """Plan an inspection of Ridge Academy and propose somebody, away from the pages."""
        with self.acting() as stage:
            person = stage.session.scalars(select(Inspector).filter_by(staff_no=self.staff_nos[name])).one()
            return stage.proposes(stage.inspection(reference), person)

    def confirmed(self, reference: str, name: str) -> None:
        """Plan an inspection of Ridge Academy, propose somebody, and confirm."""
        ref = self.proposed(reference, name).ref
        with self.acting() as stage:
            assert assignments.confirm(stage.session, SCHEDULER, ref, at=stage.tick()).confirmed

    def assignment(self, reference: str) -> str:
        """Return the reference of the only assignment to an inspection."""
        of = select(Inspection.id).filter_by(reference=reference).scalar_subquery()
        with self.served.site.sessions() as session:
            return session.scalars(select(Assignment.ref).where(Assignment.inspection_id == of)).one()

    def finding(self, assignment: str) -> int:
        """Return the number of the first finding of an assignment, by which addresses name it."""
        with self.served.site.sessions() as session:
            found = decisions.one(session, assignment)
            assert found is not None
            assert found.check is not None
            return found.check.findings[0].id

    def declared(self, name: str) -> list[str]:
        """Return the references of all declarations of somebody, the first first."""
        of = select(Account.inspector_id).where(Account.email == self.emails[name]).scalar_subquery()
        with self.served.site.sessions() as session:
            return list(
                session.scalars(select(Declaration.ref).where(Declaration.inspector_id == of).order_by(Declaration.id))
            )

    def leave(self) -> None:
        """Close every browser."""
        while self.seated:
            self.seated.pop().context.close()


@contextmanager
def running_town(browser: Browser, database_url: str, looked: Looked, *, has_register: bool = True) -> Iterator[Town]:
    """Serve the site with the policy in force and, unless told otherwise, the register imported."""
    with served(database_url) as started:
        with started.site.staging() as stage:
            stage.policy()
            for kind, (name, words) in FILES.items() if has_register else ():
                extract = read_register(kind, io.BytesIO(as_published(words)), name)
                import_register(stage.session, SYSTEM, ImportRegister(extract), at=stage.tick())
        started.site.wait(minutes=30)
        town = Town(started, browser, looked)
        try:
            yield town
        finally:
            town.leave()
