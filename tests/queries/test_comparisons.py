"""Comparing policies: before is what a re-check would store, after is what adopting then stores; nothing is written."""

from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.support.crowd import allow, crowd, engaged
from tests.support.policy import changed
from tests.support.world import SYSTEM, TODAY, Stage, employed_at, staged
from tracker.domain.comparing import Difference
from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import OPEN
from tracker.domain.policy import parse
from tracker.models import Assignment, HistoryHead, Inspector
from tracker.queries import comparisons
from tracker.queries.comparisons import Candidate, Comparison, compare
from tracker.services.checks import recheck

EMPLOYMENT = '[natures.employment]\ncurrent = "real"\nreal_years = 3'
BOTH = 'engagements = ["staff", "contracted"]'
OTHER = changed(
    (EMPLOYMENT, EMPLOYMENT.replace("3", "5")),
    ('[natures.service_use]\ncurrent = "real"', '[natures.service_use]\ncurrent = "perceived"'),
    ("weaker_by = 1", "weaker_by = 0"),
    ('grade = "perceived"\nnatures = ["employment", "governance", "consultancy"]', 'grade = "perceived"\nnatures = []'),
    ("undetermined = 1\nperceived = 1\nreal = 2", "undetermined = 1\nperceived = 2\nreal = 2"),
    ('"2026-1"', '"other"'),
)
FOR_CONTRACTED = OTHER.replace(BOTH, 'engagements = ["contracted"]')
FOR_STAFF = OTHER.replace(BOTH, 'engagements = ["staff"]')


def compared(stage: Stage, text: str, on: date = TODAY) -> Comparison:
    return compare(stage.session, Candidate(parse(text), on, stage.now.date()), most=1_000)


def stored(stage: Stage, engagement: str | None = None) -> Counter[Verdict]:
    query = select(Assignment.verdict).where(Assignment.state.in_(OPEN)).join(Assignment.inspector)
    if engagement is not None:
        query = query.where(Inspector.engagement == engagement)
    return Counter(stage.session.scalars(query).all())


def before(found: Comparison) -> Counter[Verdict]:
    return _sums(found, 0)


def after(found: Comparison) -> Counter[Verdict]:
    return _sums(found, 1)


def _sums(found: Comparison, side: int) -> Counter[Verdict]:
    total: Counter[Verdict] = Counter()
    for pair, number in found.tally.flows.items():
        total[pair[side]] += number
    return total


@pytest.fixture
def stage(session: Session) -> Stage:
    return staged(session)


@pytest.mark.parametrize(("text", "engagement"), [(OTHER, None), (FOR_CONTRACTED, "contracted"), (FOR_STAFF, "staff")])
def test_what_was_compared_is_what_adopting_stores(stage: Stage, text: str, engagement: str | None) -> None:
    crowd(stage)
    found = compared(stage, text)
    assert before(found) == stored(stage, engagement)
    others = stored(stage) - stored(stage, engagement)
    assert found.tally.differing == len(found.shown) > 0
    assert found.untouched == others.total()
    done = stage.adopts(text)
    assert after(found) == stored(stage, engagement)
    assert stored(stage) - stored(stage, engagement) == others
    assert {each.ref: (each.before, each.now, each.questioned) for each in done.changed} == {
        each.assignment: (each.before, each.after, each.is_questioned) for each in found.shown
    }
    again = compared(stage, text)
    assert (again.tally.differing, before(again)) == (0, after(found))


def test_before_is_what_a_re_check_would_store_now_and_not_what_is_stored(stage: Stage) -> None:
    crowd(stage)
    stale = stored(stage)
    stage.adopts(OTHER, TODAY + timedelta(days=1))
    stage.now += timedelta(days=1)
    # Nobody has acted on that day yet: what is stored is by the policy of the day before.
    assert stored(stage) == stale
    found = compared(stage, changed(('"2026-1"', '"again"')), on=stage.now.date())
    assert before(found) != stale
    recheck(stage.session, SYSTEM, cause="command", at=stage.tick())
    assert before(found) == stored(stage)


