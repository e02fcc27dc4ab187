"""What moving and calling off would mean is told before as it then is: for the teams, and for others elsewhere."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.statements import counted
from tests.support.world import DECIDER, EXAMPLE, SCHEDULER, SYSTEM, TODAY, Stage, employed_at, staged
from tracker.domain.access import Role
from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import OPEN, Ruling, State
from tracker.domain.planning import Fate, PlannedRow
from tracker.models import Assignment, ConflictCheck, FindingRow, Inspection
from tracker.queries.supposed import Supposed
from tracker.services import calling_off, decisions, moving, people, plan_imports
from tracker.services.calling_off import CallOff
from tracker.services.decisions import Decide
from tracker.services.mitigations import Mitigate
from tracker.services.moving import Move
from tracker.services.moving_previews import Effects, effects
from tracker.services.passwords import LOWEST_COST
from tracker.services.people import AddPerson
from tracker.services.plan_changes import means_elsewhere, questioned_in_words
from tracker.services.plan_previews import Preview, preview_inspections

OAK = "gias:900004"


@pytest.fixture
def stage(session: Session) -> Stage:
    """T1 and T2 with nothing to declare."""
    stage = staged(session)
    for staff_no, name in (("T1", "Rea"), ("T2", "Wyn")):
        stage.declares(stage.inspector(staff_no, name))
    return stage


def planned(stage: Stage, reference: str, day: date, who: str = "") -> Assignment | None:
    """Plan an inspection of Lone Oak School on a day, and confirm somebody for it."""
    row = stage.inspection(reference, OAK, starts_on=day, ends_on=day)
    if not who:
        return None
    placed = stage.proposes(row, stage.people[who])
    assert stage.confirms(placed).confirmed
    return placed


def of(stage: Stage, reference: str) -> Inspection:
    return stage.session.scalars(select(Inspection).filter_by(reference=reference)).one()


def rows(stage: Stage, **changes: date | str) -> list[PlannedRow]:
    """A file that moves inspections to a day, or calls them off with these words."""
    found = []
    for number, (name, change) in enumerate(changes.items(), start=2):
        row = of(stage, name.replace("_", "-"))
        is_off = isinstance(change, str)
        day = row.starts_on if is_off else change
        last = row.ends_on if is_off else change
        what = row.provider, row.framework, day, last, row.team_size, *((change, "") if is_off else ("", "Ice"))
        found.append(PlannedRow(number, row.reference, *what))
    return found


def preview(stage: Stage, file: Sequence[PlannedRow]) -> Preview:
    return preview_inspections(stage.session, SCHEDULER, file, at=stage.now)


def test_a_move_that_makes_somebody_familiar_elsewhere_says_so_before(stage: Stage) -> None:
    planned(stage, "INS-A", date(2026, 3, 4), "T1")
    planned(stage, "INS-B", date(2026, 5, 4), "T1")
    elsewhere = planned(stage, "INS-C", date(2026, 4, 1), "T1")
    assert elsewhere is not None
    days = date(2026, 3, 9), date(2026, 3, 9)
    found = effects(stage.session, Supposed([(of(stage, "INS-B"), days)]), SCHEDULER, TODAY)
    assert found.questioned == (0, 1)
    (said,) = means_elsewhere(found)
    assert said.startswith("INS-C, Lone Oak School: the confirmed place of Rea is questioned; what is found of Rea is ")
    assert questioned_in_words(found) == "Confirmed places that are questioned: 1, 1 of them on other inspections."
    moving.move(stage.session, SCHEDULER, Move("INS-B", *days, "So."), at=stage.tick())
    assert elsewhere.state is State.QUESTIONED


def test_calling_off_that_makes_somebody_familiar_elsewhere_says_so_before(stage: Stage) -> None:
    planned(stage, "INS-B", date(2026, 3, 20), "T2")
    elsewhere = planned(stage, "INS-C", date(2026, 4, 20), "T1")
    assert elsewhere is not None
    for reference, day in (("INS-Z", 3), ("INS-A", 4)):
        planned(stage, reference, date(2026, 3, day), "T1")
    assert elsewhere.state is State.CONFIRMED
    found = effects(stage.session, Supposed(off=[of(stage, "INS-B")]), SCHEDULER, TODAY)
    assert [(each.on.reference, each.effect.is_questioned) for each in found.elsewhere] == [("INS-C", True)]
    calling_off.call_off(stage.session, SCHEDULER, CallOff("INS-B", "Burnt."), at=stage.tick())
    assert elsewhere.state is State.QUESTIONED


def test_of_oneself_elsewhere_nothing_is_told(stage: Stage) -> None:
    for reference, day in (("INS-A", date(2026, 3, 4)), ("INS-B", date(2026, 5, 4)), ("INS-C", date(2026, 4, 1))):
        planned(stage, reference, day, "T1")
    days = date(2026, 3, 9), date(2026, 3, 9)
    own = stage.actor(stage.people["T1"])
    found = effects(stage.session, Supposed([(of(stage, "INS-B"), days)]), own, TODAY)
    assert (found.elsewhere, found.questioned) == ((), (0, 0))


def test_two_moves_of_one_file_are_judged_together(stage: Stage) -> None:
    for reference, day in (("INS-A", date(2026, 3, 4)), ("INS-B", date(2026, 5, 4)), ("INS-C", date(2026, 4, 1))):
        planned(stage, reference, day, "T1")
    file = rows(stage, INS_B=date(2026, 3, 9), INS_C=date(2026, 4, 2))
    _, second = preview(stage, file).lines
    assert second.means[0] == "the confirmed place of Rea is questioned"


def test_who_would_be_on_an_inspection_that_the_same_file_calls_off_is_free(stage: Stage) -> None:
    for reference, day in (("INS-A", date(2026, 3, 4)), ("INS-B", date(2026, 3, 9))):
        planned(stage, reference, day, "T1")
    file = rows(stage, INS_A="Burnt.", INS_B=date(2026, 3, 4))
    assert [each.means for each in preview(stage, file).lines] == [("1 inspector is released",), ()]


def test_another_finding_of_the_same_weight_is_told_and_needs_a_new_reading(stage: Stage) -> None:
    old = employed_at(OAK, "2015", "2024-05", holder="partner")
    stage.declares(stage.people["T1"], old, employed_at("gias:900004", "2019", holder="child"))
    stage.inspection("INS-1", OAK, starts_on=date(2026, 6, 17), ends_on=date(2026, 6, 17))
    placed = stage.proposes(of(stage, "INS-1"), stage.people["T1"])
    file = rows(stage, INS_1=date(2026, 3, 17))
    before = placed.verdict
    (line,) = preview(stage, file).lines
    assert any(each.startswith("newly found of Rea: ") for each in line.means)
    plan_imports.import_inspections(stage.session, SYSTEM, file, at=stage.tick())
    assert placed.verdict is before


@pytest.mark.parametrize("is_one_file", [True, False])
def test_a_file_that_calls_off_and_moves_judges_nobody_by_a_world_that_never_was(
    stage: Stage, *, is_one_file: bool
) -> None:
    planned(stage, "INS-A", date(2026, 3, 4), "T1")
    moved = planned(stage, "INS-C", date(2026, 3, 10), "T1")
    planned(stage, "INS-W", date(2026, 3, 20), "")
    stage.confirms(stage.proposes(of(stage, "INS-W"), stage.people["T1"]))
    assert moved is not None
    # Between the two lies the day to which the one is moved; once the other is called off, nobody is familiar there.
    file = rows(stage, INS_W="Burnt.", INS_C=date(2026, 4, 10))
    for part in [file] if is_one_file else [[each] for each in file]:
        plan_imports.import_inspections(stage.session, SYSTEM, part, at=stage.tick())
    assert (moved.state, moved.verdict) == (State.CONFIRMED, Verdict.CLEAR)
    causes = stage.session.scalars(select(ConflictCheck.cause).filter_by(assignment_id=moved.id)).all()
    assert causes.count("move") == 1


def test_the_preview_follows_the_policy_that_the_act_follows_also_in_the_hour_after_midnight(stage: Stage) -> None:
    years = "real_years = 3\nperceived_years = 6"
    text = EXAMPLE.read_text("utf-8")
    mild = text.replace(
        f'[natures.employment]\ncurrent = "real"\n{years}',
        '[natures.employment]\ncurrent = "real"\nreal_years = 1\nperceived_years = 2',
    )
    assert mild != text
    stage.now = datetime(2026, 5, 1, 9, tzinfo=UTC)
    stage.inspection("INS-J", OAK, starts_on=date(2026, 6, 20), ends_on=date(2026, 6, 20))
    stage.declares(stage.people["T1"], employed_at(OAK, "2015", "2022-06"))
    placed = stage.proposes(of(stage, "INS-J"), stage.people["T1"])
    stage.adopts(mild, date(2026, 6, 2))
    # On a clock in the United Kingdom it is 2 June already.
    stage.now = datetime(2026, 6, 1, 23, 30, tzinfo=UTC)
    file = rows(stage, INS_J=date(2026, 6, 22))
    (line,) = preview(stage, file).lines
    plan_imports.import_inspections(stage.session, SYSTEM, file, at=stage.now)
    assert (line.means, placed.verdict) == ((), Verdict.PERCEIVED)


def test_a_mitigation_that_a_file_leaves_too_late_is_past_by_the_clock_in_the_united_kingdom(stage: Stage) -> None:
    stage.now = datetime(2026, 6, 1, 9, tzinfo=UTC)
    owner = AddPerson("Sue Person", "sue@example.org", "three words here", (Role.SCHEDULER,))
    account = people.add(stage.session, SYSTEM, owner, at=stage.tick(), cost=LOWEST_COST)
    row = stage.inspection("INS-J", OAK, starts_on=date(2026, 6, 20), ends_on=date(2026, 6, 20))
    stage.declares(stage.people["T1"], employed_at(OAK, holder="partner"))
    placed = stage.proposes(row, stage.people["T1"])
    (fingerprint,) = stage.session.scalars(select(FindingRow.fingerprint).filter_by(check_id=placed.check_id))
    wanted = Mitigate("Another reads it.", account.ref, date(2026, 6, 12))
    allow = Decide(placed.ref, fingerprint, Ruling.ALLOW, "Because.", (wanted,))
    decisions.decide(stage.session, DECIDER, allow, at=stage.tick())
    stage.now = datetime(2026, 6, 1, 23, 30, tzinfo=UTC)
    (line,) = preview(stage, rows(stage, INS_J=date(2026, 6, 2))).lines
    assert line.means[-1].endswith("and no day would be left for that")


def test_many_moves_at_one_provider_by_one_file_cost_as_few_questions_as_few_do(stage: Stage) -> None:
    was, later = date(2026, 3, 17), date(2026, 4, 7)

    def asked(numbers: range) -> int:
        rows = [
            PlannedRow(number, f"INS-{number}", "gias:900003", "Graded inspection", was, was, 2) for number in numbers
        ]
        plan_imports.import_inspections(stage.session, SCHEDULER, rows, at=stage.tick())
        stage.proposes(of(stage, f"INS-{numbers[0]}"), stage.inspector(f"M{numbers[0]}"))
        moves = [replace(each, starts_on=later, ends_on=later, moved_because="Ice") for each in rows]
        with counted(stage.session.get_bind().engine) as statements:
            assert plan_imports.import_inspections(stage.session, SCHEDULER, moves, at=stage.tick()).count(
                Fate.MOVED
            ) == len(rows)
        return len([each for each in statements if each.lstrip().startswith("SELECT")])

    # Whoever asks first reads what is kept of the places.
    asked(range(60, 63))
    assert asked(range(10, 40)) <= asked(range(50, 53)) + 1


@pytest.mark.parametrize("seed", range(4))
def test_in_random_worlds_a_file_does_what_its_preview_says(stage: Stage, seed: int) -> None:
    random = Random(seed)
    people = [stage.people["T1"], stage.people["T2"], stage.inspector("T3", "Xan")]
    stage.declares(people[2], employed_at("gias:900001", "2015", random.choice(["2023-03", "2020-05"])))
    days = [date(2026, 3, 3) + timedelta(days=7 * number) for number in range(9)]
    for number, day in enumerate(random.sample(days, 7)):
        provider = random.choice([OAK, "gias:900002"])
        row = stage.inspection(f"INS-{number}", provider, starts_on=day, ends_on=day, team_size=3)
        for person in random.sample(people, random.choice([1, 2])):
            placed = stage.proposes(row, person)
            if random.random() < 0.8:
                stage.confirms(placed)
    chosen = random.sample(range(7), 4)
    names = [f"INS_{each}" for each in chosen]
    file = rows(stage, **{name: random.choice(["Burnt.", random.choice(days)]) for name in names})
    file = [each for each in file if each.called_off or each.starts_on != of(stage, each.reference).starts_on]
    found = preview(stage, file)
    open_before = stage.session.scalars(select(Assignment).where(Assignment.state.in_(OPEN))).all()
    before = {each.ref: (each.verdict, each.state) for each in open_before}
    plan_imports.import_inspections(stage.session, SYSTEM, file, at=stage.tick())
    stage.session.expire_all()
    foreseen = {**before, **_foreseen(found.effects)}
    now = {each.ref: (each.verdict, each.state) for each in open_before if each.state in OPEN}
    assert {ref: foreseen[ref] for ref in now} == now
    released = sum(each.state is State.RELEASED for each in open_before)
    told = sum(int(each.means[0].split()[0]) for each in found.lines if each.means and "released" in each.means[0])
    assert told == released


def _foreseen(found: Effects) -> dict[str, tuple[Verdict | None, State]]:
    everybody = [*(each for team in found.teams.values() for each in team), *(each.effect for each in found.elsewhere)]
    return {each.assignment: (each.after, State.QUESTIONED if each.is_questioned else each.state) for each in everybody}
