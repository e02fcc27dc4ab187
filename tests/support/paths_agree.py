"""Holds every path of the check against the slow oracle: one pair alone, many in a list, candidates, and the matrix."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from config import EXAMPLE_ALLOCATION
from tests.support.oracle import expected
from tests.support.population import Population, pair
from tests.support.world import TODAY
from tracker.allocation.candidates import Wanted, candidates
from tracker.allocation.columns import NOBODY, RULES
from tracker.allocation.loading import load
from tracker.allocation.matrix import Found, matrix
from tracker.allocation.standing import standing
from tracker.allocation.suggestions import Seeking, choices
from tracker.domain.allocation_rules import parse
from tracker.domain.check import check
from tracker.domain.facts import Facts
from tracker.domain.horizon import VERDICTS
from tracker.models import Inspection
from tracker.queries import policies
from tracker.queries.facts import facts_for

# Who, where, the rule, its verdict, and the connection or nothing.
Told = tuple[str, str, str, str, str]


def by_oracle(population: Population) -> Counter[Told]:
    """Return what the oracle says of every pair; it says each finding once, however many ways lead to it."""
    return Counter(
        {
            (person.staff_no, planned.reference, rule, str(verdict), connection): 1
            for person, planned in population.pairs()
            for rule, verdict, connection in expected(population.facts(person, planned))
        }
    )


def one_by_one(session: Session, population: Population) -> Counter[Told]:
    """Return what the check says of each pair, asked for alone."""
    asked = list(population.pairs())
    return _checked(session, population, [facts_for(session, [pair(*each)])[0] for each in asked])


def in_a_list(session: Session, population: Population) -> Counter[Told]:
    """Return what the check says of all pairs, asked for together."""
    return _checked(session, population, facts_for(session, [pair(*each) for each in population.pairs()]))


def _checked(session: Session, population: Population, facts: list[Facts]) -> Counter[Told]:
    policy = policies.in_force(session, TODAY)[1]
    return Counter(
        (person.staff_no, planned.reference, each.rule, str(each.verdict), each.connection)
        for (person, planned), known in zip(population.pairs(), facts, strict=True)
        for each in check(known, policy).findings
    )


def as_candidates(session: Session, population: Population) -> Counter[Told]:
    """Return what the lists of candidates say, one for each inspection."""
    book = policies.all_in_force(session, TODAY)
    return Counter(
        (who.staff_no, planned.reference, each.rule, str(each.verdict), each.connection)
        for planned in population.planned
        for who in candidates(
            session, Wanted(planned.provider, planned.starts_on, planned.ends_on), book, TODAY, together=4
        )
        for each in who.outcome.findings
    )


def as_choices(session: Session, population: Population) -> Counter[Told]:
    """Return what the scheduler's lists of candidates say, one for each inspection, with all who cannot go."""
    book, rules = policies.all_in_force(session, TODAY), parse(EXAMPLE_ALLOCATION.read_text("utf-8"))
    found: Counter[Told] = Counter()
    for row in session.scalars(select(Inspection)):
        listed = choices(session, Seeking(row, "team", rules, named=""), book, TODAY)
        for who in (*listed.free, *listed.real, *listed.others):
            names = who.known.staff_no, row.reference
            found.update((*names, each.rule, str(each.verdict), each.connection) for each in who.outcome.findings)
    return found


def as_columns(session: Session, population: Population) -> Counter[Told]:
    """Return what the matrix says of the period that holds every inspection."""
    book = policies.all_in_force(session, TODAY)
    first = min((each.starts_on for each in population.planned), default=date(2026, 1, 1))
    last = max((each.ends_on for each in population.planned), default=first)
    loaded = load(session, book, first, last)
    snapshot = loaded.snapshot

    def told(found: Found) -> Iterator[Told]:
        for who, where, which, rule, weight in zip(*(column.tolist() for column in _columns(found)), strict=True):
            connection = "" if which == NOBODY else snapshot.connections.ref[which]
            names = snapshot.staff_nos[who], snapshot.inspections.reference[where]
            yield (*names, RULES[rule], str(VERDICTS[weight]), connection)

    blocks = (*matrix(snapshot), *standing(session, loaded))
    return Counter(each for found in blocks for each in told(found))


def _columns(found: Found) -> tuple[object, ...]:
    return found.inspector, found.inspection, found.connection, found.rule, found.weight
