"""How heavy a connection is on its own: the policy's table of natures, holders and dates (policy, sections 2 and 3)."""

from datetime import date
from enum import StrEnum

from tracker.domain.dates import Span, years_after
from tracker.domain.facts import Circle, Connection, Verdict
from tracker.domain.policy import NatureRule, Policy


class Timing(StrEnum):
    """When a connection ran, seen from the assignment."""

    CURRENT = "current"
    AHEAD = "ahead"
    PAST = "past"


def timing(connection: Connection, assignment: Span, policy: Policy) -> Timing | None:
    """Tell whether a connection is current, ahead or past for an assignment; None where it lies too far ahead."""
    assert assignment.first is not None  # noqa: S101 (an assignment has both its days)
    assert assignment.last is not None  # noqa: S101
    span = connection.span
    if span.first is not None and span.first > assignment.last:
        return Timing.AHEAD if span.first <= years_after(assignment.last, policy.ahead_years) else None
    return Timing.PAST if span.last is not None and span.last < assignment.first else Timing.CURRENT


def grade(connection: Connection, assignment: Span, policy: Policy) -> Verdict | None:
    """Return the verdict of a direct hit of this connection, or None where it no longer, or not yet, matters.

    An ungraded connection that needs a reviewer is `undetermined`; a reviewer's `clear` answers None.
    """
    rule = policy.natures[connection.nature]
    if rule.event:
        return _event(connection, assignment, rule, policy)
    when = timing(connection, assignment, policy)
    if when is None:
        return None
    if rule.reviewed:
        return _reviewed(connection, assignment, rule, when)
    if when is Timing.PAST:
        return _past(connection, assignment, rule, policy)
    if rule.current is None:
        return None
    return _weaker(rule.current, policy) if connection.holder.circle is Circle.WIDER else rule.current


def _past(connection: Connection, assignment: Span, rule: NatureRule, policy: Policy) -> Verdict | None:
    match connection.holder.circle:
        case Circle.SELF:
            if _within(connection, assignment, rule.real_years):
                return Verdict.REAL
            return Verdict.PERCEIVED if _within(connection, assignment, rule.perceived_years) else None
        case Circle.FAMILY:
            years = _shorter(rule.perceived_years, policy.family_past_years)
            return Verdict.PERCEIVED if _within(connection, assignment, years) else None
        case Circle.WIDER:
            return None


def _event(connection: Connection, assignment: Span, rule: NatureRule, policy: Policy) -> Verdict | None:
    """Grade a happening: never current, perceived from its first day until the period after its end has passed."""
    circle = connection.holder.circle
    if circle is Circle.WIDER or (assignment.last is not None and connection.began_on.first > assignment.last):
        return None
    years = rule.perceived_years if circle is Circle.SELF else _shorter(rule.perceived_years, policy.family_past_years)
    return Verdict.PERCEIVED if _within(connection, assignment, years) else None


def _reviewed(connection: Connection, assignment: Span, rule: NatureRule, when: Timing) -> Verdict | None:
    """Grade what a reviewer must grade; a reviewer saw the holder, so the grade stands as given for every holder."""
    if when is Timing.PAST and (
        connection.holder.circle is Circle.WIDER or not _within(connection, assignment, rule.perceived_years)
    ):
        return None
    if connection.grade is None:
        return Verdict.UNDETERMINED
    return connection.grade if connection.grade is not Verdict.CLEAR else None


def _within(connection: Connection, assignment: Span, years: int | None) -> bool:
    """Tell whether the assignment starts no later than that many years after the connection's last day."""
    last: date | None = connection.span.last
    if years is None or assignment.first is None:
        return False
    return last is None or assignment.first <= years_after(last, years)


def _shorter(years: int | None, limit: int) -> int | None:
    return None if years is None else min(years, limit)


def _weaker(verdict: Verdict, policy: Policy) -> Verdict:
    """Return a verdict made weaker by the policy's steps; perceived stays the weakest of a connection."""
    steps = (Verdict.PERCEIVED, Verdict.REAL)
    return steps[max(0, steps.index(verdict) - policy.wider_weaker_by)] if verdict in steps else verdict
