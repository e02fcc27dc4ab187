"""Receipts: the proof that an entry stands in the history, with the words that its own inspector may open."""

import json
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.errors import NotFoundError
from tracker.domain.proofs import inclusion_proofs
from tracker.domain.receipt import receipt_bytes
from tracker.models import HistoryEntry, HistoryHead, HistorySubject, HistoryWords, Wording, Words

FILINGS = ("declaration:recorded", "declaration:withdrawn")
VOUCHING = ("assignment:vouched",)


def entry_of(session: Session, subject: str, events: Sequence[str]) -> int:
    """Return the number of the entry that left one of these events about a subject; the first, where it has several."""
    seq = session.scalar(
        select(HistoryEntry.seq)
        .join(HistorySubject, HistorySubject.seq == HistoryEntry.seq)
        .where(HistorySubject.subject == subject, HistoryEntry.event.in_(events))
        .order_by(HistoryEntry.seq)
        .limit(1)
    )
    if seq is None:
        message = "There is no such entry in the history."
        raise NotFoundError(message)
    return seq


def receipts(session: Session, seqs: Sequence[int], *, size: int | None = None, with_words: bool = True) -> list[bytes]:
    """Return the receipts of these entries, against the tree of a size (of all entries, if none is named), in order.

    Every leaf is read once, whatever the number of receipts: a third of a second for 200,000 entries.
    """
    if not seqs:
        return []
    most = session.execute(select(HistoryHead.size)).scalar_one()
    wanted = most if size is None else size
    if not max(seqs) <= wanted <= most:
        message = (
            f"There is no receipt against a history of {wanted:,} entries: name a size from {max(seqs)} to {most}."
        )
        raise NotFoundError(message)
    query = select(HistoryEntry.leaf).where(HistoryEntry.seq <= wanted).order_by(HistoryEntry.seq)
    leaves = [bytes.fromhex(leaf) for leaf in session.scalars(query)]
    root, paths = inclusion_proofs(leaves, [seq - 1 for seq in seqs])
    entries = dict(
        session.execute(select(HistoryEntry.seq, HistoryEntry.entry).where(HistoryEntry.seq.in_(seqs))).all()
    )
    words = _words(session, seqs) if with_words else {}
    wordings = _wordings(session, entries)
    return [
        receipt_bytes(entries[seq].encode(), (wanted, root), path, words.get(seq, {}), wordings.get(seq, ()))
        for seq, path in zip(seqs, paths, strict=True)
    ]


def _words(session: Session, seqs: Sequence[int]) -> dict[int, dict[str, tuple[bytes, object]]]:
    """Return the words of these entries that were not erased, with their salts, by name."""
    query = (
        select(HistoryWords.seq, HistoryWords.name, Words.salt, Words.value)
        .join(Words, Words.id == HistoryWords.words_id)
        .where(HistoryWords.seq.in_(seqs), Words.salt.is_not(None), Words.value.is_not(None))
    )
    found: dict[int, dict[str, tuple[bytes, object]]] = {}
    for row in session.execute(query):
        found.setdefault(row.seq, {})[row.name] = (bytes.fromhex(row.salt), json.loads(row.value))
    return found


def _wordings(session: Session, entries: dict[int, str]) -> dict[int, tuple[str, ...]]:
    """Return the exact texts that were certified with these entries."""
    named = {seq: json.loads(entry)["data"].get("wording") for seq, entry in entries.items()}
    digests = sorted({each for each in named.values() if each})
    texts = dict(session.execute(select(Wording.digest, Wording.words).where(Wording.digest.in_(digests))).all())
    return {seq: (texts[digest],) for seq, digest in named.items() if digest in texts}
