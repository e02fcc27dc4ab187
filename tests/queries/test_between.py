"""What changed between two moments is what two databases, stopped at them, would tell otherwise."""

from datetime import datetime, timedelta
from random import Random

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tests.support.life import Life
from tests.support.statements import counted
from tests.support.world import DECIDER, NOW, Stage, employed_at, staged
from tracker.domain.access import Actor, Role
from tracker.domain.lifecycle import Ruling
from tracker.models import Assignment, Declaration, FindingRow, HistoryEntry, Inspector, RegisterImport
from tracker.queries import asat
from tracker.queries.scrutiny import between
from tracker.queries.scrutiny.knowing import known
from tracker.queries.scrutiny.stated_between import lapsed, turned
from tracker.services import audit, decisions
from tracker.services.bare import enter
from tracker.services.decisions import Decide

AUDITOR = Actor("person:AUDITOR", "Ada Auditor", frozenset({Role.AUDITOR}))
MOMENT = timedelta(microseconds=1)


def stood(session: Session, at: datetime) -> dict[str, object]:
    """Return the state and the verdict of every assignment at an instant, looked at one by one."""
    found = {}
    for ref in session.scalars(select(Assignment.ref)):
        then = asat.assignment(session, ref, at)
        if then is not None:
            found[ref] = then.state, then.check and then.check.verdict
    return found


@pytest.mark.parametrize("seed", range(3))
def test_assignments_stand_otherwise_just_if_two_stopped_databases_say_so(session: Session, seed: int) -> None:
    pick = Random(seed).choice
    life = Life(Stage(session), pick)
    life.begin()
    moments = [(life.stage.now, stood(session, life.stage.now))]
    for _ in range(25):
        life.act()
        # Nothing has happened since: this very database, stopped here, would say just this.
        moments.append((life.stage.now, stood(session, life.stage.now)))
        life.stage.now += timedelta(minutes=pick([1, 500, 90_000]))
    for _ in range(40):
        (start, before), (end, after) = sorted([pick(moments), pick(moments)], key=lambda each: each[0])
        acts = between.Span(start + MOMENT, end + MOMENT)
        assert sorted(between.changed(session, acts)) == sorted(ref for ref in after if before.get(ref) != after[ref])
        entries = list(session.scalars(select(HistoryEntry).where(HistoryEntry.at > start, HistoryEntry.at <= end)))
        done = between.done(session, acts)
        assert sum(done.values()) == len(entries)
        for kind, number in done.items():
            events = between.events_of(session, acts, kind)
            assert between.told(session, acts, events, before=None, limit=5).total == number


def test_a_weeks_acts_are_found_by_their_instants_and_not_by_reading_every_entry(session: Session) -> None:
    week = between.Span(NOW, NOW + timedelta(days=7))
    query = select(HistoryEntry.event, func.count()).where(week.entries).group_by(HistoryEntry.event)
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    if not is_sqlite:
        # Of a few rows PostgreSQL reads them all, unless that is made dear.
        session.execute(text("SET LOCAL enable_seqscan = off"))
    asked = query.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    plan = session.execute(text(f"EXPLAIN {'QUERY PLAN ' if is_sqlite else ''}{asked}"))
    assert "ix_history_entry_at" in " ".join(str(each) for row in plan for each in row)


def test_an_act_is_traced_to_the_assignments_that_it_changed_and_to_no_other(session: Session) -> None:
    stage = staged(session)
    ines, otto = stage.inspector(), stage.inspector("T200", "Otto Other")
    stage.declares(otto)
    stage.declares(ines)
    inspection = stage.inspection()
    placed, _ = stage.proposes(inspection, ines), stage.proposes(inspection, otto)
    first = session.scalars(select(Declaration).order_by(Declaration.id.desc())).first()
    said = stage.declares(ines, employed_at("gias:900002"))
    assert first is not None
    assert [between.changed(session, each) for each in between.spans_of(session, f"declaration:{first.ref}")] == [[]]
    (span,) = between.spans_of(session, f"declaration:{said.declaration.ref}")
    assert between.changed(session, span) == [placed.ref]
    assert between.spans_of(session, f"declaration:{said.declaration.ref}", span.start - between.MOMENT) == []
    assert between.spans_of(session, "inspection:INS-1") == []


def test_an_import_is_traced_to_whom_it_brought_into_conflict(session: Session) -> None:
    life = Life(Stage(session), Random(5).choice)
    life.begin()
    for _ in range(40):
        before = stood(session, life.stage.now)
        life.change_member()
        ref = session.scalars(select(RegisterImport.ref).order_by(RegisterImport.id.desc())).first()
        found = [each for span in between.spans_of(session, f"import:{ref}") for each in between.changed(session, span)]
        after = stood(session, life.stage.now)
        expected = sorted(each for each in after if after[each] != before.get(each))
        if expected:
            assert sorted(found) == expected
            return
    pytest.fail("no import changed anything")


