"""Whether pins can be kept, and what it costs to keep them."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from tracker.allocation.term.checking import first_fault
from tracker.allocation.term.ground import Ground
from tracker.allocation.term.plan import Plan
from tracker.allocation.term.problem import LEAD, PERCEIVED, UNDETERMINED, Flags, Ints, Pins, Problem, column

# So many pins are priced by a plan made without each; beyond that a bound says what each costs at least.
EXACT = 8


class PinsBreakRulesError(ValueError):
    """Pins that cannot all be kept; `row` is the first that cannot be beside those before it."""

    def __init__(self, row: int, why: str) -> None:
        super().__init__(why)
        self.row = row


def refuse_bad_pins(problem: Problem) -> None:
    """Raise PinsBreakRulesError where a rule, or an open seat too few, forbids a pin beside those before it."""
    pins = problem.pins
    rows = list(zip(pins.inspector.tolist(), pins.inspection.tolist(), pins.seat.tolist(), strict=True))
    if not first_fault(problem, rows):
        return
    for number in range(len(rows)):
        why = first_fault(problem, rows[: number + 1])
        if why:
            raise PinsBreakRulesError(number, why)


@dataclass(frozen=True, slots=True)
class Price:
    """What pins cost: by so much more the plan with them is worse. `cost` is all of it in metres.

    Where it `is_exact` both plans were made and are compared; else `cost` is what it is at least, and the rest unsaid.
    """

    cost: int
    unfilled: int = 0
    perceived: int = 0
    undetermined: int = 0
    metres: int = 0
    is_exact: bool = True


@dataclass(frozen=True, slots=True)
class Prices:
    """What all pins cost together, and each alone."""

    together: Price
    each: tuple[Price, ...]


def cost_of_pins(problem: Problem, plan: Plan, pins: Pins, solve: Callable[[Problem], Plan]) -> Prices:
    """Return what it costs to keep pins, of a problem and its plan with them; `solve` makes the plans to compare with.

    Each alone is compared with the plan without any. Of side rules both plans are as near to the best as their bounds.
    """
    free = replace(problem, pins=_chosen(problem.pins, ~_are_among(problem.pins, pins)))
    without = solve(free)
    together = _difference(problem, plan, without)
    if len(pins.inspector) == 1:
        return Prices(together, (together,))
    each = tuple(
        _alone(free, without, _chosen(pins, column([row])), solve, is_exact=row < EXACT)
        for row in range(len(pins.inspector))
    )
    return Prices(together, each)


def _alone(free: Problem, without: Plan, pin: Pins, solve: Callable[[Problem], Plan], *, is_exact: bool) -> Price:
    pinned = replace(free, pins=Pins(*(np.concatenate([getattr(free.pins, name), getattr(pin, name)])
                                      for name in ("inspector", "inspection", "seat"))))  # fmt: skip
    if is_exact:
        return _difference(free, solve(pinned), without)
    # The prices bound the plan with the pin as well, once the pin itself is charged what it falls short of its seat.
    return Price(max(_reduced(free, without, pin) - (without.cost - without.bound), 0), is_exact=False)


def _reduced(problem: Problem, plan: Plan, pin: Pins) -> int:
    """Return what a pair costs more than its seat is worth at the plan's prices, or less: its other limits cost too."""
    ground, prices = Ground(problem), plan.certificate
    worth = np.where(pin.seat == LEAD, prices.lead[pin.inspection], prices.team[pin.inspection])
    cost = ground.costs(pin.inspector, pin.inspection) + prices.term[pin.inspector]
    return int((cost - np.minimum(worth, problem.weights.unfilled))[0])


def _difference(problem: Problem, plan: Plan, without: Plan) -> Price:
    one, other = _counted(problem, plan), _counted(problem, without)
    unfilled, perceived, undetermined, metres = (a - b for a, b in zip(one, other, strict=True))
    return Price(plan.cost - without.cost, unfilled, perceived, undetermined, metres)


def _counted(problem: Problem, plan: Plan) -> tuple[int, int, int, int]:
    """Return how many seats of a plan are unfilled, how many findings it takes, and how far all go."""
    ground = Ground(replace(problem, pins=Pins(column(), column(), column())))
    weights = ground.found(plan.inspector, plan.inspection)
    metres = ground.metres(plan.inspector, plan.inspection)
    return (
        int(plan.unfilled.n.sum()),
        int((weights == PERCEIVED).sum()),
        int((weights == UNDETERMINED).sum()),
        int(metres[metres > 0].sum()),
    )


def _are_among(pins: Pins, others: Pins) -> Flags:
    wanted = set(zip(others.inspector.tolist(), others.inspection.tolist(), others.seat.tolist(), strict=True))
    rows = zip(pins.inspector.tolist(), pins.inspection.tolist(), pins.seat.tolist(), strict=True)
    return np.array([each in wanted for each in rows], dtype=np.bool_)


def _chosen(pins: Pins, rows: Ints | Flags) -> Pins:
    return Pins(pins.inspector[rows], pins.inspection[rows], pins.seat[rows])
