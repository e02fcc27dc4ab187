"""What follows from all the entries together, of people, inspections and erased words, read in one pass."""

from sqlalchemy.orm import Session

from tracker.domain.tree import Broken
from tracker.queries.erasures import Erasures, erased
from tracker.queries.standing_accounts import accounts
from tracker.queries.standing_acts import upon_oneself
from tracker.queries.standing_inspections import Inspections, planned
from tracker.queries.standing_inspectors import inspectors
from tracker.queries.told import follow
from tracker.queries.told_accounts import Accounts
from tracker.queries.told_inspectors import Staff


def standings(session: Session) -> Broken | None:
    """Return the first that stands otherwise than the entries leave it, or that they tell and may not be; or None."""
    people, staff, visits, gone = Accounts(), Staff(), Inspections(), Erasures()
    follow(session, (people, staff, visits, gone))
    return (
        planned(session, visits.told)
        or accounts(session, people.told)
        or inspectors(session, staff)
        or upon_oneself(session, {ref: each.staff_no for ref, each in people.told.items()})
        or erased(session, gone.told)
    )
