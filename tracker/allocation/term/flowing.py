"""The best flow over all pairs, seen through a few arcs of each seat, and the bound that its prices prove."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tracker.allocation.term.bounding import Bound, bound_of
from tracker.allocation.term.ground import Ground
from tracker.allocation.term.joining import is_in
from tracker.allocation.term.network import Builder, Network, carried, carried_prices, flows
from tracker.allocation.term.potentials import duals_of, prices_of
from tracker.allocation.term.pricing import only_tolls
from tracker.allocation.term.problem import Flags, Ints, Problem
from tracker.allocation.term.rows import tolls_of
from tracker.allocation.term.scanning import Arcs, Underpriced, arcs_of, least, underpriced
from tracker.allocation.term.siding import Sides

Progress = Callable[[int, int], None]
# So many at most of each seat that one look through all pairs adds.
ADDED = 8
# While prices are far off nearly every pair looks underpriced: of each seat so many are looked at, then.
FEW = 24
# So many arcs are sooner taken into a flow one by one than by seeking the flow anew.
TAKEN_SINGLY = 1_000
# So many arcs of each seat, those nearest to being used, are enough to change a flow one by one.
KEPT = 6
STEPS = 1_000


class Cancelled(Exception):
    """Whoever asked for the plan no longer wants it."""


@dataclass(frozen=True, slots=True)
class State:
    """A flow over some arcs, and a price for each of its nodes."""

    network: Network
    arcs: Arcs
    flow: Ints
    prices: Ints

    @property
    def is_used(self) -> Flags:
        return self.flow[self.network.arc_edges] > 0


class Flowing:
    """The best flow at the tolls of the moment, and the best bound so far."""

    def __init__(self, problem: Problem, progress: Progress, cancelled: Callable[[], bool]) -> None:
        self.problem, self.progress, self.cancelled = problem, progress, cancelled
        self.ground = Ground(problem)
        self.builder = Builder(self.ground)
        self.sides = Sides(self.ground)
        self.priced: dict[int, int] = {}
        self.bound: Bound | None = None
        self.left = STEPS

    def step(self) -> None:
        """Say how far it is: nobody knows how many rounds there will be, so each is a third of what is left."""
        self.check()
        self.left -= self.left // 3
        self.progress(STEPS - self.left, STEPS)

    def check(self) -> None:
        """Stop where nobody waits any more."""
        if self.cancelled():
            raise Cancelled

    def flow_to_begin_with(self, arcs: Arcs) -> tuple[State, Arcs, Arcs]:
        """Return the cheapest flow over some arcs and more where they are too few, and those few that would better it.

        These are sooner taken in one by one than by another flow. Last come the arcs that are far from being used.
        At first no seat is worth more than the dearest arc:
        that is quicker, and where every seat is filled it makes no difference.
        """
        unfilled: int | None = min(int(arcs.cost.max(initial=0)) + 1, self.problem.weights.unfilled)
        while True:
            state = self._flow(arcs, unfilled)
            is_bound = unfilled is None or not state.flow[state.network.unfilled_edges].any()
            new = self.add_underpriced(state, is_bound=is_bound)
            if self.bound is not None and len(new) <= TAKEN_SINGLY:
                narrow = self._narrowed(state)
                is_spare = ~is_in(state.arcs.keys(self.ground), narrow.arcs.keys(self.ground))
                return narrow, new, state.arcs[is_spare]
            arcs, unfilled = self.joined(arcs, new), None

    def _narrowed(self, state: State) -> State:
        """Return it without the arcs that are far from being used: whoever changes it one by one looks at each.

        Weeks and days that have a price keep all of theirs.
        """
        duals = duals_of(self.builder, state.network, state.prices, tolls_of(self.sides, {}))
        arcs, week, day = state.arcs, duals.weeks, duals.days
        reduced = duals.reduced(arcs.inspector, arcs.inspection, arcs.seat, arcs.cost)
        is_kept = state.is_used | (week[arcs.inspector, self.ground.first_week[arcs.inspection]] > 0)
        is_kept |= day[arcs.inspector, self.builder.stabs[arcs.inspection] - self.ground.first_day] > 0
        is_kept[least(arcs.inspection * 2 + arcs.seat, reduced, KEPT)] = True
        some, is_used = arcs[is_kept], state.is_used[is_kept]
        network = self.builder.build(some, some.cost)
        flow = carried(self.builder, network, some, is_used)
        prices = carried_prices(self.builder, (state.network, state.prices), network, some, is_used)
        return State(network, some, flow, prices)

    def best_flow(self, arcs: Arcs) -> State:
        """Return the cheapest flow over all pairs, seen through a few arcs of each seat."""
        while True:
            state = self._flow(arcs)
            new = self.add_underpriced(state)
            if not len(new):
                return state
            arcs = self.joined(arcs, new)

    def _flow(self, arcs: Arcs, unfilled: int | None = None) -> State:
        network = self.builder.build(arcs, self._tolled(arcs), unfilled)
        flow = flows(network)
        self.step()
        return State(network, arcs, flow, prices_of(network, flow))

    def _tolled(self, arcs: Arcs) -> Ints:
        """Return what each arc costs with what it pays for the rules that a flow cannot hold."""
        if not self.priced:
            return arcs.cost
        return only_tolls(self.ground, tolls_of(self.sides, self.priced)).full(
            arcs.inspector, arcs.inspection, arcs.cost
        )

    def add_underpriced(self, state: State, *, is_bound: bool = True) -> Arcs:
        """Return the most underpriced arcs that are not known, and keep the bound that the prices give, if they do."""
        duals = duals_of(self.builder, state.network, state.prices, tolls_of(self.sides, self.priced))
        found = underpriced(self.ground, duals, FEW)
        new = self._new(state, found)
        if not found.is_whole and not len(new):
            found = underpriced(self.ground, duals)
            new = self._new(state, found)
        self.step()
        if found.is_whole and is_bound:
            bound = bound_of(self.ground, duals, found.arcs, found.reduced)
            if self.bound is None or bound.value > self.bound.value:
                self.bound = bound
        return new

    def _new(self, state: State, found: Underpriced) -> Arcs:
        is_new = ~is_in(found.arcs.keys(self.ground), state.arcs.keys(self.ground))
        arcs, reduced = found.arcs[is_new], found.reduced[is_new]
        return arcs[least(arcs.inspection * 2 + arcs.seat, reduced, ADDED)]

    def joined(self, arcs: Arcs, new: Arcs) -> Arcs:
        """Return both, each arc once."""
        return arcs_of(self.ground, np.concatenate([arcs.keys(self.ground), new.keys(self.ground)]))
