"""The inspector's word for one inspection: when its lack is found, and what giving it brings about."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.support.world import SCHEDULER, SYSTEM, Stage, employed_at, staged
from tracker.domain.errors import NotFoundError, NotPermittedError, OutOfDateError, RefusedError
from tracker.domain.lifecycle import State
from tracker.models import Assignment, InspectorConfirmation
from tracker.queries import declarations, verification
from tracker.services import assignments, confirmations
from tracker.services.assignments import Release
from tracker.services.checks import Changed, loaded, recheck
from tracker.services.confirmations import Vouch

EVE = datetime(2026, 3, 16, 7, 0, tzinfo=UTC)
DAY_BEFORE = datetime(2026, 3, 15, 23, 0, tzinfo=UTC)


def placed(stage: Stage) -> Assignment:
    ines = stage.inspector()
    stage.declares(ines)
    assignment = stage.proposes(stage.inspection(), ines)
    assert stage.confirms(assignment).confirmed
    return assignment


def vouches(stage: Stage, assignment: Assignment) -> list[Changed]:
    ines = stage.people["T100"]
    current = declarations.in_force(stage.session, ines.id)
    command = Vouch(assignment.ref, "I know of nothing more.", current.ref if current else "")
    return confirmations.vouch(stage.session, stage.actor(ines), command, at=stage.tick())


def rules(stage: Stage, assignment: Assignment) -> list[str]:
    row = loaded(stage.session, assignment.ref)
    assert row is not None
    assert row.check is not None
    return [each.rule for each in row.check.findings]


def test_from_the_eve_on_a_place_without_the_inspectors_word_is_questioned_and_not_before(session: Session) -> None:
    stage = staged(session)
    assignment = placed(stage)

    assert recheck(session, SYSTEM, cause="command", at=DAY_BEFORE) == []
    assert assignment.state is State.CONFIRMED
    (changed,) = recheck(session, SYSTEM, cause="command", at=EVE)

    assert changed.questioned
    assert rules(stage, assignment) == ["not-confirmed"]
    assert assignment.state is State.QUESTIONED
    stage.now = EVE
    assert not stage.confirms(assignment).confirmed


def test_the_word_clears_it_and_the_scheduler_can_confirm_the_place_again(session: Session) -> None:
    stage = staged(session)
    assignment = placed(stage)
    recheck(session, SYSTEM, cause="command", at=EVE)
    stage.now = EVE

    (changed,) = vouches(stage, assignment)

    assert changed.now == "clear"
    assert rules(stage, assignment) == []
    # A place is held by a scheduler's act alone.
    assert assignment.state is State.QUESTIONED
    assert stage.confirms(assignment).confirmed
    assert recheck(session, SYSTEM, cause="command", at=EVE) == []


def test_a_word_given_in_time_is_asked_for_no_more_and_kept_once(session: Session) -> None:
    stage = staged(session)
    assignment = placed(stage)

    assert vouches(stage, assignment) == []
    assert vouches(stage, assignment) == []

    assert recheck(session, SYSTEM, cause="command", at=EVE) == []
    assert session.scalar(select(func.count()).select_from(InspectorConfirmation)) == 1
    verification.verify(session)


def test_a_word_given_while_only_proposed_serves_the_confirmed_place(session: Session) -> None:
    stage = staged(session)
    ines = stage.inspector()
    stage.declares(ines)
    assignment = stage.proposes(stage.inspection(), ines)
    vouches(stage, assignment)
    stage.now = EVE

    assert stage.confirms(assignment).confirmed
    assert recheck(session, SYSTEM, cause="command", at=EVE) == []


def test_a_place_that_is_only_proposed_is_not_questioned_for_want_of_a_word(session: Session) -> None:
    stage = staged(session)
    ines = stage.inspector()
    stage.declares(ines)
    stage.proposes(stage.inspection(), ines)

    assert recheck(session, SYSTEM, cause="command", at=EVE) == []


def test_nobody_gives_the_word_of_another(session: Session) -> None:
    stage = staged(session)
    assignment = placed(stage)
    omar = stage.inspector("T200", "Omar Inspector")

    for who in (stage.actor(omar), SCHEDULER):
        with pytest.raises(NotPermittedError):
            confirmations.vouch(session, who, Vouch(assignment.ref, "Words.", ""), at=stage.tick())
    with pytest.raises(NotFoundError):
        confirmations.vouch(session, stage.actor(omar), Vouch("ASG-X", "Words.", ""), at=stage.tick())


def test_a_word_on_what_is_no_longer_declared_or_never_was_is_refused(session: Session) -> None:
    stage = staged(session)
    ines = stage.inspector()
    assignment = stage.proposes(stage.inspection(), ines)
    with pytest.raises(RefusedError):
        vouches(stage, assignment)
    shown = stage.declares(ines).declaration.ref
    stage.declares(ines, employed_at("gias:900004"))

    with pytest.raises(OutOfDateError):
        confirmations.vouch(session, stage.actor(ines), Vouch(assignment.ref, "Words.", shown), at=stage.tick())
    assert session.scalar(select(func.count()).select_from(InspectorConfirmation)) == 0


def test_whoever_was_released_has_nothing_to_confirm(session: Session) -> None:
    stage = staged(session)
    assignment = placed(stage)
    assignments.release(session, SCHEDULER, Release(assignment.ref, "Ill."), at=stage.tick())

    with pytest.raises(RefusedError):
        vouches(stage, assignment)
