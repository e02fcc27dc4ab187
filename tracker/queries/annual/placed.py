"""The report's parts on checks, assignments, decisions, mitigations and objections."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, or_, select

from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import Ruling
from tracker.models import (
    Assignment,
    ConflictCheck,
    Decision,
    FindingRow,
    HistoryEntry,
    HistorySubject,
    Inspection,
    Mitigation,
    MitigationDone,
    Objection,
    ObjectionAnswer,
)
from tracker.queries import mitigations as mitigations_asked
from tracker.queries.annual.asking import Asked, Both, Line, Part, Period, times
from tracker.queries.compliance import ageing
from tracker.queries.compliance.ageing import Wait
from tracker.queries.compliance.measures import MEASURES
from tracker.queries.decisions import decided_anew
from tracker.queries.moved_up import Due, moved_up
from tracker.queries.turns import RELEASED

MEANS = {
    Verdict.CLEAR: "Of them, those that found nothing.",
    Verdict.UNDETERMINED: "Of them, those where the tracker could not tell: silence is never clear.",
    Verdict.PERCEIVED: "Of them, those whose gravest finding is a connection that others could take to influence.",
    Verdict.REAL: "Of them, those whose gravest finding is a connection that does.",
}
DUE = (
    "Mitigations whose day fell in the period, whenever they were asked for. It is the day that counted when they were "
    "done, or else at the period’s end, also where the inspection was moved to begin earlier."
)


def checks(asked: Asked, events: Mapping[str, Both]) -> Part:
    """How many checks gave each verdict, and what became of assignments."""
    found = asked.counted(
        ConflictCheck.checked_at, {"all": None, **{each: ConflictCheck.verdict == each for each in Verdict}}
    )
    every = "Checks whose answer was kept: at each proposal, confirmation and move, and whenever an answer changed."
    verdicts = (Line(each.capitalize(), MEANS[each], found[each], found["all"]) for each in Verdict)
    return Part("Assignments and their checks", (*_acts(events), Line("Checks", every, found["all"]), *verdicts))


def _acts(events: Mapping[str, Both]) -> tuple[Line, ...]:
    questioned = "Times that a confirmed assignment was questioned, since something changed and no decision covered it."
    released = "Times that somebody was released, also since a finding was upheld or the inspection was called off."
    return (
        Line("Inspections planned", "Inspections planned in the period.", times(events, "inspection:planned")),
        Line(
            "Inspections moved", "Times that an inspection was moved to other days.", times(events, "inspection:moved")
        ),
        Line("Inspections called off", "Inspections called off in the period.", times(events, "inspection:called-off")),
        Line("Proposals", "Times that somebody was proposed for an inspection.", times(events, "assignment:proposed")),
        Line("Confirmations", "Times that a scheduler confirmed an assignment.", times(events, "assignment:confirmed")),
        Line("Questioned", questioned, times(events, "assignment:questioned"), figure="questioned"),
        Line("Releases", released, times(events, "assignment:released")),
    )


def decisions(asked: Asked, events: Mapping[str, Both]) -> Part:
    """What decision-makers decided, how soon, and what they asked."""
    questions, answers = times(events, "question:asked"), times(events, "question:answered")
    asking = "Times that a decision-maker asked an inspector before deciding."
    return Part(
        "Decisions",
        (
            *_decided(asked),
            Line("Questions to inspectors", asking, questions),
            Line("Answers of inspectors", "Times that an inspector answered such a question.", answers),
        ),
    )


def _decided(asked: Asked) -> tuple[Line, ...]:
    allowed = Decision.outcome == str(Ruling.ALLOW)
    wanted = {
        "all": None,
        "allowed": allowed,
        "upheld": ~allowed,
        "real": and_(allowed, FindingRow.verdict == Verdict.REAL),
        **{str(each): ageing.decided(each) for each in Wait},
    }
    told = asked.counted(Decision.decided_at, wanted, _of_checks)
    every, lapsed = told["all"], asked.at_each_end(lambda period: _lapsed(asked, period))
    real = "Of them, each one’s word for an exception; two decision-makers must be of one mind."
    gone = "Of them, those whose finding the latest check of the assignment no longer had: the facts had changed."
    return (
        Line("Decisions", "Times that a decision-maker decided on a finding of an assignment.", every),
        Line("Allowed", "Of them, those by which it may proceed, with reasons.", told["allowed"], every),
        Line("Upheld", "Of them, those by which it may not.", told["upheld"], every),
        Line("Allowed on a real conflict", real, told["real"], every, "exceptions"),
        *(Line(f"Decided {each}", f"Of them, those {ageing.MEANS[each]}.", told[each], every) for each in Wait),
        Line("Lapsed by the end", gone, lapsed, every),
    )


def _of_checks(query: Select[Any]) -> Select[Any]:
    return (
        query.select_from(Decision)
        .join(FindingRow, FindingRow.id == Decision.finding_id)
        .join(ConflictCheck, ConflictCheck.id == FindingRow.check_id)
    )


def _lapsed(asked: Asked, period: Period) -> int:
    query = select(func.count()).select_from(Decision).where(period.holds(Decision.decided_at), ~_stands(period))
    return asked.session.scalar(query) or 0


def mitigations(asked: Asked, events: Mapping[str, Both]) -> Part:
    """What was asked for so that something might proceed, and whether it was shown to be done."""
    now, before = (_due(asked, each) for each in asked.both)
    due, done, in_time, overdue = zip(now, before, strict=True)
    return Part(
        "Mitigations",
        (
            Line(
                "Asked for",
                "Mitigations that decision-makers asked for in the period.",
                times(events, "mitigation:set"),
            ),
            Line("Due in the period", DUE, due),
            Line(
                "Shown to be done",
                "Of those due, the ones that evidence in words ended by the period’s end.",
                done,
                due,
            ),
            Line("Done in time", "Of those due, the ones that evidence ended on that day or before.", in_time, due),
            Line(
                "Overdue at the end",
                f"At the period’s end, whenever asked for. {MEASURES['mitigations'].means}",
                overdue,
                figure="mitigations",
            ),
        ),
    )


def _due(asked: Asked, period: Period) -> tuple[int, int, int, int]:
    """Return how many were due in a period, were done by its end, were done in time; and were overdue at its end."""
    is_done = and_(MitigationDone.done_at.is_not(None), MitigationDone.done_at < period.end)
    rows = asked.session.execute(
        select(*mitigations_asked.DUE, case((is_done, MitigationDone.done_at)), _is_called_for(period))
        .join(Decision, Decision.id == Mitigation.decision_id)
        .join(Assignment, Assignment.id == Decision.assignment_id)
        .join(Inspection, Inspection.id == Assignment.inspection_id)
        .outerjoin(MitigationDone, MitigationDone.mitigation_id == Mitigation.id)
        # Its day may only have become an earlier one.
        .where(Decision.decided_at < period.end, (Mitigation.due_on >= period.first) | ~is_done)
    ).all()
    found = [
        (Due(number, ref, day, inspection, starts_on, until=at or period.end), at, is_called_for)
        for number, ref, day, inspection, starts_on, at, is_called_for in rows
    ]
    earlier = moved_up(asked.session, (each for each, _, _ in found))
    days = [
        (earlier[each.number].due_on if each.number in earlier else each.due_on, at, is_called_for)
        for each, at, is_called_for in found
    ]
    due = [(day, at) for day, at, _ in days if period.first <= day <= period.last]
    done = [(day, at) for day, at in due if at is not None]
    in_time = sum(Period(day, day).end > at for day, at in done)
    overdue = sum(at is None and is_called_for and day < period.last for day, at, is_called_for in days)
    return len(due), len(done), in_time, overdue


def _is_called_for(period: Period) -> ColumnElement[bool]:
    """Whether a mitigation was still called for at a period's end, as it is now for the list of today."""
    released = exists().where(
        HistorySubject.subject == literal("assignment:") + Assignment.ref,
        HistoryEntry.seq == HistorySubject.seq,
        HistoryEntry.event == RELEASED,
        HistoryEntry.at < period.end,
    )
    return and_(_stands(period), ~decided_anew(period.end), ~released)


