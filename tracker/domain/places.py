"""Where providers are on the British National Grid, and the cells that cut it."""

from math import hypot

from tracker.domain.facts import Provider

# A cell is as wide as the furthest that a policy may call near, so that a neighbour is in the same cell or the next.
CELL_METRES = 10_000


def distance(one: Provider, other: Provider) -> float | None:
    """Return the metres between two providers in a straight line; None where the location of either is missing."""
    if one.location is None or other.location is None:
        return None
    return hypot(one.location[0] - other.location[0], one.location[1] - other.location[1])


def keys_of_place(provider: Provider) -> frozenset[str]:
    """Return the keys by which a neighbour finds an open provider: its cell, or that its location is missing."""
    kind, authority = _kind(provider), provider.authority or ""
    if provider.location is None:
        return frozenset({f"unlocated:{kind}:{authority}", f"in:{kind}:{authority}"} if authority else ())
    east, north = (metres // CELL_METRES for metres in provider.location)
    return frozenset({f"cell:{kind}:{east}:{north}", *([f"in:{kind}:{authority}"] if authority else ())})


def keys_nearby(provider: Provider) -> frozenset[str]:
    """Return the keys of all that may be a neighbour of this provider: the cells around it.

    What cannot be placed may be near as well: within the authority, all if this provider's own location is missing.
    """
    kind, authority = _kind(provider), provider.authority or ""
    if provider.location is None:
        return frozenset({f"in:{kind}:{authority}"} if authority else ())
    east, north = (metres // CELL_METRES for metres in provider.location)
    around = {f"cell:{kind}:{east + x}:{north + y}" for x in (-1, 0, 1) for y in (-1, 0, 1)}
    return frozenset({*around, *([f"unlocated:{kind}:{authority}"] if authority else ())})


def _kind(provider: Provider) -> str:
    return f"{provider.register}:{provider.phase.casefold()}"
