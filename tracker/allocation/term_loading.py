"""From the database to the problem of a period: who may be sent where, and what stands already, as columns."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from sqlalchemy.orm import Session

from tracker.allocation.findings import findings
from tracker.allocation.term.problem import (
    DAYS,
    Apart,
    Busy,
    Found,
    Inspections,
    Inspectors,
    Ints,
    Members,
    Pins,
    Problem,
    Used,
    Weights,
    column,
)
from tracker.allocation.term_quotas import quotas_of
from tracker.domain.allocation_rules import AllocationRules
from tracker.domain.errors import RefusedError
from tracker.domain.fitting import Person, weeks_of
from tracker.domain.lifecycle import IN_THE_TEAM, LEAD
from tracker.domain.remits import REMITS, covers
from tracker.queries.policies import PoliciesInForce
from tracker.queries.stays import Had, Kin, Opening, all_names, has, kin_of, looked_back, openings, people

# What nobody knows the remit of has a bit of its own, behind the others.
KINDS = (*REMITS, "")
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Pin:
    """A choice that stays: who has which place of an inspection, lead or team."""

    inspection: str
    staff_no: str
    role: str


@dataclass(frozen=True, slots=True)
class Ask:
    """What is planned: the inspections that begin from the first day to the last, as things stand today."""

    first: date
    last: date
    today: date
    pins: tuple[Pin, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """A problem, and whom and what its numbers mean; `had` is all that anybody has already, `names` everybody's."""

    ask: Ask
    rules: AllocationRules
    problem: Problem
    people: Sequence[Person]
    openings: Sequence[Opening]
    kin: dict[str, Kin]
    had: Sequence[Had]
    names: Mapping[str, str]


def load_term(
    session: Session,
    book: PoliciesInForce,
    rules: AllocationRules,
    ask: Ask,
    progress: Progress = lambda _done, _of: None,
) -> Term:
    """Load all that decides who may fill the open places of a period.

    A pin that names nobody, nothing, or a place that is not open raises RefusedError.
    """
    first = max(ask.first, ask.today)
    staff = people(session, first)
    wanted = [each for each in openings(session, first=first, last=ask.last) if each.lead_open + each.team_open]
    years = max(rules.provider.years, rules.group.years)
    kin: dict[str, Kin] = {}
    had = has(session, ask.today, looked_back(min(first, rules.term_of(first)), years), kin=kin)
    kin_of(session, (each.provider for each in wanted), kin)
    staff += _gone(session, rules, staff, wanted, had)
    place = {each.number: number for number, each in enumerate(staff)}
    theirs = [each for each in had if each.inspector in place]
    terms = sorted({rules.term_of(each.starts_on) for each in wanted})
    problem = Problem(
        weights=_weights(rules),
        inspectors=_inspectors(rules, staff, theirs, place, terms),
        inspections=_inspections(wanted, kin),
        found=_found(session, book, (first, ask.last), place, wanted, progress),
        busy=_busy(staff, wanted, theirs, place),
        used=_used(wanted, theirs, place),
        members=_members(wanted, theirs, place),
        apart=_apart(rules, staff),
        quotas=quotas_of(rules, staff, wanted, kin, theirs, terms),
        pins=_pins(ask.pins, staff, wanted),
        max_metres=rules.most_metres,
    )
    return Term(ask, rules, problem, staff, wanted, kin, had, all_names(session))


def _weights(rules: AllocationRules) -> Weights:
    of = rules.weights
    return Weights(of.unfilled, of.perceived, of.undetermined, of.unknown_distance)


def _inspectors(
    rules: AllocationRules, staff: Sequence[Person], theirs: Sequence[Had], place: dict[int, int], terms: Sequence[date]
) -> Inspectors:
    taken = Counter((place[each.inspector], rules.term_of(each.stay.starts_on)) for each in theirs)
    masks: dict[tuple[str, str], tuple[int, int]] = {}
    rows = []
    for number, each in enumerate(staff):
        load = rules.load_of(each.engagement)
        left = sum(max(0, load.term - taken[number, term]) for term in terms)
        key = (each.title, each.remits)
        if key not in masks:
            masks[key] = _masks(rules, *key)
        easting, northing = each.place or (0, 0)
        rows.append((easting, northing, each.place is not None, load.week, left, *masks[key]))
    table = np.array(rows, dtype=np.int64).reshape(-1, 7)
    east, north, located, week, term, remits, leads = (np.ascontiguousarray(table[:, at]) for at in range(7))
    return Inspectors(east, north, located.astype(np.bool_), week, term, remits, leads)


def _masks(rules: AllocationRules, title: str, remits: str) -> tuple[int, int]:
    may = [covers(remits, each) for each in KINDS]
    joins = sum(1 << bit for bit, can in enumerate(may) if can)
    leads = sum(1 << bit for bit, can in enumerate(may) if can and rules.may_lead(title, KINDS[bit]))
    return joins, leads


def _inspections(wanted: Sequence[Opening], kin: dict[str, Kin]) -> Inspections:
    rows = []
    for each in wanted:
        where = kin[each.provider].place
        kind = KINDS.index(each.remit) if each.remit in KINDS else len(KINDS) - 1
        begin, end = each.starts_on.toordinal(), each.ends_on.toordinal()
        rows.append((begin, end, kind, *(where or (0, 0)), where is not None, each.lead_open, each.team_open))
    table = np.array(rows, dtype=np.int64).reshape(-1, 8)
    first, last, remit, east, north, located, lead, team = (np.ascontiguousarray(table[:, at]) for at in range(8))
    return Inspections(
        first=first,
        last=last,
        week=_week(first, first),
        remit=remit,
        easting=east,
        northing=north,
        is_located=located.astype(np.bool_),
        lead_open=lead,
        team_open=team,
    )


