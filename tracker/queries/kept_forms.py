"""What somebody sent after the session had ended."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.access import Actor
from tracker.models import Account, KeptForm

# So long it is offered; what is older is thrown away with the next that is kept.
FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that was not saved: its number, where it was sent to, when, and what it held."""

    id: int
    path: str
    kept_at: datetime
    fields: tuple[tuple[str, str], ...]


def of(session: Session, actor: Actor, *, at: datetime) -> list[Kept]:
    """Return what is kept for whoever asks, the latest first."""
    mine = select(Account.id).where(Account.ref == actor.ref.removeprefix("person:")).scalar_subquery()
    query = select(KeptForm).where(KeptForm.account_id == mine, KeptForm.kept_at > at - FOR)
    return [
        Kept(row.id, row.path, row.kept_at, tuple((name, value) for name, value in json.loads(row.fields)))
        for row in session.scalars(query.order_by(KeptForm.id.desc()))
    ]