def test_a_difference_tells_verdicts_and_rules_and_nothing_of_whom_or_where(stage: Stage) -> None:
    person = engaged(stage, "C1", "contracted")
    stage.declares(person, employed_at("gias:900001", "2015", "2025-01-31"), employed_at("la:990", "2015"))
    placed = stage.proposes(stage.inspection(provider="gias:900001"), person)
    (found,) = compared(stage, FOR_CONTRACTED).shown
    assert found == Difference(
        assignment=placed.ref,
        engagement="contracted",
        state=placed.state,
        before=Verdict.REAL,
        after=Verdict.REAL,
        gone=("maintained-by",),
        come=(),
        is_questioned=False,
        is_undecided=False,
        is_anyway=False,
    )


def test_a_confirmed_one_that_more_must_allow_would_be_questioned_though_its_verdict_stays(stage: Stage) -> None:
    placed = crowd(stage)
    found = compared(stage, OTHER)
    same = [each for each in found.shown if each.is_questioned and each.before is each.after and not each.come]
    assert same
    assert {each.assignment for each in found.shown if each.is_questioned} <= {
        each.ref for each in placed if each.state == "confirmed"
    }
    stage.adopts(OTHER)
    stage.session.expire_all()
    assert {each.ref for each in placed if each.state == "questioned"} == {
        each.assignment for each in found.shown if each.is_questioned
    }


def test_a_proposed_one_whose_decisions_would_no_longer_suffice_is_told_though_its_verdict_stays(stage: Stage) -> None:
    person = engaged(stage, "S1", "staff")
    stage.declares(person, employed_at("gias:900003", "2015"))
    placed = stage.proposes(stage.inspection(), person)
    more = changed(("perceived = 1\nreal = 2", "perceived = 2\nreal = 2"))
    assert compared(stage, more).tally.differing == 0
    allow(stage, placed)
    (found,) = compared(stage, more).shown
    assert (found.assignment, found.before, found.after, found.is_undecided) == (
        placed.ref,
        "perceived",
        "perceived",
        True,
    )
    assert not found.is_questioned


def test_on_a_later_day_what_comes_by_then_in_any_case_is_told_apart(stage: Stage) -> None:
    crowd(stage)
    eve = date(2026, 3, 16)
    same = compared(stage, changed(('"2026-1"', '"same"')), on=eve)
    assert same.tally.differing == same.tally.anyway > 0
    assert {each.come for each in same.shown} == {("not-confirmed",)}
    other = compared(stage, OTHER, on=eve)
    assert 0 < other.tally.anyway < other.tally.differing
    stage.adopts(OTHER, eve)
    stage.now += eve - stage.now.date()
    recheck(stage.session, SYSTEM, cause="command", at=stage.tick())
    assert after(other) == stored(stage)


def test_inspections_that_are_over_by_then_are_counted_apart(stage: Stage) -> None:
    crowd(stage, size=6)
    found = compared(stage, OTHER, on=date(2026, 3, 19))
    assert (found.tally.total, found.ended) == (0, 6)


def test_the_digest_is_of_the_differences_alone_whatever_the_batches(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(stage)
    whole = compared(stage, OTHER)
    monkeypatch.setattr(comparisons, "BATCH", 5)
    told: list[int] = []
    cut = compare(stage.session, Candidate(parse(OTHER), TODAY, TODAY), most=2, progress=told.append)
    assert (cut.tally.digest, cut.tally.flows) == (whole.tally.digest, whole.tally.flows)
    assert cut.shown == whole.shown[:2]
    assert told == [5, 10, 15, 16]
    assert compared(stage, FOR_CONTRACTED).tally.digest != whole.tally.digest


def test_nothing_is_written(stage: Stage) -> None:
    crowd(stage, size=6)
    stage.session.flush()
    head = stage.session.scalar(select(HistoryHead.root))
    compared(stage, OTHER)
    assert not stage.session.dirty | stage.session.new
    assert stage.session.scalar(select(HistoryHead.root)) == head
    assert stage.session.scalar(select(func.count()).select_from(Assignment)) == 6


def test_who_is_on_no_policy_s_list_is_judged_with_staff(stage: Stage) -> None:
    person = engaged(stage, "X1", "staff")
    person.engagement = "seconded"
    stage.declares(person, employed_at("gias:900002", "2015", "2022-03-31"))
    stage.proposes(stage.inspection(), person)
    assert [each.engagement for each in compared(stage, FOR_STAFF).shown] == ["seconded"]
    assert compared(stage, FOR_CONTRACTED).untouched == 1
