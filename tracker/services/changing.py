"""What moving inspections and calling them off can touch, and checking that again: once, when all is as it will be."""

from collections.abc import Collection
from dataclasses import dataclass

from tracker.services.checks import Changed, recheck
from tracker.services.history import Recording

MOVED, TEAM = "move", "team"


@dataclass(frozen=True, slots=True)
class Touched:
    """The open assignments that a change can touch, by number: those that are on other days, and those around.

    It matters which inspections of a provider came last before one, so that others around it may hear of a change.
    """

    moved: frozenset[int] = frozenset()
    by_moves: frozenset[int] = frozenset()
    by_teams: frozenset[int] = frozenset()

    def __or__(self, other: "Touched") -> "Touched":
        """Return what either touches."""
        return Touched(self.moved | other.moved, self.by_moves | other.by_moves, self.by_teams | other.by_teams)


def settle(history: Recording, touched: Touched) -> list[Changed]:
    """Check again, each once, what a change touched; of those on other days the check is kept whatever it says.

    Whatever is changed in one act is changed before: nobody is judged by a world that never was.
    """
    by_moves = touched.moved | touched.by_moves
    return [
        *_again(history, MOVED, by_moves, kept=touched.moved),
        *_again(history, TEAM, touched.by_teams - by_moves),
    ]


def _again(history: Recording, cause: str, which: Collection[int], kept: Collection[int] = ()) -> list[Changed]:
    if not which:
        return []
    return recheck(history.session, history.actor, cause=cause, at=history.at, only=sorted(which), kept=kept)
