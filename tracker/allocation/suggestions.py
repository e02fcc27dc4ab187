"""Who may go to an inspection that is planned, best first, and who cannot and why: the page and the command read it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.allocation.candidates import Candidate, Wanted, candidates
from tracker.allocation.circumstances import Known, everybody
from tracker.domain.allocation_rules import AllocationRules
from tracker.domain.choosing import LEAD, Place, bends, place, why_not
from tracker.domain.errors import NotFoundError
from tracker.domain.facts import Verdict
from tracker.domain.findings import Outcome
from tracker.domain.lifecycle import OPEN
from tracker.models import Assignment, Inspection
from tracker.queries.policies import PoliciesInForce

# All are read and checked together, so that many cost as few statements as few do.
TOGETHER = 20_000


@dataclass(frozen=True, slots=True)
class Choice:
    """An inspector for an inspection: the check's answer, what else there is to know, and why not, where so.

    `bends` are the rules of allocating that the choice would bend; whoever bends some may go, and comes later.
    """

    candidate: Candidate
    known: Known
    why_not: str
    bends: tuple[str, ...]

    @property
    def outcome(self) -> Outcome:
        """What the check finds."""
        return self.candidate.outcome

    @property
    def kilometres(self) -> int | None:
        """How far it is in a straight line from home, None where nobody can tell."""
        return None if self.candidate.metres is None else round(self.candidate.metres / 1_000)

    @property
    def place(self) -> Place:
        """What sorts it among the others."""
        own = self.known
        return place(own.person, own.staff_no, self.outcome.verdict, self.candidate.metres, is_bent=bool(self.bends))


@dataclass(frozen=True, slots=True)
class Choices:
    """Everybody, for one inspection and role: who may go, who has a real conflict, and who cannot go; best first."""

    free: list[Choice]
    real: list[Choice]
    others: list[Choice]


def planned(session: Session, reference: str) -> Inspection:
    """Return an inspection by its reference; NotFoundError where none is planned."""
    found = session.scalars(select(Inspection).where(Inspection.reference == reference)).one_or_none()
    if found is None:
        message = f"There is no inspection {reference}."
        raise NotFoundError(message)
    return found


def role_wanted(session: Session, inspection: Inspection) -> str:
    """Return the role to fill first: the lead while there is none, then the team."""
    there = select(Assignment.id).where(
        Assignment.inspection_id == inspection.id, Assignment.role == LEAD, Assignment.state.in_(OPEN)
    )
    return LEAD if session.scalar(there.limit(1)) is None else "team"


def choices(
    session: Session,
    inspection: Inspection,
    role: str,
    rules: AllocationRules,
    *,
    book: PoliciesInForce,
    today: date,
    besides: int | None = None,
    leaving: int | None = None,
) -> Choices:
    """Return everybody who has not left, but for whoever asks (`besides`); `leaving` is who is to be replaced."""
    known = everybody(session, inspection, rules, leaving=leaving)
    wanted = Wanted(inspection.provider, inspection.starts_on, inspection.ends_on, role)
    found = Choices([], [], [])
    for each in candidates(session, wanted, book, today, together=TOGETHER):
        own = known[each.staff_no]
        if own.number == besides:
            continue
        barred = why_not(own.person, role, inspection.remit, rules)
        choice = Choice(each, own, barred, bends(own.person, each.metres, rules))
        (found.others if barred else found.real if each.outcome.verdict is Verdict.REAL else found.free).append(choice)
    for some in (found.free, found.real, found.others):
        some.sort(key=lambda choice: choice.place)
    return found
