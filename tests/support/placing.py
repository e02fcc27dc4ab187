"""A site on which inspectors are placed: the register, the policy, and ways to reach each state of an assignment."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.web import Site
from tests.support.world import NOW, Stage, employed_at, put_register
from tracker.domain.lifecycle import Ruling
from tracker.domain.statement import Statement
from tracker.models import Account, Inspection, Inspector
from tracker.queries import decisions as questions
from tracker.services import decisions
from tracker.services.decisions import Decide
from tracker.web.auth import actor_of

NOTE = "He is the caretaker there, which nobody knows."
# A partner who still works at the other academy of Ridge Academy's trust: perceived, and no scheduler's to know whose.
PARTNERS_JOB = employed_at("gias:900003", "2015", holder="partner", note=NOTE)
OWN_JOB = employed_at("gias:900001", "2015", "2025-07", note=NOTE)
OTHER = employed_at("gias:900002", "2020", nature="other", holder="close_friend", note=NOTE)


@dataclass
class Placing:
    """A site and what schedulers and decision-makers work on."""

    site: Site
    now: datetime = NOW

    @contextmanager
    def staging(self) -> Iterator[Stage]:
        """A stage whose clock goes on where the last one's stopped; the site's own, by which people sign in, stands."""
        with self.site.staging() as stage:
            stage.now = self.now
            yield stage
            self.now = stage.now

    def begin(self) -> None:
        """Put the register and the policy into the database."""
        with self.staging() as stage:
            put_register(stage.session)
            stage.policy()

    def inspection(self, reference: str = "INS-1", **changes: object) -> None:
        """Plan an inspection."""
        with self.staging() as stage:
            stage.inspection(reference, **changes)

    def inspector(self, staff_no: str, name: str, *statements: Statement, declares: bool = True) -> None:
        """Add an inspector who has declared these connections, or none."""
        with self.staging() as stage:
            person = stage.inspector(staff_no, name)
            if declares:
                stage.declares(person, *statements)

    def declares(self, staff_no: str, *statements: Statement) -> None:
        """Let an inspector declare anew."""
        with self.staging() as stage:
            stage.declares(stage.session.scalars(select(Inspector).filter_by(staff_no=staff_no)).one(), *statements)

    def proposed(self, reference: str, staff_no: str, *, confirmed: bool = False) -> str:
        """Propose an inspector, and confirm if asked; return the assignment's reference."""
        with self.staging() as stage:
            person = stage.session.scalars(select(Inspector).filter_by(staff_no=staff_no)).one()
            found = stage.proposes(_inspection(stage.session, reference), person)
            if confirmed:
                assert stage.confirms(found).confirmed
            return found.ref

    def decided(self, ref: str, email: str, outcome: Ruling = Ruling.ALLOW) -> None:
        """Let a decision-maker decide on the first finding of an assignment."""
        with self.staging() as stage:
            account = stage.session.scalars(select(Account).where(Account.email == email)).one()
            stage.session.refresh(account, ["grants"])
            command = Decide(ref, self.fingerprint(ref), outcome, "Reasons of weight.")
            decisions.decide(stage.session, actor_of(account), command, at=stage.tick())

    def fingerprint(self, ref: str, position: int = 0) -> str:
        """Return the fingerprint of a finding of an assignment's latest check."""
        with self.site.sessions() as session:
            found = questions.one(session, ref)
            assert found is not None
            assert found.check is not None
            return found.check.findings[position].fingerprint

    def finding(self, ref: str, position: int = 0) -> int:
        """Return the number of a finding of an assignment's latest check, by which addresses name it."""
        with self.site.sessions() as session:
            found = questions.one(session, ref)
            assert found is not None
            assert found.check is not None
            return found.check.findings[position].id

    def state(self, ref: str) -> str:
        """Return where an assignment stands."""
        with self.site.sessions() as session:
            found = questions.one(session, ref)
            assert found is not None
            return str(found.state)

    def is_oneself(self, client_email: str, staff_no: str) -> None:
        """Let an account be this inspector."""
        with self.staging() as stage:
            account = stage.session.scalars(select(Account).where(Account.email == client_email)).one()
            account.inspector_id = stage.session.scalars(select(Inspector.id).filter_by(staff_no=staff_no)).one()


def _inspection(session: Session, reference: str) -> Inspection:
    return session.scalars(select(Inspection).filter_by(reference=reference)).one()


def placing_on(site: Site) -> Placing:
    """Return a site that is ready for placing."""
    placing = Placing(site)
    placing.begin()
    return placing
