"""What stands between an assignment and its confirmation: findings, the decisions on them, and who must decide."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from tracker.domain.access import Actor
from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import OPEN, Ruled, Ruling, State, is_covered
from tracker.domain.policy import Policy
from tracker.models import (
    Account,
    Assignment,
    ConflictCheck,
    Decision,
    FindingRow,
    Inspection,
    Inspector,
)
from tracker.queries import questions
from tracker.queries.policies import PoliciesInForce
from tracker.queries.proposers import all_proposers

PERSON = "person:"
_OF_THE_SYSTEM = {"system:command-line": "the command line", "system:demonstration": "the demonstration"}


@dataclass(frozen=True, slots=True)
class Weighed:
    """A finding that counts now: how many decision-makers must allow it, and who does."""

    finding: FindingRow
    needed: int
    allowed_by: tuple[str, ...]
    is_covered: bool


@dataclass(frozen=True, slots=True)
class Pending:
    """An open assignment that may still want an act, who ever proposed it, and which findings no decision covers."""

    id: int
    state: State
    starts_on: date
    ends_on: date
    proposed_at: datetime
    inspector_id: int
    proposers: frozenset[str]
    uncovered: tuple[tuple[str, Verdict], ...]
    ruled: tuple[Ruled, ...]

    def awaits(self, actor: Actor) -> bool:
        """Tell whether it waits for this decision-maker: some finding is open that he or she has not yet allowed."""
        if actor.ref in self.proposers or self.inspector_id == actor.inspector_id:
            return False
        return bool(self.left_to(actor))

    def left_to(self, actor: Actor) -> frozenset[str]:
        """Return which findings are open that this decision-maker has not yet allowed, by their fingerprints."""
        allowed = {each.fingerprint for each in self.ruled if each.decided_by == actor.ref}
        return frozenset(fingerprint for fingerprint, _ in self.uncovered if fingerprint not in allowed)

    @property
    def is_exception(self) -> bool:
        """Whether a finding in the way is a real conflict, so that going ahead would be an exception."""
        return any(verdict is Verdict.REAL for _, verdict in self.uncovered)


class Need(StrEnum):
    """Why an assignment stands on a decision-maker's list."""

    QUESTIONED = "questioned"
    DECISION = "decision"
    EXCEPTION = "exception"
    ASKED = "asked"
    OTHERS = "others"


def pending(session: Session, book: PoliciesInForce, today: date, *where: ColumnElement[bool]) -> list[Pending]:
    """Return every open assignment of an inspection that has not ended, the soonest inspection first.

    A questioned one stays when its inspection has ended: somebody inspected, and what was found still wants a word.
    """
    lasts = or_(Inspection.ends_on >= today, Assignment.state == State.QUESTIONED)
    wanted = (Assignment.state.in_(OPEN), lasts, *where)
    found: dict[int, list[tuple[str, Verdict]]] = {}
    query = (
        select(Assignment.id, FindingRow.fingerprint, FindingRow.verdict)
        .join(FindingRow, FindingRow.check_id == Assignment.check_id)
        .join(Assignment.inspection)
    )
    for row in session.execute(query.where(*wanted).order_by(FindingRow.position)):
        found.setdefault(row.id, []).append((row.fingerprint, row.verdict))
    ruled, proposers = _ruled(session, wanted), all_proposers(session, wanted)
    return [
        Pending(
            *row[:-1],
            proposers=frozenset(proposers[row.id]),
            uncovered=tuple(
                (fingerprint, verdict)
                for fingerprint, verdict in found.get(row.id, ())
                if not is_covered(fingerprint, verdict, ruled.get(row.id, ()), book.of(row.engagement)[1].decisions)
            ),
            ruled=tuple(ruled.get(row.id, ())),
        )
        for row in session.execute(_rows(wanted))
    ]


def _rows(wanted: Sequence[ColumnElement[bool]]) -> Select[int, State, date, date, datetime, int, str]:
    return (
        select(
            Assignment.id,
            Assignment.state,
            Inspection.starts_on,
            Inspection.ends_on,
            Assignment.proposed_at,
            Assignment.inspector_id,
            Inspector.engagement,
        )
        .join(Assignment.inspection)
        .join(Assignment.inspector)
        .where(*wanted)
        .order_by(Inspection.starts_on, Assignment.proposed_at, Assignment.id)
    )


def _ruled(session: Session, wanted: Sequence[ColumnElement[bool]]) -> dict[int, list[Ruled]]:
    result: dict[int, list[Ruled]] = {}
    query = (
        select(Decision.assignment_id, Decision.fingerprint, Decision.outcome, Decision.decided_by)
        .join(Assignment, Assignment.id == Decision.assignment_id)
        .join(Assignment.inspection)
    )
    for row in session.execute(query.where(*wanted).order_by(Decision.id)):
        result.setdefault(row.assignment_id, []).append(Ruled(row.fingerprint, Ruling(row.outcome), row.decided_by))
    return result


def decided_anew(before: datetime | None = None) -> ColumnElement[bool]:
    """Whether the same person decided on the same finding of the same assignment again, later; before an instant."""
    later = aliased(Decision)
    again = exists() if before is None else exists().where(later.decided_at < before)
    return again.where(
        later.assignment_id == Decision.assignment_id,
        later.fingerprint == Decision.fingerprint,
        later.decided_by == Decision.decided_by,
        later.id > Decision.id,
    )


