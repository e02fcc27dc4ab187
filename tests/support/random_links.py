"""Random links between the providers of a small world: every shape of succession that the register knows, and worse."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Protocol, TypeVar

from tracker.domain.facts import Link

T = TypeVar("T")


class Chooser(Protocol):
    """Picks one of the options; Hypothesis shrinks towards the first."""

    def __call__(self, options: Sequence[T], /) -> T: ...


NOWHERE = "gias:999999"  # is on no register, yet links may name it
UNDIRECTED = ["Result of Amalgamation", "Merged - change in age range", "Merged - expansion of school capacity"]
ASSOCIATED = ["Sixth Form Centre Link", "Sixth Form Centre School", "Closure", "Expansion", "Other"]
VARIANTS = ["", " - merged", " - amalgamated", " - Split School"]


def _recorded(pick: Chooser, before: str, after: str) -> list[Link]:
    """Record one succession from either side or from both, in any of its variants."""
    variant = pick(VARIANTS)
    old, new = Link(before, after, f"Successor{variant}"), Link(after, before, f"Predecessor{variant}")
    return pick([[old, new], [old], [new]])


def _chain(pick: Chooser, refs: list[str]) -> list[Link]:
    line = [pick(refs) for _ in range(pick([2, 3, 4, 5, 6]))]
    return [link for before, after in pairwise(line) for link in _recorded(pick, before, after)]


def _split(pick: Chooser, refs: list[str]) -> list[Link]:
    whole = pick(refs)
    return [link for _ in range(pick([2, 3])) for link in _recorded(pick, whole, pick(refs))]


def _merger(pick: Chooser, refs: list[str]) -> list[Link]:
    whole = pick(refs)
    return [link for _ in range(pick([2, 3])) for link in _recorded(pick, pick(refs), whole)]


def _cycle(pick: Chooser, refs: list[str]) -> list[Link]:
    """Two numbers that each succeed the other, as the register has it of some."""
    one, two = pick(refs), pick(refs)
    return [*_recorded(pick, one, two), *_recorded(pick, two, one)]


def _undirected(pick: Chooser, refs: list[str]) -> list[Link]:
    """One or several links that name no direction; the closing days decide."""
    return [Link(pick(refs), pick(refs), pick(UNDIRECTED)) for _ in range(pick([1, 2, 3]))]


def _beside(pick: Chooser, refs: list[str]) -> list[Link]:
    """A link without a direction beside an explicit one of the same pair, agreeing or opposite."""
    one, two = pick(refs), pick(refs)
    return [Link(one, two, pick(UNDIRECTED)), *_recorded(pick, *pick([(one, two), (two, one)]))]


def _associated(pick: Chooser, refs: list[str]) -> list[Link]:
    return [Link(pick(refs), pick(refs), pick(ASSOCIATED))]


def _dangling(pick: Chooser, refs: list[str]) -> list[Link]:
    """A link to or from something that is on no register, of any kind."""
    one, kind = pick(refs), pick(["Successor", "Predecessor", *UNDIRECTED, *ASSOCIATED])
    return pick([[Link(one, NOWHERE, kind)], [Link(NOWHERE, one, kind)], _chain(pick, [one, NOWHERE])])


SHAPES: list[Callable[[Chooser, list[str]], list[Link]]] = [
    _chain,
    _split,
    _merger,
    _cycle,
    _undirected,
    _beside,
    _associated,
    _dangling,
]
