"""Moving an inspection: its team is checked for the new days in the same act, and nothing that was said vanishes."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.planning import ready_plan
from tests.support.world import DECIDER, SCHEDULER, TODAY, Stage, employed_at, staged
from tracker.domain.access import Actor, Role
from tracker.domain.errors import BadRowsError, NotFoundError, NotPermittedError, OutOfDateError, RefusedError
from tracker.domain.facts import Verdict
from tracker.domain.fitting import Bar
from tracker.domain.lifecycle import Ruling, State
from tracker.domain.planning import Fate, PlannedRow
from tracker.models import Assignment, ConflictCheck, FindingRow, HistoryEntry, Inspection
from tracker.queries import asat, history, lapses, moves, replays, verification
from tracker.queries.independence import independence_file
from tracker.services import assignments, calling_off, decisions, moving, plan_applying
from tracker.services.assignments import Release
from tracker.services.calling_off import CallOff
from tracker.services.decisions import Decide
from tracker.services.history import words_of
from tracker.services.moving import Move, Moved
from tracker.services.moving_previews import Effect, digest_of, effects
from tracker.services.plan_imports import import_inspections
from tracker.services.plan_previews import preview_inspections

WAS = date(2026, 3, 17), date(2026, 3, 18)
# Three years after a job that ended on 31 March 2023: by then it is no real conflict any more.
LATER = date(2026, 4, 7), date(2026, 4, 8)
ENDED = "2023-03"


@pytest.fixture
def stage(session: Session) -> Stage:
    """T1 with a job at the school until three years ago, which is real in March and perceived in April; T2 is clear."""
    stage = staged(session)
    stage.declares(stage.inspector("T1", "Rex Once"), employed_at("gias:900004", "2015", ENDED))
    stage.declares(stage.inspector("T2", "Rea Clear"))
    stage.inspection("INS-1", "gias:900004")
    return stage


def row(stage: Stage, reference: str = "INS-1") -> Inspection:
    return stage.session.scalars(select(Inspection).filter_by(reference=reference)).one()


def moved(stage: Stage, days: tuple[date, date] = LATER, reference: str = "INS-1", **changes: object) -> Moved:
    command = Move(reference, *days, **{"reason": "The school asked for a deferral.", **changes})
    return moving.move(stage.session, SCHEDULER, command, at=stage.tick())


def placed(stage: Stage, staff_no: str, reference: str = "INS-1") -> Assignment:
    return stage.proposes(row(stage, reference), stage.people[staff_no])


def foreseen(stage: Stage, days: tuple[date, date], reference: str = "INS-1") -> list[Effect]:
    number = row(stage, reference).id
    return effects(stage.session, {number: days}, TODAY)[number]


def events(stage: Stage) -> list[str]:
    return list(stage.session.scalars(select(HistoryEntry.event).order_by(HistoryEntry.seq)))


def test_a_conflict_that_ends_before_the_new_days_is_weaker_in_the_same_act(stage: Stage) -> None:
    conflicted, clear = placed(stage, "T1"), placed(stage, "T2")
    assert (conflicted.verdict, clear.verdict) == (Verdict.REAL, Verdict.CLEAR)
    (effect, other) = foreseen(stage, LATER)
    assert (effect.before, effect.after, other.is_as_before) == (Verdict.REAL, Verdict.PERCEIVED, True)
    done = moved(stage)
    assert (conflicted.verdict, clear.verdict) == (Verdict.PERCEIVED, Verdict.CLEAR)
    assert [(each.ref, each.before, each.now) for each in done.changed] == [
        (conflicted.ref, Verdict.REAL, Verdict.PERCEIVED),
        (clear.ref, Verdict.CLEAR, Verdict.CLEAR),
    ]
    assert (done.inspection.starts_on, done.inspection.ends_on) == LATER
    verification.verify(stage.session)


def test_a_conflict_that_comes_with_the_new_days_questions_who_is_confirmed(stage: Stage) -> None:
    days = date(2026, 7, 1), date(2026, 7, 2)
    stage.inspection("INS-2", "gias:900004", starts_on=days[0], ends_on=days[1])
    stage.declares(stage.people["T2"], employed_at("gias:900004", "2012", "2020-04"))
    confirmed = placed(stage, "T2", "INS-2")
    assert stage.confirms(confirmed).confirmed
    (effect,) = foreseen(stage, WAS, "INS-2")
    assert (effect.is_questioned, effect.after) == (True, Verdict.PERCEIVED)
    assert "Lone Oak School" in effect.found[0].sentence
    done = moved(stage, WAS, "INS-2")
    assert [each.questioned for each in done.changed] == [True]
    assert confirmed.state is State.QUESTIONED
    assert events(stage)[-3:] == ["inspection:moved", "assignment:checked", "assignment:questioned"]
    verification.verify(stage.session)


def test_of_each_of_the_team_a_check_for_the_new_days_is_kept_and_the_old_one_replays(stage: Stage) -> None:
    clear = placed(stage, "T2")
    moved(stage)
    first, second = stage.session.scalars(select(ConflictCheck).order_by(ConflictCheck.id))
    assert [each.cause for each in (first, second)] == ["proposal", "move"]
    seqs = stage.session.scalars(select(HistoryEntry.seq).filter_by(event="assignment:checked")).all()
    assert [replays.replay(stage.session, seq).differences for seq in seqs] == [(), ()]
    told = history.timeline(stage.session, f"assignment:{clear.ref}", limit=1).lines[0].sentence
    assert "after an inspection was moved, found nothing: it is clear" in told


def test_the_history_tells_the_old_days_and_the_new_ones_and_the_reason_is_kept_apart(stage: Stage) -> None:
    moved(stage)
    (line,) = history.timeline(stage.session, "inspection:INS-1", limit=1).lines
    assert line.sentence == (
        "SCHEDULER moved inspection INS-1 of Lone Oak School: it was planned from 17 March 2026 to 18 March "
        "2026, and is planned from 7 April 2026 to 8 April 2026 now."
    )
    entry = stage.session.scalars(select(HistoryEntry.entry).filter_by(seq=line.seq)).one()
    assert "deferral" not in entry
    (change,) = moves.changes(stage.session, "INS-1")
    assert words_of(change.reason) == "The school asked for a deferral."


def test_the_days_as_at_a_moment_are_those_it_had_then(stage: Stage) -> None:
    placed(stage, "T2")
    before = stage.now
    moved(stage)
    number = stage.people["T2"].id
    (then,), (now,) = (asat.assignments_of(stage.session, number, at) for at in (before, stage.now))
    assert ((then.starts_on, then.ends_on), (now.starts_on, now.ends_on)) == (WAS, LATER)
    file = independence_file(stage.session, "INS-1")
    assert file is not None
    assert [(each.was, each.planned) for each in file.changes] == [(moves.Planned(*WAS), moves.Planned(*LATER))]
    assert moves.days_at(stage.session, [row(stage)], before)["INS-1"] == moves.Planned(*WAS)


def test_who_is_on_another_inspection_on_the_new_days_is_said_before(stage: Stage) -> None:
    placed(stage, "T2")
    stage.inspection("INS-2", "gias:900003", starts_on=LATER[1], ends_on=LATER[1])
    other = placed(stage, "T2", "INS-2")
    (effect,) = foreseen(stage, LATER)
    assert [(each.reference, each.provider, each.state) for each in effect.busy] == [
        ("INS-2", "Vale Academy", State.PROPOSED)
    ]
    assert not foreseen(stage, (LATER[0], LATER[0]))[0].busy
    digest = digest_of(WAS, foreseen(stage, LATER))
    assignments.release(stage.session, SCHEDULER, Release(other.ref, "Ill."), at=stage.tick())
    assert not foreseen(stage, LATER)[0].busy
    assert digest_of(WAS, foreseen(stage, LATER)) != digest


def test_who_leaves_before_the_new_days_is_said_before(stage: Stage) -> None:
    placed(stage, "T2")
    stage.people["T2"].left_on = date(2026, 4, 1)
    stage.session.flush()
    assert [each.leaves for each in foreseen(stage, LATER)] == [True]


@pytest.mark.parametrize("role", ["team", "observer"])
def test_whoever_is_on_its_team_neither_moves_nor_calls_off_an_inspection_by_page_or_file(
    stage: Stage, role: str
) -> None:
    own = stage.proposes(row(stage), stage.people["T1"], role)
    rex = Actor("person:X", "Rex Once", frozenset({Role.SCHEDULER}), own.inspector_id)
    why = {"at": stage.tick()}
    for act in (
        lambda: moving.move(stage.session, rex, Move("INS-1", *LATER, "Deferred."), **why),
        lambda: calling_off.call_off(stage.session, rex, CallOff("INS-1", "Burnt down."), **why),
    ):
        with pytest.raises(NotPermittedError):
            act()
    says = "INS-1: You are on its team: another scheduler moves it or calls it off"
    for line in (planned_row(*LATER), planned_row(*WAS, called_off="Burnt down.")):
        (foretold,) = preview_inspections(stage.session, rex, [line], TODAY).lines
        assert (foretold.fate, foretold.says) == (Fate.WRONG, says)
        with pytest.raises(BadRowsError, match="another scheduler moves it"):
            import_inspections(stage.session, rex, [line], at=stage.tick())
        # Another scheduler may.
        assert preview_inspections(stage.session, SCHEDULER, [line], TODAY).changes
    stage.releases(own)
    assert moving.move(stage.session, rex, Move("INS-1", *LATER, "Deferred."), at=stage.tick()).is_new


def planned_row(first: date, last: date, called_off: str = "") -> PlannedRow:
    found = ("INS-1", "gias:900004", "Graded inspection")
    return PlannedRow(2, *found, first, last, 2, called_off)


def test_the_inspection_itself_is_no_earlier_visit_of_its_own_team(stage: Stage) -> None:
    for number, day in enumerate((date(2026, 3, 4), date(2026, 3, 9))):
        stage.inspection(f"INS-{number + 5}", "gias:900004", starts_on=day, ends_on=day)
    for reference in ("INS-5", "INS-1"):
        stage.confirms(placed(stage, "T2", reference))
    (effect,) = foreseen(stage, LATER)
    assert effect.is_as_before
    assert not moved(stage).changed[0].questioned


def test_later_inspections_around_the_provider_are_checked_again(stage: Stage) -> None:
    for reference, day in (("INS-A", 4), ("INS-B", 9)):
        stage.inspection(reference, "gias:900004", starts_on=date(2026, 3, day), ends_on=date(2026, 3, day))
        assert stage.confirms(placed(stage, "T2", reference)).confirmed
    later = placed(stage, "T2")
    assert later.verdict is Verdict.PERCEIVED
    # One of the two comes after it now: who was there once is not familiar.
    done = moved(stage, (date(2026, 5, 4), date(2026, 5, 5)), "INS-B")
    assert later.verdict is Verdict.CLEAR
    assert {each.inspection for each in done.changed} == {"INS-B", "INS-1"}


def test_the_same_asked_twice_moves_once_and_a_stale_form_moves_nothing(stage: Stage) -> None:
    assert moved(stage, was=WAS).is_new
    assert not moved(stage, was=WAS).is_new
    with pytest.raises(OutOfDateError, match="moved by somebody else meanwhile"):
        moved(stage, (date(2026, 5, 4), date(2026, 5, 5)), was=WAS)
    assert events(stage).count("inspection:moved") == 1
    assert (row(stage).starts_on, row(stage).ends_on) == LATER


@pytest.mark.parametrize(
    ("days", "field", "says"),
    [
        ((LATER[1], LATER[0]), "ends_on", "It cannot end before it starts"),
        ((LATER[0], LATER[0] + timedelta(days=61)), "ends_on", "more than 60 days"),
        ((date(2026, 2, 27), LATER[0]), "starts_on", "cannot be moved into the past: give today, 2 March 2026"),
        ((date(2100, 1, 4), date(2100, 1, 5)), "starts_on", "Give a year from 1990 to 2099"),
    ],
)
def test_a_bad_day_is_named_with_its_cure(stage: Stage, days: tuple[date, date], field: str, says: str) -> None:
    with pytest.raises(RefusedError, match=says) as refused:
        moved(stage, days)
    assert refused.value.field == field
    assert "inspection:moved" not in events(stage)


def test_what_has_begun_keeps_its_first_day_and_what_has_ended_stays(stage: Stage) -> None:
    stage.now = datetime.combine(WAS[0] + timedelta(days=1), stage.now.timetz())
    with pytest.raises(RefusedError, match="It began on 17 March 2026: leave its first day"):
        moved(stage)
    with pytest.raises(RefusedError, match="It cannot end in the past"):
        moved(stage, (WAS[0], WAS[0]))
    assert moved(stage, (WAS[0], date(2026, 3, 20))).is_new
    stage.now += timedelta(days=9)
    with pytest.raises(RefusedError, match="It ended on 20 March 2026"):
        moved(stage, (WAS[0], date(2026, 3, 27)))


def test_a_reason_is_asked_for_and_only_a_scheduler_moves(stage: Stage) -> None:
    with pytest.raises(RefusedError, match="Say why the days change"):
        moved(stage, reason=" ")
    with pytest.raises(RefusedError, match="at most 500"):
        moved(stage, reason="x" * 501)
    with pytest.raises(NotPermittedError):
        moving.move(stage.session, DECIDER, Move("INS-1", *LATER, "So."), at=stage.tick())
    with pytest.raises(NotFoundError):
        moved(stage, reference="INS-9")


def test_a_plan_that_was_made_before_does_not_choose_for_the_new_days(stage: Stage) -> None:
    ref = ready_plan(stage.session, [("INS-1", "T2", 1)])
    moved(stage)
    at = stage.tick()
    plan_applying.begin_applying(stage.session, SCHEDULER, ref, at=at, beat=at)
    batch = plan_applying.apply_batch(stage.session, SCHEDULER, ref, at=at, beat=at)
    assert [bar for _, bar in batch.left_out] == [Bar.MOVED]
    assert stage.session.scalars(select(Assignment)).all() == []


def test_a_decision_on_what_the_new_days_make_another_finding_lapses_and_says_why(stage: Stage) -> None:
    stage.inspection("INS-2", "gias:900004", starts_on=LATER[0], ends_on=LATER[1])
    assignment = placed(stage, "T1", "INS-2")
    fingerprint = stage.session.scalars(select(FindingRow.fingerprint).filter_by(check_id=assignment.check_id)).one()
    allow = Decide(assignment.ref, fingerprint, Ruling.ALLOW, "It is long ago.")
    decision = decisions.decide(stage.session, DECIDER, allow, at=stage.tick())
    assert stage.confirms(assignment).confirmed
    moved(stage, WAS, "INS-2")
    assert (assignment.state, assignment.verdict) == (State.QUESTIONED, Verdict.REAL)
    lapse = lapses.of_assignments(stage.session, [assignment.id])[decision.id]
    assert lapse.because == "an inspection was moved to other days"
    # Moved back, the very same is found, and the decision holds again.
    moved(stage, LATER, "INS-2")
    assert lapses.of_assignments(stage.session, [assignment.id]) == {}
    assert assignment.in_the_way is Verdict.CLEAR
    verification.verify(stage.session)