def test_who_knew_of_a_connection_is_told_with_the_day_and_whether_the_inspection_had_begun(session: Session) -> None:
    stage = staged(session)
    ines = stage.inspector()
    made = stage.declares(ines, employed_at("gias:900002", "2010", "2021-07")).declaration
    placed = stage.proposes(stage.inspection(), ines)
    fingerprint = session.scalar(select(FindingRow.fingerprint).where(FindingRow.check_id == placed.check_id))
    decisions.decide(session, DECIDER, Decide(placed.ref, fingerprint or "", Ruling.ALLOW, "So."), at=stage.tick())
    by_then = stage.now
    stage.now += timedelta(days=60)
    enter(session, audit.open_details(session, AUDITOR, made.ref), at=stage.tick())
    told = known(session, made, stage.now)
    assert [(each.how, each.visit and each.visit.reference, each.is_in_time) for each in told] == [
        ("recorded it", None, False),
        ("found it", "INS-1", True),
        ("allowed what was found of it", "INS-1", True),
        ("opened its details", None, False),
    ]
    assert known(session, made, by_then) == told[:3]


def test_it_sends_as_many_statements_for_many_as_for_few(session: Session) -> None:
    life = Life(Stage(session), Random(2).choice)
    start = life.stage.now
    life.begin()
    sent = []
    for _ in range(2):
        session.expunge_all()
        with counted(session.get_bind().engine) as statements:
            acts = between.Span(start, life.stage.now + MOMENT)
            assert between.changed(session, acts)
            between.done(session, acts)
        sent.append(len(statements))
        for _ in range(25):
            life.act()
    assert sent[0] == sent[1]


def stated(session: Session, at: datetime) -> dict[str, dict[tuple[str, ...], tuple[str, str | None]]]:
    """Return what each inspector's declaration in force says at an instant, looked at one by one."""
    found = {}
    for number, staff_no in session.execute(select(Inspector.id, Inspector.staff_no)).all():
        standing = asat.declaration_in_force(session, number, at)
        rows = standing.connections if standing else ()
        found[staff_no] = {
            (str(each.nature), str(each.holder), each.target): (each.began_on, each.ended_on) for each in rows
        }
    return found


@pytest.mark.parametrize("seed", range(3))
def test_connections_came_changed_and_went_just_as_two_stopped_databases_say(session: Session, seed: int) -> None:
    pick = Random(seed).choice
    life = Life(Stage(session), pick)
    life.begin()
    moments = [(life.stage.now, stated(session, life.stage.now))]
    for _ in range(25):
        life.act()
        moments.append((life.stage.now, stated(session, life.stage.now)))
        life.stage.now += timedelta(minutes=pick([1, 500, 90_000]))
    changes = 0
    for _ in range(40):
        (start, before), (end, after) = sorted([pick(moments), pick(moments)], key=lambda each: each[0])
        found = {each.staff_no: each for each in turned(session, between.Span(start + MOMENT, end + MOMENT))}
        for staff_no, now in after.items():
            then = before.get(staff_no, {})
            common = then.keys() & now.keys()
            numbers = len(now.keys() - then), sum(then[x] != now[x] for x in common), len(then.keys() - now)
            each = found.get(staff_no)
            assert numbers == ((each.came, each.changed, each.went) if each else (0, 0, 0))
            changes += sum(numbers)
            one = between.Span(start + MOMENT, end + MOMENT, about=f"inspector:{staff_no}")
            assert turned(session, one) == ([each] if each else [])
            mine = session.scalars(select(Assignment.ref).join(Assignment.inspector).filter_by(staff_no=staff_no)).all()
            every = between.changed(session, between.Span(start + MOMENT, end + MOMENT))
            assert between.changed(session, one) == [ref for ref in every if ref in mine]
    assert changes > 0


def test_a_decision_that_ceased_to_hold_is_told_with_the_reason_in_the_span_in_which_it_did(session: Session) -> None:
    stage = staged(session)
    ines = stage.inspector()
    stage.declares(ines, employed_at("gias:900002", "2010", "2021-07"))
    placed = stage.proposes(stage.inspection(), ines)
    fingerprint = session.scalar(select(FindingRow.fingerprint).where(FindingRow.check_id == placed.check_id))
    decisions.decide(session, DECIDER, Decide(placed.ref, fingerprint or "", Ruling.ALLOW, "So."), at=stage.tick())
    allowed = stage.now
    stage.now += timedelta(days=1)
    stage.declares(ines)
    (one,) = lapsed(session, between.Span(allowed, stage.now + MOMENT))
    assert (one.assignment, one.reference, one.lapse.because) == (placed.ref, "INS-1", "the facts changed")
    assert lapsed(session, between.Span(allowed, allowed + timedelta(hours=1))) == []
    assert lapsed(session, between.Span(allowed, stage.now + MOMENT, about="inspector:T999")) == []
    assert len(lapsed(session, between.Span(allowed, stage.now + MOMENT, about="inspection:INS-1"))) == 1
