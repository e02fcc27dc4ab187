"""The problem of a period says what the plain rules and the check say of each pair, in random small worlds."""

from collections import defaultdict
from datetime import date, timedelta
from random import Random

import numpy as np
import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from config import EXAMPLE_ALLOCATION
from tests.support.population import Population, population, put_population
from tests.support.world import Stage
from tracker.allocation.term.ground import Ground
from tracker.allocation.term_loading import Ask, Term, load_term
from tracker.allocation.term_making import make
from tracker.domain.allocation_rules import AllocationRules, parse
from tracker.domain.check import check
from tracker.domain.facts import Verdict
from tracker.domain.fitting import LEAD, TEAM, Case, Stay, why_not
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


def world(session: Session, seed: int) -> tuple[AllocationRules, Ask]:
    """Put a random world into the database, with remits, titles and homes; return the rules and what is planned."""
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
    today = rng.choice([each.starts_on for each in found.planned])
    return parse(TIGHT), Ask(today, today + timedelta(days=200), today)


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


@pytest.mark.parametrize("seed", range(4))
def test_a_plan_of_a_random_world_keeps_every_rule(session: Session, seed: int) -> None:
    Stage(session).policy()
    rules, ask = world(session, seed)
    book = _book(session)
    # It is looked at a second time, and refused where a place breaks a rule or is a real conflict.
    made = make(session, book, rules, ask, lambda *_: None, lambda: False)
    left = sum(row[2] for row in made.result["unfilled"])
    assert made.result["filled"] + left == made.result["seats"]
    assert all(why.startswith(("Of ", "No inspector ")) for _, _, _, why, _ in made.result["unfilled"])
