"""Providers that object, decision-makers who decide on it, and answers, through the services."""

from sqlalchemy import select

from tests.support.world import DECIDER, SCHEDULER, Stage
from tracker.domain.access import Actor
from tracker.domain.lifecycle import Ruling
from tracker.models import Assignment, Inspection, Objection, ObjectionAnswer
from tracker.queries import objections as questions
from tracker.services import decisions, objections
from tracker.services.checks import loaded
from tracker.services.decisions import Decide
from tracker.services.objections import AnswerObjection, RecordObjection

WORDS = "The inspector taught here and left in anger."


def placed(stage: Stage, *, confirmed: bool = False) -> Assignment:
    ines = stage.inspector()
    stage.declares(ines)
    assignment = stage.proposes(stage.inspection(), ines)
    assert not confirmed or stage.confirms(assignment).confirmed
    return assignment


def inspection_of(stage: Stage) -> Inspection:
    return stage.session.scalars(select(Inspection)).one()


def objects(stage: Stage, assignment: Assignment, actor: Actor = SCHEDULER, **changes: object) -> Objection:
    said = {"received_on": stage.now.date(), "made_by": "Headteacher", "words": WORDS, **changes}
    return objections.record(stage.session, actor, RecordObjection(assignment.ref, **said), at=stage.tick())  # type: ignore[arg-type]


def decides(stage: Stage, assignment: Assignment, objection: Objection, ruling: Ruling = Ruling.ALLOW) -> None:
    row = loaded(stage.session, assignment.ref)
    assert row is not None
    assert row.check is not None
    (finding,) = (each for each in row.check.findings if questions.ref_of(each) == objection.ref)
    command = Decide(row.ref, finding.fingerprint, ruling, "It is long ago.")
    decisions.decide(stage.session, DECIDER, command, at=stage.tick())


def answers(stage: Stage, objection: Objection, actor: Actor = SCHEDULER, **changes: object) -> ObjectionAnswer:
    said = {"told_on": stage.now.date(), "words": "It was weighed, and she comes.", **changes}
    return objections.answer(stage.session, actor, AnswerObjection(objection.ref, **said), at=stage.tick())  # type: ignore[arg-type]
