"""Many moves by one file cost what their number costs, also where all are at one provider."""

from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from tests.support.statements import counted
from tests.support.world import SCHEDULER, Stage, staged
from tracker.domain.planning import Fate, PlannedRow
from tracker.services.plan_imports import import_inspections

WAS, LATER = date(2026, 3, 17), date(2026, 4, 7)


def _questions(stage: Stage, numbers: range) -> int:
    """How many questions a file asks that moves so many inspections at one provider, one of them with a team."""
    rows = [
        PlannedRow(number, f"INS-{number}", "gias:900003", "Graded inspection", WAS, WAS, team_size=2)
        for number in numbers
    ]
    import_inspections(stage.session, SCHEDULER, rows, at=stage.tick())
    stage.proposes(stage.planned(f"INS-{numbers[0]}"), stage.inspector(f"M{numbers[0]}"))
    moves = [replace(each, starts_on=LATER, ends_on=LATER, moved_because="Ice") for each in rows]
    with counted(stage.session.get_bind().engine) as statements:
        assert import_inspections(stage.session, SCHEDULER, moves, at=stage.tick()).count(Fate.MOVED) == len(rows)
    return sum(each.lstrip().startswith("SELECT") for each in statements)


def test_many_moves_at_one_provider_by_one_file_ask_as_few_questions_as_few_do(session: Session) -> None:
    stage = staged(session)
    # Whoever asks first reads what is kept of the places.
    _questions(stage, range(60, 63))
    assert _questions(stage, range(10, 40)) <= _questions(stage, range(50, 53)) + 1
