"""Situations of each nature, at the boundaries of a policy's own periods, for the inspector, family and others."""

from collections.abc import Iterator
from datetime import date

from tracker.domain.dates import in_words
from tracker.domain.explained.scene import DAY, WHOSE, Scene, Situation, ended, years
from tracker.domain.facts import Circle, Holder, Nature, Verdict
from tracker.domain.policy import EVENTS, NatureRule, Policy

# Who stands for each circle; it is a child, most of all, that uses a service.
STANDS_FOR = {Circle.SELF: Holder.SELF, Circle.FAMILY: Holder.PARTNER, Circle.WIDER: Holder.CLOSE_FRIEND}


def stands_for(circle: Circle, nature: Nature) -> Holder:
    """Return whose connection the cases tell of for a circle."""
    is_pupil = circle is Circle.FAMILY and nature is Nature.SERVICE_USE
    return Holder.CHILD if is_pupil else STANDS_FOR[circle]


def of_nature(nature: Nature, policy: Policy, scene: Scene) -> tuple[Situation, ...]:
    """Return the situations of one nature: with the school itself, on both sides of each boundary in time."""
    rule = policy.natures[nature]
    if nature in EVENTS:
        return tuple(_event(nature, rule, policy, scene))
    if rule.reviewed:
        return tuple(_reviewed(nature, rule, scene))
    return tuple(_state(nature, rule, policy, scene))


def ends(scene: Scene, periods: Iterator[int | None] | tuple[int | None, ...]) -> list[tuple[date, str]]:
    """Return the days to end on: the inspection's first, the one before, and both sides of each period of years."""
    found = [
        (scene.starts_on, "the inspection’s first day"),
        (scene.starts_on - DAY, "the day before the inspection"),
    ]
    for period in sorted({each for each in periods if each}):
        found.append((scene.before(period), f"{years(period)} before to the day"))
        found.append((scene.before(period) - DAY, f"{years(period)} and a day before"))
    return found


def begins(scene: Scene, policy: Policy) -> list[tuple[date, str]]:
    """Return the days to begin on that lie ahead: both sides of the policy's bound."""
    ahead = policy.ahead_years
    if not ahead:
        return [(scene.ends_on + DAY, "the day after the inspection")]
    last = scene.after(ahead)
    return [
        (last, f"{years(ahead)} after the inspection to the day"),
        (last + DAY, f"{years(ahead)} and a day after the inspection"),
    ]


def _state(nature: Nature, rule: NatureRule, policy: Policy, scene: Scene) -> Iterator[Situation]:
    family = min(rule.perceived_years or 0, policy.family_past_years)
    periods: dict[Circle, tuple[int | None, ...]] = {
        Circle.SELF: (rule.real_years, rule.perceived_years),
        Circle.FAMILY: (family,),
        Circle.WIDER: (),
    }
    for circle in Circle:
        holder = stands_for(circle, nature)
        whose = WHOSE[holder]
        yield Situation(f"{whose}, still so", scene.facts(scene.connection(nature, holder)))
        for day, why in ends(scene, periods[circle]):
            connection = scene.connection(nature, holder, ended_on=day)
            yield Situation(f"{whose}, {ended(day, why)}", scene.facts(connection))
        for day, why in begins(scene, policy) if circle is Circle.SELF else ():
            connection = scene.connection(nature, holder, began_on=day)
            yield Situation(f"{whose}, begins on {in_words(day)}, {why}", scene.facts(connection))


def _event(nature: Nature, rule: NatureRule, policy: Policy, scene: Scene) -> Iterator[Situation]:
    own = rule.perceived_years
    for circle, period in (
        (Circle.SELF, own),
        (Circle.FAMILY, min(own or 0, policy.family_past_years)),
        (Circle.WIDER, None),
    ):
        holder = stands_for(circle, nature)
        days = ends(scene, (period,))
        if circle is Circle.SELF:
            days.append((scene.ends_on + DAY, "the day after the inspection"))
        for day, why in days:
            connection = scene.connection(nature, holder, began_on=day)
            yield Situation(f"{WHOSE[holder]}, on {in_words(day)}, {why}", scene.facts(connection))


def _reviewed(nature: Nature, rule: NatureRule, scene: Scene) -> Iterator[Situation]:
    """Yield what a reviewer has not graded yet, and what each grade makes of it."""
    for grade in (None, Verdict.REAL, Verdict.PERCEIVED, Verdict.CLEAR):
        graded = f"graded {grade} by a reviewer" if grade else "not graded yet"
        connection = scene.connection(nature, grade=grade)
        yield Situation(f"{WHOSE[Holder.SELF]}, still so, {graded}", scene.facts(connection))
    for circle in Circle:
        holder = stands_for(circle, nature)
        period = None if circle is Circle.WIDER else rule.perceived_years
        for day, why in ends(scene, (period,))[1:]:
            connection = scene.connection(nature, holder, ended_on=day)
            yield Situation(f"{WHOSE[holder]}, {ended(day, why)}, not graded yet", scene.facts(connection))
