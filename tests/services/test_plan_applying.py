"""Applying a plan: each place is weighed again as it is proposed, by one date, and what weighs too much is left out."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.planning import FIRST, ready_plan
from tests.support.world import EXAMPLE, Stage, employed_at, staged
from tracker.domain.facts import Verdict
from tracker.domain.fitting import Bar
from tracker.models import Assignment, HistoryEntry, Inspector
from tracker.queries import verification
from tracker.services import plan_applying

BEFORE = '[natures.employment]\ncurrent = "real"\nreal_years = 3'


@pytest.fixture
def stage(session: Session) -> Stage:
    """T1 with a job at the school until two years ago, and T2 with nothing."""
    stage = staged(session)
    stage.declares(stage.inspector("T1", "Rex Once"), employed_at("gias:900004", "2015", "2024-05"))
    stage.declares(stage.inspector("T2", "Rea Clear"))
    stage.inspection("INS-1", "gias:900004", starts_on=date(2026, 6, 9), ends_on=date(2026, 6, 10))
    return stage


def applied(stage: Stage, places: Sequence[tuple[str, str, int]], at: datetime) -> list[tuple[str, Bar]]:
    """Apply a plan of these places at an instant; return who was left out, with what stood in the way."""
    ref = ready_plan(stage.session, places)
    plan_applying.begin_applying(stage.session, FIRST, ref, at=at, beat=at)
    batch = plan_applying.apply_batch(stage.session, FIRST, ref, at=at, beat=at)
    return [(place.staff_no, bar) for place, bar in batch.left_out]


def proposed(session: Session) -> dict[str, Verdict]:
    rows = session.execute(select(Inspector.staff_no, Assignment.verdict).join(Assignment.inspector))
    return {row[0]: row[1] for row in rows}


@pytest.mark.parametrize(
    ("at", "left_out"),
    [
        (datetime(2026, 5, 31, 23, 10, tzinfo=UTC), [("T1", Bar.REAL)]),
        (datetime(2026, 6, 1, 0, 10, tzinfo=UTC), [("T1", Bar.HEAVIER)]),
    ],
)
def test_the_policy_of_the_day_in_universal_time_decides_also_past_midnight_in_london(
    stage: Stage, at: datetime, left_out: list[tuple[str, Bar]]
) -> None:
    # From 1 June on, such a job is perceived only.
    text = EXAMPLE.read_text("utf-8")
    assert BEFORE in text
    stage.adopts(text.replace(BEFORE, BEFORE.replace("real_years = 3", "real_years = 1")), date(2026, 6, 1))
    assert applied(stage, [("INS-1", "T1", 0), ("INS-1", "T2", 1)], at) == left_out
    assert proposed(stage.session) == {"T2": Verdict.CLEAR}


def test_a_real_conflict_that_only_the_proposal_finds_leaves_the_place_out_and_no_trace(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        plan_applying, "_verdicts", lambda _session, _book, some: {each: Verdict.CLEAR for each, _, _ in some}
    )
    at = datetime(2026, 5, 4, 9, tzinfo=UTC)
    assert applied(stage, [("INS-1", "T1", 0), ("INS-1", "T2", 1)], at) == [("T1", Bar.REAL)]
    assert proposed(stage.session) == {"T2": Verdict.CLEAR}
    about = [each for each in stage.session.scalars(select(HistoryEntry.entry)) if '"assignment:proposed"' in each]
    assert len(about) == 1
    verification.verify(stage.session)