def _week(days: Ints, firsts: Ints) -> Ints:
    """Return the calendar weeks of days, numbered from that of the earliest first day."""
    return column((days - 1) // DAYS - (int(firsts.min(initial=2**31)) - 1) // DAYS)


def _found(  # noqa: PLR0917 (all that a finding's place depends on)
    session: Session,
    book: PoliciesInForce,
    period: tuple[date, date],
    place: dict[int, int],
    wanted: Sequence[Opening],
    progress: Progress,
) -> Found:
    """Return the worst that the check finds of each pair, by the same rules as of one."""
    at = {each.number: row for row, each in enumerate(wanted)}
    worst = np.zeros((len(place), len(wanted)), dtype=np.uint8)
    who, where = column(), column()
    for loaded, found in findings(session, book, *period, progress):
        if not len(who):
            who = column([place.get(each, -1) for each in loaded.inspectors.numbers])
            where = column([at.get(each, -1) for each in loaded.inspections])
        inspector, inspection = who[found.inspector], where[found.inspection]
        for weight in range(1, 4):
            rows = (found.weight == weight) & (inspector >= 0) & (inspection >= 0)
            cells = inspector[rows], inspection[rows]
            worst[cells] = np.maximum(worst[cells], weight)
    inspector, inspection = np.nonzero(worst)
    return Found(column(inspector), column(inspection), column(worst[inspector, inspection]))


def _busy(staff: Sequence[Person], wanted: Sequence[Opening], theirs: Sequence[Had], place: dict[int, int]) -> Busy:
    begin = min((each.starts_on for each in wanted), default=date.max)
    end = max((each.ends_on for each in wanted), default=date.min)
    rows = [
        (place[each.inspector], each.stay.starts_on.toordinal(), each.stay.ends_on.toordinal())
        for each in theirs
        if each.stay.ends_on >= begin and each.stay.starts_on <= end
    ]
    rows += [
        (number, each.left_on.toordinal(), end.toordinal())
        for number, each in enumerate(staff)
        if each.left_on is not None and each.left_on <= end
    ]
    return Busy(*_columns(rows, 3))


def _used(wanted: Sequence[Opening], theirs: Sequence[Had], place: dict[int, int]) -> Used:
    begin = min((each.starts_on for each in wanted), default=date.max)
    base = begin.toordinal() - 1 - begin.weekday()
    counts = Counter(
        (place[each.inspector], (monday.toordinal() - 1 - base) // DAYS)
        for each in theirs
        for monday in weeks_of(each.stay.starts_on, each.stay.ends_on)
    )
    return Used(*_columns([(*key, number) for key, number in counts.items() if key[1] >= 0], 3))


def _members(wanted: Sequence[Opening], theirs: Sequence[Had], place: dict[int, int]) -> Members:
    at = {each.number: row for row, each in enumerate(wanted)}
    rows = [(place[each.inspector], at[each.inspection]) for each in theirs if each.inspection in at]
    return Members(*_columns(rows, 2))


def _gone(
    session: Session, rules: AllocationRules, staff: Sequence[Person], wanted: Sequence[Opening], had: Sequence[Had]
) -> list[Person]:
    """Return who has left and is still in a team from which the rules keep somebody apart; they may go nowhere."""
    there = {each.number for each in wanted}
    inside = {each.inspector for each in had if each.inspection in there} - {each.number for each in staff}
    apart = people(session, date.min, {number for each in rules.apart for number in each.staff}) if inside else []
    return [replace(each, remits="") for each in apart if each.number in inside]


def _apart(rules: AllocationRules, staff: Sequence[Person]) -> Apart:
    number = {each.staff_no: place for place, each in enumerate(staff)}
    pairs = [each.staff for each in rules.apart if number.keys() >= {*each.staff}]
    return Apart(*_columns([(number[one], number[other]) for one, other in pairs], 2))


def _pins(pins: Sequence[Pin], staff: Sequence[Person], wanted: Sequence[Opening]) -> Pins:
    number = {each.staff_no: place for place, each in enumerate(staff)}
    at = {each.reference: row for row, each in enumerate(wanted)}
    rows = []
    for pin in dict.fromkeys(pins):
        if pin.role not in IN_THE_TEAM:
            raise RefusedError(f"“{pin.role}” cannot be kept: give {' or '.join(IN_THE_TEAM)}", field="pins")
        if pin.staff_no not in number:
            raise RefusedError(f"There is no inspector with staff number {pin.staff_no} to keep", field="pins")
        if pin.inspection not in at:
            raise RefusedError(f"{pin.inspection} has no open place in this period to keep", field="pins")
        rows.append((number[pin.staff_no], at[pin.inspection], int(pin.role != LEAD)))
    return Pins(*_columns(rows, 3))


def _columns(rows: Sequence[tuple[int, ...]], width: int) -> list[Ints]:
    table = np.array(rows, dtype=np.int64).reshape(-1, width)
    return [np.ascontiguousarray(table[:, place]) for place in range(width)]
