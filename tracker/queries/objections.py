"""Providers' objections: those to an assignment, what became of each, and those that wait for an answer."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from tracker.domain.access import Actor
from tracker.domain.fitting import absences
from tracker.domain.lifecycle import OPEN, State
from tracker.domain.objecting import Became, age_in_words, became, is_overdue
from tracker.domain.policy import Policy
from tracker.models import Assignment, FindingRow, Inspection, Objection, ObjectionAnswer
from tracker.queries import decisions, double_bookings
from tracker.queries.inspections import provider_names
from tracker.queries.policies import PoliciesInForce

RULE = "objection"


@dataclass(frozen=True, slots=True)
class Standing:
    """An objection, what became of it, and who decided on it so far.

    `absences` are why the inspector cannot come all the same, as a sentence goes on after the name.
    """

    objection: Objection
    became: Became
    decided_by: tuple[str, ...]
    absences: tuple[str, ...] = ()

    @property
    def is_to_answer(self) -> bool:
        """Whether all that it needs was decided, and the provider is still to be told."""
        return self.became not in (Became.WAITS, Became.MOOT) and self.objection.answer is None

    @property
    def is_to_settle(self) -> bool:
        """Whether the inspector may come and cannot: that is settled before the provider is told who comes."""
        return self.is_to_answer and self.became is Became.ALLOWED and bool(self.absences)

    @property
    def is_moot(self) -> bool:
        """Whether the inspection was called off before the provider was answered: it may still be, and need not."""
        return self.became is Became.MOOT and self.objection.answer is None


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
    """Return the objections that were recorded to these assignments, with words and answers, the oldest first."""
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


def to_whom(session: Session, assignment: Assignment) -> list[Objection]:
    """Return the objections to an assignment's inspector for its inspection, through whichever assignment."""
    return list(
        session.scalars(
            _objections()
            .join(Assignment, Assignment.id == Objection.assignment_id)
            .where(
                Assignment.inspection_id == assignment.inspection_id,
                Assignment.inspector_id == assignment.inspector_id,
            )
        )
    )


def bearer(session: Session, objection: Objection) -> Assignment:
    """Return the assignment that bears an objection: the inspector's open one, or the one that it was recorded to."""
    number = _bearers(session, [objection])[objection.id]
    return decisions.whole(session, [number])[number]


def _bearers(session: Session, rows: Sequence[Objection]) -> dict[int, int]:
    """Return the number of the assignment that bears each objection; who is proposed anew is still objected to."""
    own, now = aliased(Assignment), aliased(Assignment)
    again = session.execute(
        select(Objection.id, now.id)
        .join(own, own.id == Objection.assignment_id)
        .join(now, (now.inspection_id == own.inspection_id) & (now.inspector_id == own.inspector_id))
        .where(Objection.id.in_([each.id for each in rows]), now.state.in_(OPEN))
    )
    return {each.id: each.assignment_id for each in rows} | {row[0]: row[1] for row in again}


def standings(session: Session, assignment: Assignment, policy: Policy, today: date | None = None) -> list[Standing]:
    """Return the objections to an assignment's inspector for its inspection, each with what became of it.

    Why the inspector cannot come is told by a day, where one is given.
    """
    found = _standings(session, to_whom(session, assignment), lambda _: policy, today)
    return [standing for standing, _ in found]


def _standings(
    session: Session, rows: Sequence[Objection], policy_of: Callable[[Assignment], Policy], today: date | None
) -> list[tuple[Standing, Assignment]]:
    """Return objections with what became of each by the decisions on the assignment that bears it, and that one."""
    bearers = _bearers(session, rows) if rows else {}
    numbers = sorted(set(bearers.values()))
    loaded, made = decisions.whole(session, numbers), decisions.decisions_on(session, numbers)
    weighed = {
        (number, ref_of(each.finding)): each
        for number, place in loaded.items()
        for each in decisions.weighed(place, made[number], policy_of(place))
    }
    absent = _absences(session, loaded, today) if today else {}
    found = []
    for row in rows:
        number = bearers[row.id]
        its = weighed.get((number, row.ref))
        is_off = loaded[number].inspection.called_off_at is not None
        state = became(loaded[number].state, is_covered=its is not None and its.is_covered, is_called_off=is_off)
        deciders = (each.decided_by for each in made[number] if ref_of(each.finding) == row.ref)
        who = tuple(dict.fromkeys(deciders))
        found.append((Standing(row, state, who, absent.get(number, ())), loaded[number]))
    return found


def _absences(session: Session, loaded: Mapping[int, Assignment], today: date) -> dict[int, tuple[str, ...]]:
    """Return why some of these cannot be there, by the rules by which a confirmation refuses them; of none that ended.

    Whoever was released is not to come.
    """
    open_ones = {number: each for number, each in loaded.items() if each.state in OPEN}
    others = double_bookings.of_assignments(session, open_ones, today) if open_ones else {}
    return {
        number: tuple(absences(each.inspector.left_on, each.inspection.ends_on, others.get(number, ())))
        for number, each in open_ones.items()
        if each.inspection.ends_on >= today
    }


def number_unanswered(session: Session, actor: Actor) -> int:
    """Return how many objections nobody answered yet, those to the actor left out: as many as `unanswered` lists."""
    return session.scalar(_still_due(select(func.count()).select_from(Objection), actor)) or 0


def _still_due(query: Select[Any], actor: Actor) -> Select[Any]:
    """Narrow a query to the objections to others whose provider waits; none waits once the inspection is called off."""
    own = actor.inspector_id if actor.inspector_id is not None else -1
    return (
        query.join(Assignment, Assignment.id == Objection.assignment_id)
        .join(Inspection, Inspection.id == Assignment.inspection_id)
        .where(Assignment.inspector_id != own, Inspection.called_off_at.is_(None))
        .where(Objection.id.not_in(select(ObjectionAnswer.objection_id)))
    )


def unanswered(session: Session, book: PoliciesInForce, today: date, actor: Actor) -> list[Unanswered]:
    """Return the objections that nobody answered yet, what is overdue and oldest first; none to the actor.

    What waited for an inspection that was called off is moot, and waits no more.
    """
    waiting = list(session.scalars(_still_due(_objections(), actor)))
    rows = _standings(session, waiting, lambda place: book.of(place.inspector.engagement)[1], today)
    names = provider_names(session, [place.inspection.provider for _, place in rows])
    found = []
    for each, place in rows:
        late = is_overdue(place.inspection.starts_on, today)
        age = age_in_words(each.objection.received_on, today)
        found.append(Unanswered(each, place, names[place.inspection.provider], age, late))
    return sorted(found, key=lambda each: (not each.is_overdue, each.standing.objection.received_on))


def may_be_objected_to(assignment: Assignment, today: date) -> bool:
    """Tell whether a provider may still object: somebody is to come, and the inspection is not over."""
    return State(assignment.state) in OPEN and assignment.inspection.ends_on >= today
