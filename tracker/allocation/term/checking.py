"""Whether a plan keeps every rule; part of the proof."""

from collections import Counter, defaultdict
from itertools import pairwise

from tracker.allocation.term.limits import Limits, rows_of
from tracker.allocation.term.plan import Plan
from tracker.allocation.term.problem import LEAD, TEAM, Problem

Rows = list[tuple[int, int, int]]


def broken_rules(problem: Problem, plan: Plan) -> str:
    """Return the first rule that a plan breaks, in words; nothing where it keeps all."""
    rows = list(zip(plan.inspector.tolist(), plan.inspection.tolist(), plan.seat.tolist(), strict=True))
    return _numbers(problem, rows) or _seats(problem, plan, rows) or _pins(problem, rows) or first_fault(problem, rows)


def first_fault(problem: Problem, rows: Rows) -> str:
    """Return the first rule that these seats break among themselves and beside what stands; nothing where none."""
    return _room(problem, rows) or _persons(problem, rows) or _limits(problem, rows) or _pairs(problem, rows)


def _room(problem: Problem, rows: Rows) -> str:
    seats = Counter((place, seat) for _, place, seat in rows)
    is_open = (problem.inspections.lead_open, problem.inspections.team_open)
    over = [(place, seat) for (place, seat), n in seats.items() if n > is_open[seat][place]]
    return f"Inspection {over[0][0]} has no such seat {over[0][1]} open." if over else ""


def _numbers(problem: Problem, rows: Rows) -> str:
    people, places = len(problem.inspectors), len(problem.inspections)
    if any(not (0 <= who < people and 0 <= place < places and seat in {LEAD, TEAM}) for who, place, seat in rows):
        return "A seat, an inspector or an inspection is not in the problem."
    return ""


def _seats(problem: Problem, plan: Plan, rows: Rows) -> str:
    seats = Counter((place, seat) for _, place, seat in rows)
    unfilled = plan.unfilled
    for place, seat, n in zip(unfilled.inspection.tolist(), unfilled.seat.tolist(), unfilled.n.tolist(), strict=True):
        seats[(place, seat)] += n
        if n < 0:
            return "Fewer than no seats are unfilled."
    is_open = (problem.inspections.lead_open.tolist(), problem.inspections.team_open.tolist())
    for seat in (LEAD, TEAM):
        for place, n in enumerate(is_open[seat]):
            if seats[(place, seat)] != n:
                return f"Inspection {place} has {n} open seats of kind {seat}; the plan says {seats[(place, seat)]}."
    return ""


def _pins(problem: Problem, rows: Rows) -> str:
    pins = problem.pins
    wanted = set(zip(pins.inspector.tolist(), pins.inspection.tolist(), pins.seat.tolist(), strict=True))
    missing = sorted(wanted - set(rows))
    return f"Pin {missing[0]} is not kept." if missing else ""


def _persons(problem: Problem, rows: Rows) -> str:
    """Look at each alone: the remit, the title, what was found, the team, and what stands."""
    remits, leads = problem.inspectors.remits.tolist(), problem.inspectors.leads.tolist()
    remit = problem.inspections.remit.tolist()
    limits = Limits(problem, is_pinned=False)
    if len({row[:2] for row in rows}) < len(rows):
        return "Somebody has two seats in one inspection."
    for who, place, seat in rows:
        if not ((leads if seat == LEAD else remits)[who] >> remit[place]) & 1:
            return f"Inspector {who} has no title or remit for seat {seat} of inspection {place}."
        if not limits.is_possible(who, place):
            return f"Inspector {who} cannot go to inspection {place}."
    return ""


def _limits(problem: Problem, rows: Rows) -> str:
    """Look at all that one inspector has: the term, each week, each set, and no day twice."""
    limits = Limits(problem, is_pinned=False)
    term, weeks, sets = Counter[int](), Counter[tuple[int, int]](), Counter[tuple[int, int]]()
    days: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for who, place, _ in rows:
        term[who] += 1
        weeks.update((who, week) for week in limits.weeks(place))
        sets.update((who, of) for of in limits.sets[place])
        days[who].append((limits.first[place], limits.last[place]))
    for who, n in term.items():
        if n > limits.term[who]:
            return f"Inspector {who} has more than the term allows."
    for (who, week), n in weeks.items():
        if n > limits.week(who, week):
            return f"Inspector {who} has more than week {week} allows."
    for (who, of), n in sets.items():
        if n > limits.of_set(who, of):
            return f"Inspector {who} goes too often to set {of}."
    for who, spans in days.items():
        spans.sort()
        if any(begin <= end for (_, end), (begin, _) in pairwise(spans)):
            return f"Inspector {who} is in two places on one day."
    return ""


def _pairs(problem: Problem, rows: Rows) -> str:
    teams: dict[int, set[int]] = defaultdict(set)
    for who, place, _ in rows:
        teams[place].add(who)
    apart: dict[int, list[int]] = defaultdict(list)
    for a, b in rows_of(problem.apart.a, problem.apart.b):
        apart[a].append(b)
    for place, team in teams.items():
        for who in team:
            if not team.isdisjoint(apart[who]):
                return f"Inspection {place} has two who are kept apart."
    return ""
