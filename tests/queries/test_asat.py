"""What was known at a moment, and what deserves an auditor's look; on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.support.world import DECIDER, OTHER_DECIDER, SCHEDULER, SYSTEM, Stage, employed_at, staged
from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import Ruling, State
from tracker.domain.statement import Claim
from tracker.queries import asat, audit, policies
from tracker.queries.history import standing, timeline
from tracker.services import assignments, decisions, declaration_imports
from tracker.services.checks import loaded
from tracker.services.decisions import Decide
from tracker.services.declarations import WithdrawDeclaration, withdraw

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def stage(session: Session) -> Stage:
    return staged(session)


def test_the_declaration_in_force_is_the_latest_made_of_those_known_then(stage: Stage) -> None:
    ines = stage.inspector()
    before = stage.now
    first = stage.declares(ines).declaration
    between = stage.now
    second = stage.declares(ines, employed_at("gias:900004")).declaration

    def in_force(at: datetime) -> str | None:
        found = asat.declaration_in_force(stage.session, ines.id, at)
        return found.ref if found else None

    assert [in_force(at) for at in (LONG_AGO, before, between, stage.now)] == [None, None, first.ref, second.ref]

    withdraw(stage.session, stage.actor(ines), WithdrawDeclaration(ines.id, second.ref, "A mistake."), at=stage.tick())
    assert in_force(stage.now) is None
    assert in_force(stage.now - timedelta(minutes=1)) == second.ref


def test_an_imported_declaration_was_not_known_before_it_was_recorded(stage: Stage) -> None:
    ines = stage.inspector()
    before = stage.now
    claim = Claim((2,), ines.staff_no, LONG_AGO, ())
    declaration_imports.import_many(stage.session, SYSTEM, [claim], at=stage.tick())

    assert asat.declaration_in_force(stage.session, ines.id, before) is None
    found = asat.declaration_in_force(stage.session, ines.id, stage.now)
    assert found is not None
    assert found.made_at == LONG_AGO


def test_an_assignment_stood_as_its_last_act_by_then_left_it_with_the_check_of_then(stage: Stage) -> None:
    ines = stage.inspector()
    stage.declares(ines)
    before = stage.now
    assignment = stage.proposes(stage.inspection(), ines)
    proposed = stage.now
    stage.confirms(assignment)
    confirmed = stage.now
    stage.declares(ines, employed_at("gias:900001", "2015", "2025-07"))
    questioned = stage.now
    assignments.release(stage.session, SCHEDULER, assignments.Release(assignment.ref, "Real."), at=stage.tick())

    def stood(at: datetime) -> tuple[State, Verdict | None] | None:
        found = asat.assignment(stage.session, assignment.ref, at)
        return (found.state, found.check.verdict if found.check else None) if found else None

    assert stood(before) is None
    assert stood(proposed) == (State.PROPOSED, Verdict.CLEAR)
    assert stood(confirmed) == (State.CONFIRMED, Verdict.CLEAR)
    assert stood(questioned) == (State.QUESTIONED, Verdict.REAL)
    assert stood(stage.now) == (State.RELEASED, Verdict.REAL)
    assert len(asat.assignments_of(stage.session, ines.id, stage.now)) == 1
    assert asat.assignments_of(stage.session, ines.id, before) == []
    assert [each.event for each in audit.questioned(stage.session, 5)] == ["assignment:questioned"]


def test_decisions_are_known_from_when_they_were_made_and_exceptions_deserve_a_look(stage: Stage) -> None:
    ines = stage.inspector()
    stage.declares(ines, employed_at("gias:900002"))
    assignment = stage.proposes(stage.inspection(), ines)
    proposed = stage.now
    row = loaded(stage.session, assignment.ref)
    assert row is not None
    assert row.check is not None
    finding = next(each for each in row.check.findings if each.verdict is Verdict.REAL)
    for decider in (DECIDER, OTHER_DECIDER):
        command = Decide(row.ref, finding.fingerprint, Ruling.ALLOW, "Nobody else can.")
        decisions.decide(stage.session, decider, command, at=stage.tick())

    early, late = (asat.assignment(stage.session, row.ref, at) for at in (proposed, stage.now))
    assert early is not None
    assert late is not None
    assert (len(early.decisions), len(late.decisions)) == (0, 2)
    assert len(audit.exceptions(stage.session, 5)) == 2
    assert len(audit.exceptions(stage.session, 1)) == 1


def test_a_declaration_is_late_after_a_lapse_or_with_what_the_one_before_left_out(stage: Stage) -> None:
    ines, omar = stage.inspector(), stage.inspector("T200", "Omar Inspector")
    stage.declares(ines)
    stage.declares(omar, employed_at("gias:900004"))
    stage.declares(omar, employed_at("gias:900004", "2015", "2026-02"))
    book = policies.all_in_force(stage.session, stage.now.date())
    assert audit.late(stage.session, 5, book) == []

    stage.declares(omar, employed_at("gias:900003", "2019"))
    stage.now += timedelta(days=367)
    stage.declares(ines)

    assert [each.why for each in audit.late(stage.session, 5, book)] == [
        "It came 2 days after the one before went out of date.",
        "It states a connection since 2019, which the declaration of 2 March 2026 left out.",
    ]


def test_a_timeline_counts_pages_and_stops_at_a_moment(stage: Stage) -> None:
    ines = stage.inspector()
    moment = stage.now
    for _ in range(5):
        stage.declares(ines)
    subject = f"inspector:{ines.staff_no}"

    first = timeline(stage.session, subject, limit=4)
    rest = timeline(stage.session, subject, limit=4, before=first.older)

    assert (first.total, len(first.lines), len(rest.lines), rest.older) == (6, 4, 2, None)
    assert [each.seq for each in (*first.lines, *rest.lines)] == sorted(
        (each.seq for each in (*first.lines, *rest.lines)), reverse=True
    )
    assert rest.lines[-1].sentence == "Tests added Ines Pector to the inspectors."
    assert timeline(stage.session, subject, as_at=moment).total == 1
    assert standing(stage.session).size == timeline(stage.session, None).total


def test_a_search_takes_signs_of_patterns_as_they_are_written(stage: Stage) -> None:
    stage.inspector("T100", "Ines 100%_Pector")

    assert [each.ref for each in audit.search(stage.session, "  100%_p ")] == ["T100"]
    assert audit.search(stage.session, "%") != []
    assert audit.search(stage.session, "i%s") == []
    assert audit.search(stage.session, "") == []
