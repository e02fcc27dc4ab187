"""The plan as a flow: from the source over inspector, week and days to the seats, along the arcs that may be used.

A node stands only where its limit could bind; whoever could not be asked too often goes straight on.
"""

from dataclasses import dataclass

import numpy as np

from tracker.allocation.term.ground import Ground
from tracker.allocation.term.problem import Flags, Ints, column
from tracker.allocation.term.scanning import Arcs

# Below this a price says that nothing leads from the node.
NO_PRICE = -(2**60)
NONE = -1
# Tails, heads, capacities and costs of some edges.
Run = tuple[Ints, Ints, Ints | int, Ints | int]


@dataclass(slots=True)
class Edges:
    """A row an edge: from where to where, how much it carries, and at what cost."""

    tail: Ints
    head: Ints
    capacity: Ints
    cost: Ints


@dataclass(slots=True)
class Network:
    """Edges in four runs: limits, arcs, the seats of those who might take either, and unfilled seats.

    Nodes: the source, the inspectors, then weeks, days, either-seats and the seats. A column of a node for each
    inspector and week, or days, is -1 where there is none. An arc's pair edge is what both its pair's arcs need and
    pay: its own, or the one to its either-seat.
    """

    edges: Edges
    nodes: int
    supplies: Ints
    arc_edges: Ints
    unfilled_edges: Ints
    either_nodes: Ints
    pair_edges: Ints
    week_nodes: Ints
    slot_nodes: Ints
    seat_nodes: Ints


def slots_of(ground: Ground) -> Ints:
    """Return for each inspection the day by which overlaps are held: all that share it, and it is a day of each.

    Days are chosen from the earliest end on, so that as few as can be touch every inspection of a week.
    """
    places = ground.problem.inspections
    spans = np.unique(np.stack([places.week, places.last, places.first], axis=1), axis=0)
    day_of: dict[tuple[int, int, int], int] = {}
    week, day = -1, -1
    for span_week, last, first in spans.tolist():
        if span_week != week or first > day:
            week, day = span_week, last
        day_of[(span_week, last, first)] = day
    rows = zip(places.week.tolist(), places.last.tolist(), places.first.tolist(), strict=True)
    return column([day_of[each] for each in rows])


class Builder:
    """Builds networks over one problem; what does not depend on the arcs is worked out once."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.stabs = slots_of(ground)
        # The same day may be shared by inspections of one first week and of the next: a node stands under one week.
        keys, slot = np.unique(np.stack([ground.first_week, self.stabs], axis=1), axis=0, return_inverse=True)
        self.stab_days, self.slot = column(keys[:, 1]), column(slot)
        self.week_of_slot = np.zeros(len(self.stab_days), dtype=np.int64)
        self.week_of_slot[self.slot] = ground.first_week

    def build(self, arcs: Arcs, cost: Ints, unfilled: int | None = None) -> Network:
        """Return the network over some arcs at some cost each; `unfilled` is a seat's, the problem's own if None."""
        ground, lay = self.ground, _Layout(self, arcs)
        seats = np.stack([ground.lead, ground.team])
        is_open, dearest = seats > 0, unfilled or ground.problem.weights.unfilled
        number = int(np.count_nonzero(is_open))
        seat_nodes = np.full((2, ground.places), NONE, dtype=np.int64)
        seat_nodes[is_open] = lay.after + np.arange(number)
        heads, either, first = seat_nodes[arcs.seat, arcs.inspection], lay.either, lay.first_of_either
        runs: list[Run] = [
            *lay.limits(),
            (lay.tails[first], either[first], 1, cost[first]),
            (np.where(either >= 0, either, lay.tails), heads, 1, np.where(either >= 0, 0, cost)),
            (np.zeros(number, dtype=np.int64), seat_nodes[is_open], seats[is_open], dearest),
        ]
        sizes = np.cumsum([0, *(len(run[0]) for run in runs)])
        arc_edges = np.arange(sizes[4], sizes[5])
        of_either = np.zeros(lay.after, dtype=np.int64)
        of_either[either[first]] = np.arange(sizes[3], sizes[4])
        supplies = np.zeros(lay.after + number, dtype=np.int64)
        supplies[0], supplies[seat_nodes[is_open]] = seats.sum(), -seats[is_open]
        return Network(
            _edges(runs),
            lay.after + number,
            supplies,
            arc_edges,
            np.arange(sizes[5], sizes[6]),
            either,
            column(np.where(either >= 0, of_either[either], arc_edges)),
            lay.week_nodes.reshape(ground.people, ground.weeks_number),
            lay.slot_nodes.reshape(ground.people, len(self.stab_days)),
            seat_nodes,
        )

    def above(self, network: Network, arcs: Arcs) -> tuple[Ints, Ints]:
        """Return the nodes of each arc's week and days; -1 where there is none."""
        week = network.week_nodes[arcs.inspector, self.ground.first_week[arcs.inspection]]
        return week, network.slot_nodes[arcs.inspector, self.slot[arcs.inspection]]

    def tails(self, network: Network, arcs: Arcs) -> Ints:
        """Return the node from which each of these arcs goes, either-seats aside."""
        week, slot = self.above(network, arcs)
        return column(np.where(slot >= 0, slot, np.where(week >= 0, week, 1 + arcs.inspector)))


