"""What is done about a plan that may not be the best: better prices, then all that they leave open tried.

A plan that is better than the one at hand has no arc that costs more at any good prices than plan and bound lie apart.
So most arcs can be left out, and what is left is few enough for a program that knows every rule.
"""

from dataclasses import dataclass, replace

import numpy as np

from tracker.allocation.term.flowing import Flowing
from tracker.allocation.term.ground import Ground
from tracker.allocation.term.joining import is_in
from tracker.allocation.term.pricing import Duals
from tracker.allocation.term.problem import Ints, column
from tracker.allocation.term.relaxing import WHOLE, Relaxed, relaxed, table_of
from tracker.allocation.term.scanning import Arcs, underpriced
from tracker.allocation.term.searching import LONG, SHORT, SOME, searched

# How often prices are sought anew.
ROUNDS = 4
# So many in a row that better nothing are the last.
IDLE = 2
# So many arcs of each seat are looked at; where there are more than a few in all, so many of each are priced.
WIDE, EACH = 40, 6
FEW, PRICED, SEARCHED = 20_000, 100_000, 30_000
# Less than this share of what travel and conflicts cost is nothing to search for: of a hundred thousand kilometres a
# tenth of one.
NEGLIGIBLE = 1e-6
# A plan that may be dearer than the best by more than this share is a poor one.
POOR = 0.01


@dataclass(frozen=True, slots=True)
class _Core:
    """The arcs that a better plan could have, what each costs beyond its seat's worth, and whether these are all."""

    arcs: Arcs
    reduced: Ints
    is_whole: bool
    worth: Ints


def finished(flowing: Flowing, used: Arcs) -> tuple[Arcs, int | None]:
    """Return the best plan, or the best found, and how many choices were tried if all that were left open were."""
    return _Finish(flowing, used).run()


def cost_of(ground: Ground, used: Arcs) -> int:
    """Return what it costs to use these arcs and no other."""
    return int(used.cost.sum() + unfilled_of(ground, used).sum() * ground.problem.weights.unfilled)


def unfilled_of(ground: Ground, used: Arcs) -> Ints:
    """Return how many seats stay open, for each inspection's lead and team in turn."""
    seats = np.stack([ground.lead, ground.team], axis=1).reshape(-1)
    return column(seats - np.bincount(used.inspection * 2 + used.seat, minlength=len(seats)))


