"""Whether the history is whole: its tree, its indexes, the words it commits to, and the records that it tells of."""

import json
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import BigInteger, Engine, RowMapping, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from tracker.domain.entry import Entry, parse_entry
from tracker.domain.export import first_bad, frontier_text, read_frontier
from tracker.domain.tree import EMPTY, Broken, Frontier, Head, canonical, commit, extend, root
from tracker.models import HistoryEntry, HistoryHead, HistorySubject, HistoryWords, Words
from tracker.queries import records, surplus
from tracker.queries.history import leaves
from tracker.queries.raw import plain, raw, texts
from tracker.queries.records import Kept, Seen
from tracker.queries.sound_file import refuse_damaged
from tracker.queries.soundness import KEPT_EACH, is_sound

BATCH = 500
HEX = set("0123456789abcdef")
Progress = Callable[[int], None]


def verify(
    session: Session,
    against: Head | None = None,
    progress: Progress = lambda _done: None,
    *,
    start: Frontier = EMPTY,
    keep: Callable[[Frontier], None] | None = None,
) -> Head:
    """Return the head that the stored history proves; raise Broken that names the first bad entry.

    `against` is an earlier head, kept elsewhere, that the history must begin with. Streams in constant memory; the
    session must see one state of the database throughout (`database.reading`). `keep` is given now and then what was
    judged so far, from which a later call may `start`: of what stands before that, only the tree is judged again.
    """
    with _beside(refuse_damaged, session.get_bind().engine):
        head = _head(session)
        if start.size:
            _begins_with(session, Head(start.size, root(start)))
        if start.size and against is not None:
            _begins_with(session, against)
        sound = is_sound(session, head, None if start.size else against, progress, start=start, keep=keep)
    broken = None
    try:
        if not sound:
            with closing(_stored(session, progress, start, keep)) as stored:
                broken = first_bad(stored, head.size, head.root, against, start)
        if broken is None:
            broken = surplus.first(session, is_index_judged=sound and not start.size)
    except (LookupError, TypeError, ValueError) as error:
        said = f"something is stored that the tracker cannot have written ({type(error).__name__}: {error})"
        raise Broken(None, None, said) from error
    if broken is not None:
        raise broken
    return head


@contextmanager
def _beside(judge: Callable[[Engine], None], engine: Engine) -> Iterator[None]:
    """Let a judge work in a thread meanwhile; what it finds comes before whatever a damaged file made of the rest."""
    with ThreadPoolExecutor(1) as thread:
        found = thread.submit(judge, engine)
        try:
            yield
        finally:
            found.result()


def _begins_with(session: Session, earlier: Head) -> None:
    """Raise Broken unless the stored entries begin with an earlier head; they are read anew, whatever was judged."""
    tree = extend(EMPTY, leaves(session, earlier.size))
    if Head(tree.size, root(tree)) != earlier:
        raise Broken(None, None, f"the first {earlier.size} entries do not give the earlier root")


def describe(session: Session, broken: Broken) -> str:
    """Return in one line which entry is bad, what it was said to be, and why."""
    event = None
    if broken.seq is not None:
        column = raw(session, {"event": HistoryEntry.event})
        event = plain(session.scalar(select(*column).where(HistoryEntry.seq == broken.seq)))
    what = f"entry {broken.seq:,}" if broken.seq is not None else "the history"
    return f"{what}{f' ({event})' if event else ''} is not as it was written: {broken.why}"


def _head(session: Session) -> Head:
    columns = {"id": HistoryHead.id, "size": HistoryHead.size, "root": HistoryHead.root, "text": HistoryHead.frontier}
    rows = [texts(row) for row in session.execute(select(*raw(session, columns))).mappings()]
    if len(rows) != 1:
        raise Broken(None, None, f"it has {len(rows)} heads instead of one")
    said = {name: value or "" for name, value in rows[0].items()}
    try:
        frontier = read_frontier(int(said["size"]), said["text"])
        head = Head(frontier.size, root(frontier))
    except (ValueError, TypeError) as error:
        raise Broken(None, None, "its head is not a size, a root and the hashes between them") from error
    if said != {"id": "1", "size": str(head.size), "root": head.root.hex(), "text": frontier_text(frontier)}:
        raise Broken(None, None, "its head's size, root and hashes do not belong together")
    return head


