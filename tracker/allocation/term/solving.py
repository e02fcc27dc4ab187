"""The best plan for a term: a flow over few arcs, priced against all pairs, mended where a flow cannot see a rule.

The same problem always gets the same plan. Among plans of equal cost it is whichever the flow comes to first, which
the order of the columns decides; the cost does not depend on it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tracker.allocation.term.bounding import Bound, bound_of
from tracker.allocation.term.ground import Ground
from tracker.allocation.term.joining import is_in
from tracker.allocation.term.living import Living
from tracker.allocation.term.mending import Mending
from tracker.allocation.term.network import Builder, Network, carried, carried_prices, flows
from tracker.allocation.term.pinning import refuse_bad_pins
from tracker.allocation.term.plan import Plan, Unfilled
from tracker.allocation.term.potentials import duals_of, prices_of
from tracker.allocation.term.problem import Flags, Ints, Problem, column
from tracker.allocation.term.rows import Book, tolls_of
from tracker.allocation.term.scanning import Arcs, Underpriced, arcs_of, cheapest, least, underpriced
from tracker.allocation.term.siding import Sides

Progress = Callable[[int, int], None]
# So many of the nearest for each seat to begin with, and so many at most that one look through all pairs adds.
NEAREST, ADDED = 10, 8
# While prices are far off nearly every pair looks underpriced: of each seat so many are looked at, then.
FEW = 24
# How often prices for what a flow cannot hold are taken to all pairs, before plan and bound stand as they are.
ROUNDS = 6
STEPS = 1_000


class Cancelled(Exception):
    """Whoever asked for the plan no longer wants it."""


def solve(
    problem: Problem, *, progress: Progress = lambda _done, _of: None, cancelled: Callable[[], bool] = lambda: False
) -> Plan:
    """Return the cheapest plan, or the best found, with a bound and the prices that prove it.

    `progress` is told how many of a thousand steps are done; Cancelled soon after `cancelled` says so.
    PinsBreakRulesError where the pins cannot all be kept.
    """
    refuse_bad_pins(problem)
    return _Search(problem, progress, cancelled).run()


@dataclass(frozen=True, slots=True)
class _State:
    """A flow over some arcs, and a price for each of its nodes."""

    network: Network
    arcs: Arcs
    flow: Ints
    prices: Ints

    @property
    def is_used(self) -> Flags:
        return self.flow[self.network.arc_edges] > 0


class _Search:
    def __init__(self, problem: Problem, progress: Progress, cancelled: Callable[[], bool]) -> None:
        self.problem, self.progress, self.cancelled = problem, progress, cancelled
        self.ground = Ground(problem)
        self.builder = Builder(self.ground)
        self.sides = Sides(self.ground)
        self.priced: dict[int, int] = {}
        self.bound: Bound | None = None
        self.left = STEPS

    def run(self) -> Plan:
        self._step()
        arcs = cheapest(self.ground, NEAREST)
        self._step()
        state = self._best_flow(arcs)
        broken = self.sides.broken(state.arcs[state.is_used])
        if broken:
            state = self._mended(state, broken)
        plan = self._plan(state)
        self.progress(STEPS, STEPS)
        return plan

    def _step(self) -> None:
        """Say how far it is: nobody knows how many rounds there will be, so each is a third of what is left."""
        self.check()
        self.left -= self.left // 3
        self.progress(STEPS - self.left, STEPS)

    def check(self) -> None:
        """Stop where nobody waits any more."""
        if self.cancelled():
            raise Cancelled

    def _best_flow(self, arcs: Arcs) -> _State:
        """Return the cheapest flow over all pairs, seen through a few arcs of each seat."""
        while True:
            network = self.builder.build(arcs, arcs.cost)
            flow = flows(network)
            self._step()
            state = _State(network, arcs, flow, prices_of(network, flow))
            new = self._underpriced(state)
            if not len(new):
                return state
            arcs = self._with(arcs, new)

    def _underpriced(self, state: _State) -> Arcs:
        """Return the most underpriced arcs that are not known, and keep the bound that the prices give."""
        duals = duals_of(self.builder, state.network, state.prices, tolls_of(self.sides, self.priced))
        found = underpriced(self.ground, duals, FEW)
        new = self._new(state, found)
        if not found.is_whole and not len(new):
            found = underpriced(self.ground, duals)
            new = self._new(state, found)
        self._step()
        if found.is_whole:
            bound = bound_of(self.ground, duals, found.arcs, found.reduced)
            if self.bound is None or bound.value > self.bound.value:
                self.bound = bound
        return new

    def _new(self, state: _State, found: Underpriced) -> Arcs:
        is_new = ~is_in(found.arcs.keys(self.ground), state.arcs.keys(self.ground))
        arcs, reduced = found.arcs[is_new], found.reduced[is_new]
        return arcs[least(arcs.inspection * 2 + arcs.seat, reduced, ADDED)]

    def _with(self, arcs: Arcs, new: Arcs) -> Arcs:
        return arcs_of(self.ground, np.concatenate([arcs.keys(self.ground), new.keys(self.ground)]))

    def _mended(self, state: _State, broken: list[int]) -> _State:
        """Return a plan that keeps every rule, its prices taken to all pairs until none adds anything."""
        state, mending, broken = self._grown(state, state.arcs[column()], broken)
        for _ in range(ROUNDS):
            new = self._underpriced(state)
            if not len(new):
                break
            state, mending, broken = self._grown(state, new, broken)
        mending.force(self.sides.broken(state.arcs[state.is_used]))
        return _State(state.network, state.arcs, mending.flow(), mending.prices())

    def _grown(self, state: _State, new: Arcs, broken: list[int]) -> tuple[_State, Mending, list[int]]:
        """Take new arcs into a flow, one by one, and price what is broken, or breaks by that; say what stays broken."""
        arcs = self._with(state.arcs, new) if len(new) else state.arcs
        _, first, pair = np.unique(arcs.keys(self.ground) // 2, return_index=True, return_inverse=True)
        book = Book(self.sides, arcs.inspector[first], arcs.inspection[first], self.priced)
        network = self.builder.build(arcs, arcs.cost + book.tolls()[pair])
        is_used = is_in(arcs.keys(self.ground), state.arcs.keys(self.ground)[state.is_used])
        flow = carried(self.builder, network, arcs, is_used)
        prices = carried_prices(self.builder, (state.network, state.prices), network, arcs, is_used)
        living = Living(network, flow, prices)
        mending = Mending(living, book, network.pair_edges[first], self.problem.weights.unfilled, self.check)
        entering = np.flatnonzero(is_in(arcs.keys(self.ground), new.keys(self.ground)))
        broken = mending.mend(broken + mending.enter(network.arc_edges[entering].tolist()))
        return _State(network, arcs, mending.flow(), mending.prices()), mending, broken

    def _plan(self, state: _State) -> Plan:
        assert self.bound is not None  # noqa: S101
        pins, used, ground = self.problem.pins, state.arcs[state.is_used], self.ground
        pinned = int(ground.costs(pins.inspector, pins.inspection).sum())
        seat, inspection = np.nonzero(np.stack([ground.lead, ground.team]) > 0)
        unfilled = state.flow[state.network.unfilled_edges]
        order = np.lexsort((seat, inspection))
        order = order[unfilled[order] > 0]
        return Plan(
            np.concatenate([pins.inspector, used.inspector]),
            np.concatenate([pins.inspection, used.inspection]),
            np.concatenate([pins.seat, used.seat]),
            int(used.cost.sum() + unfilled.sum() * self.problem.weights.unfilled) + pinned,
            self.bound.value + pinned,
            Unfilled(column(inspection[order]), column(seat[order]), unfilled[order]),
            self.bound.duals.certificate(),
        )
