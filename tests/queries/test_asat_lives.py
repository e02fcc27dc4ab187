"""What is answered of a moment, years later, is what was answered at that moment, whatever happened since."""

from datetime import datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.life import Life
from tests.support.world import Stage
from tracker.models import Assignment, GroupRow, Inspection, Inspector
from tracker.queries import asat, called, history, inspections, leavings

RENAMED_AT = (2, 5)


def answers(session: Session, at: datetime) -> list[object]:
    """Return what an auditor is told of an instant: declarations, assignments, checks, findings, timelines, names."""
    told: list[object] = [history.timeline(session, None, as_at=at).total]
    for inspector in session.scalars(select(Inspector).order_by(Inspector.id)):
        declared = asat.declaration_in_force(session, inspector.id, at)
        told.append((inspector.staff_no, declared and (declared.ref, len(declared.connections))))
        told.append([each.left_on for each in leavings.changes(session, inspector.staff_no, at)][-1:])
        told.append(history.timeline(session, f"inspector:{inspector.staff_no}", as_at=at).lines)
        for stood in asat.assignments_of(session, inspector.id, at):
            check = stood.check
            found = [each.fingerprint for each in check.findings] if check else []
            decided = [each.ref for each in stood.decisions]
            told.append((stood.assignment.ref, stood.state, check and (check.id, check.verdict), found, decided))
    return told + visited(session, at) + named(session, at)


def visited(session: Session, at: datetime) -> list[object]:
    """Return how each inspection that was planned by an instant stood then: its days, and its team."""
    found = []
    for row in session.scalars(select(Inspection).order_by(Inspection.id)):
        stood = asat.inspection(session, row, at)
        if stood is not None:
            team = [(each.assignment.ref, each.state, each.check and each.check.verdict) for each in stood.team]
            days = stood.starts_on, stood.ends_on, stood.called_off_at
            found.append((row.reference, days, stood.held, team))
    return found


def named(session: Session, at: datetime) -> list[object]:
    """Return by which names an instant is told: of all providers and groups, and in the inspections' timelines."""
    refs = session.scalars(select(Inspection.provider).distinct().order_by(Inspection.provider)).all()
    groups = [f"group:{each}" for each in session.scalars(select(GroupRow.ref).order_by(GroupRow.ref))]
    subjects = [f"inspection:{each}" for each in session.scalars(select(Inspection.reference).order_by(Inspection.id))]
    lines = [history.timeline(session, each, as_at=at).lines for each in subjects]
    names = [each.name for each in called.providers_called(session, refs, at).values()]
    return [names, history.names_of(session, groups, at), [each for each in lines if each]]


def as_its_rows_say(session: Session) -> list[object]:
    """Return how each inspection stands now, by the very rows that acts change."""
    found = []
    for row in session.scalars(select(Inspection).order_by(Inspection.id)):
        team = [(each.ref, each.state, each.verdict) for each in inspections.team(session, row.id)]
        found.append((row.reference, (row.starts_on, row.ends_on, row.called_off_at), row.held, team))
    return found


@pytest.mark.parametrize("seed", range(2))
def test_a_moment_is_told_as_a_database_stopped_then_would_tell_it(session: Session, seed: int) -> None:
    pick = Random(seed).choice
    life = Life(Stage(session), pick)
    life.begin()
    then: list[tuple[datetime, list[object]]] = []
    for number in range(8):
        (life.rename if number in RENAMED_AT else life.act)()
        # Nothing has happened since: what is answered now is what this very database, stopped here, would answer.
        then.append((life.stage.now, answers(session, life.stage.now)))
        assert visited(session, life.stage.now) == as_its_rows_say(session)
        life.stage.now += timedelta(minutes=pick([1, 500, 90_000]))
    assert session.scalars(select(Assignment.id)).first() is not None
    for at, told in then:
        assert answers(session, at) == told
