"""What an allowed finding may ask to be done: how it stands on a day, and on which days its owner is reminded."""

from datetime import date, timedelta
from enum import StrEnum

# So many a decision may ask for; whoever needs more has not found the right one.
MOST = 5
LONGEST = 500
WEEK = 7


class Progress(StrEnum):
    """How a mitigation stands."""

    OVERDUE = "overdue"
    TO_DO = "to do"
    DONE = "done"
    OVER = "no longer called for"


def moved_up_to(due_on: date, began_on: date, begins_on: date) -> date | None:
    """Return the day by which a mitigation must be done since its inspection begins earlier; None where its own stands.

    What was to be done before the inspection began (`began_on`, when it was decided) is to be done before it begins
    now: the finding was allowed on that. One that was to be done later than that is left as it is.
    """
    return begins_on - timedelta(days=1) if begins_on <= due_on < began_on else None


def progress(due_on: date, today: date, *, is_done: bool, is_called_for: bool) -> Progress:
    """Return how a mitigation stands on a day; one that is due today is not overdue yet."""
    if is_done:
        return Progress.DONE
    if not is_called_for:
        return Progress.OVER
    return Progress.OVERDUE if due_on < today else Progress.TO_DO


def days_over(due_on: date, today: date) -> int:
    """Return by how many days a mitigation is overdue; 0 for one that is not."""
    return max(0, (today - due_on).days)


def reminder(due_on: date, today: date) -> int | None:
    """Return which reminder of its owner has come: 0 from the day it is due, one more each week; None before."""
    return (today - due_on).days // WEEK if today >= due_on else None
