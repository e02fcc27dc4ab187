"""Whole-number prices out of a finished flow: how far each node is from the source, along what could still change."""

import numpy as np

from tracker.allocation.term.ground import spread
from tracker.allocation.term.joining import distinct
from tracker.allocation.term.network import Builder, Network
from tracker.allocation.term.pricing import Duals, Tolls
from tracker.allocation.term.problem import LEAD, TEAM, Ints, column

FAR = np.int64(2**61)


class Residual:
    """What could still be changed: more along an edge that has room, less along one that carries something."""

    def __init__(self, network: Network, flow: Ints) -> None:
        edges = network.edges
        on, back = flow < edges.capacity, flow > 0
        number = np.arange(len(flow))
        self.nodes = network.nodes
        self.tail = np.concatenate([edges.tail[on], edges.head[back]])
        self.head = np.concatenate([edges.head[on], edges.tail[back]])
        self.cost = np.concatenate([edges.cost[on], -edges.cost[back]])
        self.edge = np.concatenate([number[on], number[back]])

    def to_source(self) -> Ints:
        """Return for each node the cheapest way back to the source."""
        return _distances(self.nodes, self.head, self.tail, self.cost)


def _distances(nodes: int, tail: Ints, head: Ints, cost: Ints) -> Ints:
    """Return the cheapest way from node 0 to each; FAR where there is none. No circle may cost less than nothing."""
    order = np.argsort(tail, kind="stable")
    head, cost = head[order], cost[order]
    begins = np.searchsorted(tail[order], np.arange(nodes + 1))
    found = np.full(nodes, FAR, dtype=np.int64)
    found[0] = 0
    changed = column([0])
    while len(changed):
        rows, edges = spread(begins[changed], begins[changed + 1] - 1)
        reached, reach = head[edges], found[changed][rows] + cost[edges]
        better = reach < found[reached]
        reached, reach = reached[better], reach[better]
        np.minimum.at(found, reached, reach)
        changed = distinct(reached)
    return found


def prices_of(network: Network, flow: Ints) -> Ints:
    """Return the lowest price of each node that bears out a flow, the source's being nothing."""
    to_source = Residual(network, flow).to_source()
    return np.where(to_source >= FAR, -FAR, -to_source)


def duals_of(builder: Builder, network: Network, price: Ints, tolls: Tolls) -> Duals:
    """Return the prices of seats and limits out of those of a network's nodes, and the tolls that its arcs bore.

    A seat's price is its node's; a limit's is by how much the price rises across it.
    """
    ground = builder.ground
    own = price[1 : ground.people + 1]
    weeks = np.zeros_like(network.week_nodes)
    here = network.week_nodes >= 0
    weeks[here] = np.maximum(price[network.week_nodes[here]] - own[np.nonzero(here)[0]], 0)
    seats = [np.where(nodes >= 0, price[nodes], 0) for nodes in network.seat_nodes]
    days = _days(builder, network, price)
    return Duals(
        ground, seats[LEAD], seats[TEAM], column(np.maximum(own, 0)), weeks + tolls.weeks, days + tolls.days, tolls
    )


def _days(builder: Builder, network: Network, price: Ints) -> Ints:
    ground = builder.ground
    days = np.zeros((ground.people, ground.days_number), dtype=np.int64)
    who, slot = np.nonzero(network.slot_nodes >= 0)
    above = network.week_nodes[who, builder.week_of_slot[slot]]
    over = np.where(above >= 0, price[above], price[1 + who])
    rise = np.maximum(price[network.slot_nodes[who, slot]] - over, 0)
    np.add.at(days, (who, builder.stab_days[slot] - ground.first_day), rise)
    return days
