"""What becomes of a provider's objection: it waits for a decision, then for an answer to the provider, then is over."""

from datetime import date
from enum import StrEnum

from tracker.domain.lifecycle import State


class Became(StrEnum):
    """How an objection stands, apart from its answer."""

    WAITS = "waits"
    ALLOWED = "allowed"
    RELEASED = "released"
    MOOT = "moot"


def became(state: State, *, is_covered: bool, is_called_off: bool = False) -> Became:
    """Return how an objection stands, by the assignment's state and whether decisions cover the finding that it gives.

    Once the inspection is called off it is moot: nobody comes, and the provider is told that with the calling off.

    The state is that of the inspector's open assignment to the inspection where there is one, whichever it was when
    the provider objected. An inspector who has none was released and does not come, for whatever reason: that is what
    the provider is then told.
    """
    if is_called_off:
        return Became.MOOT
    if state is State.RELEASED:
        return Became.RELEASED
    return Became.ALLOWED if is_covered else Became.WAITS


def age_in_words(received_on: date, today: date) -> str:
    """Return how long ago an objection came in, such as `5 days ago`."""
    days = (today - received_on).days
    if days <= 0:
        return "today"
    return "yesterday" if days == 1 else f"{days} days ago"


def is_overdue(starts_on: date, today: date) -> bool:
    """Tell whether a provider ought to have been answered: before anybody whom it objected to comes."""
    return today >= starts_on
