"""What a plan for a term must respect, as columns of numbers.

An inspector, an inspection, a set and a pair are each a number: the place in their own columns. A distance and every
weight is in whole metres, so that all that a plan costs is one whole number.
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
LEAD, TEAM = 0, 1
# What a finding weighs, as the domain's verdicts do.
UNDETERMINED, PERCEIVED, REAL = 1, 2, 3
DAYS = 7
# Costs above this would not leave the flow room to multiply them by the number of its nodes.
HEAVIEST = 10**12


def column(values: object = ()) -> Ints:
    """Return a column of whole numbers."""
    return np.asarray(values, dtype=np.int64).reshape(-1)


@dataclass(frozen=True, slots=True)
class Weights:
    """What is worth how many metres of travel: a seat unfilled, each kind of finding, and a distance nobody knows."""

    unfilled: int
    perceived: int
    undetermined: int
    unknown_distance: int


@dataclass(frozen=True, slots=True)
class Inspectors:
    """A row an inspector. `remits` and `leads` have a bit for each remit in which one may go, and may lead.

    `term_limit` is how many inspections one may still be given; `week_limit` how many in any one week.
    """

    easting: Ints
    northing: Ints
    is_located: Flags
    week_limit: Ints
    term_limit: Ints
    remits: Ints
    leads: Ints

    def __len__(self) -> int:
        return len(self.remits)


@dataclass(frozen=True, slots=True)
class Inspections:
    """A row an inspection with seats open: `lead_open` one or none, `team_open` any number.

    `first` and `last` are its days (ordinals, both inclusive). `week` numbers the calendar weeks from Monday, one
    after another without a gap, by the first day; an inspection that runs over a Sunday takes the next week as well.
    """

    first: Ints
    last: Ints
    week: Ints
    remit: Ints
    easting: Ints
    northing: Ints
    is_located: Flags
    lead_open: Ints
    team_open: Ints

    def __len__(self) -> int:
        return len(self.remit)


@dataclass(frozen=True, slots=True)
class Found:
    """The worst finding of a pair of whom anything is found; a real one (3) forbids the pair."""

    inspector: Ints
    inspection: Ints
    weight: Ints


@dataclass(frozen=True, slots=True)
class Busy:
    """Days on which an inspector cannot go, both inclusive: standing assignments, leave."""

    inspector: Ints
    first: Ints
    last: Ints


@dataclass(frozen=True, slots=True)
class Used:
    """How many of an inspector's inspections in a week stand already."""

    inspector: Ints
    week: Ints
    n: Ints


@dataclass(frozen=True, slots=True)
class Members:
    """Who stands in a team already."""

    inspector: Ints
    inspection: Ints


@dataclass(frozen=True, slots=True)
class Apart:
    """Pairs of inspectors who may not be in one team."""

    a: Ints
    b: Ints


@dataclass(frozen=True, slots=True)
class Quotas:
    """Sets of inspections (of one provider's line, or one group) to which nobody may go too often.

    `limit` has a row a set: how often one inspector may go to it in this plan; `left_…` says for whom it is fewer.
    """

    set: Ints
    inspection: Ints
    limit: Ints
    left_inspector: Ints
    left_set: Ints
    left_n: Ints


@dataclass(frozen=True, slots=True)
class Pins:
    """Who is to have which seat (lead 0, team 1) whatever it costs."""

    inspector: Ints
    inspection: Ints
    seat: Ints


@dataclass(frozen=True, slots=True)
class Problem:
    """All of it; ValueError, in plain words, where the columns contradict each other."""

    weights: Weights
    inspectors: Inspectors
    inspections: Inspections
    found: Found
    busy: Busy
    used: Used
    members: Members
    apart: Apart
    quotas: Quotas
    pins: Pins
    max_metres: int | None = None

    def __post_init__(self) -> None:
        for name in ("inspectors", "inspections", "found", "busy", "used", "members", "apart", "pins"):
            _same_length(name, getattr(self, name))
        _within(self)
        _in_order(self)


def _same_length(name: str, table: object) -> None:
    lengths = {len(getattr(table, each.name)) for each in fields(table)}  # type: ignore[arg-type]
    if len(lengths) > 1:
        raise ValueError(f"The columns of {name} are not of one length.")


def _within(problem: Problem) -> None:
    """Refuse a number that names nobody and nothing."""
    people, places, sets = len(problem.inspectors), len(problem.inspections), len(problem.quotas.limit)
    quotas = problem.quotas
    for what, values, size in (
        ("finding's inspector", problem.found.inspector, people),
        ("finding's inspection", problem.found.inspection, places),
        ("busy inspector", problem.busy.inspector, people),
        ("used week's inspector", problem.used.inspector, people),
        ("member", problem.members.inspector, people),
        ("member's inspection", problem.members.inspection, places),
        ("pair", np.concatenate([problem.apart.a, problem.apart.b]), people),
        ("quota's set", np.concatenate([quotas.set, quotas.left_set]), sets),
        ("quota's inspection", quotas.inspection, places),
        ("quota's inspector", quotas.left_inspector, people),
        ("pinned inspector", problem.pins.inspector, people),
        ("pinned inspection", problem.pins.inspection, places),
    ):
        if len(values) and (values.min() < 0 or values.max() >= size):
            raise ValueError(f"A {what} is not in its list.")


def _in_order(problem: Problem) -> None:
    """Refuse days that run backwards, weeks that are none, and weights that say nothing."""
    weights, places = problem.weights, problem.inspections
    if not 0 <= max(weights.undetermined, weights.perceived, weights.unknown_distance) <= weights.unfilled <= HEAVIEST:
        raise ValueError("An unfilled seat must weigh most, and no more than a thousand million kilometres.")
    if (places.last < places.first).any():
        raise ValueError("An inspection ends before it begins.")
    if len(places) and (np.ptp((places.first - 1) // DAYS - places.week) or places.week.min() < 0):
        raise ValueError("The weeks are not the calendar weeks of the first days, numbered without a gap.")
    if ((places.lead_open < 0) | (places.lead_open > 1) | (places.team_open < 0)).any():
        raise ValueError("An inspection has one open lead or none, and no fewer than no open seats.")
