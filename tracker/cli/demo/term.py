"""The rest of the demonstration's term: inspections that have nobody yet, for a plan to fill at once."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from tracker.cli.demo.assigning import Assigning, Visit
from tracker.cli.demo.calendar import is_holiday, monday, working_day, working_days_after
from tracker.cli.demo.gias import School

SEED = 55
# From the third week on, so that the list of what is to be filled soon stays short.
FIRST_WEEK, WEEKS, A_WEEK = 2, 14, 6
# One week wants more than there are inspectors: a plan then says which places stay open, and why.
PEAK = 26
FRAMEWORKS = ("Graded inspection", "Ungraded inspection", "Monitoring inspection")


def plan_term(assigning: Assigning, schools: Sequence[School], today: date) -> None:
    """Plan some inspections in each coming week, at schools that the story does not need; nobody is proposed."""
    # Chances of its own, so that the story goes as it would without it.
    rng = Random(SEED)  # noqa: S311 (an invented world needs to be the same each time, not secret)
    pool = list(schools)
    rng.shuffle(pool)
    planned_on = working_day(today - timedelta(days=4))
    for number in range(FIRST_WEEK, FIRST_WEEK + WEEKS):
        week = monday(today) + timedelta(weeks=number)
        wanted = PEAK if number == FIRST_WEEK else A_WEEK
        for _ in range(0 if is_holiday(week) else min(wanted, len(pool))):
            school = pool.pop()
            starts_on = week + timedelta(days=rng.choice((1, 1, 2)))
            size = 4 if school.phase == "Secondary" else rng.choice((2, 2, 3))
            visit = Visit(school.ref, rng.choice(FRAMEWORKS), starts_on, working_days_after(starts_on, 1), (), size)
            assigning.visit(visit, planned_on, today)
