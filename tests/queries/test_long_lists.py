"""Questions about many at once are asked in parts, so that no list is too long for the database."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.world import staged
from tracker.models import Inspector
from tracker.queries import parts, plans
from tracker.queries.stays import teams

# More than PostgreSQL takes with one statement.
MANY = 70_000


def test_more_than_a_statement_takes_can_be_asked_for(session: Session) -> None:
    assert len(teams(session, range(MANY))) == MANY


def test_one_condition_may_name_more_than_a_statement_takes(session: Session) -> None:
    ines = staged(session).inspector()
    query = select(Inspector.id)
    assert session.scalars(query.where(parts.among(Inspector.id, range(MANY)))).all() == [ines.id]
    assert session.scalars(query.where(parts.among(Inspector.id, ()))).all() == []


def test_what_is_asked_in_parts_is_answered_whole(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "LIST", 2)
    stage = staged(session)
    inspections = [stage.inspection(f"INS-{number}") for number in range(5)]
    for number, each in enumerate(inspections):
        stage.proposes(each, stage.inspector(f"T{number}", f"Inspector {number}"))
    numbers = [each.id for each in inspections]
    assert teams(session, [*numbers, *numbers]) == {each: [(f"T{n}", "team")] for n, each in enumerate(numbers)}
    found = plans.inspections(session, ["INS-4", "INS-0", "INS-4", "INS-2"])
    assert set(found) == {"INS-0", "INS-2", "INS-4"}
    assert plans.names(session, ["T4", "T0", "T1"]) == {f"T{n}": f"Inspector {n}" for n in (0, 1, 4)}