class _Layout:
    """Which inspectors need nodes for weeks and days over some arcs, and which pairs one for either seat."""

    def __init__(self, builder: Builder, arcs: Arcs) -> None:
        ground = self.ground = builder.ground
        weeks, slots = ground.weeks_number, len(builder.stab_days)
        self.by_week = arcs.inspector * weeks + ground.first_week[arcs.inspection]
        self.by_slot = arcs.inspector * slots + builder.slot[arcs.inspection]
        self.left = ground.weeks.reshape(-1)
        count = np.bincount(self.by_week, minlength=ground.people * weeks)
        self.is_week = (count > self.left) & (np.repeat(ground.term, weeks) > self.left)
        # Who may have one in the week has no two that overlap there.
        several = self.by_slot[self.left[self.by_week] > 1]
        count = np.bincount(several, minlength=ground.people * slots)
        self.is_slot = (count > 1) & np.repeat(ground.term > 1, slots)
        self.week_nodes, after = _numbered(self.is_week, ground.people + 1)
        self.slot_nodes, after = _numbered(self.is_slot, after)
        week, slot = self.week_nodes[self.by_week], self.slot_nodes[self.by_slot]
        self.above_slot = np.where(week >= 0, week, 1 + arcs.inspector)
        self.tails = np.where(slot >= 0, slot, self.above_slot)
        keys = ground.keys(arcs.inspector, arcs.inspection)
        order = np.argsort(keys, kind="stable")
        firsts = np.flatnonzero(np.diff(keys[order]) == 0)
        self.either = np.full(len(arcs), NONE, dtype=np.int64)
        self.either[order[firsts]] = self.either[order[firsts + 1]] = after + np.arange(len(firsts))
        self.after, self.first_of_either = after + len(firsts), column(order[firsts])

    def limits(self) -> "list[Run]":
        """Return the edges of limits: to the inspectors, from them to weeks, and from whichever is above to days."""
        people, weeks = self.ground.people, self.ground.weeks_number
        which = np.flatnonzero(self.is_week)
        first = column(np.unique(self.by_slot, return_index=True)[1])
        first = first[self.is_slot[self.by_slot[first]]]
        return [
            (np.zeros(people, dtype=np.int64), 1 + np.arange(people), self.ground.term, 0),
            (column(1 + which // weeks), self.week_nodes[which], self.left[which], 0),
            (self.above_slot[first], self.slot_nodes[self.by_slot[first]], 1, 0),
        ]


def _numbered(wanted: Flags, begin: int) -> tuple[Ints, int]:
    nodes = np.full(len(wanted), NONE, dtype=np.int64)
    number = int(np.count_nonzero(wanted))
    nodes[wanted] = begin + np.arange(number)
    return nodes, begin + number


def _edges(runs: list[Run]) -> Edges:
    columns = [
        np.concatenate([np.broadcast_to(column(run[place]) if np.ndim(run[place]) else run[place], len(run[0]))
                        for run in runs])
        for place in range(4)
    ]  # fmt: skip
    return Edges(*map(column, columns))


def flows(network: Network) -> Ints:
    """Return what each edge carries in the cheapest flow."""
    # It takes long to import, and most commands need no plan.
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow  # noqa: PLC0415

    solver = SimpleMinCostFlow()
    edges = network.edges
    numbers = solver.add_arcs_with_capacity_and_unit_cost(
        edges.tail.astype(np.int32), edges.head.astype(np.int32), edges.capacity, edges.cost
    )
    solver.set_nodes_supplies(np.arange(network.nodes, dtype=np.int32), network.supplies)
    status = solver.solve()
    if status != solver.OPTIMAL:
        message = f"The flow could not be solved: {status}."
        raise RuntimeError(message)
    return column(solver.flows(numbers))


def carried(builder: Builder, network: Network, arcs: Arcs, is_used: Flags) -> Ints:
    """Return what each edge carries where these arcs are used."""
    through = np.zeros(network.nodes + 1, dtype=np.int64)
    used = arcs[is_used]
    for nodes in (1 + used.inspector, *builder.above(network, used), network.either_nodes[is_used]):
        np.add.at(through, nodes[nodes >= 0], 1)
    flow = through[network.edges.head]
    flow[network.arc_edges] = is_used
    arrived = np.bincount(network.seat_nodes[used.seat, used.inspection], minlength=network.nodes)
    unfilled = network.unfilled_edges
    flow[unfilled] = network.edges.capacity[unfilled] - arrived[network.edges.head[unfilled]]
    return column(flow)


def carried_prices(builder: Builder, old: tuple[Network, Ints], new: Network, arcs: Arcs, is_used: Flags) -> Ints:
    """Return prices for the nodes of a network that grew: a new node takes the price of the one above it."""
    people, (was_network, price) = builder.ground.people, old
    prices = np.zeros(new.nodes, dtype=np.int64)
    # Whoever had no arc had no price either; one who gets some begins with the source's.
    prices[: people + 1] = np.where(price[: people + 1] < NO_PRICE, 0, price[: people + 1])
    who, week = np.nonzero(new.week_nodes >= 0)
    was = was_network.week_nodes[who, week]
    prices[new.week_nodes[who, week]] = np.where(was >= 0, price[was], prices[1 + who])
    who, slot = np.nonzero(new.slot_nodes >= 0)
    was, above = was_network.slot_nodes[who, slot], new.week_nodes[who, builder.week_of_slot[slot]]
    prices[new.slot_nodes[who, slot]] = np.where(was >= 0, price[was], prices[np.where(above >= 0, above, 1 + who)])
    seats = new.seat_nodes >= 0
    prices[new.seat_nodes[seats]] = price[was_network.seat_nodes[seats]]
    either, edges = new.either_nodes, new.pair_edges
    prices[either[either >= 0]] = (prices[builder.tails(new, arcs)] + new.edges.cost[edges])[either >= 0]
    taken = (either >= 0) & is_used
    prices[either[taken]] = prices[new.seat_nodes[arcs.seat, arcs.inspection]][taken]
    return prices
