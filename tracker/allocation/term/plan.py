"""A plan for a term, and the prices that prove how good it is."""

from dataclasses import dataclass

from tracker.allocation.term.problem import Ints


@dataclass(frozen=True, slots=True)
class Prices:
    """What one more of a scarce thing would be worth, in metres; a row for each that is worth anything.

    Which thing it is, two numbers say: inspector and week, inspector and day, inspector and set, pair and inspection.
    """

    which: Ints
    of: Ints
    price: Ints


@dataclass(frozen=True, slots=True)
class Certificate:
    """A price for each scarce thing. Whoever adds them up gets a cost below which no plan can be, whoever made them.

    `lead` and `team` have a row an inspection: what a seat there is worth; `term` a row an inspector.
    """

    lead: Ints
    team: Ints
    term: Ints
    weeks: Prices
    days: Prices
    quotas: Prices
    apart: Prices


@dataclass(frozen=True, slots=True)
class Unfilled:
    """Seats that the plan leaves open: the inspection, the seat (lead 0, team 1) and how many."""

    inspection: Ints
    seat: Ints
    n: Ints


@dataclass(frozen=True, slots=True)
class Plan:
    """Who takes which seat, pinned ones included, what it all costs, and what no plan can cost less than.

    `left` is said where the prices alone do not prove that no plan is better: so many choices (a person in a seat) they
    leave to a better plan, and all of them were tried. None where not all were tried, or none needed to be.
    """

    inspector: Ints
    inspection: Ints
    seat: Ints
    cost: int
    bound: int
    unfilled: Unfilled
    certificate: Certificate
    left: int | None = None
