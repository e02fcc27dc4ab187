"""For how long an objection's words are kept, and who has them in a copy."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.objecting import WORDS, answers, decides, objects, placed
from tests.support.paths import ROOT
from tests.support.world import NOW, SYSTEM, Stage, staged
from tracker.domain.objecting import age_in_words
from tracker.domain.retention import Field, parse
from tracker.models import Objection
from tracker.queries import held, verification
from tracker.queries import objections as questions
from tracker.queries.retention import due_words
from tracker.services.history import words_of
from tracker.services.retention import PlaceHold, erase, place_hold


@pytest.fixture
def stage(session: Session) -> Stage:
    return staged(session)


def test_its_words_its_office_and_its_answer_go_when_their_time_is_up_unless_a_hold_keeps_them(stage: Stage) -> None:
    assignment = placed(stage)
    made = objects(stage, assignment)
    kept = questions.by_ref(stage.session, made.ref)
    assert kept is not None
    assert words_of(kept.office) == "Headteacher"
    decides(stage, assignment, made)
    answers(stage, made)
    schedule = parse((ROOT / "tracker/policies/retention.toml").read_text("utf-8"))
    stage.now = stage.now.replace(year=stage.now.year + 7)
    some = [each.id for each in due_words(stage.session, Field.OBJECTION, stage.now.date())]

    assert len(some) == 3
    assert erase(stage.session, SYSTEM, schedule, Field.OBJECTION, some, at=stage.tick()) == 3
    found = questions.by_ref(stage.session, made.ref)
    assert found is not None
    assert "erased" in words_of(found.words)
    assert "erased" in words_of(found.office)
    assert stage.session.scalar(select(Objection.made_by)) == ""
    verification.verify(stage.session)


def test_a_legal_hold_on_the_inspector_keeps_the_words(stage: Stage) -> None:
    objects(stage, placed(stage))
    place_hold(stage.session, SYSTEM, PlaceHold("A court asked.", staff_no="T100"), at=stage.tick())

    assert due_words(stage.session, Field.OBJECTION, stage.now.date().replace(year=stage.now.year + 7)) == []


def test_the_copy_of_what_is_held_on_an_inspector_has_the_words_and_not_whose_they_are(stage: Stage) -> None:
    assignment = placed(stage)
    made = objects(stage, assignment)
    decides(stage, assignment, made)
    answers(stage, made)

    (told,) = held.held(stage.session, stage.people["T100"].id)["inspections"]
    (objection,) = told["provider_objected"]
    assert objection["words"] == WORDS
    assert objection["answer"]["words"] == "It was weighed, and she comes."
    assert "Headteacher" not in str(told)


def test_an_age_is_told_in_days() -> None:
    day = NOW.date()
    told = [age_in_words(day, day + timedelta(days=days)) for days in (0, 1, 5)]
    assert told == ["today", "yesterday", "5 days ago"]
