"""The history as people read it: where it stands, timelines in sentences, and the export that others verify."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from tracker.domain.actor_words import ACTORS, actor_in_words
from tracker.domain.entry import Entry, first_of, parse_entry
from tracker.domain.events import sentence
from tracker.domain.export import export_lines
from tracker.domain.tree import leaf_hash
from tracker.models import (
    Account,
    GroupRow,
    HistoryEntry,
    HistoryHead,
    HistorySubject,
    HistoryWords,
    Inspector,
    ProviderRow,
    Words,
)
from tracker.queries.called import name_at
from tracker.queries.driver import Statement

PAGE = 50
BATCH = 1_000
VERIFICATIONS = ("history:verified", "history:doubted")


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as people read it."""

    seq: int
    at: datetime
    event: str
    sentence: str
    subjects: tuple[str, ...]
    actor: str

    def subject(self, kind: str) -> str:
        """Return the reference of the first subject of this kind; an empty text where there is none."""
        return first_of(self.subjects, kind)


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines, the latest first; `older` is the number to ask before for the next ones, None at the end."""

    lines: tuple[Line, ...]
    total: int
    older: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the history stands: its size, its root in hex, and when somebody last checked it here."""

    size: int
    root: str
    checked: Line | None


def leaves(session: Session, size: int) -> Iterator[bytes]:
    """Yield the leaf hashes of the first entries, worked out anew from their bytes."""
    query = select(HistoryEntry.entry).where(HistoryEntry.seq <= size).order_by(HistoryEntry.seq)
    for entry in session.scalars(query.execution_options(yield_per=BATCH)):
        yield leaf_hash(entry.encode())


def latest(session: Session, *events: str) -> Line | None:
    """Return the latest entry of some events, None where there is none."""
    found = lines(session, select(HistoryEntry).where(HistoryEntry.event.in_(events)), limit=1)
    return found[0] if found else None


def standing(session: Session) -> Standing:
    """Return where the history stands."""
    size, root = session.execute(select(HistoryHead.size, HistoryHead.root)).one()
    return Standing(size, root, latest(session, *VERIFICATIONS))


def last_at(session: Session) -> datetime | None:
    """Return when the last act was, None where there was none."""
    return session.scalar(select(HistoryEntry.at).order_by(HistoryEntry.seq.desc()).limit(1))


_SET_BACK = Statement("""
    SELECT seq FROM (SELECT seq, at, max(at) OVER (ORDER BY seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS
        latest FROM history_entry) AS told WHERE at < latest ORDER BY seq
""")


def set_back(session: Session) -> list[int]:
    """Return the entries that bear an earlier instant than one before them: the clock had been set back."""
    return [seq for (seq,) in _SET_BACK.answer(session, {})]


def timeline(
    session: Session,
    subject: str | None,
    *,
    before: int | None = None,
    as_at: datetime | None = None,
    limit: int = PAGE,
) -> Page:
    """Return what the history tells of a subject (`kind:reference`, None for all), the latest first.

    As far as it was told by `as_at`, and before the entry numbered `before`.
    """
    query = select(HistoryEntry)
    if subject is not None:
        query = query.join(HistorySubject, HistorySubject.seq == HistoryEntry.seq)
        query = query.where(HistorySubject.subject == subject)
    if as_at is not None:
        query = query.where(HistoryEntry.at <= as_at)
    # Entries are numbered without a gap: of all of them the last number tells how many there are.
    number = func.max(HistoryEntry.seq) if subject is None and as_at is None else func.count()
    total = session.scalar(query.with_only_columns(number, maintain_column_froms=True)) or 0
    return page(session, query, total, before=before, limit=limit, as_at=as_at)


