"""A policy explained by small worked situations, each answered by the real check under that very policy."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tracker.domain.explained import others
from tracker.domain.explained.bands import Band, band
from tracker.domain.explained.natures import of_nature
from tracker.domain.explained.reaches import of_reach
from tracker.domain.explained.scene import Example, Scene, Situation, examples
from tracker.domain.facts import Circle, Nature
from tracker.domain.policy import REACHES, Policy

__all__ = ["Band", "Example", "Explained", "explain"]


@dataclass(frozen=True, slots=True)
class Explained:
    """The cases of a policy, by the key of the part that they explain, such as `natures.gift` or `rules.direct`."""

    starts_on: date
    ends_on: date
    cases: Mapping[str, tuple[Example, ...]]
    bands: Mapping[Nature, Band]
    decisions: tuple[others.DecisionCase, ...]


def explain(policy: Policy, year: int) -> Explained:
    """Explain a policy by cases around an inspection in June of this year."""
    scene = Scene(year)
    situations: dict[str, tuple[Situation, ...]] = {
        **{f"natures.{nature}": of_nature(nature, policy, scene) for nature in Nature},
        **{f"holders.{circle}": others.of_circle(circle, policy, scene) for circle in Circle},
        **{f"rules.{rule}": of_reach(rule, policy, scene) for rule in REACHES},
        "rules.familiarity": others.of_visits(policy, scene),
        "dates": others.of_days(policy, scene),
        "declaration": others.of_declarations(policy, scene),
        "review": others.of_reviews(policy, scene),
        "registers": others.of_registers(policy, scene),
        "objection": others.of_objections(policy, scene),
        "confirmation": others.of_confirmations(policy, scene),
    }
    return Explained(
        scene.starts_on,
        scene.ends_on,
        {key: examples(each, policy) for key, each in situations.items()},
        {nature: band(nature, policy, scene) for nature in Nature},
        others.of_decisions(policy),
    )
