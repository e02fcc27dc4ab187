"""Who may go to an inspection that is planned, best first, and who cannot and why: the page and the command read it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.allocation.candidates import Candidate, Wanted, candidates
from tracker.allocation.circumstances import Known, everybody
from tracker.domain.allocation_rules import AllocationRules
from tracker.domain.choosing import Place, bends, place, why_not
from tracker.domain.errors import NotFoundError, RefusedError
from tracker.domain.facts import Verdict
from tracker.domain.findings import Outcome
from tracker.domain.lifecycle import LEAD, OPEN
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


@dataclass(frozen=True, slots=True)
class Choices:
    """Everybody, for one inspection and role: who may go, who has a real conflict, and who cannot go; best first.

    `barred` counts all who have not left and cannot go, by other reasons than the check's.
    """

    free: list[Choice]
    real: list[Choice]
    others: list[Choice]
    barred: int


def planned(session: Session, reference: str) -> Inspection:
    """Return an inspection by its reference; NotFoundError where none is planned, RefusedError for one called off."""
    found = session.scalars(select(Inspection).where(Inspection.reference == reference)).one_or_none()
    if found is None:
        message = f"There is no inspection {reference}."
        raise NotFoundError(message)
    if found.called_off_at is not None:
        raise RefusedError(f"{reference} was called off: nobody goes there any more")
    return found


def role_wanted(session: Session, inspection: Inspection) -> str:
    """Return the role to fill first: the lead while there is none, then the team."""
    there = select(Assignment.id).where(
        Assignment.inspection_id == inspection.id, Assignment.role == LEAD, Assignment.state.in_(OPEN)
    )
    return LEAD if session.scalar(there.limit(1)) is None else "team"


@dataclass(frozen=True, slots=True)
class Seeking:
    """What is sought for an inspection: a role, by the rules; `besides` is who asks, `leaving` who is to be replaced.

    Only who can go is checked; with `named`, all are whose name or staff number holds each of these words.
    """

    inspection: Inspection
    role: str
    rules: AllocationRules
    besides: int | None = None
    leaving: int | None = None
    named: str | None = None

    def bars(self, each: Known) -> str:
        """Return why somebody cannot go; an empty text for who can."""
        return why_not(each.person, self.role, self.inspection.remit, self.rules)

    def asks_of(self, each: Known, barred: str) -> bool:
        """Tell whether somebody is to be checked, by why he or she cannot go."""
        if each.number == self.besides:
            return False
        return not barred if self.named is None else each.is_named(self.named)


def choices(session: Session, seeking: Seeking, book: PoliciesInForce, today: date) -> Choices:
    """Return everybody who has not left and of whom it is asked, best first."""
    planned = seeking.inspection
    known = everybody(session, planned, seeking.rules, today, leaving=seeking.leaving)
    barred = {staff_no: seeking.bars(each) for staff_no, each in known.items()}
    asked = {staff_no for staff_no, each in known.items() if seeking.asks_of(each, barred[staff_no])}
    found = Choices([], [], [], sum(bool(barred[staff_no]) for staff_no, each in known.items() if not each.is_gone))
    wanted = Wanted(planned.provider, planned.starts_on, planned.ends_on, seeking.role, planned.id)
    for each in candidates(session, wanted, book, today, together=TOGETHER, only=asked):
        own = known[each.staff_no]
        choice = Choice(each, own, barred[each.staff_no], bends(own.person, each.metres, seeking.rules))
        if choice.why_not:
            found.others.append(choice)
        else:
            (found.real if each.outcome.verdict is Verdict.REAL else found.free).append(choice)
    for some in (found.free, found.real, found.others):
        some.sort(key=_place)
    return found


def _place(each: Choice) -> Place:
    own, verdict = each.known, each.outcome.verdict
    return place(own.person, own.staff_no, verdict, each.candidate.metres, is_bent=bool(each.bends))
