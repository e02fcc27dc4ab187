"""Why places stay open, and what kept choices cost, in plain words."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tracker.allocation.term.plan import Plan
from tracker.allocation.term.problem import LEAD as LEAD_SEAT
from tracker.allocation.term.problem import Pins, Problem
from tracker.allocation.term.solving import solve
from tracker.allocation.term_loading import Term
from tracker.allocation.term_reasons import Why, whys
from tracker.domain.fitting import LEAD, TEAM, Bar

KM = 1_000
# Each kept choice costs a plan of its own to weigh; of more than so many only all together are weighed.
MOST_WEIGHED = 5
_AWAY = {
    Bar.REMIT: "{} no such remit",
    Bar.TITLE: "{} no title that may lead it",
    Bar.REAL: "{} a real conflict",
    Bar.THERE: "{} in the team already",
    Bar.FAR: "{} too far away",
    Bar.BUSY: "{} elsewhere on these days",
    Bar.WEEK: "{} a full week",
    Bar.TERM: "{} a full term",
}
_HAVE = (Bar.REMIT, Bar.TITLE, Bar.REAL, Bar.WEEK, Bar.TERM)
_CHANGES = {
    Bar.TITLE: "It would be filled if {} might lead it.",
    Bar.FAR: "It would be filled if {} travelled further than the rules allow.",
    Bar.BUSY: "It would be filled if it were moved to other days, on which {} is free.",
    Bar.WEEK: "It would be filled if {} took one inspection more in that week than the rules allow.",
    Bar.TERM: "It would be filled if {} took one inspection more in the term than the rules allow.",
}


def unfilled_told(term: Term, plan: Plan) -> list[list[Any]]:
    """Return the places that stay open: inspection, role, how many, why, and the smallest change that fills one."""
    return [
        [
            term.openings[each.inspection].reference,
            LEAD if each.seat == LEAD_SEAT else TEAM,
            each.number,
            _why(each, len(term.people)),
            _change(term, each),
        ]
        for each in whys(term.problem, plan)
    ]


def _why(why: Why, people: int) -> str:
    parts = [_AWAY[bar].format(_counted(number, bar)) for bar, number in why.kept_away]
    if why.free:
        number = len(why.free)
        one = number == 1
        left = f"{number:,} could go and {'was' if one else 'were'} left out, for the rules of too often or of pairs, "
        parts.append(f"{left}or because another place needs {'that one' if one else 'them'} more")
    return f"Of {people:,} inspectors, {', '.join(parts)}." if parts else "There is no inspector."


def _counted(number: int, bar: Bar) -> str:
    verb = ("has" if number == 1 else "have") if bar in _HAVE else ("is" if number == 1 else "are")
    return f"{number:,} {verb}"


def _change(term: Term, why: Why) -> str:
    if why.change is None:
        return "" if why.free else "No single change would fill it: another inspector is wanted, or other days."
    person = term.people[why.nearest]
    return _CHANGES[why.change].format(f"{term.names.get(person.staff_no, person.staff_no)} ({person.staff_no})")


def pins_told(term: Term, plan: Plan, cancelled: Callable[[], bool]) -> list[list[str]]:
    """Return the kept choices: inspection, staff number, role, and what each costs against a plan without it."""
    pins = term.ask.pins
    if not pins:
        return []
    size = len(term.problem.pins.inspector)
    together = "" if size <= MOST_WEIGHED else _cost(plan, _without(term.problem, range(size)), term, cancelled)
    return [
        [
            pin.inspection,
            pin.staff_no,
            pin.role,
            f"all that you keep together: {together}"
            if together
            else _cost(plan, _without(term.problem, (number,)), term, cancelled),
        ]
        for number, pin in enumerate(dict.fromkeys(pins))
    ]


def _without(problem: Problem, rows: Any) -> Problem:  # noqa: ANN401 (some numbers)
    gone = set(rows)
    kept = [row for row in range(len(problem.pins.inspector)) if row not in gone]
    of = problem.pins
    return replace(problem, pins=Pins(of.inspector[kept], of.inspection[kept], of.seat[kept]))


def _cost(plan: Plan, without: Problem, term: Term, cancelled: Callable[[], bool]) -> str:
    """Return what a plan costs more than the best one for another problem."""
    more = plan.cost - solve(without, cancelled=cancelled).cost
    places, rest = divmod(max(0, more), term.problem.weights.unfilled)
    if not more:
        return "it costs nothing: the plan is as good without it."
    filled = f"{places:,} more place{'' if places == 1 else 's'} open, and " if places else ""
    return f"it costs {filled}what weighs as much as {rest / KM:,.0f} km of travel."
