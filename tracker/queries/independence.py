"""An inspection's independence file: who was in the team, and all that was asked, checked and decided about each."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from tracker.domain.dates import months_after
from tracker.domain.entry import parse_entry
from tracker.domain.fitting import leaves
from tracker.domain.uk_time import midnight
from tracker.models import (
    Assignment,
    ConflictCheck,
    Decision,
    Declaration,
    HistoryEntry,
    HistorySubject,
    Inspection,
    InspectorQuestion,
    Objection,
    PolicyVersion,
)
from tracker.queries import asat, confirmations, leavings, mitigations, moves, policies, questions
from tracker.queries.confirmations import Vouched
from tracker.queries.leavings import Change as Leaving
from tracker.queries.mitigations import Asked
from tracker.queries.moves import Change
from tracker.queries.policies import PoliciesInForce
from tracker.queries.turns import Turn, turns

REPLACED = "assignment:replaced"


@dataclass(frozen=True, slots=True)
class Member:
    """One of those who were proposed, with the declaration known when the inspection began, and all that followed.

    `in_date` says whether that declaration served on the inspection's first day, by the policy in force for it; None
    where there was no declaration, or no policy. `leaving` is what was recorded of a day of leaving that the
    inspection's days reach.
    """

    assignment: Assignment
    declaration: Declaration | None
    in_date: bool | None
    checks: tuple[ConflictCheck, ...]
    decisions: tuple[Decision, ...]
    questions: tuple[InspectorQuestion, ...]
    mitigations: tuple[Asked, ...]
    objections: tuple[Objection, ...]
    vouched: Vouched | None
    turns: tuple[Turn, ...]
    leaving: tuple[Leaving, ...]


@dataclass(frozen=True, slots=True)
class Entries:
    """The numbers of the entries that tell of an inspection, so that each act in its file can be tied to the root."""

    found: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    # Assignment -> the one that it stands in for, and the one that stands in for it.
    instead: dict[str, str] = field(default_factory=dict)
    by: dict[str, str] = field(default_factory=dict)

    def of(self, subject: str, *events: str) -> int | None:
        """Return the first entry about a subject that is of one of these events, None where none is."""
        return next((self.found[subject, event][0] for event in events if (subject, event) in self.found), None)

    def of_checks(self, member: Member) -> list[int | None]:
        """Return the entries of a member's checks, in their order; none where the history tells another number."""
        numbers = self.found.get((f"assignment:{member.assignment.ref}", "assignment:checked"), [])
        return [*numbers] if len(numbers) == len(member.checks) else [None for _ in member.checks]


@dataclass(frozen=True, slots=True)
class IndependenceFile:
    """An inspection and its team, and what was changed of it since it was planned.

    `policies` names the versions that the checks were made under, by number.
    """

    inspection: Inspection
    changes: tuple[Change, ...]
    members: tuple[Member, ...]
    policies: dict[int, PolicyVersion]
    entries: Entries

    def other(self, refs: dict[str, str], member: Member) -> str:
        """Return the name of who came before or after a member, by `entries.instead` or `entries.by`, if anybody."""
        ref = refs.get(member.assignment.ref)
        found = (each.assignment.inspector.name for each in self.members if each.assignment.ref == ref)
        return next(found, "")


def independence_file(session: Session, reference: str) -> IndependenceFile | None:
    """Return an inspection's file, or None where none is planned by that reference."""
    inspection = session.scalars(select(Inspection).where(Inspection.reference == reference)).one_or_none()
    if inspection is None:
        return None
    rows = _assignments(session, inspection.id)
    numbers = [each.id for each in rows]
    vouched = confirmations.given(session, numbers)
    objections = _objections(session, numbers)
    turned = turns(session, [each.ref for each in rows])
    began_at = midnight(inspection.starts_on)
    known = {each.id: asat.declaration_in_force(session, each.inspector_id, began_at) for each in rows}
    book = policies.all_in_force(session, inspection.starts_on)
    asked, wanted = questions.asked_about(session, numbers), mitigations.of_assignments(session, numbers)
    members = tuple(
        Member(
            each,
            known[each.id],
            _in_date(book, each, known[each.id]),
            tuple(each.checks),
            tuple(each.decisions),
            tuple(asked[each.id]),
            tuple(wanted[each.id]),
            tuple(objections.get(each.id, ())),
            vouched.get(each.id),
            tuple(turned.get(each.ref, ())),
            tuple(_leaving(session, each.inspector.staff_no, inspection)),
        )
        for each in rows
    )
    used = {check.policy_id for each in members for check in each.checks}
    versions = session.scalars(select(PolicyVersion).where(PolicyVersion.id.in_(used)))
    changes = tuple(moves.changes(session, reference))
    said = {row.ref for row in known.values() if row}
    entries = _entries(session, reference, said)
    return IndependenceFile(inspection, changes, members, {each.id: each for each in versions}, entries)


def _entries(session: Session, reference: str, declarations: Iterable[str]) -> Entries:
    """Return the entries that tell of an inspection, and of these declarations."""
    wanted = [f"inspection:{reference}", *(f"declaration:{ref}" for ref in sorted(declarations))]
    about = select(HistorySubject.seq).where(HistorySubject.subject.in_(wanted))
    query = select(HistoryEntry.entry).where(HistoryEntry.seq.in_(about)).order_by(HistoryEntry.seq)
    told = Entries()
    for text in session.scalars(query):
        entry = parse_entry(text.encode())
        for subject in entry.subjects:
            told.found.setdefault((subject, entry.event), []).append(entry.seq)
        if entry.event == REPLACED:
            # The entry names who comes before who goes.
            comes, goes = (each.partition(":")[2] for each in entry.subjects if each.startswith("assignment:"))
            told.instead[comes] = goes
            told.by[goes] = comes
    return told


def _leaving(session: Session, staff_no: str, inspection: Inspection) -> Iterator[Leaving]:
    for each in leavings.changes(session, staff_no):
        if any(leaves(day, inspection.ends_on) for day in (each.left_on, each.was)):
            yield each


def _in_date(book: PoliciesInForce, assignment: Assignment, declaration: Declaration | None) -> bool | None:
    engagement = assignment.inspector.engagement
    if declaration is None or book.row_of(engagement) is None:
        return None
    _, policy = book.of(engagement)
    return months_after(declaration.made_at.date(), policy.valid_months) >= assignment.inspection.starts_on


def _assignments(session: Session, inspection_id: int) -> Sequence[Assignment]:
    """Return everybody who was ever proposed, with the checks and the decisions."""
    decided = selectinload(Assignment.decisions).options(
        joinedload(Decision.finding),
        joinedload(Decision.reasons),
    )
    return session.scalars(
        select(Assignment)
        .where(Assignment.inspection_id == inspection_id)
        .options(joinedload(Assignment.inspector), joinedload(Assignment.inspection))
        .options(selectinload(Assignment.checks).selectinload(ConflictCheck.findings))
        .options(decided)
        .order_by(Assignment.id)
    ).all()


def _objections(session: Session, numbers: list[int]) -> dict[int, list[Objection]]:
    found: dict[int, list[Objection]] = {}
    query = (
        select(Objection)
        .where(Objection.assignment_id.in_(numbers))
        .options(joinedload(Objection.answer), joinedload(Objection.office))
        .order_by(Objection.id)
    )
    for each in session.scalars(query):
        found.setdefault(each.assignment_id, []).append(each)
    return found
