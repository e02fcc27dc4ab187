"""How a nature weighs as time passes, found by asking the check day after day and never from the policy's periods."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.domain.check import check
from tracker.domain.dates import months_after
from tracker.domain.explained.natures import stands_for
from tracker.domain.explained.scene import DAY, Scene, years
from tracker.domain.facts import Circle, Nature, Verdict
from tracker.domain.policy import EVENTS, Policy

# How far apart the days lie that are asked first; where two differ, the day of the change is looked for between them.
STEP_DAYS = 180
MONTHS = 12
DAYS_IN_A_YEAR = 365.25
CIRCLES = {Circle.SELF: "Inspector", Circle.FAMILY: "Close family", Circle.WIDER: "Wider circle"}


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days on which the check gives one answer, counted away from the inspection; `last` is None for the open end.

    `until` says in words how far from the inspection its last day is, such as `3 years`.
    """

    verdict: Verdict
    first: int
    last: int | None
    until: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a band: for whom it is, before the connection begins, while it lasts, and after it ended."""

    words: str
    ahead: tuple[Stretch, ...]
    current: Verdict
    past: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """The answers for one nature through time; the spans that were looked at are whole years."""

    rows: tuple[Row, ...]
    ahead_years: int
    past_years: int


Ask = Callable[[date | None, date | None], Verdict]


def band(nature: Nature, policy: Policy, scene: Scene) -> Band:
    """Return how a connection of this nature with the school itself is answered, from ahead to the years after."""
    ahead, past = horizons(policy)
    grades: tuple[Verdict | None, ...] = (None, Verdict.REAL) if policy.natures[nature].reviewed else (None,)
    rows = []
    for grade in grades:
        for circle, words in CIRCLES.items():
            ask = _asking(nature, policy, scene, circle, grade)
            graded = f", graded {grade}" if grade else (", not graded" if len(grades) > 1 else "")
            rows.append(_row(f"{words}{graded}", ask, scene, ahead, past))
    return Band(tuple(rows), ahead, past)


def horizons(policy: Policy) -> tuple[int, int]:
    """Return how many years ahead and after are looked at: a year beyond the longest period of the policy."""
    periods = [each for rule in policy.natures.values() for each in (rule.real_years, rule.perceived_years) if each]
    return policy.ahead_years + 1, max([*periods, policy.family_past_years, 1]) + 1


def _asking(nature: Nature, policy: Policy, scene: Scene, circle: Circle, grade: Verdict | None) -> Ask:
    holder = stands_for(circle, nature)

    def ask(began_on: date | None, ended_on: date | None) -> Verdict:
        if nature in EVENTS:
            began_on, ended_on = began_on or ended_on or scene.starts_on, None
        connection = scene.connection(nature, holder, began_on=began_on, ended_on=ended_on, grade=grade)
        return check(scene.facts(connection), policy).verdict

    return ask


def _row(words: str, ask: Ask, scene: Scene, ahead: int, past: int) -> Row:
    def before(days: int) -> Verdict:
        return ask(None, scene.starts_on - timedelta(days=days))

    def after(days: int) -> Verdict:
        return ask(scene.ends_on + timedelta(days=days), None)

    def since(days: int) -> str:
        return _far(scene.starts_on - timedelta(days=days), scene.starts_on)

    def until(days: int) -> str:
        return _far(scene.ends_on, scene.ends_on + timedelta(days=days))

    most_past, most_ahead = ((scene.starts_on - scene.before(past)).days, (scene.after(ahead) - scene.ends_on).days)
    return Row(words, _stretches(after, most_ahead, until), ask(None, None), _stretches(before, most_past, since))


def _stretches(ask: Callable[[int], Verdict], most: int, words: Callable[[int], str]) -> tuple[Stretch, ...]:
    """Cut the days from 1 to `most` where the answer changes."""
    found: list[Stretch] = []
    first, here, answer = 1, 1, ask(1)
    while here < most:
        there = min(here + STEP_DAYS, most)
        if ask(there) is not answer:
            last = _last_with(ask, answer, here, there)
            found.append(Stretch(answer, first, last, words(last)))
            first = here = last + 1
            answer = ask(first)
        else:
            here = there
    return (*found, Stretch(answer, first, None, ""))


def _last_with(ask: Callable[[int], Verdict], answer: Verdict, here: int, there: int) -> int:
    """Return the last day with this answer between one that has it and one that has not."""
    while there - here > 1:
        middle = (here + there) // 2
        here, there = (middle, there) if ask(middle) is answer else (here, middle)
    return here


def _far(earlier: date, later: date) -> str:
    """Return how far apart two days are, in whole years or months where they are just that."""
    months = (later.year - earlier.year) * MONTHS + later.month - earlier.month
    if months_after(earlier, months) != later:
        days = (later - earlier) // DAY
        return "1 day" if days == 1 else f"{days:,} days"
    if months % MONTHS:
        return "1 month" if months == 1 else f"{months} months"
    return years(months // MONTHS)
