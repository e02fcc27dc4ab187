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
    """A form that was not saved: where it was sent to, when, and what it held."""

    path: str
    kept_at: datetime
    fields: tuple[tuple[str, str], ...]


def of(session: Session, actor: Actor, *, at: datetime) -> Kept | None:
    """Return what is kept for whoever asks, None where nothing is."""
    mine = select(Account.id).where(Account.ref == actor.ref.removeprefix("person:")).scalar_subquery()
    row = session.scalars(
        select(KeptForm).where(KeptForm.account_id == mine, KeptForm.kept_at > at - FOR)
    ).one_or_none()
    if row is None:
        return None
    return Kept(row.path, row.kept_at, tuple((name, value) for name, value in json.loads(row.fields)))
