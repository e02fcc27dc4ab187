"""Invented problems of a term, small and odd on purpose."""

from random import Random
from typing import Any

from tracker.allocation.term.problem import (
    Apart,
    Busy,
    Found,
    Inspections,
    Inspectors,
    Members,
    Pins,
    Problem,
    Quotas,
    Used,
    Weights,
    column,
)

WEIGHTS = Weights(unfilled=1_000_000, perceived=100_000, undetermined=20_000, unknown_distance=50_000)
MONDAY = 738_004


def table(kind: Any, values: list[tuple[int, ...]]) -> Any:
    """Return rows as a table of columns."""
    names = list(kind.__dataclass_fields__)
    return kind(*(column([row[place] for row in values]) for place in range(len(names))))


def people_of(values: list[tuple[int, ...]]) -> Inspectors:
    made = table(Inspectors, values)
    return Inspectors(made.easting, made.northing, made.is_located.astype(bool), *(
        made.week_limit, made.term_limit, made.remits, made.leads))  # fmt: skip


def places_of(values: list[tuple[int, ...]]) -> Inspections:
    made = table(Inspections, values)
    return Inspections(*(made.first, made.last, made.week, made.remit, made.easting, made.northing),
                       made.is_located.astype(bool), made.lead_open, made.team_open)  # fmt: skip


def problem_of(people: list[tuple[int, ...]], places: list[tuple[int, ...]], **more: Any) -> Problem:
    """Return a problem without anything but these."""
    tables: dict[str, Any] = {
        "weights": WEIGHTS,
        "quotas": Quotas(*(column() for _ in range(6))),
    }
    for kind in (Found, Busy, Used, Members, Apart, Pins):
        tables[kind.__name__.lower()] = table(kind, [])
    return Problem(inspectors=people_of(people), inspections=places_of(places), **(tables | more))


def random_problem(seed: int, *, is_bare: bool = False, people: int = 7, places: int = 7) -> Problem:
    """Return a small problem; a bare one has no rule that a flow cannot hold."""
    r = Random(seed)
    i, j = r.randint(0, people), r.randint(0, places)
    spread = r.choice([300, 30_000])
    own = [
        (r.randint(0, spread), r.randint(0, spread), int(r.random() < 0.9), 1 if is_bare else r.randint(0, 3),
         r.randint(0, 4), r.randint(0, 3), r.randint(0, 3)) for _ in range(i)
    ]  # fmt: skip
    there = []
    for _ in range(j):
        week, day = r.randint(0, 1), r.randint(0, 4)
        days = r.randint(1, 5 - day if is_bare else 4)
        first = MONDAY + 7 * week + day
        there.append((first, first + days - 1, week, r.randint(0, 1), r.randint(0, spread), r.randint(0, spread),
                      int(r.random() < 0.9), r.randint(0, 1), r.randint(0, 2)))  # fmt: skip
    if not (i and j):
        return problem_of(own, there)

    def some(number: int, *ranges: tuple[int, int]) -> list[tuple[int, ...]]:
        return sorted({tuple(r.randint(*each) for each in ranges) for _ in range(r.randint(0, number))})

    pairs, who = [(0, i - 1), (0, j - 1)], (0, i - 1)
    found = {(a, b): weight for a, b, weight in some(8, *pairs, (0, 3))}
    more: dict[str, Any] = {
        "found": table(Found, [(*pair, weight) for pair, weight in found.items()]),
        "busy": table(Busy, [(a, b, b + n) for a, b, n in some(2, who, (MONDAY - 2, MONDAY + 14), (0, 3))]),
        "used": table(Used, some(2, who, (0, 2), (1, 2))),
        "members": table(Members, some(2, *pairs)),
        "max_metres": r.choice([None, None, spread // 2]),
    }
    if not is_bare:
        more["apart"] = table(Apart, [(a, b) for a, b in some(3, who, who) if a < b])
        sets = some(6, (0, 2), (0, j - 1))
        left = {(a, b): n for a, b, n in some(2, who, (0, 2), (0, 1))}
        of, inside = (column([row[k] for row in sets]) for k in (0, 1))
        past = [column([k[0] for k in left]), column([k[1] for k in left]), column(list(left.values()))]
        more["quotas"] = Quotas(of, inside, column([r.randint(0, 2) for _ in range(3)]), *past)
    return problem_of(own, there, **more)
