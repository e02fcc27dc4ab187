"""Situations of what belongs to no one nature or rule: holders, days, declarations, visits, decisions and the like."""

from calendar import isleap
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tracker.domain.dates import PartialDate, in_words, months_after, years_after
from tracker.domain.explained.natures import ends
from tracker.domain.explained.scene import ASH, DAY, ELM, WHOSE, Scene, Situation, ended, years
from tracker.domain.facts import Circle, Facts, Holder, Link, Nature, Objection, Verdict, Visit, World
from tracker.domain.lifecycle import Ruled, Ruling, is_covered
from tracker.domain.policy import GRADES, Policy


def of_circle(circle: Circle, policy: Policy, scene: Scene) -> tuple[Situation, ...]:
    """Return the situations of a circle of holders, told of employment: each holder now, and after it ended."""
    holders = [each for each in Holder if each.circle is circle]
    employment = policy.natures[Nature.EMPLOYMENT]
    now = [
        Situation(
            f"{WHOSE[each]} employment at the school, still so", scene.facts(scene.connection(Nature.EMPLOYMENT, each))
        )
        for each in holders
    ]
    family = min(employment.perceived_years or 0, policy.family_past_years)
    periods = {
        Circle.SELF: (employment.real_years, employment.perceived_years),
        Circle.FAMILY: (family,),
        Circle.WIDER: (None,),
    }
    over = [
        Situation(
            f"{WHOSE[holders[0]]} employment at the school, {ended(day, why)}",
            scene.facts(scene.connection(Nature.EMPLOYMENT, holders[0], ended_on=day)),
        )
        for day, why in ends(scene, periods[circle])[1:]
    ]
    return (*now, *over)


def of_days(policy: Policy, scene: Scene) -> tuple[Situation, ...]:
    """Return the situations of how days are read: known in part, on 29 February, or still to come."""
    return (*_partial(policy, scene), *_leap(policy, scene))


def _partial(policy: Policy, scene: Scene) -> Iterator[Situation]:
    longest = policy.natures[Nature.EMPLOYMENT].perceived_years or 1
    connection = scene.connection(Nature.EMPLOYMENT, ended_on=scene.before(longest))
    for year in (scene.year - longest, scene.year - longest - 1):
        whole = PartialDate(str(year), connection.span.first or scene.starts_on, scene.starts_on.replace(year, 12, 31))
        yield Situation(
            f"the inspector’s own employment ended in {year}, and no more is known of when: "
            f"read as {in_words(whole.last)}",
            scene.facts(replace(connection, ended_on=whole)),
        )
    year = scene.year + max(policy.ahead_years, 1)
    first = scene.starts_on.replace(year, 1, 1)
    begins = PartialDate(str(year), first, first.replace(month=12, day=31))
    yield Situation(
        f"the inspector’s own employment is to begin in {year}: read as {in_words(first)}",
        scene.facts(replace(connection, began_on=begins, ended_on=None)),
    )


def _leap(policy: Policy, scene: Scene) -> Iterator[Situation]:
    longest = policy.natures[Nature.EMPLOYMENT].perceived_years
    if not longest:
        return
    leap = next(year for year in range(scene.year - longest, 0, -1) if isleap(year))
    leap_day = date(leap, 2, 29)
    last = years_after(leap_day, longest)
    connection = scene.connection(Nature.EMPLOYMENT, ended_on=leap_day)
    for first in (last, last + DAY):
        facts = replace(scene.facts(connection), starts_on=first, ends_on=first + DAY)
        words = (
            f"the inspector’s own employment ended on {in_words(leap_day)}, and {years(longest)} on is "
            f"{in_words(last)}; an inspection begins on {in_words(first)}"
        )
        yield Situation(words, _declared_that_morning(facts))


def _declared_that_morning(facts: Facts) -> Facts:
    assert facts.declaration is not None  # noqa: S101 (a scene's facts have one)
    return replace(facts, declaration=replace(facts.declaration, made_on=facts.starts_on))


def of_declarations(policy: Policy, scene: Scene) -> tuple[Situation, ...]:
    """Return the situations of declarations: none, one that declares nothing, and one that goes out of date."""
    made = months_after(scene.starts_on, -policy.valid_months)
    months = f"{policy.valid_months} month{'' if policy.valid_months == 1 else 's'}"
    return (
        Situation("the inspector never declared, or withdrew the declaration", scene.declared_on(None)),
        Situation("the inspector declared on the first day that there is nothing to declare", scene.facts()),
        Situation(f"the declaration was made on {in_words(made)}, {months} before to the day", scene.declared_on(made)),
        Situation(
            f"the declaration was made on {in_words(made - DAY)}, {months} and a day before",
            scene.declared_on(made - DAY),
        ),
    )