def _stands(period: Period) -> ColumnElement[bool]:
    """Whether the latest check of a decision's assignment at a period's end still had its finding."""
    latest = (
        select(func.max(ConflictCheck.id))
        .where(ConflictCheck.assignment_id == Decision.assignment_id, ConflictCheck.checked_at < period.end)
        .correlate(Decision)
        .scalar_subquery()
    )
    return exists().where(FindingRow.check_id == latest, FindingRow.fingerprint == Decision.fingerprint)


def objections(asked: Asked, events: Mapping[str, Both]) -> Part:
    """What providers objected to, and whether they were answered."""
    made, answered = times(events, "objection:recorded"), times(events, "objection:answered")
    waiting = asked.at_each_end(lambda period: _unanswered(asked, period))
    return Part(
        "Objections of providers",
        (
            Line("Recorded", "Objections of providers to an inspector that were recorded in the period.", made),
            Line(
                "Open at the end",
                "Objections recorded by then and not answered yet, of inspections not called off by then.",
                waiting,
                figure="objections",
            ),
            Line(
                "Answered",
                "Objections that were answered in the period, whenever made.",
                answered,
            ),
        ),
    )


def _unanswered(asked: Asked, period: Period) -> int:
    answered = exists().where(ObjectionAnswer.objection_id == Objection.id, ObjectionAnswer.answered_at < period.end)
    stands = or_(Inspection.called_off_at.is_(None), Inspection.called_off_at >= period.end)
    query = (
        select(func.count())
        .select_from(Objection)
        .join(Assignment, Assignment.id == Objection.assignment_id)
        .join(Inspection, Inspection.id == Assignment.inspection_id)
        .where(Objection.recorded_at < period.end, ~answered, stands)
    )
    return asked.session.scalar(query) or 0
