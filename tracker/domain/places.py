"""Where providers are on the British National Grid, and which of them a neighbour may be."""

from math import hypot

from tracker.domain.facts import Circle, Holder, Nature, Provider, Status
from tracker.domain.policy import FURTHEST_METRES, NEIGHBOUR_NATURES


def distance(one: Provider, other: Provider) -> float | None:
    """Return the metres between two providers in a straight line; None where the location of either is missing."""
    if one.location is None or other.location is None:
        return None
    return hypot(one.location[0] - other.location[0], one.location[1] - other.location[1])


def has_neighbours(nature: Nature, holder: Holder) -> bool:
    """Tell whether the neighbours of the target of such a connection can matter at all, whatever the policy."""
    return nature in NEIGHBOUR_NATURES and holder.circle is not Circle.WIDER


def can_be_neighbour(provider: Provider) -> bool:
    """Tell whether a provider is open, as a neighbour must be."""
    return provider.status in (Status.OPEN, Status.CLOSING)


def may_be_near(here: Provider, there: Provider) -> bool:
    """Tell whether two providers of one register are within reach of any policy, or cannot be told to be further.

    A square serves: the policy's circle lies within it. What has no location may be anywhere in its local authority.
    """
    if here.register != there.register:
        return False
    if here.location is None or there.location is None:
        return bool(here.authority) and here.authority == there.authority
    return all(abs(one - other) <= FURTHEST_METRES for one, other in zip(here.location, there.location, strict=True))