@dataclass(frozen=True, slots=True)
class _Row:
    """An entry with what stands beside it: `why` says what is wrong there, `seen` is for the records' judge."""

    seq: int
    raw: bytes
    leaf: bytes
    seen: Seen | None
    why: str | None


def _stored(
    session: Session, progress: Progress, start: Frontier, keep: Callable[[Frontier], None] | None
) -> Generator[tuple[int, bytes, bytes], None, None]:
    """Yield every entry for the tree to judge, and judge what stands beside it when the tree has."""
    with closing(_batches(session, start.size)) as batches:
        yield from _judged(session, batches, progress, start, keep)


def _judged(
    session: Session,
    batches: Iterator[list[_Row]],
    progress: Progress,
    tree: Frontier,
    keep: Callable[[Frontier], None] | None,
) -> Iterator[tuple[int, bytes, bytes]]:
    kept = tree.size
    for batch in batches:
        faults = dict(records.faults(session, [each.seen for each in batch if each.seen is not None]))
        for each in batch:
            yield each.seq, each.raw, each.leaf
            why = each.why or faults.get(each.seq)
            if why:
                raise Broken(each.seq, None, why)
        progress(batch[-1].seq)
        if keep is not None:
            tree = extend(tree, [each.leaf for each in batch])
            if tree.size - kept >= KEPT_EACH:
                keep(tree)
                kept = tree.size


def _batches(session: Session, after: int) -> Generator[list[_Row], None, None]:
    columns = raw(
        session,
        {
            "entry": HistoryEntry.entry,
            "leaf": HistoryEntry.leaf,
            "at": HistoryEntry.at,
            "actor": HistoryEntry.actor,
            "event": HistoryEntry.event,
        },
    )
    query = select(HistoryEntry.seq, *columns).order_by(HistoryEntry.seq).limit(BATCH)
    rows = session.execute(query.where(HistoryEntry.seq > after)).mappings().all()
    with closing(_subjects(session)) as subjects:
        indexed = _Following(subjects)
        while rows:
            first, last = rows[0]["seq"], rows[-1]["seq"]
            words = _words(session, first, last)
            yield [_row(row, indexed.at(row["seq"]), words.get(row["seq"], {})) for row in rows]
            rows = session.execute(query.where(HistoryEntry.seq > last)).mappings().all()


class _Following:
    """Follows a stream in rising order, and answers for one number after another."""

    def __init__(self, stream: Iterator[tuple[int, list[str]]]) -> None:
        self.stream = stream
        self.next = next(stream, None)

    def at(self, seq: int) -> list[str]:
        """Return what stands at this number; what stands before it is for no entry, and is found as surplus."""
        while self.next is not None and self.next[0] < seq:
            self.next = next(self.stream, None)
        return self.next[1] if self.next is not None and self.next[0] == seq else []


def _row(row: RowMapping, subjects: Sequence[str], words: dict[str, dict[str, str | None]]) -> _Row:
    seq, said = row["seq"], texts(row)
    stored = row["entry"] if isinstance(row["entry"], bytes) else str(row["entry"]).encode()
    try:
        leaf = bytes.fromhex(said["leaf"] or "")
    except ValueError:
        leaf = b""
    if leaf.hex() != said["leaf"]:
        leaf = b""
    try:
        entry = parse_entry(stored)
    except ValueError:
        # The tree says so, in its own words, before anything beside the entry is looked at.
        return _Row(seq, stored, leaf, None, None)
    try:
        _compared(entry, said, subjects)
        kept = _kept(entry, words)
    except ValueError as error:
        return _Row(seq, stored, leaf, None, str(error))
    return _Row(seq, stored, leaf, Seen(entry, kept), None)