def of_reviews(_policy: Policy, scene: Scene) -> tuple[Situation, ...]:
    """Return the situations of connections that only a reviewer can grade."""
    other = scene.connection(Nature.OTHER)
    elsewhere = replace(other, target=ASH.ref, target_name=ASH.name)
    return (
        Situation("another connection with the school, not graded yet", scene.facts(other)),
        Situation("the same, graded clear by a reviewer", scene.facts(replace(other, grade=Verdict.CLEAR))),
        Situation(
            "the same with a school that has nothing to do with Elm", scene.facts(elsewhere, world=World((ELM, ASH)))
        ),
    )


def of_registers(_policy: Policy, scene: Scene) -> tuple[Situation, ...]:
    """Return the situations of providers that a register knows or does not know."""
    return (
        Situation("the school to be inspected is on no imported register", scene.facts(world=World((ASH,)))),
        Situation("the school is on a register, and nothing is declared", scene.facts()),
    )


def of_visits(policy: Policy, scene: Scene) -> tuple[Situation, ...]:
    """Return the situations of the same inspector at the same place again; none where the policy has no such rule."""
    wanted = policy.familiar_visits
    if not wanted:
        return ()
    latest = f"the latest {wanted} inspections" if wanted > 1 else "the latest inspection"
    found = [Situation(f"the inspector took part in {latest} of the school", _visits(scene, [True] * wanted))]
    if wanted > 1:
        words = f"the inspector took part in {inspections(wanted - 1)} in a row, the latest, and not in the one before"
        found.append(Situation(words, _visits(scene, [False, *[True] * (wanted - 1)])))
    words = f"the inspector took part in {inspections(wanted)} in a row, but not in the latest"
    found.append(Situation(words, _visits(scene, [*[True] * wanted, False])))
    became = World((ELM, ASH), (Link(ASH.ref, ELM.ref, "Successor"),))
    before = replace(_visits(scene, [True] * wanted, ASH.ref), areas=(became,))
    found.append(Situation(f"the inspector took part in {latest} of Ash, which became Elm", before))
    return tuple(found)


def inspections(visits: int) -> str:
    """Return a number of inspections in words."""
    return f"{visits} inspection" if visits == 1 else f"{visits} inspections"


def _visits(scene: Scene, took_part: list[bool], provider: str = ELM.ref) -> Facts:
    """Return the facts after one inspection a year, the oldest first."""
    visits = []
    for number, each in enumerate(took_part):
        day = scene.before(len(took_part) - number)
        visits.append(Visit(f"INS-{day.year}", provider, day, day + DAY, each))
    return replace(scene.facts(), visits=tuple(visits))


def of_confirmations(policy: Policy, scene: Scene) -> tuple[Situation, ...]:
    """Return the situations of an inspector's own word for one inspection; none where the policy asks for none."""
    if policy.confirm_days is None:
        return ()
    last = scene.starts_on - timedelta(days=policy.confirm_days)
    near = f"{policy.confirm_days} day{'' if policy.confirm_days == 1 else 's'} before the inspection"
    return (
        Situation(
            f"a confirmed place, checked on {in_words(last - DAY)}; the inspector has not confirmed",
            scene.confirmed(last - DAY, given=False),
        ),
        Situation(f"the same, checked on {in_words(last)}, {near}", scene.confirmed(last, given=False)),
        Situation("the same, and the inspector has confirmed", scene.confirmed(last, given=True)),
    )


def of_objections(_policy: Policy, scene: Scene) -> tuple[Situation, ...]:
    """Return the situations of a provider that was told who comes: it objects, once or again, or does not."""
    first, second = (Objection(f"OBJ-{days}", scene.starts_on - timedelta(days=days)) for days in (7, 3))
    return (
        Situation(
            f"the school was told who comes, and objected on {in_words(first.received_on)}",
            replace(scene.facts(), objections=(first,)),
        ),
        Situation(
            f"the same, and it objected again on {in_words(second.received_on)}: each needs its own decision",
            replace(scene.facts(), objections=(first, second)),
        ),
        Situation("the school was told who comes, and did not object", scene.facts()),
    )


@dataclass(frozen=True, slots=True)
class DecisionCase:
    """A finding's verdict, what decision-makers said of it, and whether the assignment may go ahead by that."""

    verdict: Verdict
    words: str
    may_go_ahead: bool


def of_decisions(policy: Policy) -> tuple[DecisionCase, ...]:
    """Return how many decision-makers let a finding of each verdict go ahead, as the assignments ask it."""
    found = []
    for verdict in reversed(GRADES):
        needed = max(1, policy.decisions[verdict])
        for allow, uphold in ((needed - 1, 0), (needed, 0), (needed, 1)):
            rulings = [*[Ruling.ALLOW] * allow, *[Ruling.UPHOLD] * uphold]
            ruled = [Ruled("finding", each, f"decider {number}") for number, each in enumerate(rulings)]
            words = f"{_people(allow)} allowed it{', and 1 upheld it' if uphold else ''}"
            found.append(DecisionCase(verdict, words, is_covered("finding", verdict, ruled, policy.decisions)))
    return tuple(found)


def _people(number: int) -> str:
    return f"{number or 'no'} decision-maker{'' if number == 1 else 's'}"
