"""Why places stay open, and what kept choices cost, in plain words."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from tracker.allocation.term.pinning import Price
from tracker.allocation.term.plan import Plan
from tracker.allocation.term.problem import DAYS
from tracker.allocation.term.problem import LEAD as LEAD_SEAT
from tracker.allocation.term.reasons import Change, Kind, Reason, Stop, cost_of_pins, why_unfilled
from tracker.allocation.term_auditing import Placed
from tracker.allocation.term_loading import Term
from tracker.domain.dates import in_words
from tracker.domain.fitting import BAR_WORDS, Bar
from tracker.domain.lifecycle import LEAD, TEAM

KM = 1_000
# In the order in which they are told; each for one and for several.
_STOPS = {
    Stop.REAL: ("has a real conflict", "have a real conflict"),
    Stop.MEMBER: ("is in the team already", "are in the team already"),
    Stop.FAR: ("lives too far away", "live too far away"),
    Stop.AWAY: ("is elsewhere on these days", "are elsewhere on these days"),
    Stop.APART: ("is kept apart from somebody in the team", "are kept apart from somebody in the team"),
    Stop.OFTEN: ("was or goes there too often, read strictly", "were or go there too often, read strictly"),
    Stop.TERM: ("has a full term", "have a full term"),
    Stop.WEEK: ("has a full week", "have a full week"),
    Stop.ELSEWHERE: ("is needed elsewhere on these days", "are needed elsewhere on these days"),
}


def unfilled_told(term: Term, plan: Plan) -> list[list[Any]]:
    """Return the places that stay open: inspection, role, how many, why, and the smallest change that fills one."""
    return [
        [
            term.openings[each.inspection].reference,
            LEAD if each.seat == LEAD_SEAT else TEAM,
            each.n,
            _why(each),
            _change(term, each),
        ]
        for each in why_unfilled(term.problem, plan)
    ]


def left_out_told(term: Term, left_out: Sequence[tuple[Placed, Bar]]) -> list[list[str]]:
    """Return whom a second look left out: inspection, staff number, role and why."""
    return [
        [term.openings[each.opening].reference, term.people[each.person].staff_no, each.role, BAR_WORDS[bar]]
        for each, bar in left_out
    ]


def opened_told(term: Term, left_out: Sequence[tuple[Placed, Bar]]) -> list[list[Any]]:
    """Return the places that stay open because a second look left somebody out, as all that stay open are told."""
    return [
        [where, role, 1, f"A second look left out whom the plan had here: {why}.", ""]
        for where, _, role, why in left_out_told(term, left_out)
    ]


def _why(reason: Reason) -> str:
    """Return whom each thing keeps away, of those who have the remit, and may lead where the lead's place is open."""
    verbs = ("has", "have") if reason.seat != LEAD_SEAT else ("may lead it", "may lead it")
    what = " the remit" if reason.seat != LEAD_SEAT else ""
    if not reason.qualified:
        return f"No inspector {verbs[0]}{what}."
    parts = [
        f"{number:,} {words[number > 1]}" for stop, words in _STOPS.items() if (number := reason.stops.get(stop, 0))
    ]
    left = reason.qualified - sum(reason.stops.values())
    parts += [f"{left:,} could go, at the cost of another place"] if left else []
    return f"Of {reason.qualified:,} who {verbs[reason.qualified > 1]}{what}, {', '.join(parts)}."


def _change(term: Term, reason: Reason) -> str:
    """Return the smallest change that would fill a place, as a sentence."""
    change = reason.change
    if change is None:
        return "No single change would fill it: the rules let nobody go there any more."
    if change.kind is Kind.INSPECTOR:
        opening = term.openings[reason.inspection]
        lead = " and a title that may lead" if reason.seat == LEAD_SEAT else ""
        remit = f"the remit {opening.remit}" if opening.remit else "a remit"
        return f"It would take one more inspector with {remit}{lead}, free on its days."
    name = _named(term, change.inspector)
    says = {
        Kind.TERM: f"It would be filled if {name} took one inspection more in the term than the rules allow",
        Kind.WEEK: f"It would be filled if {name} took one inspection more in the week of {_week(term, change)}",
        Kind.FARTHER: f"It would be filled if {name} travelled {change.metres / KM:,.0f} km",
    }[change.kind]
    return f"{'; then '.join((says, *_moves(term, change)))}."


def _week(term: Term, change: Change) -> str:
    """Return the Monday of a week as the problem numbers weeks."""
    first = int(term.problem.inspections.first.min())
    return in_words(date.fromordinal(first - (first - 1) % DAYS + change.week * DAYS))


def _moves(term: Term, change: Change) -> Iterator[str]:
    for who, leaves, goes in change.moves:
        yield f"{_named(term, who)} goes to {term.openings[goes].reference}, not to {term.openings[leaves].reference}"


def _named(term: Term, who: int) -> str:
    person = term.people[who]
    return f"{term.names.get(person.staff_no, person.staff_no)} ({person.staff_no})"


def pins_told(term: Term, plan: Plan) -> list[list[str]]:
    """Return the kept choices: inspection, staff number, role, and what each costs by itself; at last all together."""
    pins = list(dict.fromkeys(term.ask.pins))
    if not pins:
        return []
    prices = cost_of_pins(term.problem, plan, term.problem.pins)
    told = [
        [pin.inspection, pin.staff_no, pin.role, f"{_price(price)}."]
        for pin, price in zip(pins, prices.each, strict=True)
    ]
    if len(pins) > 1:
        told[-1][3] += f" All that you keep: {_price(prices.together)}."
    return told


def _price(price: Price) -> str:
    """Return what a choice costs."""
    if price.cost <= 0:
        return "it costs nothing"
    if not price.is_exact:
        return f"it costs at least what weighs as much as {price.cost / KM:,.0f} km of travel"
    parts = [
        _more(price.unfilled, "open place", "open places"),
        _more(price.perceived, "perceived conflict", "perceived conflicts"),
        _more(price.undetermined, "undetermined place", "undetermined places"),
        f"{abs(price.metres) / KM:,.0f} km {'more' if price.metres > 0 else 'less'} travel" if price.metres else "",
    ]
    return f"it costs {', '.join(filter(None, parts)) or f'what weighs {price.cost / KM:,.1f} km'}"


def _more(number: int, one: str, many: str) -> str:
    return f"{abs(number):,} {'more' if number > 0 else 'fewer'} {one if abs(number) == 1 else many}" if number else ""