def _compared(entry: Entry, said: dict[str, str | None], subjects: Sequence[str]) -> None:
    """Raise ValueError where the columns beside an entry, or its lines in the index of subjects, say otherwise."""
    for name, value in (("at", entry.at), ("actor", entry.actor), ("event", entry.event)):
        if said[name] != plain(value):
            raise ValueError(f"the column {name} beside the entry does not say what the entry says")
    expected = {*entry.subjects, entry.actor}
    for missing in sorted(expected - set(subjects)):
        raise ValueError(f"the index of subjects lacks {missing}")
    for more in sorted(set(subjects) - expected):
        raise ValueError(f"the index of subjects says that it speaks of {more}, and it does not")
    if len(subjects) != len(expected):
        raise ValueError("the index of subjects says something of it twice")


def _kept(entry: Entry, words: dict[str, dict[str, str | None]]) -> dict[str, Kept]:
    """Return the words that an entry commits to; raise ValueError where they are not those, or are missing."""
    for name in sorted(words.keys() ^ entry.private.keys()):
        known = "commits to" if name in entry.private else "does not commit to"
        raise ValueError(f"the entry {known} words named {name!a}, and the index of words says otherwise")
    return {name: _opened(name, entry.private[name], row) for name, row in words.items()}


def _opened(name: str, commitment: str, row: dict[str, str | None]) -> Kept:
    salt, value, number = row["salt"], row["value"], row["number"]
    if number is None or row["commitment"] != commitment:
        raise ValueError(f"the words kept as {name!a} do not bear the commitment that the entry has")
    if salt is None and value is None and row["erased_at"] is not None:
        return Kept(number, None)
    if salt is None or value is None or row["erased_at"] is not None:
        raise ValueError(f"the words kept as {name!a} are half erased")
    said = _read(value)
    if said is None or set(salt) - HEX or len(salt) % 2 or _commitment(salt, said[0]) != commitment:
        raise ValueError(f"the words kept as {name!a} are not those that the entry commits to")
    return Kept(number, said[0])


def _read(value: str) -> tuple[Any] | None:
    """Return the value of canonical text, None where the text is not canonical."""
    try:
        said = json.loads(value)
        return (said,) if canonical(said).decode() == value else None
    except (ValueError, TypeError, RecursionError):
        return None


def _commitment(salt: str, value: object) -> str | None:
    try:
        return commit(bytes.fromhex(salt), value)
    except ValueError:
        return None


def _subjects(session: Session) -> Generator[tuple[int, list[str]], None, None]:
    """Yield the index of subjects entry by entry, in one streamed pass, since it is kept in the subjects' order."""
    columns = raw(session, {"subject": HistorySubject.subject})
    # What is no whole number there belongs to no entry, and is found as surplus.
    number = sql_cast(HistorySubject.seq, BigInteger).label("number")
    query = select(number, *columns).order_by(number).execution_options(yield_per=BATCH)
    with session.execute(query) as found:
        for seq, rows in groupby(found, key=lambda row: int(row[0])):
            yield seq, [plain(row[1]) or "" for row in rows]


def _words(session: Session, first: int, last: int) -> dict[int, dict[str, dict[str, str | None]]]:
    columns = {
        "name": HistoryWords.name,
        "number": Words.id,
        "commitment": Words.commitment,
        "salt": Words.salt,
        "value": Words.value,
        "erased_at": Words.erased_at,
    }
    query = (
        select(HistoryWords.seq, *raw(session, columns))
        .outerjoin(Words, Words.id == HistoryWords.words_id)
        .where(HistoryWords.seq.between(first, last))
    )
    found: dict[int, dict[str, dict[str, str | None]]] = {}
    for row in session.execute(query).mappings():
        known, name = found.setdefault(row["seq"], {}), plain(row["name"]) or ""
        # Of two under one name neither is the entry's.
        known[name] = {**texts(row), "number": None} if name in known else texts(row)
    return found
