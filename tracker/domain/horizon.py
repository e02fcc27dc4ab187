"""From when until when a connection counts, and how heavily (policy, sections 2 and 3).

Days are ordinals. The questions below are written with operators alone, so that the same lines answer for one
connection and one assignment, and for columns of millions: "one rule, one place" holds for both.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from tracker.domain.dates import years_after
from tracker.domain.facts import Circle, Connection, Verdict
from tracker.domain.policy import NatureRule, Policy

# Before and after every day that there is.
EARLIEST, LATEST = 0, date.max.toordinal()
UNDETERMINED, PERCEIVED, REAL = (each.weight for each in (Verdict.UNDETERMINED, Verdict.PERCEIVED, Verdict.REAL))
VERDICTS = tuple(Verdict)

# A whole number, or a column of them.
Days = Any


class Timing(StrEnum):
    """When a connection ran, seen from the assignment."""

    CURRENT = "current"
    AHEAD = "ahead"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class Horizon:
    """What the policy makes of a connection's nature, holder, grade and days.

    It counts for assignments whose last day is `opens` or later: with the weight `now` where they start by `last`, the
    connection's last day; with the weight `soon` where they start by `soon_until`; `late` by `late_until`; not after.
    """

    opens: Days
    first: Days
    last: Days
    soon_until: Days
    late_until: Days
    now: Days
    soon: Days
    late: Days


def weight(of: Horizon, starts: Days, ends: Days) -> Days:
    """Return the weight of a verdict on a connection that reaches the provider directly: 0 where it does not count."""
    return (of.opens <= ends) * (
        (starts <= of.late_until) * of.late
        + (starts <= of.soon_until) * (of.soon - of.late)
        + (starts <= of.last) * (of.now - of.soon)
    )


def capped(heavy: Days, most: Days) -> Days:
    """Return a weight, and no more than a rule may answer."""
    return heavy - (heavy > most) * (heavy - most)


def is_current_or_ahead(of: Horizon, starts: Days, ends: Days) -> Days:
    """Tell whether a connection lasts on a day of the assignment, or lies ahead of it and counts already."""
    return (of.opens <= ends) & (starts <= of.last)


def meet(first: Days, last: Days, other_first: Days, other_last: Days) -> Days:
    """Tell whether two spans of days share one; a span that ends before it begins shares none."""
    return (first <= other_last) & (other_first <= last) & (first <= last) & (other_first <= other_last)


def timing(of: Horizon, starts: int, ends: int) -> Timing:
    """Tell whether a connection is current, ahead or past for an assignment."""
    if of.first > ends:
        return Timing.AHEAD
    return Timing.PAST if of.last < starts else Timing.CURRENT


def horizon(connection: Connection, policy: Policy) -> Horizon | None:
    """Return a connection's horizon under a policy; None where it never counts.

    An ungraded connection that needs a reviewer weighs `undetermined`; with a reviewer's `clear` it never counts.
    """
    made = connection.made
    if policy not in made:
        made[policy] = _horizon(connection, policy)
    result: Horizon | None = made[policy]
    return result


def _horizon(connection: Connection, policy: Policy) -> Horizon | None:
    rule, circle = policy.natures[connection.nature], connection.holder.circle
    if rule.event:
        return None if circle is Circle.WIDER else _event(connection, rule, policy)
    if rule.reviewed:
        return _reviewed(connection, rule, policy)
    span = connection.span
    last = span.last or date.max
    now = rule.current.weight if rule.current else 0
    soon_until = late_until = last
    if circle is Circle.SELF:
        soon_until = _after(last, rule.real_years)
        late_until = max(soon_until, _after(last, rule.perceived_years))
    elif circle is Circle.FAMILY:
        late_until = _after(last, _shorter(rule.perceived_years, policy.family_past_years))
    elif now >= PERCEIVED:
        now = max(PERCEIVED, now - policy.wider_weaker_by)
    return Horizon(
        opens=_opens(connection, policy),
        first=connection.began_on.first.toordinal(),
        last=last.toordinal(),
        soon_until=soon_until.toordinal(),
        late_until=late_until.toordinal(),
        now=now,
        soon=REAL,
        late=PERCEIVED,
    )


def _event(connection: Connection, rule: NatureRule, policy: Policy) -> Horizon:
    """Judge a happening: never current, perceived from its first day until the period after its end has passed."""
    first, last = connection.span.first or date.min, connection.span.last or date.max
    is_own = connection.holder.circle is Circle.SELF
    years = rule.perceived_years if is_own else _shorter(rule.perceived_years, policy.family_past_years)
    until = _after(last, years).toordinal()
    return Horizon(
        opens=first.toordinal(),
        first=first.toordinal(),
        last=last.toordinal(),
        soon_until=until,
        late_until=until,
        now=PERCEIVED,
        soon=PERCEIVED,
        late=PERCEIVED,
    )


def _reviewed(connection: Connection, rule: NatureRule, policy: Policy) -> Horizon | None:
    """Judge what a reviewer must grade; a reviewer saw the holder, so the grade stands as given for every holder."""
    if connection.grade is Verdict.CLEAR:
        return None
    heavy = connection.grade.weight if connection.grade else UNDETERMINED
    last = connection.span.last or date.max
    until = last if connection.holder.circle is Circle.WIDER else _after(last, rule.perceived_years)
    return Horizon(
        opens=_opens(connection, policy),
        first=connection.began_on.first.toordinal(),
        last=last.toordinal(),
        soon_until=until.toordinal(),
        late_until=until.toordinal(),
        now=heavy,
        soon=heavy,
        late=heavy,
    )


def _opens(connection: Connection, policy: Policy) -> int:
    """Return the first day from which, some years on, is on or after the connection's beginning."""
    began, years = connection.began_on.first, policy.ahead_years
    # The same calendar day, or one of its neighbours where a 29 February is in the way.
    day = date(max(1, began.year - years), began.month, min(began.day, 28)) - timedelta(days=1)
    while years_after(day, years) < began:
        day += timedelta(days=1)
    return day.toordinal()


def _after(last: date, years: int | None) -> date:
    return last if years is None else years_after(last, years)


def _shorter(years: int | None, limit: int) -> int | None:
    return None if years is None else min(years, limit)