class _Finish:
    """Works on one plan."""

    def __init__(self, flowing: Flowing, used: Arcs) -> None:
        self.flowing, self.ground, self.used = flowing, flowing.ground, used
        self.arcs = used
        self.width = np.full(2 * self.ground.places, EACH, dtype=np.int64)
        self.unfilled = np.full(len(self.width), self.ground.problem.weights.unfilled, dtype=np.int64)
        self.is_searched = self.is_rounded = False

    def run(self) -> tuple[Arcs, int | None]:
        """Seek prices until they prove the plan, or leave so little open that all of it can be tried."""
        if self.gap() > POOR * cost_of(self.ground, self.used):
            # No price settled much, and no better price will: the program that knows every rule tries for a while.
            self.search(self.core(), SOME)
        idle = 0
        for _ in range(ROUNDS):
            before = self.gap()
            if self.is_near() or self.is_searched or idle == IDLE or not self.reprice(self.core()):
                break
            idle = idle + 1 if self.gap() == before else 0
        if not self.is_near() and not self.is_searched:
            self.search(self.core(), LONG)
        left = len(self.core().arcs) if self.is_searched and self.gap() > 0 else None
        return self.used, left

    def gap(self) -> int:
        assert self.flowing.bound is not None  # noqa: S101
        return cost_of(self.ground, self.used) - self.flowing.bound.value

    def is_near(self) -> bool:
        """Tell whether no better plan could be worth the time to find it."""
        return self.gap() <= NEGLIGIBLE * int(self.used.cost.sum())

    def core(self) -> _Core:
        assert self.flowing.bound is not None  # noqa: S101
        self.flowing.step()
        return _core(self.ground, self.flowing.bound.duals, self.gap())

    def reprice(self, core: _Core) -> bool:
        """Take the prices of a linear program over some of the core, and its plan where that is one."""
        is_all = core.is_whole and len(core.arcs) <= FEW
        some, rest = (core.arcs, self.unfilled) if is_all else self.nearest(core)
        arcs = self.flowing.joined(some, self.used if is_all else self.arcs)
        if len(arcs) > PRICED:
            return False
        found = relaxed(self.ground, arcs, table_of(self.flowing.builder, self.flowing.sides, arcs), rest)
        self.flowing.step()
        if found is None:
            return False
        is_short = (found.rest > WHOLE) & (rest < self.unfilled)
        self.width[is_short] = WIDE
        if found.is_whole and not is_short.any():
            self.take(arcs[np.rint(found.taken) > 0])
            self.is_searched = is_all
        elif not found.is_whole:
            self.round(arcs, found)
        self.flowing.priced = found.priced
        self.arcs = self.flowing.joined(self.flowing.best_flow(arcs).arcs, self.used)
        return True

    def round(self, arcs: Arcs, found: Relaxed) -> None:
        """Make a plan of one that takes some seats in parts: for these try every arc, for the others the one taken."""
        seat = arcs.seat * self.ground.places + arcs.inspection
        is_parted = np.zeros(len(self.width), dtype=np.bool_)
        is_parted[seat[np.abs(found.taken - np.rint(found.taken)) >= WHOLE]] = True
        some = self.flowing.joined(arcs[(found.taken >= WHOLE) | is_parted[seat]], self.used)
        if len(some) <= SEARCHED and not self.is_rounded:
            self.is_rounded = True
            self.try_all(some, SHORT)

    def try_all(self, arcs: Arcs, longest: float) -> bool:
        """Take the best plan over a few arcs; return whether there can be no better one over them."""
        table = table_of(self.flowing.builder, self.flowing.sides, arcs)
        is_used = is_in(arcs.keys(self.ground), np.sort(self.used.keys(self.ground)))
        found = searched(self.ground, arcs, table, is_used, longest)
        self.flowing.step()
        if found.taken is not None:
            self.take(arcs[found.taken])
        return found.is_whole

    def nearest(self, core: _Core) -> tuple[Arcs, Ints]:
        """Return some arcs of each seat, and what the seat costs beyond them: as much as the dearest of them, or more.

        Without that a seat that wants one arc more would seem worth any price, and so would all that it needs.
        """
        seat = core.arcs.seat * self.ground.places + core.arcs.inspection
        order = np.lexsort((core.reduced, seat))
        rank = np.arange(len(order)) - np.searchsorted(seat[order], seat[order])
        chosen = np.sort(order[rank < self.width[seat[order]]])
        dearest = np.zeros(len(self.width), dtype=np.int64)
        np.maximum.at(dearest, seat[chosen], core.reduced[chosen])
        is_cut = np.bincount(seat, minlength=len(self.width)) > self.width
        rest = np.minimum(core.worth + np.where(is_cut, dearest, self.gap()), self.unfilled)
        return core.arcs[chosen], self.unfilled if (self.width == WIDE).any() else rest

    def search(self, core: _Core, longest: float) -> None:
        """Try all of the core, where it is not too much."""
        arcs = self.flowing.joined(core.arcs, self.used)
        if len(arcs) > SEARCHED:
            return
        self.is_searched = self.try_all(arcs, longest) and core.is_whole

    def take(self, used: Arcs) -> None:
        """Use these arcs if that costs less."""
        if cost_of(self.ground, used) < cost_of(self.ground, self.used):
            self.used = used


def _core(ground: Ground, duals: Duals, gap: int) -> _Core:
    """Return every arc that costs less at these prices than a plan may to be better; of each seat not too many."""
    most = ground.problem.weights.unfilled
    lead, team = np.minimum(duals.lead, most), np.minimum(duals.team, most)
    found = underpriced(ground, replace(duals, lead=column(lead + gap), team=column(team + gap)), WIDE)
    return _Core(found.arcs, column(found.reduced + gap), found.is_whole, np.concatenate([lead, team]))
