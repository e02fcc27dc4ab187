"""Declaring against a clock that is not to be trusted."""

from datetime import timedelta

from sqlalchemy.orm import Session

from tests.support.world import employed_at, staged
from tracker.domain.facts import Verdict
from tracker.queries import declarations as questions
from tracker.queries import verification
from tracker.services import declarations
from tracker.services.declarations import WithdrawDeclaration


def test_what_is_declared_after_the_clock_was_set_back_is_in_force_all_the_same(session: Session) -> None:
    stage = staged(session)
    inspector = stage.inspector()
    stage.declares(inspector)
    assignment = stage.proposes(stage.inspection(), inspector)
    stage.now -= timedelta(hours=1)

    stage.declares(inspector, employed_at("gias:900002"))

    session.refresh(assignment)
    assert assignment.verdict is Verdict.REAL
    current = questions.in_force(session, inspector.id)
    assert current is not None
    command = WithdrawDeclaration(inspector.id, current.ref, "No longer an inspector")
    declarations.withdraw(session, stage.actor(inspector), command, at=stage.tick())
    assert questions.in_force(session, inspector.id) is None
    verification.verify(session)
