"""The rules of publication in plain words, for whoever reads the register or prepares it."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.domain.declaration import NATURES
from tracker.domain.facts import Circle, Nature
from tracker.domain.publication import KINDS, Extent, Precision, PublicationRules, Shown
from tracker.domain.publishing import NO_DECLARATION, NONE_PUBLISHED, category

HEADINGS = {
    Circle.SELF: "Inspectors’ own interests",
    Circle.FAMILY: "Close family and household",
    Circle.WIDER: "Other relatives, friends and business associates",
}
NEVER = (
    "Notes, reviewers’ words and grades, references and days of declarations, and declarations that were withdrawn or "
    "replaced, whatever the rules say."
)
SILENT = (
    f"“{NONE_PUBLISHED}” is said of who declared nothing and of whose interests are all held back: it is true of both, "
    f"and tells neither. Whoever has no declaration in force reads “{NO_DECLARATION}”."
)


@dataclass(frozen=True, slots=True)
class Told:
    """A part of the rules: its heading, what it means, and why the rules have it so."""

    heading: str
    says: tuple[str, ...]
    why: str = ""


def in_words(rules: PublicationRules) -> list[Told]:
    """Return what the rules mean, part by part."""
    return [
        Told("Inspectors", (_called(rules.shown),)),
        *(Told(HEADINGS[circle], tuple(_circle(rules, circle)), rules.whys[circle]) for circle in Circle),
        Told("Dates", (_dated(rules.precision),), rules.whys["dates"]),
        Told("For how long", (_lasting(rules.years),), rules.whys["ended"]),
        Told("Where nothing is listed", (SILENT,)),
        Told("Never published", (NEVER,)),
    ]


def notice(rules: PublicationRules) -> str:
    """Return what every reader of the register is told: the same of all, so that it tells nothing of anybody."""
    held = f"now, or that ended in the last {_years(rules.years)}" if rules.years else "now"
    return (
        f"Interests that inspectors declared and hold {held}, as far as the rules of publication let them be "
        f"published. “{NONE_PUBLISHED}” does not say that an inspector has none."
    )


def _called(shown: Shown) -> str:
    if shown is Shown.NAMES:
        return "By name and staff number. Whoever has left is left out."
    return "By staff number alone, and in the order of these numbers. Whoever has left is left out."


def _circle(rules: PublicationRules, circle: Circle) -> list[str]:
    whole, nothing = rules.of(circle, Extent.WHOLE), rules.of(circle, Extent.NOTHING)
    kinds = [
        place
        for place, natures in enumerate(KINDS)
        if any(rules.extent(circle, each) is Extent.CATEGORY for each in natures)
    ]
    says = [f"Published whole: {_listed(whole)}."] if whole else []
    if kinds:
        lines = "; ".join(f"“{category(circle, place, rules.years)}”" for place in kinds)
        whose = "" if circle is Circle.SELF else "whose, "
        says.append(f"Published as no more than one line for each kind, never {whose}where or since when: {lines}.")
    if not whole and not kinds:
        return ["Nothing is published."]
    return [*says, f"Not published: {_listed(nothing)}."] if nothing else says


def _dated(precision: Precision) -> str:
    if precision is Precision.NONE:
        return "No dates are published."
    return f"To the {precision}, and never more precisely than they were declared."


def _lasting(years: int) -> str:
    period = f"{years} year{'' if years == 1 else 's'}"
    until = f"and for {period} after it ended" if years else "and no longer"
    return f"An interest is published while it lasts {until}; one that lies ahead, once it has begun."


def _years(number: int) -> str:
    return f"{number} years" if number > 1 else "year"


def _listed(natures: Sequence[Nature]) -> str:
    return ", ".join(NATURES[each] for each in natures)
