"""The main job through the services, on both databases: declare, allocate, be told why, be questioned."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.world import DECIDER, SCHEDULER, employed_at, staged
from tracker.domain.access import Actor, Role
from tracker.domain.errors import NotPermittedError, OutOfDateError, RefusedError
from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import Ruling, State
from tracker.models import HistoryEntry
from tracker.services import assignments, decisions, declarations
from tracker.services.checks import loaded
from tracker.services.decisions import Decide
from tracker.services.declarations import RecordDeclaration


def test_a_job_at_the_predecessor_is_real_for_the_academy_with_both_facts_in_the_sentence(session: Session) -> None:
    stage = staged(session)
    ines = stage.inspector()
    stage.declares(ines, employed_at("gias:900001", "2015", "2023-07"))

    assignment = stage.proposes(stage.inspection(), ines)

    row = loaded(session, assignment.ref)
    assert row is not None
    assert row.check is not None
    assert row.verdict is Verdict.REAL
    sentences = {each.rule: each.sentence for each in row.check.findings}
    assert "worked at Hilltop Primary School from 2015 until July 2023" in sentences["succession"]
    assert "Hilltop Primary School became Ridge Academy" in sentences["succession"]
    assert not stage.confirms(assignment).confirmed


def test_a_clear_assignment_is_confirmed_and_a_late_declaration_questions_it(session: Session) -> None:
    stage = staged(session)
    ines = stage.inspector()
    stage.declares(ines)
    assignment = stage.proposes(stage.inspection(), ines)
    assert stage.confirms(assignment).confirmed

    filed = stage.declares(ines, employed_at("gias:900003"))

    assert [each.ref for each in filed.touched] == [assignment.ref]
    assert filed.touched[0].questioned
    assert assignment.state is State.QUESTIONED


def test_an_allowed_finding_lets_the_assignment_proceed_until_its_facts_change(session: Session) -> None:
    stage = staged(session)
    ines = stage.inspector()
    stage.declares(ines, employed_at("gias:900003", "2015", "2022"))
    assignment = stage.proposes(stage.inspection(), ines)
    assert assignment.verdict is Verdict.PERCEIVED
    row = loaded(session, assignment.ref)
    assert row is not None
    assert row.check is not None
    (finding,) = row.check.findings
    command = Decide(assignment.ref, finding.fingerprint, Ruling.ALLOW, "A short job, long ago.")
    decisions.decide(session, DECIDER, command, at=stage.tick())

    assert stage.confirms(assignment).confirmed
    stage.declares(ines, employed_at("gias:900003", "2015", "2022"))
    assert assignment.state is State.CONFIRMED
    stage.declares(ines, employed_at("gias:900003", "2015", "2023"))
    assert assignment.state is State.QUESTIONED


def test_nobody_decides_on_an_own_proposal_or_on_oneself(session: Session) -> None:
    stage = staged(session)
    ines = stage.inspector()
    assignment = stage.proposes(stage.inspection(), ines)
    row = loaded(session, assignment.ref)
    assert row is not None
    assert row.check is not None
    command = Decide(assignment.ref, row.check.findings[0].fingerprint, Ruling.ALLOW, "Reasons")
    both = frozenset({Role.DECISION_MAKER, Role.SCHEDULER})

    for actor in (Actor(SCHEDULER.ref, "Sam", both), Actor("person:T100", "Ines", both, ines.id)):
        with pytest.raises(NotPermittedError):
            decisions.decide(session, actor, command, at=stage.tick())


def test_a_declaration_based_on_an_older_one_is_refused(session: Session) -> None:
    stage = staged(session)
    ines = stage.inspector()
    stage.declares(ines)
    with pytest.raises(OutOfDateError):
        declarations.record(session, stage.actor(ines), RecordDeclaration(ines.id, (), "Words", None), at=stage.tick())


def test_the_team_cannot_be_overfilled(session: Session) -> None:
    stage = staged(session)
    inspection = stage.inspection(team_size=1)
    one, two = stage.inspector("T1"), stage.inspector("T2")
    for each in (one, two):
        stage.declares(each)
    first, second = stage.proposes(inspection, one), stage.proposes(inspection, two)
    assert stage.confirms(first).confirmed
    with pytest.raises(RefusedError, match="full"):
        assignments.confirm(session, SCHEDULER, second.ref, at=stage.tick())


def test_the_history_keeps_fingerprints_behind_commitments_for_holder_and_dates_could_be_guessed(
    session: Session,
) -> None:
    stage = staged(session)
    ines = stage.inspector()
    stage.declares(ines, employed_at("gias:900003", "2015", "2022"))
    assignment = stage.proposes(stage.inspection(), ines)
    row = loaded(session, assignment.ref)
    assert row is not None
    assert row.check is not None
    (finding,) = row.check.findings
    command = Decide(assignment.ref, finding.fingerprint, Ruling.ALLOW, "A short job, long ago.")
    decisions.decide(session, DECIDER, command, at=stage.tick())

    told = session.scalars(select(HistoryEntry.entry)).all()

    assert any("finding:allowed" in each for each in told)
    assert not [each for each in told if finding.fingerprint in each]
