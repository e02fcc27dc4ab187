"""What of people and inspections no entry tells yet: it was written by an earlier version, and nobody touched it."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models import Account, Inspection, Inspector
from tracker.queries.standing_inspections import Inspections
from tracker.queries.told import Said, follow
from tracker.queries.told_accounts import Account as Told
from tracker.queries.told_accounts import Accounts
from tracker.queries.told_inspectors import PARTICULARS, latest


@dataclass(frozen=True, slots=True)
class Untold:
    """Accounts with what entries tell of them, inspectors with the last entry on each, and references of inspections.

    A row of which no entry tells at all is none of these: it is found as surplus.
    """

    accounts: Mapping[str, Told]
    inspectors: Mapping[str, Said]
    inspections: Mapping[str, str]

    @property
    def said(self) -> str:
        """How many of each there are, in words; empty where there are none."""
        counted = (
            (len(self.accounts), "account", "accounts"),
            (len(self.inspectors), "inspector", "inspectors"),
            (len(self.inspections), "inspection", "inspections"),
        )
        parts = [f"{number:,} {one if number == 1 else many}" for number, one, many in counted if number]
        return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def untold(session: Session) -> Untold:
    """Return whose rows the entries do not tell whole, so that a verification must pass over a part of them."""
    people, visits = Accounts(), Inspections()
    follow(session, (people, visits))
    accounts = {ref: told for ref, told in people.told.items() if told.added is not None and told.named is None}
    there = set(session.scalars(select(Account.ref)))
    planned = {ref for ref, told in visits.told.items() if told.seq and told.remit is None}
    remits = session.execute(select(Inspection.reference, Inspection.remit).order_by(Inspection.id))
    listed = latest(session) if session.scalar(select(Inspector.id).limit(1)) else {}
    return Untold(
        {ref: told for ref, told in accounts.items() if ref in there},
        {staff_no: said for staff_no, said in listed.items() if PARTICULARS not in said.private},
        {reference: remit for reference, remit in remits if reference in planned},
    )
