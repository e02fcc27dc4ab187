"""The best plan for a term: a flow over few arcs, priced against all pairs, mended where a flow cannot see a rule.

The same problem always gets the same plan. Among plans of equal cost it is whichever the flow comes to first, which
the order of the columns decides; the cost does not depend on it.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property

import numpy as np

from tracker.allocation.term.finishing import cost_of, finished, unfilled_of
from tracker.allocation.term.flowing import STEPS, Cancelled, Flowing, Progress, State
from tracker.allocation.term.joining import is_in
from tracker.allocation.term.living import Living
from tracker.allocation.term.mending import Mending
from tracker.allocation.term.network import carried, carried_prices
from tracker.allocation.term.pinning import refuse_bad_pins
from tracker.allocation.term.plan import Plan, Unfilled
from tracker.allocation.term.problem import Problem, column
from tracker.allocation.term.rows import Book, Lists
from tracker.allocation.term.scanning import Arcs, cheapest

__all__ = ["Cancelled", "solve"]
# So many of the nearest for each seat to begin with.
NEAREST = 12
# How often prices for what a flow cannot hold are taken to all pairs, before plan and bound stand as they are.
ROUNDS = 6


def solve(
    problem: Problem, *, progress: Progress = lambda _done, _of: None, cancelled: Callable[[], bool] = lambda: False
) -> Plan:
    """Return the cheapest plan, or the best found, with a bound and the prices that prove it.

    `progress` is told how many of a thousand steps are done; Cancelled soon after `cancelled` says so.
    PinsBreakRulesError where the pins cannot all be kept.
    """
    refuse_bad_pins(problem)
    with _without_collecting():
        return _Search(problem, progress, cancelled).run()


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Keep the collector from walking again and again through millions of numbers, of which none leads in a circle."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _Search(Flowing):
    """Makes the plan."""

    @cached_property
    def lists(self) -> Lists:
        return Lists(self.ground)

    def run(self) -> Plan:
        self.step()
        arcs = cheapest(self.ground, NEAREST)
        self.step()
        state, new, spare = self.flow_to_begin_with(arcs)
        broken = self.sides.broken(state.arcs[state.is_used])
        if broken or len(new):
            state = self._mended(state, new, spare, broken)
        used, left = finished(self, state.arcs[state.is_used])
        plan = self._plan(used, left)
        self.progress(STEPS, STEPS)
        return plan

    def _mended(self, state: State, new: Arcs, spare: Arcs, broken: list[int]) -> State:
        """Return a plan that keeps every rule, its prices taken to all pairs until none adds anything.

        `spare` are arcs that are far from being used, for what no price settles.
        """
        state, mending, broken = self._grown(state, new, broken)
        for _ in range(ROUNDS):
            new = self.add_underpriced(state)
            if not len(new):
                break
            state, mending, broken = self._grown(state, new, broken)
        broken = self.sides.broken(state.arcs[state.is_used])
        if broken and len(spare):
            # Whoever gives way needs somewhere to go.
            state, mending, broken = self._grown(state, spare, broken)
        mending.force(self.sides.broken(state.arcs[state.is_used]))
        return State(state.network, state.arcs, mending.flow(), mending.prices())

    def _grown(self, state: State, new: Arcs, broken: list[int]) -> tuple[State, Mending, list[int]]:
        """Take new arcs into a flow, one by one, and price what is broken, or breaks by that; say what stays broken."""
        arcs = self.joined(state.arcs, new) if len(new) else state.arcs
        _, first, pair = np.unique(arcs.keys(self.ground) // 2, return_index=True, return_inverse=True)
        book = Book(self.sides, self.lists, arcs.inspector[first], arcs.inspection[first], self.priced)
        network = self.builder.build(arcs, arcs.cost + book.tolls()[pair])
        is_used = is_in(arcs.keys(self.ground), state.arcs.keys(self.ground)[state.is_used])
        flow = carried(self.builder, network, arcs, is_used)
        prices = carried_prices(self.builder, (state.network, state.prices), network, arcs, is_used)
        living = Living(network, flow, prices)
        mending = Mending(living, book, network.pair_edges[first], self.problem.weights.unfilled, self.check)
        entering = np.flatnonzero(is_in(arcs.keys(self.ground), new.keys(self.ground)))
        broken = mending.mend(broken + mending.enter(network.arc_edges[entering].tolist()))
        return State(network, arcs, mending.flow(), mending.prices()), mending, broken

    def _plan(self, used: Arcs, left: int | None) -> Plan:
        assert self.bound is not None  # noqa: S101
        pins, ground = self.problem.pins, self.ground
        pinned = int(ground.costs(pins.inspector, pins.inspection).sum())
        unfilled = unfilled_of(ground, used)
        order = np.flatnonzero(unfilled)
        return Plan(
            np.concatenate([pins.inspector, used.inspector]),
            np.concatenate([pins.inspection, used.inspection]),
            np.concatenate([pins.seat, used.seat]),
            cost_of(ground, used) + pinned,
            self.bound.value + pinned,
            Unfilled(column(order // 2), column(order % 2), unfilled[order]),
            self.bound.duals.certificate(),
            left,
        )
