"""Restating, after an upgrade, what entries of earlier versions do not tell of people and inspections."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission
from tracker.models import Account, Inspector
from tracker.queries.parts import in_parts
from tracker.queries.told_accounts import NAME
from tracker.queries.told_inspectors import PARTICULARS
from tracker.queries.untold import Untold, untold
from tracker.services.history import Recording, recording
from tracker.services.inspectors import personal
from tracker.services.people import signs_in, subject_of
from tracker.services.permit import permit
from tracker.services.remits import enter_remits

CAUSE = "upgrade"


def restate(session: Session, actor: Actor, *, at: datetime) -> Untold:
    """Enter in the history what no entry tells of a row, as it is found now, once; return what was entered.

    What entries tell stays as they tell it: whatever is changed behind their back until then is found as before.
    """
    with recording(session, actor, at) as history:
        permit(actor, Permission.MANAGE_PEOPLE)
        found = untold(session)
        _accounts(history, found)
        _inspectors(history, found)
        enter_remits(history, found.inspections, cause=CAUSE)
        return found


def _accounts(history: Recording, found: Untold) -> None:
    rows = [
        row
        for refs in in_parts(found.accounts)
        for row in history.session.scalars(select(Account).where(Account.ref.in_(refs)).order_by(Account.id))
    ]
    for row, words in zip(rows, history.keep_many([row.name for row in rows]), strict=True):
        told = {} if found.accounts[row.ref].signs_in is not None else signs_in(row)
        history.append("person:restated", [subject_of(row)], {"cause": CAUSE, **told}, {NAME: words})


def _inspectors(history: Recording, found: Untold) -> None:
    rows = [
        row
        for numbers in in_parts(found.inspectors)
        for row in history.session.scalars(
            select(Inspector).where(Inspector.staff_no.in_(numbers)).order_by(Inspector.id)
        )
    ]
    for row, words in zip(rows, history.keep_many([personal(row) for row in rows]), strict=True):
        said = found.inspectors[row.staff_no].data
        told = {name: said.get(name, getattr(row, name)) for name in ("title", "engagement", "remits")}
        history.append(
            "inspector:restated", [f"inspector:{row.staff_no}"], {"cause": CAUSE, **told}, {PARTICULARS: words}
        )
