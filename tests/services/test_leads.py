"""Answers to questions of the registers at the hours and after the acts at which they could be lost."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.world import SCHEDULER, Stage, employed_at, staged
from tracker.domain.errors import NotPermittedError
from tracker.domain.leads import Answer, Kind, Lead
from tracker.domain.uk_time import in_uk
from tracker.models import Assignment, GroupRow, Inspector, LeadAnswer, LeadOpen, MembershipRow
from tracker.queries import leads as questions
from tracker.services import leads
from tracker.services.keys import rebuild_keys
from tracker.services.leads import AnswerLead

OAK = "gias:900004"


def asked(stage: Stage, inspector: Inspector, on: date | None = None) -> tuple[Lead, ...]:
    return questions.of_inspectors(stage.session, [inspector.id], on or stage.now.date())[inspector.id]


def joins(stage: Stage, joined_on: date) -> None:
    """Let Lone Oak School join a trust."""
    stage.session.add(
        GroupRow(
            ref="group:9009",
            register="gias-groups",
            name="Elm Trust",
            kind="Multi-academy trust",
            status="open",
            row_digest="",
        )
    )
    stage.session.add(
        MembershipRow(
            register="gias-group-links", provider_ref=OAK, group_ref="group:9009", joined_on=joined_on, row_digest=""
        )
    )
    stage.session.flush()
    rebuild_keys(stage.session)


def test_a_question_that_nobody_answered_survives_a_renewal_word_by_word(session: Session) -> None:
    stage = staged(session)
    ines = stage.inspector()
    stage.declares(ines, employed_at(OAK))
    joins(stage, date(2026, 3, 10))
    stage.now = datetime(2026, 4, 1, 9, tzinfo=UTC)
    (before,) = asked(stage, ines)
    assert (before.kind, before.target) == (Kind.JOINED, "group:9009")

    stage.declares(ines, employed_at(OAK))

    assert asked(stage, ines) == (before,)
    kept = session.scalars(select(LeadOpen)).one()
    stage.now = datetime(2026, 5, 1, 9, tzinfo=UTC)
    stage.declares(ines, employed_at(OAK))
    assert session.scalars(select(LeadOpen.arisen_at)).all() == [kept.arisen_at]


def test_what_was_joined_before_it_was_ever_declared_is_not_asked_about(session: Session) -> None:
    stage = staged(session)
    joins(stage, date(2026, 3, 1))
    ines = stage.inspector()
    stage.declares(ines, employed_at(OAK))
    assert asked(stage, ines) == ()


def test_an_answer_given_after_midnight_in_summer_is_to_the_question_of_that_day(session: Session) -> None:
    stage = staged(session)
    ines = stage.inspector()
    stage.declares(ines)
    for number, day in (("1", date(2026, 5, 12)), ("2", date(2026, 6, 30))):
        placed: Assignment = stage.proposes(stage.inspection(f"INS-{number}", OAK, starts_on=day, ends_on=day), ines)
        assert stage.confirms(placed).confirmed
    night = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    (lead,) = asked(stage, ines, in_uk(night).date())
    assert lead.kind is Kind.INSPECTED

    leads.answer(session, stage.actor(ines), AnswerLead(ines.id, lead.fingerprint, Answer.NOTHING), at=night)

    assert session.scalars(select(LeadAnswer.fingerprint)).all() == [lead.fingerprint]
    assert asked(stage, ines, in_uk(night).date()) == ()


def test_nobody_answers_for_somebody_else(session: Session) -> None:
    stage = staged(session)
    ines, omar = stage.inspector(), stage.inspector("T200", "Omar Inspector")
    stage.declares(ines, employed_at("gias:900001"))
    (lead,) = asked(stage, ines)
    for who in (stage.actor(omar), SCHEDULER):
        with pytest.raises(NotPermittedError):
            leads.answer(session, who, AnswerLead(ines.id, lead.fingerprint, Answer.NOTHING), at=stage.tick())
    assert session.scalars(select(LeadAnswer)).all() == []


def test_other_facts_are_asked_anew(session: Session) -> None:
    stage = staged(session)
    ines = stage.inspector()
    stage.declares(ines, employed_at("gias:900001"))
    (lead,) = asked(stage, ines)
    leads.answer(session, stage.actor(ines), AnswerLead(ines.id, lead.fingerprint, Answer.NOTHING), at=stage.tick())
    assert asked(stage, ines) == ()
    stage.declares(ines, employed_at("gias:900001", "2016"))
    assert asked(stage, ines) == ()
    stage.declares(ines, employed_at("gias:900001", nature="governance"))
    assert [each.target for each in asked(stage, ines) if each.kind is Kind.CONVERTED] == [lead.target]


@pytest.mark.parametrize(("holder", "asks"), [("child", False), ("self", True)])
def test_a_holder_that_is_set_right_within_the_family_is_no_connection_that_vanished(
    session: Session, holder: str, *, asks: bool
) -> None:
    stage = staged(session)
    ines = stage.inspector()
    stage.declares(ines, employed_at(OAK, holder="partner"))
    stage.declares(ines, employed_at(OAK, holder=holder))
    assert [each.kind for each in asked(stage, ines)] == ([Kind.ENDED] if asks else [])


def test_an_organisation_that_vanished_is_offered_by_the_name_that_it_was_given(session: Session) -> None:
    stage = staged(session)
    ines = stage.inspector()
    stage.declares(ines, employed_at("org:Makers UK"))
    stage.declares(ines)
    (lead,) = asked(stage, ines)
    assert (lead.kind, lead.target) == (Kind.ENDED, "org:Makers UK")
