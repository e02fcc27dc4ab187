"""The candidates page and a plan judge alike whom an inspection may have: who leaves, and who was there too often."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from tests.support.planning import RULES
from tests.support.world import Stage, staged
from tracker.allocation.suggestions import Choice, Seeking, choices
from tracker.domain.allocation_rules import parse
from tracker.domain.errors import RefusedError
from tracker.domain.fitting import Bar, Case, why_not
from tracker.models import Inspection
from tracker.queries import policies, stays

TODAY = date(2026, 3, 2)
FIRST = date(2026, 3, 17)
PROVIDER = "gias:900004"


@pytest.fixture
def stage(session: Session) -> Stage:
    made = staged(session)
    made.declares(made.inspector("T1", "Ann"))
    return made


def had(stage: Stage, first: date, *, role: str = "team", confirmed: bool = True) -> None:
    """Let Ann have had, or get, a place at the provider."""
    there = stage.inspection(f"INS-{first}", PROVIDER, starts_on=first, ends_on=first)
    assignment = stage.proposes(there, stage.people["T1"], role)
    assert not confirmed or stage.confirms(assignment).confirmed


def wanted(stage: Stage) -> Inspection:
    return stage.inspection("NEW", PROVIDER, starts_on=FIRST, ends_on=date(2026, 3, 18))


def choice(stage: Stage, inspection: Inspection, named: str | None = None) -> list[Choice]:
    book = policies.all_in_force(stage.session, TODAY)
    found = choices(stage.session, Seeking(inspection, "lead", parse(RULES), named=named), book, TODAY)
    return [*found.free, *found.others]


def of_a_plan(stage: Stage, inspection: Inspection) -> Bar | None:
    """Return what stands in Ann's way in a plan."""
    session, rules = stage.session, parse(RULES)
    (who,), (opening,) = stays.people(session, TODAY), stays.openings(session, only=["NEW"])
    kin = stays.kin_of(session, [PROVIDER])[PROVIDER]
    own = [each.stay for each in stays.has(session, TODAY, date(2000, 1, 1)) if each.inspector == who.number]
    days = inspection.starts_on, inspection.ends_on
    seat = stays.Stay("NEW", PROVIDER, *days, "lead", kin.line, kin.groups_on(FIRST))
    return why_not(Case(rules, TODAY, who, seat, opening.remit, kin.place, opening.size, (), own))


@pytest.mark.parametrize(
    ("first", "changes", "bars"),
    [
        (date(2023, 3, 17), {}, False),
        (date(2023, 3, 18), {}, True),
        (date(2023, 3, 18), {"role": "observer"}, False),
        (date(2026, 5, 5), {"confirmed": False}, True),
        (date(2026, 2, 2), {"confirmed": False}, False),
        (date(2029, 3, 16), {"confirmed": False}, True),
        (date(2029, 3, 17), {"confirmed": False}, False),
    ],
)
def test_what_bars_a_plan_bends_a_rule_of_the_page_to_the_day(
    stage: Stage, first: date, changes: dict[str, object], *, bars: bool
) -> None:
    had(stage, first, **changes)  # type: ignore[arg-type]
    inspection = wanted(stage)

    (ann,) = choice(stage, inspection)
    assert [each.partition(" ")[0] for each in ann.bends] == ["Here"] * bars
    assert (of_a_plan(stage, inspection) is Bar.PROVIDER) is bars


@pytest.mark.parametrize(("left_on", "bars"), [(date(2026, 3, 18), True), (date(2026, 3, 19), False)])
def test_whoever_leaves_before_the_last_day_is_over_is_neither_offered_nor_proposed(
    stage: Stage, left_on: date, *, bars: bool
) -> None:
    inspection = wanted(stage)
    ann = stage.people["T1"]
    ann.left_on = left_on
    stage.session.flush()

    assert (of_a_plan(stage, inspection) is Bar.LEFT) is bars
    assert [each.why_not for each in choice(stage, inspection, "ann")] == [
        "Leaves before the inspection ends" if bars else ""
    ]
    if bars:
        with pytest.raises(RefusedError, match="leaves before the inspection ends"):
            stage.proposes(inspection, ann)
    else:
        stage.proposes(inspection, ann)
