"""A file of who is to go where is told what the list of candidates says, and its rows count against each other."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import EXAMPLE_ALLOCATION
from tests.support.world import NOW, SCHEDULER, TODAY, Stage, staged
from tracker.allocation.suggestions import Seeking, choices
from tracker.domain.allocation_rules import AllocationRules, Apart, Load, parse
from tracker.domain.errors import BadRowsError, RefusedError
from tracker.domain.lifecycle import IN_THE_TEAM, OBSERVER
from tracker.domain.planning import Fate, Foreseen, PlaceRow
from tracker.models import Assignment, Inspection, Inspector
from tracker.queries import policies
from tracker.services.place_previews import preview_places
from tracker.services.plan_imports import import_places

RULES = parse(EXAMPLE_ALLOCATION.read_text("utf-8"))
SOON = date(2026, 3, 17)
CURE = "whoever is one too many can be confirmed only once somebody is released"


@pytest.fixture
def stage(session: Session) -> Stage:
    """Three inspectors of schools, and two inspections on the same days."""
    stage = staged(session)
    for staff_no, name in (("T1", "Rea"), ("T2", "Sol"), ("T3", "Tay")):
        stage.declares(stage.inspector(staff_no, name))
    stage.inspection("INS-1")
    stage.inspection("INS-2", "gias:900004", ends_on=SOON, team_size=1)
    return stage


def told(stage: Stage, *places: str, rules: AllocationRules = RULES) -> list[Foreseen]:
    """Return what the preview says of rows that are written as `INS-1 T1 lead`."""
    rows = rows_of(places)
    return list(preview_places(stage.session, SCHEDULER, rows, rules=rules, at=NOW).lines)


def rows_of(places: Sequence[str]) -> list[PlaceRow]:
    split = [each.split(maxsplit=2) for each in places]
    return [PlaceRow(number, *words) for number, words in enumerate(split, start=2)]


def test_who_is_busy_or_not_qualified_makes_a_row_wrong_with_every_reason_and_its_cure(stage: Stage) -> None:
    stage.proposes(stage.session.scalars(select(Inspection).filter_by(reference="INS-2")).one(), stage.people["T1"])
    stage.people["T1"].title, stage.people["T2"].remits = "RI", "early years"
    stage.people["T3"].left_on = SOON
    stage.session.flush()
    says = [each.says for each in told(stage, "INS-1 T1 lead", "INS-1 T2 team", "INS-1 T3 team", "INS-1 T2 observer")]
    rea = (
        "Rea cannot go (with the title RI, may not lead an inspection of the remit “schools”): choose another lead",
        "Rea cannot go (busy on those days): choose somebody else",
    )
    assert says == [
        "; ".join(rea),
        "Sol cannot go (does not have the remit “schools”): choose somebody who has it",
        "Tay cannot go (leaves before the inspection ends): choose somebody else",
        "17 to 18 March 2026",
    ]


def test_a_row_that_takes_somebody_whom_an_earlier_row_takes_on_those_days_is_wrong_and_names_it(stage: Stage) -> None:
    first, second = told(stage, "INS-2 T1 lead", "INS-1 T1 team")
    assert (first.fate, second.fate) == (Fate.NEW, Fate.WRONG)
    assert second.says == (
        "Rea cannot go (busy on those days): row 2 of this file already sends them to INS-2 on one of those days. "
        "Keep one of the two"
    )
    # A row that is wrong itself takes nobody.
    assert [each.fate for each in told(stage, "INS-2 T9 lead", "INS-1 T1 team")] == [Fate.WRONG, Fate.NEW]


def test_one_too_many_and_a_second_lead_are_warned_of_with_the_rows_that_come_first(stage: Stage) -> None:
    lines = told(stage, "INS-1 T1 lead", "INS-1 T2 lead", "INS-1 T3 team")
    assert [each.fate for each in lines] == [Fate.NEW] * 3
    assert [each.warns for each in lines] == [
        "",
        "INS-1 has a lead already, Rea by row 2 of this file: only one can be confirmed, so release or replace one",
        f"INS-1 has 2 proposed or confirmed for 2 places already (rows 2 and 3 of this file among them): {CURE}",
    ]
    stage.proposes(stage.session.scalars(select(Inspection).filter_by(reference="INS-2")).one(), stage.people["T1"])
    (full,) = told(stage, "INS-2 T2 team")
    assert full.warns.startswith("INS-2 has 1 proposed or confirmed for 1 place already: whoever is one too many")
    assert told(stage, "INS-2 T2 observer")[0].warns == ""


def test_rows_count_towards_each_others_limits_and_an_inspection_that_is_over_is_told(stage: Stage) -> None:
    stage.inspection("INS-3", "gias:900005", starts_on=SOON + timedelta(days=2), ends_on=SOON + timedelta(days=2))
    stage.inspection("INS-0", "gias:900005", starts_on=TODAY - timedelta(days=9), ends_on=TODAY - timedelta(days=9))
    rules = replace(RULES, load={each: Load(1, 26) for each in RULES.load}, apart=(Apart(("T1", "T3"), "They wed."),))
    lines = told(stage, "INS-1 T1 team", "INS-3 T1 team", "INS-1 T3 team", "INS-0 T2 team", rules=rules)
    assert [each.warns for each in lines] == [
        "",
        "Rea: over the limit: 1 inspection that week, at most 1",
        "Tay: kept apart from Rea, who is on the team: They wed.",
        "INS-0 ended on 21 February 2026",
    ]


def test_the_import_refuses_what_the_preview_refuses_and_takes_what_it_warns_of(stage: Stage) -> None:
    wrong = rows_of(["INS-2 T1 lead", "INS-1 T1 team"])
    with pytest.raises(BadRowsError, match="Row 3: Rea cannot go"):
        import_places(stage.session, SCHEDULER, wrong, rules=RULES, at=stage.tick())
    assert not stage.session.scalars(select(Assignment)).all()
    warned = rows_of(["INS-1 T1 lead", "INS-1 T2 team", "INS-1 T3 team"])
    assert import_places(stage.session, SCHEDULER, warned, rules=RULES, at=stage.tick()).warned
    assert len(stage.session.scalars(select(Assignment)).all()) == 3


@pytest.mark.parametrize("seed", range(3))
def test_a_file_says_of_everybody_what_the_list_of_candidates_says(session: Session, seed: int) -> None:
    random, stage = Random(seed), staged(session)
    providers = [f"gias:90000{number}" for number in range(1, 6)]
    planned = []
    for number in range(16):
        starts_on = TODAY + timedelta(days=random.choice([-1000, -400, -3, *range(-2, 25), 300]))
        days = {"starts_on": starts_on, "ends_on": starts_on + timedelta(days=random.choice([0, 0, 1, 6]))}
        planned.append(stage.inspection(f"INS-{number}", random.choice(providers), **days))
    for number in range(10):
        made = stage.inspector(f"T{number}", f"Ines {number}")
        stage.declares(made)
        made.title, made.remits = random.choice(["HMI", "RI"]), random.choice(["schools", "schools", "early years"])
        made.engagement = random.choice(["staff", "contracted"])
        made.left_on = random.choice([None, None, TODAY + timedelta(days=9)])
        made.easting, made.northing = random.choice([(500_000, 200_000), (None, None), (900_000, 900_000)])
        for each in random.sample(planned, 3):
            if made.left_on is None or made.left_on > each.ends_on:
                # Whom the service refuses is on none, as in the world.
                with suppress(RefusedError), session.begin_nested():
                    stage.proposes(each, made, random.choice([*IN_THE_TEAM, OBSERVER]))
    session.flush()
    rules = replace(RULES, apart=(Apart(("T1", "T2"), "They wed."), Apart(("T3", "T1"), "They quarrel.")))
    agree(session, planned, replace(rules, group=replace(RULES.group, times=1), most_metres=9_000))


def test_an_inspection_is_over_by_the_clock_in_the_united_kingdom(stage: Stage) -> None:
    """As when somebody is proposed by hand: half past midnight in summer is another day there than in UTC."""
    ends_on = date(2026, 6, 1)
    stage.inspection("INS-9", "gias:900004", starts_on=ends_on, ends_on=ends_on)
    row = PlaceRow(2, "INS-9", "T1", "team")
    for hour, is_over in ((22, False), (23, True)):
        at = datetime(2026, 6, 1, hour, 30, tzinfo=UTC)
        (line,) = preview_places(stage.session, SCHEDULER, [row], rules=RULES, at=at).lines
        assert ("INS-9 ended on 1 June 2026" in line.warns) == is_over


def agree(session: Session, planned: Sequence[Inspection], rules: AllocationRules) -> None:
    """Compare, for each inspection, role and inspector who is not there yet, what the list and the file say."""
    book, compared = policies.all_in_force(session, TODAY), 0
    for inspection in planned:
        there = set(
            session.scalars(
                select(Inspector.staff_no).join(Assignment).where(Assignment.inspection_id == inspection.id)
            )
        )
        for role in (*IN_THE_TEAM, OBSERVER):
            # A search that everybody answers lists everybody.
            found = choices(session, Seeking(inspection, role, rules, named="t"), book, TODAY)
            for each in (*found.free, *found.real, *found.others):
                row = PlaceRow(2, inspection.reference, each.known.staff_no, role)
                if row.staff_no in there:
                    continue
                (line,) = preview_places(session, SCHEDULER, [row], rules=rules, at=NOW).lines
                compared += 1
                assert (line.fate is Fate.WRONG) == bool(each.why_not)
                assert each.why_not.casefold() in line.says.casefold()
                if line.fate is Fate.NEW:
                    assert (line.verdict, line.rules) == (each.outcome.verdict, each.outcome.rules)
                    own = (says for says in line.warns.split("; ") if says.startswith(each.known.name))
                    # Once an inspection is over, the list counts nobody as of its team who was only proposed.
                    bends = [says for says in own if inspection.ends_on >= TODAY or "kept apart" not in says]
                    said = [f"{each.known.name}: {says}".casefold() for says in each.bends]
                    assert [says.casefold() for says in bends] == said
    assert compared > 100
