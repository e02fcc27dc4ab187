"""Telling whom an act concerns: who is to see to a mitigation, who is asked and who asked, and whose days change."""

from collections.abc import Collection

from sqlalchemy import select

from tracker.domain.access import Role
from tracker.domain.mitigating import reminder
from tracker.domain.notices import Kind
from tracker.domain.uk_time import in_uk
from tracker.models import Account, Assignment, InspectorQuestion, Mitigation
from tracker.queries import outbox
from tracker.queries.parts import in_parts
from tracker.services.history import Recording
from tracker.services.notices import Notice, holders_of, put, put_waiting


def tell_of_mitigation(history: Recording, mitigation: Mitigation) -> None:
    """Tell whoever is to see to a mitigation."""
    about = f"{outbox.MITIGATIONS}{mitigation.ref}"
    # What is due at once is told once: the day's own reminder bears the same key.
    step = reminder(mitigation.due_on, in_uk(history.at).date())
    once = f"{mitigation.ref}-{'set' if step is None else step}"
    put(history.session, [Notice(mitigation.owner_id, Kind.MITIGATION, about, once)], at=history.at)


def tell_of_inspectors_question(history: Recording, question: InspectorQuestion, inspector_id: int) -> None:
    """Tell an inspector that a decision-maker asks something."""
    session = history.session
    query = select(Account.id).where(Account.inspector_id == inspector_id, Account.disabled_at.is_(None))
    for account in session.scalars(query):
        put(session, [Notice(account, Kind.ASKED, f"{outbox.ASKED}{question.ref}", question.ref)], at=history.at)


def tell_of_change(history: Recording, assignments: Collection[int]) -> None:
    """Tell the inspectors of these assignments that their inspection was moved or called off."""
    session, wanted = history.session, list[Notice]()
    query = (
        select(Account.id, Assignment.ref)
        .join(Assignment, Assignment.inspector_id == Account.inspector_id)
        .where(Account.disabled_at.is_(None))
        .order_by(Assignment.id)
    )
    for some in in_parts(assignments):
        for account, ref in session.execute(query.where(Assignment.id.in_(some))):
            once = f"{ref}-changed-{history.at.isoformat()}"
            wanted.append(Notice(account, Kind.CHANGED, f"{outbox.ASSIGNMENTS}{ref}", once))
    put(session, wanted, at=history.at)


def tell_of_leaving(history: Recording, inspectors: Collection[int]) -> None:
    """Tell inspectors that the own day of leaving was recorded or taken back, and the schedulers that another's was.

    All are told whatever it touches: an administrator sees that a notice goes, and may not learn what is planned.
    """
    session, which = history.session, set(inspectors)
    told = [account for account, _, inspector in holders_of(history, Role.SCHEDULER) if which - {inspector}]
    put_waiting(history, told, Kind.LEAVING, "/inspections")
    query, own = select(Account.id, Account.inspector_id).where(Account.disabled_at.is_(None)), list[Notice]()
    for some in in_parts(which):
        for account, inspector in session.execute(query.where(Account.inspector_id.in_(some)).order_by(Account.id)):
            once = f"{inspector}-{history.at.isoformat()}"
            own.append(Notice(account, Kind.OWN_LEAVING, "/declarations", once))
    put(session, own, at=history.at)


def tell_of_answer(history: Recording, question: InspectorQuestion, assignment: str) -> None:
    """Tell a decision-maker that the inspector has answered."""
    session = history.session
    mine = Account.ref == question.asked_by.removeprefix("person:"), Account.disabled_at.is_(None)
    for account in session.scalars(select(Account.id).where(*mine)):
        about = f"{outbox.DECISIONS}{assignment}"
        put(session, [Notice(account, Kind.ANSWERED, about, question.ref)], at=history.at)
