"""The rules of allocating in plain words, for whoever asks for a plan."""

from tracker.domain.allocation_rules import METRES, Again, AllocationRules, Weights
from tracker.domain.people import ENGAGEMENTS

NUMBERS = {1: "once", 2: "twice"}


def in_words(rules: AllocationRules) -> list[str]:
    """Return what the rules mean, a sentence or two for each part."""
    leads = "; ".join(f"{remit}: {_either(titles)}" for remit, titles in rules.leads.items())
    loads = "; ".join(
        f"{engagement} at most {rules.load[engagement].week} in a week and {rules.load[engagement].term} in a term"
        for engagement in ENGAGEMENTS
    )
    return [
        "Nobody with a real conflict is ever placed, whatever else it costs.",
        f"Everybody in a team has its remit. Who may lead: {leads}.",
        f"How many inspections one takes: {loads}.",
        _often(rules),
        _far(rules.most_metres),
        *([f"{len(rules.apart)} pairs of inspectors are never in one team."] if rules.apart else []),
        _weighed(rules.weights),
    ]


def _often(rules: AllocationRules) -> str:
    provider = f"the same provider, its predecessors and successors included, more than {_again(rules.provider)}"
    return f"Nobody goes to {provider}, nor to one group more than {_again(rules.group)}."


def _far(most: int | None) -> str:
    if most is None:
        return "There is no limit of travel."
    return f"Nobody travels further than {most // METRES:,} km in a straight line."


def _weighed(weights: Weights) -> str:
    km = {name: f"{getattr(weights, name) // METRES:,} km" for name in Weights.__slots__}
    return (
        f"When not all can be had: an open place weighs as much as {km['unfilled']} of travel, a perceived conflict as "
        f"{km['perceived']}, an undetermined one as {km['undetermined']}; a distance that nobody knows counts as "
        f"{km['unknown_distance']}."
    )


def _either(titles: tuple[str, ...]) -> str:
    return titles[0] if len(titles) == 1 else f"{', '.join(titles[:-1])} or {titles[-1]}"


def _again(again: Again) -> str:
    times = NUMBERS.get(again.times, f"{again.times} times")
    return f"{times} in {'a year' if again.years == 1 else f'{again.years} years'}"
