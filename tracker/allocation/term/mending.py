"""Prices for the rules that a flow cannot hold, raised and lowered one at a time until the flow keeps them all.

A broken row's price rises until another way for one of its pairs costs no more; a row with room to spare has its price
lowered until somebody would take the room. Both keep the flow the cheapest at the prices of the moment, so that plan
and bound meet wherever every row with a price ends full.
"""

from collections import deque
from collections.abc import Callable

from tracker.allocation.term.living import Living, Way
from tracker.allocation.term.problem import Ints, column
from tracker.allocation.term.rows import Book

# How often one row's price may rise, and fall. What has not come to rest by then is no matter of price: no whole flow
# keeps all rows at the best prices, and pairs must be given up one by one.
OFTEN, OFTENER, A_FEW = 8, 16, 64
# So many changes are tried at least before prices are no longer sought row by row; and one more for each pair.
MOST_CHANGES = 2_000


class Mending:
    """Works on one living flow over the pairs of a book."""

    def __init__(self, living: Living, book: Book, edges: Ints, unfilled: int, check: Callable[[], None]) -> None:
        """Begin; `edges` has the edge that each pair of the book goes along."""
        self.living, self.book, self.check = living, book, check
        self.edges: list[int] = edges.tolist()
        self.pair_of = {edge: pair for pair, edge in enumerate(self.edges)}
        # More than any way around, for there is always the one to leave a seat unfilled.
        self.most, self.worth = 4 * unfilled + 1, max(unfilled, 1)
        # Where rules stand against each other everywhere, no price settles much: the rest is given up one by one.
        self.left = MOST_CHANGES + len(edges)
        self.raised: dict[int, int] = {}
        self.lowered: dict[int, int] = {}
        # How often the flow has changed.
        self.pushes = 0
        self.banned: set[int] = set()

    def is_used(self, pair: int) -> bool:
        return self.living.carried[self.edges[pair]] > 0

    def used(self, row: int) -> list[int]:
        """Return the pairs of a row that the flow uses."""
        carried, edges = self.living.carried, self.edges
        return [pair for pair in self.book.pairs(row) if carried[edges[pair]] > 0]

    def is_broken(self, row: int) -> bool:
        """Tell whether the flow uses more pairs of a row than it bears."""
        limit = self.book.limit(row)
        return len(self.book.pairs(row)) > limit and len(self.used(row)) > limit

    def enter(self, edges: list[int]) -> list[int]:
        """Open edges of underpriced arcs, one after another; return the rows that this breaks."""
        for edge in edges:
            self.living.close(2 * edge)
        broken: list[int] = []
        for edge in edges:
            step = self.living.reopen(edge)
            if self.living.rise(step) < 0:
                _, way = self.living.stretch(step, 0)
                broken += self._pushed(way) if way else []
        return broken

    def mend(self, broken: list[int]) -> list[int]:
        """Price rows until all are kept, beginning with these; return those that no price settles."""
        restless = self._settle(broken, OFTEN)
        # A few are worth more patience; where there are many, prices that went on rising would only lead astray.
        return self._settle(restless, OFTENER) if 0 < len(restless) <= A_FEW else restless

    def _settle(self, broken: list[int], often: int) -> list[int]:
        queue, restless = deque(broken), set()
        while queue or (self.left > 0 and self._lower_all(queue)):
            self.check()
            row = queue.popleft() if queue else None
            while row is not None and self.is_broken(row):
                if self.raised.get(row, 0) >= often or self.left <= 0:
                    restless.add(row)
                    break
                queue.extend(self._raise(row))
        return sorted(row for row in restless if self.is_broken(row))

    def force(self, broken: list[int]) -> None:
        """Keep every row, giving up pairs where prices do not settle it; the prices prove nothing after that."""
        queue = deque(broken)
        while queue:
            row = queue.popleft()
            self.check()
            while self.is_broken(row):
                queue.extend(self._give_up(row))

    def _step_of(self, pair: int, *, back: bool) -> int:
        return 2 * self.edges[pair] + back

    def _raise(self, row: int) -> list[int]:
        """Let one pair of a broken row go another way; return the rows that this breaks."""
        number = self.raised[row] = self.raised.get(row, 0) + 1
        best, chosen, way = self._cheapest(row, self.used(row), self.most, back=True)
        # Where a change costs nothing rows could pass it round for ever; a metre more ends that, then two, then four.
        more, before = min(max(best, (1 << number) >> 2), self.worth), self.pushes
        broken = self._charge(row, more)
        if more == best and self.pushes == before:
            broken += self._pushed(way)
        elif chosen is not None and self.is_used(chosen) and self.is_broken(row):
            broken += self._tried(chosen, back=True)
        return broken

    def _give_up(self, row: int) -> list[int]:
        """Let nobody have the pair of a broken row that is cheapest to replace; return the rows that this breaks."""
        _, chosen, _ = self._cheapest(row, self.used(row), self.most, back=True)
        if chosen is None:
            raise RuntimeError("A seat can always stay unfilled, and here it cannot.")
        self.banned.add(chosen)
        return [*self._charge(row, 0), *self._charged(chosen, self.most)]

    def _cheapest(self, row: int, pairs: list[int], most: int, *, back: bool) -> tuple[int, int | None, Way]:
        """Return what the cheapest change of one of these pairs costs, below a limit, which pair it is, and its way.

        Another pair of the row may not make up for it: its step is closed, until the row is charged. By as much as the
        change costs, the way costs nothing then, and may be gone unless the flow has changed meanwhile.
        """
        best, chosen, nearest = most, None, Way()
        for pair in self.book.pairs(row):
            if self.is_used(pair) != back:
                self.living.close(self._step_of(pair, back=not back))
        self.left -= len(pairs)
        for pair in pairs:
            rise, way = self.living.stretch(self._step_of(pair, back=back), best)
            if way is not None and rise < best:
                best, chosen, nearest = rise, pair, way
        return best, chosen, nearest

    def _charge(self, row: int, more: int) -> list[int]:
        """Let every pair of a row cost more, or less; return the rows that are broken by where the flow goes now."""
        self.book.price[row] = self.book.price.get(row, 0) + more
        return [each for pair in self.book.pairs(row) for each in self._charged(pair, more)]

    def _charged(self, pair: int, more: int) -> list[int]:
        edge = self.edges[pair]
        self.living.charge(edge, more)
        step = self.living.reopen(edge)
        if self.living.rise(step) >= 0:
            return []
        _, way = self.living.stretch(step, 0)
        return self._pushed(way) if way else []

    def _tried(self, pair: int, *, back: bool) -> list[int]:
        """Change a pair where that costs nothing; return the rows that this breaks."""
        _, way = self.living.stretch(self._step_of(pair, back=back), 1)
        return self._pushed(way) if way else []

    def _lower_all(self, broken: deque[int]) -> bool:
        """Lower the price of rows with room to spare, add the rows that this breaks, and say if there were any."""
        lowered = False
        for row, price in list(self.book.price.items()):
            if price and len(self.used(row)) < self.book.limit(row) and self.lowered.get(row, 0) < OFTENER:
                self.lowered[row], lowered = self.lowered.get(row, 0) + 1, True
                broken += self._lower(row, price)
        return lowered

    def _lower(self, row: int, price: int) -> list[int]:
        pairs = [each for each in self.book.pairs(row) if not self.is_used(each) and each not in self.banned]
        best, chosen, way = self._cheapest(row, pairs, price, back=False)
        # As with a price that rises: each time at least twice as much, or who takes the room is put out for ever.
        less, before = min(max(best, (1 << self.lowered[row]) >> 2), price), self.pushes
        broken = self._charge(row, -less)
        if less == best and self.pushes == before:
            broken += self._pushed(way)
        elif chosen is not None and not self.is_used(chosen) and len(self.used(row)) < self.book.limit(row):
            broken += self._tried(chosen, back=False)
        return broken

    def _pushed(self, way: Way) -> list[int]:
        """Send one along a way; return the rows that are broken now."""
        self.living.push(way)
        self.pushes += 1
        rows: list[int] = []
        for step in way:
            pair = None if step & 1 else self.pair_of.get(step >> 1)
            if pair is not None:
                rows += [row for row in self.book.rows(pair) if self.is_broken(row)]
        return rows

    def flow(self) -> Ints:
        """Return what each edge carries now."""
        return column(self.living.carried)

    def prices(self) -> Ints:
        """Return the nodes' prices, the source's being nothing."""
        return column(self.living.price) - self.living.price[0]
