"""Checking assignments, storing what was found, and questioning what is no longer covered."""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from tracker.domain.access import Actor
from tracker.domain.facts import Facts, Verdict
from tracker.domain.findings import Finding, Outcome
from tracker.domain.lifecycle import HELD, OPEN, after
from tracker.domain.plain import facts_to_json
from tracker.models import (
    AreaOf,
    Assignment,
    ConflictCheck,
    FindingRow,
    Inspection,
    PolicyVersion,
)
from tracker.queries import policies
from tracker.queries.open_places import OpenPlace, open_places
from tracker.queries.pairs import Pair
from tracker.queries.policies import PoliciesInForce
from tracker.queries.world import connected
from tracker.services import notices
from tracker.services.history import Recording, recording
from tracker.services.judging import judged

BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Changed:
    """An assignment whose check now says something else, or that is no longer covered."""

    ref: str
    inspection: str
    provider: str
    staff_no: str
    before: Verdict
    now: Verdict
    questioned: bool


def pair_of(assignment: Assignment, on: date) -> Pair:
    """Return the inspector and the inspection of an assignment, ready to be checked on a day."""
    inspection, inspector = assignment.inspection, assignment.inspector
    return Pair(
        inspector.id,
        inspector.staff_no,
        inspection.provider,
        inspection.starts_on,
        inspection.ends_on,
        assignment.role,
        assignment.id,
        assignment.state in HELD,
        on,
        inspection.id,
    )


def store(
    history: Recording, assignment: Assignment, facts: Facts, outcome: Outcome, *, policy: PolicyVersion, cause: str
) -> ConflictCheck:
    """Store a check with its facts and findings, make it the assignment's latest, and enter it in the history."""
    session = history.session
    kept, found = history.keep_many([facts_to_json(facts), [each.to_json() for each in outcome.findings]])
    row = ConflictCheck(
        assignment_id=assignment.id,
        checked_at=history.at,
        cause=cause,
        policy_id=policy.id,
        verdict=outcome.verdict,
        facts_id=kept.id,
    )
    session.add(row)
    session.flush()
    if outcome.findings:
        session.execute(
            insert(FindingRow), [_row(row.id, place, each) for place, each in enumerate(outcome.findings, start=1)]
        )
    assignment.check_id = row.id
    assignment.verdict = outcome.verdict
    assignment.changed_at = history.at
    history.append(
        "assignment:checked",
        subjects(assignment),
        {
            "cause": cause,
            "policy": policy.ref,
            "verdict": str(outcome.verdict),
            # No fingerprint in clear: so few connections are possible that one could be guessed from it.
            "findings": [{"rule": each.rule, "verdict": str(each.verdict)} for each in outcome.findings],
        },
        {"facts": kept, "findings": found},
    )
    if outcome.findings and assignment.state in OPEN:
        notices.ask_to_decide(history, assignment)
    return row


def _row(check_id: int, place: int, finding: Finding) -> dict[str, object]:
    plain = finding.to_json()
    return {
        "check_id": check_id,
        "position": place,
        "rule": finding.rule,
        "verdict": finding.verdict,
        "fingerprint": finding.fingerprint,
        "sentence": finding.sentence,
        "reasons": json.dumps(plain["path"], ensure_ascii=False),
        "connection_ref": finding.connection or None,
    }


def subjects(assignment: Assignment) -> tuple[str, ...]:
    """Return what an entry about an assignment speaks of: itself, its inspection, its inspector and its provider."""
    return (
        f"assignment:{assignment.ref}",
        f"inspection:{assignment.inspection.reference}",
        f"inspector:{assignment.inspector.staff_no}",
        f"provider:{assignment.inspection.provider}",
    )


def recheck(
    session: Session,
    actor: Actor,
    *,
    cause: str,
    at: datetime,
    only: Collection[int] | None = None,
    kept: Collection[int] = (),
) -> list[Changed]:
    """Check open assignments again (those of `only`, by number, or all), and store what changed.

    Open means proposed, confirmed or questioned, for an inspection that has not ended. A confirmed one whose findings
    are no longer covered becomes questioned. Of `kept` the new check is stored whatever it says.
    """
    with recording(session, actor, at) as history:
        book = policies.all_in_force(session, at.date())
        changed: list[Changed] = []
        for some in open_places(session, at.date(), size=BATCH, only=only):
            changed += _recheck_batch(history, some, book, cause, kept)
        return changed


