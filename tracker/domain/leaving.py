"""Leaving the inspectorate: from which day on somebody inspects no more, and what that means for an assignment."""

from datetime import date
from enum import StrEnum

from tracker.domain.dates import months_after
from tracker.domain.moving import Days

LONGEST_REMARK = 500
# A day further back, or further ahead, than so many months is rather a slip of the pen than a day of leaving. A staff
# list may name people who left long ago; but not longer than anybody keeps a list for.
MONTHS_BACK, MONTHS_AHEAD = 12, 60
LISTED_MONTHS_BACK = 20 * 12
# The reason for which whoever leaves is released: a remark on the leaving is about the person, and stays with it.
LEAVES = "The inspector leaves."


class Means(StrEnum):
    """What it means for an assignment that its inspector leaves on a day."""

    RELEASED = "released"
    TO_REPLACE = "to replace"
    OVER = "over"


def means(left_on: date, days: Days, today: date) -> Means | None:
    """Return what leaving on a day means for an assignment to an inspection on these days; None where it means nothing.

    The day of leaving is no day of work. An inspection that begins on that day or later loses the inspector; of one
    that begins before and is not over by then, the scheduler finds somebody else. What has ended stays as it was.
    """
    first, last = days
    if last < left_on:
        return None
    if last < today:
        return Means.OVER
    return Means.RELEASED if first >= left_on else Means.TO_REPLACE


def fault_of(left_on: date, today: date) -> str:
    """Return what is wrong with a day of leaving, and its cure; an empty text where nothing is."""
    if is_long_ago(left_on, today):
        return f"It is more than {MONTHS_BACK} months ago: check the year; if it is right, let a staff list say it"
    return _far_ahead(left_on, today)


def fault_in_list(left_on: date, today: date) -> str:
    """Return what is wrong with a day of leaving that a staff list gives, and its cure; an empty text for nothing."""
    if left_on < months_after(today, -LISTED_MONTHS_BACK):
        return f"It is more than {LISTED_MONTHS_BACK // 12} years ago: check the year; if it is right, remove the row"
    return _far_ahead(left_on, today)


def is_long_ago(left_on: date, today: date) -> bool:
    """Whether a day of leaving is so long ago that it is to be looked at."""
    return left_on < months_after(today, -MONTHS_BACK)


def _far_ahead(left_on: date, today: date) -> str:
    if left_on <= months_after(today, MONTHS_AHEAD):
        return ""
    return f"It is more than {MONTHS_AHEAD // 12} years ahead: check the year; if it is right, say it once it is nearer"
