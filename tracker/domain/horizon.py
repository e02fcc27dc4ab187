"""From when until when a connection counts, and how heavily (policy, sections 2 and 3).

Days are ordinals. The questions below are written with operators alone, so that the same lines answer for one
connection and one assignment, and for columns of millions: "one rule, one place" holds for both.
"""

from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from tracker.domain.dates import years_after
from tracker.domain.facts import Circle, Connection, Nature, Verdict
from tracker.domain.policy import Policy

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


class Terms(NamedTuple):
    """What the policy makes of a nature, a circle and a reviewer's grade, whatever the days.

    A connection weighs `now` while it is current or ahead, `soon` for `soon_years` after its last day, and `late` for
    `late_years` after it; None for a period that there is not. It counts `ahead_years` before it begins; None for an
    event, which counts from its first day.
    """

    now: int
    soon: int
    late: int
    soon_years: int | None
    late_years: int | None
    ahead_years: int | None


class Horizon(NamedTuple):
    """A connection's terms with its days.

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
    found = terms(connection.nature, connection.holder.circle, connection.grade, policy)
    if found is None:
        return None
    first, last = connection.began_on.first, connection.span.last or date.max
    until = ends(last, found.soon_years, found.late_years)
    return Horizon(opens(first, found.ahead_years), first.toordinal(), *until, found.now, found.soon, found.late)


def terms(nature: Nature, circle: Circle, grade: Verdict | None, policy: Policy) -> Terms | None:
    """Return the terms of such connections under a policy; None where they never count."""
    rule = policy.natures[nature]
    is_wider, is_family = circle is Circle.WIDER, circle is Circle.FAMILY
    if rule.event:
        # A happening is never current: perceived from its first day until the period after its end has passed.
        years = _shorter(rule.perceived_years, policy.family_past_years) if is_family else rule.perceived_years
        return None if is_wider else Terms(PERCEIVED, PERCEIVED, PERCEIVED, None, years, None)
    if rule.reviewed:
        # A reviewer saw the holder, so the grade stands as given for every holder.
        heavy = grade.weight if grade else UNDETERMINED
        years = None if is_wider else rule.perceived_years
        return Terms(heavy, heavy, heavy, None, years, policy.ahead_years) if heavy else None
    now = rule.current.weight if rule.current else 0
    if is_wider:
        weaker = max(PERCEIVED, now - policy.wider_weaker_by) if now >= PERCEIVED else now
        return Terms(weaker, weaker, weaker, None, None, policy.ahead_years)
    if is_family:
        years = _shorter(rule.perceived_years, policy.family_past_years)
        return Terms(now, PERCEIVED, PERCEIVED, None, years, policy.ahead_years)
    return Terms(now, REAL, PERCEIVED, rule.real_years, rule.perceived_years, policy.ahead_years)


# A day is met again with every connection that begins or ends on it.
@lru_cache(maxsize=50_000)
def opens(first: date, ahead_years: int | None) -> int:
    """Return the first day from which the years ahead, on, is on or after a connection's beginning, as an ordinal."""
    if ahead_years is None:
        return first.toordinal()
    # The same calendar day, or one of its neighbours where a 29 February is in the way.
    day = date(max(1, first.year - ahead_years), first.month, min(first.day, 28)) - timedelta(days=1)
    while years_after(day, ahead_years) < first:
        day += timedelta(days=1)
    return day.toordinal()


@lru_cache(maxsize=50_000)
def ends(last: date, soon_years: int | None, late_years: int | None) -> tuple[int, int, int]:
    """Return a connection's last day, and until when an assignment may start to be soon or late after it: ordinals."""
    soon = last if soon_years is None else years_after(last, soon_years)
    late = last if late_years is None else years_after(last, late_years)
    return last.toordinal(), soon.toordinal(), max(soon, late).toordinal()


def _shorter(years: int | None, limit: int) -> int | None:
    return None if years is None else min(years, limit)
