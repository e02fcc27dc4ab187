"""Providers' objections: those to an assignment, what became of each, and those that wait for an answer."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from tracker.domain.access import Actor
from tracker.domain.lifecycle import OPEN, State
from tracker.domain.objecting import Became, age_in_words, became, is_overdue
from tracker.domain.policy import Policy
from tracker.models import Assignment, Decision, FindingRow, Objection, ObjectionAnswer
from tracker.queries import decisions
from tracker.queries.inspections import provider_names
from tracker.queries.policies import PoliciesInForce

RULE = "objection"


@dataclass(frozen=True, slots=True)
class Standing:
    """An objection, what became of it, and who decided on it so far."""

    objection: Objection
    became: Became
    decided_by: tuple[str, ...]

    @property
    def is_to_answer(self) -> bool:
        """Whether all that it needs was decided, and the provider was not yet told."""
        return self.became is not Became.WAITS and self.objection.answer is None


@dataclass(frozen=True, slots=True)
class Unanswered:
    """An objection without an answer, as a list shows it: whose and where, how old, and whether it is overdue."""

    standing: Standing
    assignment: Assignment
    provider: str
    age: str
    is_overdue: bool


def ref_of(finding: FindingRow) -> str:
    """Return the reference of the objection that a finding rests on; an empty text for a finding of another rule."""
    return str(json.loads(finding.reasons)[0]["refs"][0]) if finding.rule == RULE else ""


def by_ref(session: Session, ref: str) -> Objection | None:
    """Return an objection with its words and its answer, or None."""
    return session.scalars(_objections().where(Objection.ref == ref)).one_or_none()


def of_assignments(session: Session, numbers: Collection[int]) -> dict[int, list[Objection]]:
    """Return the objections to these assignments with their words and answers, the oldest first."""
    found: dict[int, list[Objection]] = {number: [] for number in numbers}
    if found:
        for row in session.scalars(_objections().where(Objection.assignment_id.in_(sorted(found)))):
            found[row.assignment_id].append(row)
    return found


def _objections() -> Select[Objection]:
    return (
        select(Objection)
        .options(joinedload(Objection.words), joinedload(Objection.office))
        .options(joinedload(Objection.answer).joinedload(ObjectionAnswer.words))
        .order_by(Objection.received_on, Objection.id)
        # What this session read before may be of a time without the answer.
        .execution_options(populate_existing=True)
    )


def standings(session: Session, assignment: Assignment, made: Collection[Decision], policy: Policy) -> list[Standing]:
    """Return the objections to an assignment, each with what became of it by the decisions that were made."""
    return _standings(of_assignments(session, [assignment.id])[assignment.id], assignment, made, policy)


def _standings(
    objections: Sequence[Objection], assignment: Assignment, made: Collection[Decision], policy: Policy
) -> list[Standing]:
    weighed = {ref_of(each.finding): each for each in decisions.weighed(assignment, made, policy)}
    deciders: dict[str, list[str]] = {}
    for decision in made:
        deciders.setdefault(ref_of(decision.finding), []).append(decision.decided_by)
    found = []
    for each in objections:
        its = weighed.get(each.ref)
        state = became(assignment.state, is_covered=its is not None and its.is_covered)
        found.append(Standing(each, state, tuple(dict.fromkeys(deciders.get(each.ref, ())))))
    return found


def number_unanswered(session: Session, actor: Actor) -> int:
    """Return how many objections nobody answered yet, those to the actor left out: as many as `unanswered` lists."""
    own = actor.inspector_id if actor.inspector_id is not None else -1
    query = (
        select(func.count())
        .select_from(Objection)
        .join(Assignment, Assignment.id == Objection.assignment_id)
        .where(Assignment.inspector_id != own, Objection.id.not_in(select(ObjectionAnswer.objection_id)))
    )
    return session.scalar(query) or 0


def unanswered(session: Session, book: PoliciesInForce, today: date, actor: Actor) -> list[Unanswered]:
    """Return the objections that nobody answered yet, what is overdue and oldest first; none to the actor."""
    rows = _waiting(session, actor)
    loaded = decisions.whole(session, sorted(rows))
    made = decisions.decisions_on(session, sorted(rows))
    names = provider_names(session, [each.inspection.provider for each in loaded.values()])
    found = []
    for number, objections in rows.items():
        place = loaded[number]
        policy = book.of(place.inspector.engagement)[1]
        late = is_overdue(place.inspection.starts_on, today)
        name = names[place.inspection.provider]
        for each in _standings(objections, place, made[number], policy):
            age = age_in_words(each.objection.received_on, today)
            found.append(Unanswered(each, place, name, age, late))
    return sorted(found, key=lambda each: (not each.is_overdue, each.standing.objection.received_on))


def _waiting(session: Session, actor: Actor) -> Mapping[int, list[Objection]]:
    own = actor.inspector_id if actor.inspector_id is not None else -1
    found: dict[int, list[Objection]] = {}
    query = _objections().join(Assignment, Assignment.id == Objection.assignment_id)
    answered = select(ObjectionAnswer.objection_id)
    for row in session.scalars(query.where(Assignment.inspector_id != own, Objection.id.not_in(answered))):
        found.setdefault(row.assignment_id, []).append(row)
    return found


def may_be_objected_to(assignment: Assignment, today: date) -> bool:
    """Tell whether a provider may still object: somebody is to come, and the inspection is not over."""
    return State(assignment.state) in OPEN and assignment.inspection.ends_on >= today
