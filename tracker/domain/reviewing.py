"""What needs a person beside findings: by when, and why so."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Want(StrEnum):
    """What a reviewer is asked to look at."""

    GRADE = "grade"
    ORGANISATION = "organisation"
    LEAD = "question"
    OVERDUE = "declaration"


# Days from when it arose until it is due, and why so many. Examples, as the policy's values are.
DAYS: dict[Want, tuple[int, str]] = {
    Want.GRADE: (5, "Until it is graded, whatever it touches is undetermined."),
    Want.ORGANISATION: (10, "Until it is linked, or found to belong with nothing, it reaches no inspection."),
    Want.LEAD: (28, "Inspectors have two weeks to answer by themselves."),
    Want.OVERDUE: (14, "Without a declaration in date nobody can tell whether the inspector may go."),
}
# A lead is the inspector's alone for so long.
PATIENCE = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that needs a person: what, about whom, since when; `more` says it in a few words.

    `href` is where it is settled; where only the inspector can, it is empty, and `staff_no` says whom to remind.
    """

    want: Want
    title: str
    more: str
    since: date
    href: str = ""
    staff_no: str = ""

    @property
    def due_on(self) -> date:
        """By when it should be settled."""
        return self.since + timedelta(days=DAYS[self.want][0])

    def age(self, today: date) -> int:
        """How many days ago it arose."""
        return max(0, (today - self.since).days)

    def is_late(self, today: date) -> bool:
        """Whether it should have been settled by now."""
        return self.due_on < today


def in_order(tasks: list[Task]) -> list[Task]:
    """Return tasks by the day on which they are due, the first first."""
    return sorted(tasks, key=lambda each: (each.due_on, each.since, each.want, each.title))
