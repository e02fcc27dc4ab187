"""Invented terms as large as real ones: inspectors and inspections around towns, of which a few are large."""

from dataclasses import replace

import numpy as np

from tests.support.term_problems import MONDAY
from tracker.allocation.term.problem import (
    Apart,
    Busy,
    Found,
    Inspections,
    Inspectors,
    Ints,
    Members,
    Pins,
    Problem,
    Quotas,
    Used,
    Weights,
    column,
)

WEEKS, TOWNS = 13, 80
WEIGHTS = Weights(unfilled=10_000_000, perceived=300_000, undetermined=100_000, unknown_distance=100_000)
# How common each remit is.
REMITS = np.array([0.45, 0.3, 0.15, 0.07, 0.03])


def invented(seed: int, people: int, places: int, *, term: tuple[int, int]) -> Problem:
    """Return a term in which each inspection wants one inspector, and each inspector may have one a week."""
    r = np.random.default_rng(seed)
    towns = r.uniform([100_000, 50_000], [600_000, 600_000], (TOWNS, 2))
    share = r.pareto(1.2, TOWNS) + 0.2

    def around(number: int) -> Ints:
        town = r.choice(TOWNS, number, p=share / share.sum())
        made: Ints = np.rint(towns[town] + r.normal(0, 15_000, (number, 2))).astype(np.int64)
        return made

    own, there = around(people), around(places)
    first, second = (1 << r.choice(len(REMITS), people, p=REMITS) for _ in range(2))
    remits = first | np.where(r.random(people) < 0.4, second, 0)
    week, day = r.integers(0, WEEKS, places), r.integers(0, 4, places)
    begin = MONDAY + 7 * week + day
    keys = np.unique(r.integers(0, people * places, max(people * places // 400, 1)))
    empty = column()
    return Problem(
        weights=WEIGHTS,
        inspectors=Inspectors(
            *(own[:, 0], own[:, 1], r.random(people) > 0.01, np.ones(people, dtype=np.int64)),
            *(r.integers(term[0], term[1] + 1, people), remits, np.where(r.random(people) < 0.45, remits, 0)),
        ),
        inspections=Inspections(
            *(begin, begin + np.minimum(r.integers(0, 2, places), 4 - day), week),
            *(r.choice(len(REMITS), places, p=REMITS), there[:, 0], there[:, 1], np.ones(places, dtype=bool)),
            *(np.zeros(places, dtype=np.int64), np.ones(places, dtype=np.int64)),
        ),
        found=Found(keys // places, keys % places, r.choice([1, 2, 3], len(keys), p=[0.2, 0.4, 0.4])),
        busy=Busy(empty, empty, empty),
        used=Used(empty, empty, empty),
        members=Members(empty, empty),
        apart=Apart(empty, empty),
        quotas=Quotas(empty, empty, empty, empty, empty, empty),
        pins=Pins(empty, empty, empty),
    )


def with_teams(problem: Problem, seed: int) -> Problem:
    """Return it with a lead and up to two more for each, some with two a week, couples, and groups not to go to often.

    A couple lives in one house, so both are as near to whatever is near. A group is a few inspections close together.
    """
    r = np.random.default_rng(seed)
    people, places = len(problem.inspectors), len(problem.inspections)
    team = np.where(r.random(places) < 0.5, r.integers(1, 3, places), (r.random(places) < 0.3).astype(np.int64))
    own, there = problem.inspectors, problem.inspections
    couples = max(people // 35, 1)
    chosen = r.permutation(people)[: 2 * couples]
    a, b = chosen[:couples], chosen[couples:]
    east, north, remits, leads = own.easting.copy(), own.northing.copy(), own.remits.copy(), own.leads.copy()
    for values in (east, north, remits, leads):
        values[b] = values[a]
    order = np.lexsort((there.northing // 20_000, there.easting // 20_000))
    grouped = order[: places - places % 4].reshape(-1, 4)[::4]
    return replace(
        problem,
        inspectors=replace(
            own, easting=east, northing=north, remits=remits, leads=leads,
            week_limit=np.where(r.random(people) < 0.25, 2, 1),
        ),
        inspections=replace(there, lead_open=np.ones(places, dtype=np.int64), team_open=team),
        apart=Apart(a, b),
        quotas=replace(
            problem.quotas, set=np.repeat(np.arange(len(grouped)), 4), inspection=grouped.reshape(-1),
            limit=np.full(len(grouped), 2),
        ),
    )  # fmt: skip
