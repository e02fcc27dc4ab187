"""A finished flow that can still be changed an edge at a time, and stays the cheapest at its costs.

Each node has a price, and no step that is still open leads up by more than it costs: so what is nearest by prices is
found close by, whatever the size of the whole.
"""

from heapq import heappop, heappush

import numpy as np

from tracker.allocation.term.network import Network
from tracker.allocation.term.problem import Ints

# A step is an edge there (twice its number) or back (one more).
Way = list[int]
ENDLESS = 2**62


class Living:
    """Plain lists, for they are changed one at a time."""

    def __init__(self, network: Network, flow: Ints, prices: Ints) -> None:
        edges = network.edges
        tail = np.stack([edges.tail, edges.head], axis=1).reshape(-1)
        order = np.argsort(tail, kind="stable")
        self._steps: list[int] = order.tolist()
        self._begins: list[int] = np.searchsorted(tail[order], np.arange(network.nodes + 1)).tolist()
        self.to: list[int] = np.stack([edges.head, edges.tail], axis=1).reshape(-1).tolist()
        self.cost: list[int] = np.stack([edges.cost, -edges.cost], axis=1).reshape(-1).tolist()
        self.room: list[int] = np.stack([edges.capacity - flow, flow], axis=1).reshape(-1).tolist()
        self.carried: list[int] = flow.tolist()
        self.price: list[int] = prices.tolist()

    def rise(self, step: int) -> int:
        """Return what a step costs at these prices: nothing less than nothing, where it is open."""
        return self.cost[step] + self.price[self.to[step ^ 1]] - self.price[self.to[step]]

    def stretch(self, step: int, limit: int) -> tuple[int, Way | None]:
        """Let an open step cost as much as it can, up to a limit, and return that.

        Below the limit that is what a circle over it costs; it is returned too.
        """
        own = self.rise(step)
        if own >= limit:
            return own, None
        begin, end = self.to[step], self.to[step ^ 1]
        there, back = _Ball(begin, 0), _Ball(end, 1)
        room, twin = self.room, step ^ 1
        # What goes around does not go along it.
        rooms = room[step], room[twin]
        room[step] = room[twin] = 0
        meeting, most = self._meet(there, back, limit - own)
        room[step], room[twin] = rooms
        # From both ends the prices part, so that what lies between may cost so much more.
        near = min(there.nearest()[0], there.edge, most)
        for node, distance in there.done.items():
            if distance < near:
                self.price[node] -= near - distance
        for node, distance in back.done.items():
            if distance < most - near:
                self.price[node] += most - near - distance
        if meeting is None:
            return limit, None
        way = [step]
        for ball, side in ((there, 1), (back, 0)):
            node = meeting
            while node in ball.by:
                way.append(ball.by[node])
                node = self.to[ball.by[node] ^ side]
        return own + most, way

    def push(self, way: Way) -> None:
        """Send one along every step."""
        for step in way:
            self.room[step] -= 1
            self.room[step ^ 1] += 1
            self.carried[step >> 1] += -1 if step & 1 else 1

    def close(self, step: int) -> None:
        """Let nothing go over a step until its edge is opened again."""
        self.room[step] = 0

    def reopen(self, edge: int) -> int:
        """Open an edge that carries one at most, and return the step that is open."""
        carried = self.carried[edge]
        self.room[2 * edge], self.room[2 * edge + 1] = 1 - carried, carried
        return 2 * edge + carried

    def charge(self, edge: int, more: int) -> None:
        """Let an edge cost more, or less."""
        self.cost[2 * edge] += more
        self.cost[2 * edge + 1] -= more

    def _meet(self, there: "_Ball", back: "_Ball", limit: int) -> tuple[int | None, int]:
        """Grow both balls until they meet on the shortest way, or until the limit; return where, and how far it is."""
        meeting, most = None, limit
        one, other = there.nearest(), back.nearest()
        while one[0] + other[0] < most:
            # Everyone borders on the source: it is left for last, and so never walked through.
            is_there = (one[1] == 0, one[0]) <= (other[1] == 0, other[0])
            if is_there:
                found, most = self._grow(there, back, other[0], most)
                one = there.nearest()
            else:
                found, most = self._grow(back, there, one[0], most)
                other = back.nearest()
            meeting = meeting if found is None else found
        return meeting, most

    def _grow(self, ball: "_Ball", other: "_Ball", radius: int, most: int) -> tuple[int | None, int]:
        """Settle a ball's nearest node; return where it meets the other one nearer than the most, and how far that is.

        `radius` is the other ball's. This is most of the time that a plan takes: hence the names of its own for all.
        """
        to, cost, room, price, far, put, back = self.to, self.cost, self.room, self.price, ball.far, ball.put, ball.back
        node, distance = ball.settled()
        own, meeting = price[node], None
        others = other.far
        for out in self._steps[self._begins[node] : self._begins[node + 1]]:
            step = out ^ back
            if room[step] <= 0:
                continue
            beyond = to[out]
            reach = distance + cost[step] + (price[beyond] - own if back else own - price[beyond])
            if reach < far.get(beyond, most):
                rest = others.get(beyond, most)
                if reach + rest < most:
                    meeting, most = beyond, reach + rest
                elif reach + radius >= most:
                    ball.edge = min(ball.edge, reach)
                    continue
                put(beyond, reach, step)
        return meeting, most


class _Ball:
    """All nodes within a distance of one; `back`, where their distance is that to it, not from it."""

    def __init__(self, centre: int, back: int) -> None:
        self.back = back
        self.far = {centre: 0}
        self.by: dict[int, int] = {}
        self.done: dict[int, int] = {}
        # The nearest node that was not taken in, because the other ball would come to it first.
        self.edge = ENDLESS
        self._heap = [(0, centre)]

    def put(self, node: int, distance: int, step: int) -> None:
        self.far[node] = distance
        self.by[node] = step
        heappush(self._heap, (distance, node))

    def nearest(self) -> tuple[int, int]:
        """Return how far the nearest node is that is not settled, and the node; -1 where there is none."""
        heap, done = self._heap, self.done
        while heap and heap[0][1] in done:
            heappop(heap)
        return heap[0] if heap else _NOWHERE

    def settled(self) -> tuple[int, int]:
        """Settle the nearest node and return it."""
        distance, node = heappop(self._heap)
        self.done[node] = distance
        return node, distance


_NOWHERE = (ENDLESS, -1)
