"""Keeping what somebody sent after the session had ended; no part of the history, as a draft is none."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from tracker.domain.access import Actor
from tracker.models import Account, KeptForm
from tracker.queries.kept_forms import FOR


def keep(session: Session, account_id: int, path: str, fields: Sequence[tuple[str, str]], *, at: datetime) -> None:
    """Keep a form for the person whose session it was, in place of an earlier one; what is too old goes."""
    session.execute(delete(KeptForm).where(or_(KeptForm.account_id == account_id, KeptForm.kept_at <= at - FOR)))
    session.add(KeptForm(account_id=account_id, path=path, fields=json.dumps(fields), kept_at=at))
    session.flush()


def forget(session: Session, actor: Actor) -> None:
    """Throw away what was kept for whoever asks."""
    mine = select(Account.id).where(Account.ref == actor.ref.removeprefix("person:")).scalar_subquery()
    session.execute(delete(KeptForm).where(KeptForm.account_id == mine))
