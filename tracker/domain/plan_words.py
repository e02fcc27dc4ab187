"""What a plan comes to, and how good it is, in plain words: the same on the command line and on the page."""

from collections.abc import Mapping
from typing import Any

KM = 1_000
HUNDRED = 100
BEST = "No plan under these rules fills more places, or has fewer conflicts and less travel"
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
    return [
        f"{filled:,} of {seats:,} open places filled, {seats - filled:,} left open.",
        f"Nobody has a real conflict. {'; '.join(odd) + '.' if odd else 'Every place is clear.'}",
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
    over = f"over {pairs}"
    gap, weight = proof["cost"] - proof["bound"], proof["unfilled_weight"]
    if gap <= 0:
        return [f"{BEST}: proved {over}."]
    left = proof.get("left")
    if left is not None:
        return [f"{BEST}. {_tried(left, pairs)}", COUNTED]
    if gap < weight:
        filled = "No plan under these rules fills more places"
        return [
            f"{filled}; one with fewer conflicts and less travel weighs at most {_share(proof)} less: proved {over}."
        ]
    return [f"Another plan could fill at most {gap // weight:,} more places: proved {over}."]


def _tried(left: int, pairs: str) -> str:
    """Say what was left open, and that all of it was tried."""
    if left == 1:
        return f"Of {pairs}, the prices leave one choice open, and it was tried."
    return f"Of {pairs}, the prices leave {left:,} choices open, and all ways to combine them were tried."


def _share(proof: Mapping[str, Any]) -> str:
    """Return by how much a plan's travel and conflicts could be less at most, as a part of both."""
    rest = proof["cost"] % proof["unfilled_weight"]
    share = HUNDRED * (proof["cost"] - proof["bound"]) / max(1, rest)
    return f"{share:.2f} %" if share <= HUNDRED else "all of it"
