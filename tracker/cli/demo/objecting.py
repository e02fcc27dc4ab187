"""How providers of the demonstration object to an inspector, and what comes of it."""

from datetime import date, datetime

from sqlalchemy import select

from tracker.cli.demo.calendar import in_office_hours
from tracker.cli.demo.stage import Stage
from tracker.domain.uk_time import in_uk
from tracker.models import Assignment, Objection
from tracker.services import objections

WAITING = (
    "Chair of governors",
    "The inspector led the last inspection of our neighbour, and its headteacher told us of remarks on our school.",
)
SETTLED = (
    "Headteacher",
    "A parent of ours says that the inspector was at school with her. We do not know whether that is so.",
)
ANSWER = "We asked the inspector and looked at what is declared. We found no reason for a change; the inspector comes."


def plan_objection(stage: Stage, day: date, ref: str, said: tuple[str, str], *, who: str) -> None:
    """Let a provider object on a day; the scheduler records it as it comes in."""

    def record(at: datetime) -> None:
        command = objections.RecordObjection(ref, in_uk(at).date(), *said)
        objections.record(stage.session, stage.actors[who], command, at=at)

    stage.plan(in_office_hours(stage.rng, day), record)


def plan_answer(stage: Stage, day: date, ref: str, *, who: str) -> None:
    """Let the scheduler answer the objections to an assignment."""

    def answer(at: datetime) -> None:
        query = select(Objection.ref).join(Assignment, Assignment.id == Objection.assignment_id)
        for each in stage.session.scalars(query.where(Assignment.ref == ref)).all():
            command = objections.AnswerObjection(each, in_uk(at).date(), ANSWER)
            objections.answer(stage.session, stage.actors[who], command, at=at)

    stage.plan(in_office_hours(stage.rng, day), answer)
