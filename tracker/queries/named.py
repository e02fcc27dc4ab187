"""What an auditor's search finds beside inspectors and their work: accounts, groups, and entries by their number."""

from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from tracker.models import Account, GroupRow, HistoryEntry
from tracker.queries.history import lines

MOST_DIGITS = 15
ENTRY = "entry "


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that a search found: its kind and reference, how it is called, and what tells it from others."""

    kind: str
    ref: str
    name: str
    detail: str


def like(text: str) -> str:
    """Return the pattern, to be escaped by a backslash, of whatever holds a text in small letters."""
    escaped = text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def accounts(session: Session, text: str, most: int) -> list[Hit]:
    """Return the accounts of this reference, or of people so named."""
    named = func.lower(Account.name).like(like(text), escape="\\")
    query = select(Account).where(or_(Account.ref == text.upper(), named)).order_by(Account.name, Account.id)
    return [
        Hit("person", each.ref, each.name, f"Account {each.ref}{', closed' if each.disabled_at else ''}")
        for each in session.scalars(query.limit(most))
    ]


def groups(session: Session, text: str, most: int) -> list[Hit]:
    """Return the trusts and other groups so named, or of this number."""
    named = func.lower(GroupRow.name).like(like(text), escape="\\")
    numbered = GroupRow.ref.in_([text, f"group:{text.upper()}"])
    query = select(GroupRow).where(or_(named, numbered)).order_by(GroupRow.name, GroupRow.id)
    return [Hit("group", each.ref, each.name, each.kind) for each in session.scalars(query.limit(most))]


def entry(session: Session, text: str) -> list[Hit]:
    """Return the entry of a number, as it is written on pages: “1,234” or “entry 1,234”."""
    number = text.lower().removeprefix(ENTRY).replace(",", "")
    if not (number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS):
        return []
    found = lines(session, select(HistoryEntry).where(HistoryEntry.seq == int(number)), limit=1)
    return [Hit("entry", str(each.seq), f"Entry {each.seq:,}", each.sentence) for each in found]
