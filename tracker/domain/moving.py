"""Moving an inspection to other days, or calling it off: what stands in the way, and what would cure it."""

from collections.abc import Iterator
from datetime import date

from tracker.domain.dates import in_words
from tracker.domain.planning import faulty_days

# An inspection's first day and its last, both included.
Days = tuple[date, date]
LONGEST_REASON = 500
# The reason for which whoever was on the team is released: the words of the act itself are about the inspection.
CALLED_OFF = "The inspection was called off."
# What is written where a tick is expected, and no reason.
NO_REASON = frozenset(
    ("y", "n", "yes", "no", "true", "false", "t", "f", "x", "on", "off", "na", "none", "nil", "null", "not called off")
)
OWN_TEAM = "You are on its team: another scheduler moves it or calls it off"


def is_no_reason(text: str) -> bool:
    """Whether a text is a tick, or a yes or no: what is called off cannot be taken back, so that nothing is guessed."""
    letters = "".join(sign for sign in text.casefold() if sign.isalpha() or sign == " ").strip()
    return not letters or letters in NO_REASON


def span_in_words(days: Days) -> str:
    """Return days in as few words as it takes: `17 March 2026`, or `17 to 18 March 2026`."""
    first, last = days
    if first == last:
        return in_words(last)
    is_one_month = (first.year, first.month) == (last.year, last.month)
    return f"{first.day if is_one_month else in_words(first)} to {in_words(last)}"


def why_fixed(was: Days, today: date, called_off_on: date | None = None) -> str:
    """Return why an inspection can be moved or called off no more, as a sentence; an empty text where it can.

    On its last day it can still be made longer. What has ended took place as it is planned, and stays so.
    """
    if called_off_on is not None:
        return f"It was called off on {in_words(called_off_on)}: plan it anew, under another reference"
    return f"It ended on {in_words(was[1])}: what took place stays as it was" if was[1] < today else ""


def faults_of_move(was: Days, wanted: Days, today: date) -> Iterator[tuple[str, str]]:
    """Yield each field of a move that is bad, and its cure.

    Nothing is moved into the past: what took place on other days was inspected then, and checks count to the day of an
    inspection. One that began before today keeps its first day, for somebody was there, and may end on another day. On
    its first day itself it can still be put off: that is when a school rings to say that it is closed.
    """
    (began_on, _), (starts_on, ends_on) = was, wanted
    if sentence := why_fixed(was, today):
        yield "starts_on", sentence
        return
    if began_on < today and starts_on != began_on:
        yield "starts_on", f"It began on {in_words(began_on)}: leave its first day, and change the last one"
    elif began_on >= today and starts_on < today:
        yield "starts_on", f"It cannot be moved into the past: give today, {in_words(today)}, or a later day"
    elif ends_on < today:
        yield "ends_on", f"It cannot end in the past: give today, {in_words(today)}, or a later day"
    yield from faulty_days(starts_on, ends_on)
