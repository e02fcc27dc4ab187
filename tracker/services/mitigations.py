"""Mitigations: asked for with the decision that allows a finding, and said to be done by whom they are asked of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission
from tracker.domain.errors import IllegalTransitionError, NotFoundError, RefusedError
from tracker.domain.mitigating import MOST
from tracker.domain.uk_time import in_uk
from tracker.models import Account, Assignment, Decision, Mitigation, MitigationDone
from tracker.queries import mitigations as questions
from tracker.queries.mitigation_owners import owners
from tracker.services import telling
from tracker.services.checks import subjects
from tracker.services.history import Recording, new_ref, recording
from tracker.services.permit import permit


@dataclass(frozen=True, slots=True)
class Mitigate:
    """What must be done so that an allowed finding may stand, by whom (an account's reference), until which day."""

    what: str
    owner: str
    due_on: date


@dataclass(frozen=True, slots=True)
class SayDone:
    """Say that a mitigation is done, with the evidence in words."""

    mitigation: str
    evidence: str


def refuse_bad(session: Session, assignment: Assignment, wanted: Sequence[Mitigate], today: date) -> None:
    """Refuse a mitigation that nobody could see to; the error names the field, counted from 0."""
    if len(wanted) > MOST:
        raise RefusedError(f"Ask for at most {MOST} mitigations")
    known = {each.ref for each in owners(session, assignment)} if wanted else set()
    for place, each in enumerate(wanted):
        problems = (
            (not each.what.strip(), "what", "Say what must be done"),
            (each.owner not in known, "owner", "Choose who is to see to it from the list"),
            (each.due_on < today, "due_on", "The due date must be today or later"),
        )
        for bad, field, sentence in problems:
            if bad:
                raise RefusedError(sentence, field=f"mitigations-{place}-{field}")


def ask_for(history: Recording, assignment: Assignment, decision: Decision, wanted: Sequence[Mitigate]) -> None:
    """Keep what a decision asks for, each with its entry, and tell those who are to see to it."""
    session = history.session
    refuse_bad(session, assignment, wanted, in_uk(history.at).date())
    for each in wanted:
        owner = session.execute(select(Account.id, Account.ref).where(Account.ref == each.owner)).one()
        what = history.keep(each.what.strip())
        row = Mitigation(
            ref=new_ref("MIT"), decision_id=decision.id, owner_id=owner.id, due_on=each.due_on, what_id=what.id
        )
        session.add(row)
        session.flush()
        history.append(
            "mitigation:set",
            (f"mitigation:{row.ref}", f"decision:{decision.ref}", f"person:{owner.ref}", *subjects(assignment)),
            {"due_on": row.due_on.isoformat()},
            {"what": what},
        )
        telling.tell_of_mitigation(history, row)


def say_done(session: Session, actor: Actor, command: SayDone, *, at: datetime) -> bool:
    """Keep that a mitigation was done and what shows it; said twice, it is kept once. Tell whether this was the first.

    Whoever was asked says it, or a decision-maker who is neither the inspector nor the proposer.
    """
    with recording(session, actor, at) as history:
        found = questions.one(session, command.mitigation)
        if found is None:
            message = "There is no such mitigation."
            raise NotFoundError(message)
        permit(actor, Permission.DO_MITIGATIONS, found.subject)
        if found.mitigation.done is not None:
            return False
        if not found.is_called_for:
            message = "This is no longer called for: there is nothing left to do."
            raise IllegalTransitionError(message)
        if not command.evidence.strip():
            message = "Say what was done and what shows it"
            raise RefusedError(message, field="evidence")
        evidence = history.keep(command.evidence.strip())
        session.add(
            MitigationDone(mitigation_id=found.mitigation.id, done_at=at, done_by=actor.ref, evidence_id=evidence.id)
        )
        session.flush()
        named = f"mitigation:{found.mitigation.ref}", f"decision:{found.decision.ref}"
        history.append("mitigation:done", (*named, *subjects(found.assignment)), {}, {"evidence": evidence})
        return True