def queue(session: Session, book: PoliciesInForce, today: date, actor: Actor) -> dict[Need, list[Pending]]:
    """Return what needs a decision, by why it does; a decision-maker's own assignments are on nobody's own list.

    What waits for nothing but the inspector's answer is kept apart from what is ready to be decided.
    """
    lists: dict[Need, list[Pending]] = {need: [] for need in Need}
    asked = questions.waiting(session, today)
    for each in pending(session, book, today, Assignment.in_the_way != Verdict.CLEAR):
        if not each.uncovered or (actor.inspector_id is not None and each.inspector_id == actor.inspector_id):
            continue
        if not each.awaits(actor):
            lists[Need.OTHERS].append(each)
        elif each.left_to(actor) <= asked.get(each.id, frozenset()):
            lists[Need.ASKED].append(each)
        elif each.state is State.QUESTIONED:
            lists[Need.QUESTIONED].append(each)
        else:
            lists[Need.EXCEPTION if each.is_exception else Need.DECISION].append(each)
    return lists


def whole(session: Session, numbers: Sequence[int]) -> dict[int, Assignment]:
    """Return assignments by number, with their inspection, inspector, and latest check."""
    rows = session.scalars(_whole(Assignment.id.in_(numbers))) if numbers else ()
    return {row.id: row for row in rows}


def by_refs(session: Session, refs: Sequence[str]) -> dict[str, Assignment]:
    """Return assignments by reference, with their inspection, inspector, and latest check; those that there are."""
    rows = session.scalars(_whole(Assignment.ref.in_(refs))) if refs else ()
    return {row.ref: row for row in rows}


def fingerprint_of(session: Session, assignment_id: int, finding_id: int) -> str:
    """Return the fingerprint of a finding that a check of an assignment ever made; an empty text for any other.

    Addresses name findings by number: so few connections are possible that one could be guessed from a fingerprint.
    """
    query = (
        select(FindingRow.fingerprint)
        .join(ConflictCheck, ConflictCheck.id == FindingRow.check_id)
        .where(FindingRow.id == finding_id, ConflictCheck.assignment_id == assignment_id)
    )
    return session.scalar(query) or ""


def one(session: Session, ref: str) -> Assignment | None:
    """Return an assignment by its reference, with its inspection, inspector, and latest check, or None."""
    return session.scalars(_whole(Assignment.ref == ref)).one_or_none()


def _whole(condition: ColumnElement[bool]) -> Select[Assignment]:
    return (
        select(Assignment)
        .where(condition)
        .options(
            joinedload(Assignment.inspection),
            joinedload(Assignment.inspector),
            joinedload(Assignment.check).selectinload(ConflictCheck.findings),
        )
    )


def weighed(assignment: Assignment, decisions: Collection[Decision], policy: Policy) -> list[Weighed]:
    """Return the findings of the latest check, each with the decisions that hold for it."""
    ruled = [Ruled(each.fingerprint, Ruling(each.outcome), each.decided_by) for each in decisions]
    findings = assignment.check.findings if assignment.check else []
    return [_weigh(each, ruled, policy) for each in findings]


def _weigh(finding: FindingRow, ruled: Sequence[Ruled], policy: Policy) -> Weighed:
    latest = {each.decided_by: each.outcome for each in ruled if each.fingerprint == finding.fingerprint}
    return Weighed(
        finding,
        max(1, policy.decisions.get(finding.verdict, 1)),
        tuple(who for who, outcome in latest.items() if outcome is Ruling.ALLOW),
        is_covered(finding.fingerprint, finding.verdict, ruled, policy.decisions),
    )


def decisions_on(session: Session, assignments: Sequence[int]) -> dict[int, list[Decision]]:
    """Return every decision on these assignments with its finding and its reasons, the oldest first."""
    result: dict[int, list[Decision]] = {number: [] for number in assignments}
    if assignments:
        for row in session.scalars(_decisions().where(Decision.assignment_id.in_(assignments)).order_by(Decision.id)):
            result[row.assignment_id].append(row)
    return result


def _decisions() -> Select[Decision]:
    return select(Decision).options(joinedload(Decision.finding), joinedload(Decision.reasons))


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that was made, and what it was about."""

    decision: Decision
    assignment: Assignment


def recent(session: Session, actor: Actor, *, start: int, size: int) -> tuple[int, list[Decided]]:
    """Return how many decisions there are that are not about the actor, and a page of them, the latest first."""
    own = actor.inspector_id if actor.inspector_id is not None else -1
    among = Assignment.inspector_id != own
    number = session.scalar(
        select(func.count(Decision.id)).join(Assignment, Assignment.id == Decision.assignment_id).where(among)
    )
    rows = list(
        session.scalars(
            _decisions()
            .join(Assignment, Assignment.id == Decision.assignment_id)
            .where(among)
            .order_by(Decision.id.desc())
            .offset(start)
            .limit(size)
        )
    )
    assignments = {
        each.id: each
        for each in session.scalars(
            select(Assignment)
            .where(Assignment.id.in_({row.assignment_id for row in rows}))
            .options(joinedload(Assignment.inspection), joinedload(Assignment.inspector))
        )
    }
    return number or 0, [Decided(row, assignments[row.assignment_id]) for row in rows]


def names_of(session: Session, actors: Collection[str]) -> dict[str, str]:
    """Return the names of those who acted, by their references in the history."""
    refs = {each.removeprefix(PERSON) for each in actors if each.startswith(PERSON)}
    names = {each: _OF_THE_SYSTEM.get(each, each) for each in actors}
    if refs:
        for ref, name in session.execute(select(Account.ref, Account.name).where(Account.ref.in_(refs))):
            names[f"{PERSON}{ref}"] = name
    return names
