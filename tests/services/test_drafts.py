"""Drafts and the inspector's first page on both databases: begun, saved, guarded by version, and gone when filed."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.support.policy import changed
from tests.support.world import SCHEDULER, Stage, employed_at, staged
from tracker.domain.drafting import Line, Step, Writing, rewritten
from tracker.domain.errors import NotPermittedError, OutOfDateError, RefusedError
from tracker.models import Draft, Inspector
from tracker.queries import inspector as questions
from tracker.queries.inspector import Currency
from tracker.services import drafts

HILLTOP, RIDGE = "gias:900001", "gias:900002"


@pytest.fixture
def stage(session: Session) -> Stage:
    """A small world."""
    return staged(session)


def begun(stage: Stage, ines: Inspector) -> Draft:
    return drafts.begin(stage.session, stage.actor(ines), ines.id, at=stage.tick())


def test_a_draft_begins_with_what_is_in_force_and_is_kept_when_begun_again(stage: Stage) -> None:
    ines = stage.inspector()
    filed = stage.declares(ines, employed_at(HILLTOP, "2015", "2023-07", note="Head of year."))
    draft = begun(stage, ines)
    writing = Writing.from_json(draft.content)
    assert (writing.based_on, writing.has_connections, writing.is_whole) == (filed.declaration.ref, True, True)
    assert [each.statement() for each in writing.lines] == [
        employed_at(HILLTOP, "2015", "2023-07", note="Head of year.")
    ]
    drafts.save(stage.session, stage.actor(ines), ines.id, writing.removed(1), version=1, at=stage.tick())
    again = begun(stage, ines)
    assert (again.version, Writing.from_json(again.content).lines) == (2, ())


def test_a_draft_is_saved_only_on_the_version_that_was_seen_and_by_its_inspector(stage: Stage) -> None:
    ines, otto = stage.inspector(), stage.inspector("T200", "Otto Other")
    begun(stage, ines)
    writing = Writing(None).added(Line(0, RIDGE, "gift"))
    actor = stage.actor(ines)
    drafts.save(stage.session, actor, ines.id, writing, version=1, at=stage.tick())
    for version in (0, 1, 3):
        with pytest.raises(OutOfDateError):
            drafts.save(stage.session, actor, ines.id, Writing(None), version=version, at=stage.tick())
        with pytest.raises(OutOfDateError):
            drafts.discard(stage.session, actor, ines.id, version=version)
    for stranger in (stage.actor(otto), SCHEDULER):
        with pytest.raises(NotPermittedError):
            drafts.save(stage.session, stranger, ines.id, writing, version=2, at=stage.tick())
    drafts.discard(stage.session, actor, ines.id, version=2)
    assert stage.session.get(Draft, ines.id) is None


def test_filing_ends_the_draft_and_is_known_by_what_it_replaced(stage: Stage) -> None:
    ines = stage.inspector()
    begun(stage, ines)
    first = stage.declares(ines).declaration
    assert stage.session.get(Draft, ines.id) is None
    assert questions.filed_on(stage.session, ines.id, None) == first
    assert questions.filed_on(stage.session, ines.id, first.ref) is None
    second = stage.declares(ines, employed_at(HILLTOP)).declaration
    assert questions.filed_on(stage.session, ines.id, first.ref) == second
    assert questions.replaced_by(stage.session, second) == first


def test_the_first_page_tells_how_the_declaration_stands(stage: Stage) -> None:
    ines = stage.inspector()
    today = stage.now.date()

    def currency(days: int) -> Currency:
        return questions.footing(stage.session, ines.id, today + timedelta(days=days)).currency

    assert currency(0) is Currency.NONE
    stage.declares(ines)
    assert [currency(days) for days in (0, 334, 335, 365, 366)] == [
        Currency.IN_FORCE,
        Currency.IN_FORCE,
        Currency.DUE_SOON,
        Currency.DUE_SOON,
        Currency.OUT_OF_DATE,
    ]
    assert questions.years_back(stage.session, ines.id, today) == 6
    further = (
        ('engagements = ["staff", "contracted"]', 'engagements = ["contracted"]'),
        ("perceived_years = 5", "perceived_years = 9"),
    )
    stage.adopts(changed(*further))
    assert questions.years_back(stage.session, ines.id, today) == 6
    ines.engagement = "contracted"
    assert questions.years_back(stage.session, ines.id, today) == 9


def test_an_inspector_is_shown_own_open_assignments_alone_and_what_a_filing_touched(stage: Stage) -> None:
    ines, otto = stage.inspector(), stage.inspector("T200", "Otto Other")
    stage.declares(ines)
    inspection = stage.inspection()
    own, other = stage.proposes(inspection, ines), stage.proposes(inspection, otto)
    stage.confirms(own)
    desk = questions.desk(stage.session, ines.id, stage.now.date())
    assert [(each.assignment.ref, each.provider) for each in desk.assignments] == [(own.ref, "Ridge Academy")]
    assert questions.own_assignment(stage.session, ines.id, other.ref, stage.now.date()) is None
    filed = stage.declares(ines, employed_at(HILLTOP)).declaration
    assert [each.assignment.ref for each in questions.touched_by(stage.session, filed)] == [own.ref]


def test_a_line_says_what_it_lacks_step_by_step() -> None:
    line = Line(1, RIDGE)
    steps = [
        ({}, Step.NATURE),
        ({"nature": "other"}, Step.HOLDER),
        ({"nature": "other", "holder": "self"}, Step.DATES),
        ({"nature": "other", "holder": "self", "began_on": "2015"}, Step.DATES),
        ({"nature": "other", "holder": "self", "began_on": "2015", "ended_on": ""}, Step.NOTE),
        ({"nature": "other", "holder": "self", "began_on": "2015", "ended_on": "", "note": ""}, Step.NOTE),
        ({"nature": "gift", "holder": "self", "began_on": "2015", "ended_on": "", "note": ""}, None),
    ]
    for answers, missing in steps:
        line = Line(1, RIDGE, **answers)
        assert line.missing is missing
        if missing is not None:
            with pytest.raises(RefusedError):
                line.statement()
    writing = rewritten("DEC-1", (line.statement(),))
    assert Writing.from_json(writing.to_json()) == writing
