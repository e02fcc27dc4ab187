"""Keeping what somebody sent after the session had ended; no part of the history, as a draft is none."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tracker.domain.access import Actor
from tracker.models import Account, KeptForm
from tracker.queries.kept_forms import FOR

# More windows than one person has open; what is older gives way.
MOST = 10


def keep(session: Session, account_id: int, path: str, fields: Sequence[tuple[str, str]], *, at: datetime) -> None:
    """Keep a form for the person whose session it was; what is too old goes."""
    session.execute(delete(KeptForm).where(KeptForm.kept_at <= at - FOR))
    mine = select(KeptForm.id).where(KeptForm.account_id == account_id).order_by(KeptForm.id.desc())
    older = list(session.scalars(mine.offset(MOST - 1)))
    session.execute(delete(KeptForm).where(KeptForm.id.in_(older)))
    session.add(KeptForm(account_id=account_id, path=path, fields=json.dumps(fields), kept_at=at))
    session.flush()


def forget(session: Session, actor: Actor, number: int) -> None:
    """Throw away what was kept for whoever asks, by its number."""
    mine = select(Account.id).where(Account.ref == actor.ref.removeprefix("person:")).scalar_subquery()
    session.execute(delete(KeptForm).where(KeptForm.account_id == mine, KeptForm.id == number))
