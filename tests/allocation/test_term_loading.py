"""The problem of a period says what the plain rules and the check say of each pair, in random small worlds."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import numpy as np
import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from config import EXAMPLE_ALLOCATION
from tests.support.population import Population, population, put_population
from tests.support.world import REGISTER, Stage, put_register, school
from tracker.allocation import term_auditing
from tracker.allocation.term.ground import Ground
from tracker.allocation.term_loading import Ask, Term, load_term
from tracker.allocation.term_making import make
from tracker.domain.allocation_rules import AllocationRules, parse
from tracker.domain.check import check
from tracker.domain.facts import Group, Membership, Verdict
from tracker.domain.fitting import Bar, Case, Stay, why_not
from tracker.domain.lifecycle import LEAD, TEAM
from tracker.domain.plan_words import proof_in_words
from tracker.domain.remits import REMITS
from tracker.models import Inspection, Inspector
from tracker.queries import policies
from tracker.queries.facts import facts_for
from tracker.queries.pairs import Pair
from tracker.queries.policies import PoliciesInForce
from tracker.queries.stays import teams

# Tight, so that each of them is met in a world of a few people and days.
TIGHT = (
    EXAMPLE_ALLOCATION.read_text("utf-8")
    .replace("week = 2\nterm = 26", "week = 2\nterm = 3")
    .replace("week = 1\nterm = 8", "week = 1\nterm = 2")
    .replace("most_km = 200", "most_km = 4")
    .replace("times = 4\nyears = 1", "times = 1\nyears = 1")
) + '[[apart]]\nstaff = ["P1", "P2"]\nwhy = "One assesses the other."\n'
PEOPLE, PLANNED = 6, 14
# One inspection to go to, and a school in two groups with another school in each.
OPEN = "INS-OPEN"
TWO_GROUPS = replace(
    REGISTER,
    providers=tuple(
        school(f"gias:80000{number}", f"School {number}", "Academies", 400_000 + number * 20_000)
        for number in range(1, 5)
    ),
    links=(),
    groups=(
        Group("group:1", "Alpha Trust", "Multi-academy trust"),
        Group("group:2", "Beta Foundation", "School sponsor"),
    ),
    memberships=tuple(
        Membership(f"gias:80000{number}", f"group:{group}", date(2020, 1, 1))
        for number, group in ((1, 1), (2, 2), (3, 1), (3, 2))
    ),
)


def world(session: Session, seed: int) -> tuple[AllocationRules, Ask]:
    """Put a random world into the database, with remits, titles and homes; return the rules and what is planned.

    Today is any day, in the middle of a week and of what stands too; one of those kept apart may have left.
    """
    rng = Random(seed)
    found: Population = population(rng.choice, PEOPLE, PLANNED)
    put_population(session, found)
    for person in found.people:
        remits = ";".join(rng.sample(REMITS, rng.choice((1, 2, 5))))
        place = rng.choice(((530_000, 180_000), (533_000, 184_000), (None, None)))
        values = {"remits": remits, "title": rng.choice(("HMI", "OI", "RI")), "easting": place[0], "northing": place[1]}
        values |= {"engagement": rng.choice(("staff", "contracted"))}
        session.execute(update(Inspector).where(Inspector.id == person.number).values(**values))
    for each in found.planned:
        values = {"remit": rng.choice((*REMITS[:2], "")), "team_size": rng.choice((1, 2, 3))}
        session.execute(update(Inspection).where(Inspection.id == each.number).values(**values))
    # Most days coincide; some are set apart, so that weeks and terms are met as well.
    for each in found.planned[::2]:
        begins = each.starts_on + timedelta(days=rng.choice((0, 2, 5, 9, 40)))
        days = {"starts_on": begins, "ends_on": begins + timedelta(days=rng.choice((0, 1, 4)))}
        session.execute(update(Inspection).where(Inspection.id == each.number).values(**days))
    today = rng.choice([each.starts_on for each in found.planned]) + timedelta(days=rng.choice((0, 0, 1, 2, 3)))
    left_on = rng.choice((None, None, today - timedelta(days=1), today + timedelta(days=20)))
    session.execute(update(Inspector).where(Inspector.staff_no == "P2").values(left_on=left_on))
    often = f"[again.group]\ntimes = {rng.choice((1, 1, 2, 3))}\n"
    return parse(TIGHT.replace("[again.group]\ntimes = 1\n", often)), Ask(today, today + timedelta(days=200), today)


def allowed(session: Session, term: Term) -> dict[tuple[int, int, str], bool]:
    """Return by the plain rules and by the check, one pair at a time, who may have which open place."""
    book = _book(session)
    stays = defaultdict[int, list[Stay]](list)
    for had in term.had:
        stays[had.inspector].append(had.stay)
    inside = teams(session, [each.number for each in term.openings])
    result = {}
    for who, person in enumerate(term.people):
        for where, opening in enumerate(term.openings):
            kin = term.kin[opening.provider]
            days = (opening.starts_on, opening.ends_on)
            (facts,) = facts_for(session, [Pair(person.number, person.staff_no, opening.provider, *days)])
            real = check(facts, book.of(person.engagement)[1]).verdict is Verdict.REAL
            for role in (LEAD, TEAM):
                seat = Stay(opening.reference, opening.provider, *days, role, kin.line, kin.groups_on(days[0]))
                case = Case(
                    term.rules,
                    term.ask.today,
                    person,
                    seat,
                    opening.remit,
                    kin.place,
                    opening.size,
                    inside[opening.number],
                    stays[person.number],
                )
                result[who, where, role] = not real and why_not(case) is None
    return result


def by_columns(term: Term) -> dict[tuple[int, int, str], bool]:
    """Return the same as the columns of the problem have it."""
    problem, ground = term.problem, Ground(term.problem)
    who, where = (each.ravel() for each in np.indices((len(term.people), len(term.openings))))
    may = ground.may(who, where)
    bit = problem.inspections.remit[where]
    leads = may & ((problem.inspectors.leads[who] >> bit) & 1 == 1) & (problem.inspections.lead_open[where] > 0)
    joins = may & ((problem.inspectors.remits[who] >> bit) & 1 == 1) & (problem.inspections.team_open[where] > 0)
    rows = zip(who.tolist(), where.tolist(), leads.tolist(), joins.tolist(), strict=True)
    return {key: can for i, j, lead, join in rows for key, can in (((i, j, LEAD), lead), ((i, j, TEAM), join))}


def _book(session: Session) -> PoliciesInForce:
    # The random days lie before that of the policy, too.
    return policies.all_in_force(session, date(2030, 1, 1))


def loaded(session: Session, seed: int) -> Term:
    Stage(session).policy()
    rules, ask = world(session, seed)
    return load_term(session, _book(session), rules, ask)


@pytest.mark.parametrize("seed", range(6))
def test_who_may_go_by_the_columns_is_who_may_go_by_the_rules_and_the_check(session: Session, seed: int) -> None:
    term = loaded(session, seed)
    rules, columns = allowed(session, term), by_columns(term)
    differing = {
        (term.people[who].staff_no, term.openings[where].reference, role): (rules[who, where, role], can)
        for (who, where, role), can in columns.items()
        if rules[who, where, role] != can
    }
    # All begin within a few months, so that the strictest reading of too often is the plain one.
    assert differing == {}


def had_and_open(session: Session, had: Sequence[tuple[str, date]], wanted: tuple[str, date]) -> Stage:
    """Put an inspector into the world who has these inspections, by provider and day, and an open one beside them."""
    stage = Stage(session)
    stage.policy()
    person = stage.inspector("T100")
    stage.declares(person)
    for number, (provider, day) in enumerate(had):
        inspection = stage.inspection(f"INS-{number}", provider, starts_on=day, ends_on=day, team_size=1)
        assert stage.confirms(stage.proposes(inspection, person, "lead")).confirmed
    stage.inspection(OPEN, wanted[0], starts_on=wanted[1], ends_on=wanted[1], team_size=1)
    return stage


def filled(session: Session, rules: str, today: date) -> tuple[list[str], list[str]]:
    """Return which inspections a plan fills, and what the second look says of it."""
    ask = Ask(today, date(2026, 4, 10), today)
    made = make(session, _book(session), parse(rules), ask, lambda *_: None, lambda: False)
    return [row[0] for row in made.result["places"]], made.result["second_look"]


def test_a_week_counts_what_ended_in_it_before_today(session: Session) -> None:
    put_register(session)
    had = [("gias:900004", date(2026, 3, 16)), ("gias:900003", date(2026, 3, 17))]
    had_and_open(session, had, ("gias:900002", date(2026, 3, 18)))
    rules = EXAMPLE_ALLOCATION.read_text("utf-8").replace("times = 4", "times = 40")
    assert filled(session, rules, date(2026, 3, 18)) == ([], [])
    three = rules.replace("week = 2", "week = 3")
    assert filled(session, three, date(2026, 3, 18)) == ([OPEN], [])


def test_going_too_often_is_counted_group_by_group(session: Session) -> None:
    put_register(session, TWO_GROUPS)
    had = [("gias:800001", date(2026, 3, 9)), ("gias:800002", date(2026, 3, 16))]
    had_and_open(session, had, ("gias:800003", date(2026, 3, 24)))
    rules = EXAMPLE_ALLOCATION.read_text("utf-8")
    # Once in each of its groups is not twice in either.
    for times, places in ((1, []), (2, [OPEN])):
        assert filled(session, rules.replace("times = 4", f"times = {times}"), date(2026, 3, 20)) == (places, [])


@pytest.mark.parametrize("left_on", [None, date(2026, 3, 10)])
def test_nobody_joins_a_team_with_whom_the_rules_keep_apart_even_if_the_other_has_left(
    session: Session, left_on: date | None
) -> None:
    put_register(session)
    stage = had_and_open(session, (), ("gias:900004", date(2026, 3, 18)))
    other = stage.inspector("T200", "Quin Other")
    stage.declares(other)
    inspection = stage.inspection("INS-TWO", "gias:900003", starts_on=date(2026, 3, 25), ends_on=date(2026, 3, 25))
    stage.proposes(inspection, other, "lead")
    session.execute(update(Inspector).where(Inspector.staff_no == "T200").values(left_on=left_on))
    rules = EXAMPLE_ALLOCATION.read_text("utf-8")
    apart = '[[apart]]\nstaff = ["T100", "T200"]\nwhy = "One assesses the other."\n'
    places, faults = filled(session, rules, date(2026, 3, 16))
    assert "INS-TWO" in places
    places, faults = filled(session, rules + apart, date(2026, 3, 16))
    assert (set(places), faults) == ({OPEN}, [])


def test_a_place_that_the_second_look_finds_wrong_is_left_out_and_said_and_the_others_are_kept(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_register(session)
    stage = had_and_open(session, (), ("gias:900004", date(2026, 3, 18)))
    stage.inspection("INS-OTHER", "gias:900003", starts_on=date(2026, 3, 25), ends_on=date(2026, 3, 25), team_size=1)
    real = term_auditing.why_not
    monkeypatch.setattr(term_auditing, "why_not", lambda case: Bar.WEEK if case.seat.reference == OPEN else real(case))
    today = date(2026, 3, 16)
    ask = Ask(today, date(2026, 4, 10), today)
    made = make(session, _book(session), parse(TIGHT), ask, lambda *_: None, lambda: False)
    result = made.result
    assert [row[:3] for row in result["places"]] == [["INS-OTHER", "T100", 0]]
    assert (result["seats"], result["filled"]) == (2, 1)
    assert result["second_look"] == [[OPEN, "T100", "lead", "the inspector’s week is full"]]
    assert [OPEN, "lead", 1, "A second look left out whom the plan had here: the inspector’s week is full.", ""] in (
        result["unfilled"]
    )
    assert [row[1:] for row in result["weeks"]] == [[0, 1], [1, 0]]
    assert proof_in_words(result["proof"], result["seats"])[0].startswith("Another plan could weigh at most ")


def test_the_worlds_meet_every_kind_of_answer(session: Session) -> None:
    seen: set[tuple[str, bool]] = set()
    for seed in range(12):
        with session.begin_nested() as point:
            term = loaded(session, seed)
            seen |= {(role, can) for (_, _, role), can in allowed(session, term).items()}
            seen |= {("quota", True)} if len(term.problem.quotas.limit) else set()
            seen |= {("apart", True)} if len(term.problem.apart.a) and len(term.problem.members.inspector) else set()
            point.rollback()
    assert seen == {(LEAD, True), (LEAD, False), (TEAM, True), (TEAM, False), ("quota", True), ("apart", True)}


@pytest.mark.parametrize("seed", range(6))
def test_a_plan_of_a_random_world_keeps_every_rule(session: Session, seed: int) -> None:
    Stage(session).policy()
    rules, ask = world(session, seed)
    book = _book(session)
    # It is looked at a second time: a place that breaks a rule or is a real conflict is left out, and said.
    made = make(session, book, rules, ask, lambda *_: None, lambda: False)
    assert made.result["second_look"] == []
    left = sum(row[2] for row in made.result["unfilled"])
    assert made.result["filled"] + left == made.result["seats"]
    assert all(why.startswith(("Of ", "No inspector ")) for _, _, _, why, _ in made.result["unfilled"])
