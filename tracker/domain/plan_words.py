"""What a plan comes to, and how good it is, in plain words: the same on the command line and on the page."""

from collections.abc import Mapping
from typing import Any

KM = 1_000
HUNDRED = 100
COUNTED = "A second reckoning counts these choices again; that all of them were tried, it takes the program’s word for."


def summary_in_words(result: Mapping[str, Any]) -> list[str]:
    """Return what a plan would do: places filled, conflicts, and travel."""
    seats, filled = result["seats"], result["filled"]
    if not seats:
        return ["No place is open in this period: there is nothing to plan."]
    verdicts = result["verdicts"]
    odd = [
        f"{verdicts[name]:,} would be {words}"
        for name, words in (("perceived", "perceived conflicts to decide on"), ("undetermined", "undetermined"))
        if verdicts.get(name)
    ]
    says = "; ".join(odd) or "Every place that is filled is clear"
    return [
        f"{filled:,} of {seats:,} open places filled, {seats - filled:,} left open.",
        *([f"Nobody has a real conflict. {says}."] if filled else []),
        *([_travel(result)] if filled else []),
    ]


def _travel(result: Mapping[str, Any]) -> str:
    unknown = sum(number for reach, number in result["travel"] if reach is None)
    known = result["filled"] - unknown
    if not known:
        return "Nobody can tell how far anybody travels: the inspectors’ homes or the providers are not located."
    mean = result["metres"] / KM / known
    says = f"Travel: {result['metres'] / KM:,.0f} km in a straight line, {mean:,.0f} km on average"
    return f"{says}; of {unknown:,} places nobody can tell." if unknown else f"{says}."


def proof_in_words(proof: Mapping[str, Any], seats: int) -> list[str]:
    """Return how good a plan is for certain, and by what that was found."""
    if not seats:
        return []
    pairs = f"all {proof['pairs']:,} pairs of {proof['inspectors']:,} inspectors"
    pairs += f" and {proof['inspections']:,} inspections"
    over, left = f"proved over {pairs}", proof.get("left")
    # What the prices leave open and the program tried is no more open.
    gap = max(0, proof["cost"] - proof["bound"]) if left is None else 0
    more = _more(proof, seats, gap)
    if gap == 0:
        best = (
            "fills more places, and none is better as the rules weigh it"
            if more == 0
            else "is better as the rules weigh it"
        )
        says = f"No plan under these rules {best}"
        if left is None or proof["cost"] <= proof["bound"]:
            return [f"{says}: {over}."]
        return [f"{says}. {_tried(left, pairs)}", COUNTED]
    if more == 0:
        return [f"No plan under these rules fills more places; one could weigh at most {_share(proof)} less: {over}."]
    weighs = f"Another plan could weigh at most as much less as {gap / KM:,.0f} km of travel"
    return [f"{weighs}, and fill at most {more:,} more {'place' if more == 1 else 'places'}: {over}."]


def _rest(proof: Mapping[str, Any]) -> int:
    """Return what a plan's travel and conflicts weigh."""
    rest: int = proof["cost"] - proof["unfilled_weight"] * proof.get("unfilled", 0)
    return rest


def _more(proof: Mapping[str, Any], seats: int, gap: int) -> int:
    """Return how many more places another plan could fill at most, for all that is proved.

    No plan weighs less than what is proved; so for one that fills more, travel and conflicts weigh more instead.
    """
    unfilled, most = proof.get("unfilled"), proof.get("most")
    if unfilled is None or most is None:
        return seats
    room = max(0, seats * most - _rest(proof))
    more: int = (gap + room) // proof["unfilled_weight"]
    return min(int(unfilled), more)


def _tried(left: int, pairs: str) -> str:
    """Say what was left open, and that all of it was tried."""
    if left == 1:
        return f"Of {pairs}, the prices leave one choice open, and it was tried."
    return f"Of {pairs}, the prices leave {left:,} choices open, and all ways to combine them were tried."


def _share(proof: Mapping[str, Any]) -> str:
    """Return by how much a plan's travel and conflicts could be less at most, as a part of both."""
    share = HUNDRED * (proof["cost"] - proof["bound"]) / max(1, _rest(proof))
    return f"{share:.2f} %" if share <= HUNDRED else "all of it"