def _recheck_batch(
    history: Recording, places: Sequence[OpenPlace], book: PoliciesInForce, cause: str, kept: Collection[int]
) -> Iterator[Changed]:
    """Check a batch again; only what changed, and what is kept in any case, is loaded as records, and written."""
    found = judged(history.session, places, book)
    stirred = [each for each in found if each.place.number in kept or not each.is_as_before]
    rows = _assignments(history.session, [each.place.number for each in stirred])
    for each in stirred:
        assignment = rows[each.place.number]
        before = assignment.verdict
        if each.differs or each.place.number in kept:
            store(history, assignment, each.facts, each.outcome, policy=each.policy, cause=cause)
        assignment.in_the_way = each.in_the_way
        if each.is_questioned:
            question(history, assignment, cause)
        yield _changed(assignment, before, questioned=each.is_questioned)


def _assignments(session: Session, numbers: Sequence[int]) -> dict[int, Assignment]:
    rows = session.scalars(
        select(Assignment)
        .where(Assignment.id.in_(numbers))
        .options(joinedload(Assignment.inspection), joinedload(Assignment.inspector))
        .execution_options(populate_existing=True)
    )
    return {each.id: each for each in rows}


def question(history: Recording, assignment: Assignment, cause: str) -> None:
    """Move a confirmed assignment to questioned, for the scheduler and the decision-maker to see."""
    assignment.state = after(assignment.state, "question")
    assignment.changed_at = history.at
    history.append("assignment:questioned", subjects(assignment), {"cause": cause, "verdict": str(assignment.verdict)})
    notices.tell_of_question(history, assignment)


def _changed(assignment: Assignment, before: Verdict, *, questioned: bool) -> Changed:
    return Changed(
        assignment.ref,
        assignment.inspection.reference,
        assignment.inspection.provider,
        assignment.inspector.staff_no,
        before,
        assignment.verdict,
        questioned,
    )


def recheck_inspectors(
    session: Session, actor: Actor, inspectors: Sequence[int], *, cause: str, at: datetime
) -> list[Changed]:
    """Check the open assignments of these inspectors again."""
    numbers = session.scalars(select(Assignment.id).where(Assignment.inspector_id.in_(inspectors))).all()
    return recheck(session, actor, cause=cause, at=at, only=numbers) if numbers else []


def recheck_touched(
    session: Session, actor: Actor, refs: Collection[str], *, cause: str, at: datetime
) -> list[Changed]:
    """Check again the open assignments that a change of these providers, groups and organisations can reach.

    It can reach an assignment to one of them, and one of an inspector with a connection in force to one of them.
    """
    if not refs:
        return []
    inspectors = set(connected(session, refs).values())
    rows = session.execute(
        select(Assignment.id, Assignment.inspector_id, Inspection.provider)
        .join(Assignment.inspection)
        .where(Assignment.state.in_(OPEN), Inspection.ends_on >= at.date())
    )
    numbers = [row.id for row in rows if row.inspector_id in inspectors or row.provider in refs]
    return recheck(session, actor, cause=cause, at=at, only=numbers) if numbers else []


def recheck_after(session: Session, actor: Actor, inspection: Inspection, *, at: datetime) -> list[Changed]:
    """Check again what a change of an inspection's team can reach: the later inspections around its provider."""
    numbers = around(session, inspection.provider, inspection.ends_on)
    return recheck(session, actor, cause="team", at=at, only=numbers) if numbers else []


def around(session: Session, provider: str, since: date) -> Sequence[int]:
    """Return the open assignments of the inspections of a provider, or of any around it, that begin after a day."""
    here, there = aliased(AreaOf), aliased(AreaOf)
    near = select(there.ref).join(here, here.area == there.area).where(here.ref == provider)
    return session.scalars(
        select(Assignment.id)
        .join(Assignment.inspection)
        .where(
            or_(Inspection.provider == provider, Inspection.provider.in_(near)),
            Inspection.starts_on > since,
            Assignment.state.in_(OPEN),
        )
    ).all()


def around_all(session: Session, since: Iterable[tuple[str, date]]) -> set[int]:
    """Return the same for many providers, each with a day; of several days of one provider the earliest counts.

    So each provider is asked about once, however many of its inspections change.
    """
    earliest: dict[str, date] = {}
    for provider, day in since:
        earliest[provider] = min(day, earliest.get(provider, day))
    return {number for provider, day in earliest.items() for number in around(session, provider, day)}


def loaded(session: Session, ref: str) -> Assignment | None:
    """Return an assignment with its inspection, inspector and latest check, or None."""
    return session.scalars(
        select(Assignment)
        .where(Assignment.ref == ref)
        .options(joinedload(Assignment.inspection), joinedload(Assignment.inspector))
        .options(joinedload(Assignment.check).selectinload(ConflictCheck.findings))
        # What this session read before may be of an earlier check.
        .execution_options(populate_existing=True)
    ).one_or_none()
