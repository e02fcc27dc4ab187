"""The clock of the pages: the one place where they read it."""

from datetime import UTC, date, datetime

from config import Config
from tracker.domain.uk_time import in_uk
from tracker.web.settings import config


def now() -> datetime:
    """Return the instant that it is, or that TRACKER_NOW says it is."""
    return instant(config())


def instant(settings: Config) -> datetime:
    """Return the instant that it is for an application that is so set."""
    return settings.now or datetime.now(UTC)


def today() -> date:
    """Return the day that it is in the United Kingdom."""
    return in_uk(now()).date()


def checked_on() -> date:
    """Return the day on which a check that is made now is made, and whose policy it follows: an instant's date in UTC.

    So the policy's reference has it, and so the acts do: a page that asked for another day would show other verdicts.
    """
    return now().date()