def page(
    session: Session,
    query: Select[HistoryEntry],
    total: int,
    *,
    before: int | None,
    limit: int,
    as_at: datetime | None = None,
) -> Page:
    """Return a page of the entries of a query, which finds so many in all, the latest first and before one of them.

    Providers and groups are called as they were at an instant, or are now.
    """
    if before is not None:
        query = query.where(HistoryEntry.seq < before)
    found = lines(session, query, limit=limit + 1, as_at=as_at)
    return Page(tuple(found[:limit]), total, found[limit - 1].seq if len(found) > limit else None)


def lines(session: Session, query: Select[HistoryEntry], *, limit: int, as_at: datetime | None = None) -> list[Line]:
    """Return the entries of a query as sentences, the latest first, with the names of an instant, or of now."""
    rows = session.scalars(query.order_by(HistoryEntry.seq.desc()).limit(limit)).all()
    entries = [parse_entry(row.entry.encode()) for row in rows]
    names = names_of(session, {ref for each in entries for ref in (each.actor, *each.subjects)}, as_at)
    return [_line(each, names) for each in entries]


def _line(entry: Entry, names: Mapping[str, str]) -> Line:
    return Line(entry.seq, entry.at, entry.event, sentence(entry, names), entry.subjects, entry.actor)


def names_of(session: Session, refs: Iterable[str], as_at: datetime | None = None) -> dict[str, str]:
    """Return the names of subjects and actors by reference, where they have one: people, inspectors and providers.

    Providers and groups are called as they were at an instant, or are now; what acts by itself, as a sentence does.
    """
    by_kind: dict[str, set[str]] = {}
    for ref in refs:
        kind, _, key = ref.partition(":")
        by_kind.setdefault(kind, set()).add(key)
    sources: tuple[tuple[str, Any, Any], ...] = (
        ("inspector", Inspector.staff_no, Inspector.name),
        ("person", Account.ref, Account.name),
        ("provider", ProviderRow.ref, name_at(ProviderRow, as_at)),
        ("group", GroupRow.ref, name_at(GroupRow, as_at)),
    )
    acting = (f"system:{key}" for key in by_kind.get("system", ()))
    names = {ref: actor_in_words(ref) for ref in acting if ref in ACTORS}
    for kind, key, name in sources:
        wanted = sorted(by_kind.get(kind, ()))
        for start in range(0, len(wanted), BATCH):
            rows = session.execute(select(key, name).where(key.in_(wanted[start : start + BATCH])))
            names.update((f"{kind}:{ref}", found) for ref, found in rows)
    return names


def exported(session: Session, *, with_words: bool = False) -> Iterator[bytes]:
    """Yield the lines of an export of the history, in constant memory; the session must be a `database.reading` one."""
    size, root = session.execute(select(HistoryHead.size, HistoryHead.root)).one()
    return export_lines(_entries(session, with_words=with_words), size, bytes.fromhex(root))


def _entries(session: Session, *, with_words: bool) -> Iterator[tuple[bytes, dict[str, tuple[bytes, Any]]]]:
    last = 0
    query = select(HistoryEntry.seq, HistoryEntry.entry).order_by(HistoryEntry.seq).limit(BATCH)
    while rows := session.execute(query.where(HistoryEntry.seq > last)).all():
        opened = _opened(session, rows[0].seq, rows[-1].seq) if with_words else {}
        for row in rows:
            yield row.entry.encode(), opened.get(row.seq, {})
        last = rows[-1].seq


def _opened(session: Session, first: int, last: int) -> dict[int, dict[str, tuple[bytes, Any]]]:
    query = (
        select(HistoryWords.seq, HistoryWords.name, Words.salt, Words.value)
        .join(Words, Words.id == HistoryWords.words_id)
        .where(HistoryWords.seq.between(first, last), Words.salt.is_not(None), Words.value.is_not(None))
    )
    found: dict[int, dict[str, tuple[bytes, Any]]] = {}
    for row in session.execute(query):
        found.setdefault(row.seq, {})[row.name] = (bytes.fromhex(row.salt), json.loads(row.value))
    return found
