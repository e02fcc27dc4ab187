"""Restating what entries of earlier versions do not tell, and rows of registers that are right as they are found."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission
from tracker.domain.errors import RefusedError
from tracker.domain.row_digest import Part, digest_of_text
from tracker.models import Account, Inspector, RegisterImport
from tracker.queries.parts import in_parts
from tracker.queries.register_rows import state_of
from tracker.queries.told import follow
from tracker.queries.told_accounts import NAME
from tracker.queries.told_inspectors import PARTICULARS
from tracker.queries.told_rows import DETAILS, STATE, UPGRADE, Rows, otherwise
from tracker.queries.untold import Untold, untold
from tracker.services.history import Private, Recording, recording
from tracker.services.inspectors import personal
from tracker.services.people import signs_in, subject_of
from tracker.services.permit import permit
from tracker.services.remits import enter_remits

CAUSE, AS_FOUND = UPGRADE, "as found"


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
        _imports(history, found)
        if found.rows or found.is_behind:
            _enter_rows(history, found.rows, cause=CAUSE)
        return found


def restate_rows(session: Session, actor: Actor, reason: str, *, at: datetime) -> list[Part]:
    """Enter in the history that rows of the registers, which no import left so, are right as they stand; return whose.

    Imports go on from there. Who says so and why is kept for ever; raises RefusedError where all stands as it is told.
    """
    with recording(session, actor, at) as history:
        permit(actor, Permission.IMPORT_REGISTERS)
        if not reason.strip():
            raise RefusedError("Say why these rows are right: “tracker register restate REASON”.", field="reason")
        rows = Rows()
        follow(session, (rows,))
        found = [part for part, _ in otherwise(session, rows)]
        if not found:
            raise RefusedError("All rows of the registers stand as the history tells; there is nothing to restate.")
        _enter_rows(history, found, cause=AS_FOUND, private={"reason": history.keep(reason.strip())})
        return found


def _enter_rows(
    history: Recording, found: Iterable[Part], *, cause: str, private: Mapping[str, Private] | None = None
) -> None:
    some = sorted(found)
    state = {str(part): state_of(history.session, part) for part in some}
    subjects = [part.subject for part in some] or ["register:none"]
    history.append("register:restated", subjects, {"cause": cause, STATE: state}, private)


def _imports(history: Recording, found: Untold) -> None:
    row = RegisterImport
    for refs in in_parts(found.imports):
        for ref, details in history.session.execute(
            select(row.ref, row.details).where(row.ref.in_(refs)).order_by(row.id)
        ):
            told = {"cause": CAUSE, DETAILS: digest_of_text(details)}
            history.append("register:restated", [f"import:{ref}"], told)


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
