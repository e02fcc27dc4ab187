"""The words of what decision-makers asked of people, and what these answered, as retention finds them."""

from datetime import date
from typing import Any

from sqlalchemy import Select, select, union

from tracker.models import (
    Assignment,
    Decision,
    Inspection,
    InspectorAnswer,
    InspectorQuestion,
    Mitigation,
    MitigationDone,
)


def mitigations(up_to: date) -> Any:  # noqa: ANN401 (a query of words)
    """Return what mitigations asked for, and the evidence, of inspections that ended by a day."""

    def words(column: Any) -> Select[Any]:  # noqa: ANN401 (a mapped column)
        return (
            select(column.label("words_id"), Assignment.inspector_id, Assignment.inspection_id)
            .select_from(Mitigation)
            .join(Decision, Decision.id == Mitigation.decision_id)
            .join(Assignment, Assignment.id == Decision.assignment_id)
            .join(Inspection, Inspection.id == Assignment.inspection_id)
            .where(Inspection.ends_on <= up_to)
        )

    done = words(MitigationDone.evidence_id).join(MitigationDone, MitigationDone.mitigation_id == Mitigation.id)
    return union(words(Mitigation.what_id), done)


def questions(up_to: date) -> Any:  # noqa: ANN401 (a query of words)
    """Return what inspectors were asked, and answered, on inspections that ended by a day."""

    def words(column: Any) -> Select[Any]:  # noqa: ANN401 (a mapped column)
        return (
            select(column.label("words_id"), Assignment.inspector_id, Assignment.inspection_id)
            .select_from(InspectorQuestion)
            .join(Assignment, Assignment.id == InspectorQuestion.assignment_id)
            .join(Inspection, Inspection.id == Assignment.inspection_id)
            .where(Inspection.ends_on <= up_to)
        )

    given = words(InspectorAnswer.words_id)
    answered = given.join(InspectorAnswer, InspectorAnswer.question_id == InspectorQuestion.id)
    return union(words(InspectorQuestion.words_id), answered)
