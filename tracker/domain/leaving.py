"""Leaving the inspectorate: from which day on somebody inspects no more, and what that means for an assignment."""

from datetime import date
from enum import StrEnum

from tracker.domain.dates import in_words, months_after
from tracker.domain.moving import Days

LONGEST_REMARK = 500
# A day further back, or further ahead, than so many months is rather a slip of the pen than a day of leaving.
MONTHS_BACK, MONTHS_AHEAD = 12, 60
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
    first, last = months_after(today, -MONTHS_BACK), months_after(today, MONTHS_AHEAD)
    if left_on < first:
        return f"It is more than {MONTHS_BACK} months ago: give {in_words(first)} or a later day"
    if left_on > last:
        return f"It is more than {MONTHS_AHEAD // 12} years ahead: give {in_words(last)} or an earlier day"
    return ""
