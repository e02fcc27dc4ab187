"""Who came before whom: succession lines out of the register's links (policy, section 4, rules 2 and 3)."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from tracker.domain.facts import Link, Provider, World

UNKNOWN_DAY = date(1900, 1, 1)
_UNDIRECTED = ("result of amalgamation", "merged - ")


@dataclass(frozen=True, slots=True)
class Step:
    """One hop along a succession line, from the earlier provider to the later one, and the link that says so."""

    earlier: str
    later: str
    link: Link


def known(day: date | None) -> date | None:
    """Return the day, or None where the register's placeholder 1 January 1900 stands for an unknown one."""
    return None if day == UNKNOWN_DAY else day


def closing(provider: Provider | None) -> date | None:
    """Return the known day on which a provider closed; None where it is open or the day is not known."""
    return known(provider.closed_on) if provider is not None and provider.is_closed else None


def direction(link: Link, providers: Mapping[str, Provider]) -> Step | None:
    """Return which provider came first by this link, or None where it makes no succession.

    Predecessor and successor links are taken at their word. Amalgamations and mergers name no direction: from the one
    that closed, or closed first, to the other; a closed one with no known day closed before an open one.
    """
    kind = link.kind.casefold()
    if kind.startswith("predecessor"):
        return Step(link.to, link.of, link)
    if kind.startswith("successor"):
        return Step(link.of, link.to, link)
    if not kind.startswith(_UNDIRECTED):
        return None
    return _by_closing(link, providers.get(link.of), providers.get(link.to))


def _by_closing(link: Link, one: Provider | None, other: Provider | None) -> Step | None:
    one_closed = one is not None and one.is_closed
    other_closed = other is not None and other.is_closed
    if one_closed and other_closed:
        first, second = closing(one), closing(other)
        if first is None or second is None or first == second:
            return None
        return Step(link.of, link.to, link) if first < second else Step(link.to, link.of, link)
    if one_closed:
        return Step(link.of, link.to, link)
    return Step(link.to, link.of, link) if other_closed else None


class Lines:
    """The succession lines and the associations of a part of the world."""

    def __init__(self, world: World) -> None:
        providers = {each.ref: each for each in world.providers}
        self._later: dict[str, dict[str, Step]] = {}
        self._earlier: dict[str, dict[str, Step]] = {}
        self._associated: dict[str, dict[str, Link]] = {}
        for link in sorted(world.links, key=lambda each: (each.of, each.to, each.kind)):
            if link.of == link.to:
                continue
            step = direction(link, providers)
            if step is None:
                for one, other in ((link.of, link.to), (link.to, link.of)):
                    self._associated.setdefault(one, {}).setdefault(other, link)
            else:
                self._later.setdefault(step.earlier, {}).setdefault(step.later, step)
                self._earlier.setdefault(step.later, {}).setdefault(step.earlier, step)
        self._walks: dict[tuple[str, bool], dict[str, tuple[Step, ...]]] = {}

    def onwards(self, ref: str) -> dict[str, tuple[Step, ...]]:
        """Return what a provider became, over any number of hops: each with its shortest path; itself left out."""
        return self._walk(ref, forward=True)

    def backwards(self, ref: str) -> dict[str, tuple[Step, ...]]:
        """Return what a provider came from, over any number of hops: each with its shortest path, latest hop first."""
        return self._walk(ref, forward=False)

    def line(self, ref: str) -> dict[str, tuple[Step, ...]]:
        """Return a provider's whole line: itself, what it became and what it came from, each with its path.

        The nearest come first; a path that leads both ways is the one onwards.
        """
        found = {**self.backwards(ref), **self.onwards(ref), ref: ()}
        return dict(sorted(found.items(), key=lambda each: (len(each[1]), each[0])))

    def beside(self, ref: str) -> frozenset[str]:
        """Return what is not in a provider's line, but has a predecessor or a successor in common with it."""
        parts = {each for before in self.backwards(ref) for each in self.onwards(before)}
        parts |= {each for after in self.onwards(ref) for each in self.backwards(after)}
        return frozenset(parts - self.line(ref).keys())

    def associated(self, ref: str) -> dict[str, Link]:
        """Return the providers that a link of another kind joins to this one itself, each with the link."""
        return self._associated.get(ref, {})

    def _walk(self, ref: str, *, forward: bool) -> dict[str, tuple[Step, ...]]:
        if (ref, forward) not in self._walks:
            self._walks[ref, forward] = dict(self._breadth_first(ref, self._later if forward else self._earlier))
        return self._walks[ref, forward]

    @staticmethod
    def _breadth_first(ref: str, edges: Mapping[str, Mapping[str, Step]]) -> Iterator[tuple[str, tuple[Step, ...]]]:
        seen = {ref}
        queue: deque[tuple[str, tuple[Step, ...]]] = deque([(ref, ())])
        while queue:
            here, path = queue.popleft()
            for there, step in sorted(edges.get(here, {}).items()):
                if there not in seen:
                    seen.add(there)
                    queue.append((there, (*path, step)))
                    yield there, (*path, step)
