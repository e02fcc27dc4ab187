"""That somebody came to know of what a declaration states, and the inspection that it was about."""

from dataclasses import dataclass
from datetime import date, datetime

from tracker.domain.uk_time import in_uk


@dataclass(frozen=True, slots=True)
class Visit:
    """The inspection of an assignment that a connection was found to touch, and when it was called off, if it was."""

    assignment: str
    reference: str
    starts_on: date
    called_off_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody came to know of it: when, who and how; `who` is None of a check, which all who allocate could read.

    `declaration` is the one that was recorded or opened; `visit` is what a check, a question or a decision was about.
    """

    at: datetime
    who: str | None
    how: str
    declaration: str = ""
    visit: Visit | None = None

    def is_before(self, day: date) -> bool:
        """Whether that was before a day began in the United Kingdom."""
        return in_uk(self.at).date() < day

    @property
    def is_in_time(self) -> bool:
        """Whether that was before the inspection that it was found to touch began."""
        return self.visit is not None and self.is_before(self.visit.starts_on)
