"""The words that rows of people are held against, as retention finds them: names, addresses and homes."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, cast, exists, literal, null, or_, select, union
from sqlalchemy.orm import aliased

from tracker.models import Account, HistoryEntry, HistorySubject, HistoryWords, Inspector
from tracker.queries.told_accounts import NAME
from tracker.queries.told_inspectors import PARTICULARS

_NOWHERE = cast(null(), BigInteger).label("inspection_id")


def persons(up_to: date, before: datetime) -> Any:  # noqa: ANN401 (a query of words)
    """Return what was kept of people who left by a day, or whose account was closed, or that was kept anew before."""
    inspector = literal("inspector:") + Inspector.staff_no
    listed = _kept(PARTICULARS, Inspector.id).join(Inspector, HistorySubject.subject == inspector)
    # An administrator who added an account stands beside it in the index.
    account = literal("person:") + Account.ref
    own = and_(HistorySubject.subject == account, HistorySubject.subject != HistoryEntry.actor)
    named = _kept(NAME, Account.inspector_id).join(Account, own)
    return union(
        listed.where(or_(Inspector.left_on <= up_to, _anew(PARTICULARS, inspector, before))),
        named.where(or_(Account.disabled_at < before, _anew(NAME, account, before))),
    )


def _kept(name: str, inspector: Any) -> Select[Any]:  # noqa: ANN401 (a mapped column)
    return (
        select(HistoryWords.words_id, inspector.label("inspector_id"), _NOWHERE)
        .select_from(HistoryWords)
        .join(HistoryEntry, HistoryEntry.seq == HistoryWords.seq)
        .join(HistorySubject, HistorySubject.seq == HistoryWords.seq)
        .where(HistoryWords.name == name)
    )


def _anew(name: str, subject: Any, before: datetime) -> ColumnElement[bool]:  # noqa: ANN401 (a mapped column)
    """Whether a later entry about the same subject, before an instant, keeps words of this name."""
    words, entry, spoken = aliased(HistoryWords), aliased(HistoryEntry), aliased(HistorySubject)
    return exists().where(
        words.name == name,
        words.seq > HistoryWords.seq,
        spoken.seq == words.seq,
        spoken.subject == subject,
        spoken.subject != entry.actor,
        entry.seq == words.seq,
        entry.at < before,
    )
