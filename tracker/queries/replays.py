"""Running a check of the history again: its facts as they were kept, under the policy that decided."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.check import check
from tracker.domain.dates import in_words
from tracker.domain.entry import Entry, parse_entry
from tracker.domain.errors import NotFoundError, RefusedError
from tracker.domain.findings import Outcome
from tracker.domain.plain import facts_from_json
from tracker.domain.replaying import differences, is_worded_alike
from tracker.domain.tree import commit, leaf_hash
from tracker.models import HistoryEntry, HistoryWords, PolicyVersion, Words
from tracker.queries.history import lines
from tracker.queries.policies import parsed

CHECKED = "assignment:checked"


@dataclass(frozen=True, slots=True)
class Replay:
    """A check that was run again: when and under which policy it was made, and what it answers otherwise, if anything.

    `is_worded_alike` tells whether its findings are still told in the same sentences.
    """

    seq: int
    at: datetime
    policy: PolicyVersion
    outcome: Outcome
    differences: tuple[str, ...]
    is_worded_alike: bool


def replay(session: Session, seq: int) -> Replay:
    """Run the check of an entry again; NotFoundError where there is no such entry, RefusedError where it cannot be run.

    It cannot where the entry is no check, its words were erased, or what is kept is not what the entry commits to.
    """
    entry = _entry(session, seq)
    facts, findings = (_words(session, entry, name) for name in ("facts", "findings"))
    ref = entry.data["policy"]
    row = session.scalars(select(PolicyVersion).filter_by(ref=ref)).one_or_none()
    if row is None or leaf_hash(row.toml.encode()).hex() != row.digest:
        raise RefusedError(f"The policy {ref} of entry {seq:,} is not as it was adopted: run “tracker history verify”")
    outcome = check(facts_from_json(facts), parsed(row.toml))
    differ = differences(entry.data["verdict"], findings, outcome)
    return Replay(seq, entry.at, row, outcome, differ, is_worded_alike(findings, outcome))


def _entry(session: Session, seq: int) -> Entry:
    text = session.scalar(select(HistoryEntry.entry).where(HistoryEntry.seq == seq))
    if text is None:
        size = session.scalar(select(func.count()).select_from(HistoryEntry)) or 0
        raise NotFoundError(f"There is no entry {seq:,}: the history has {size:,}")
    try:
        entry = parse_entry(text.encode())
    except ValueError:
        raise RefusedError(f"Entry {seq:,} is not as it was written: run “tracker history verify”") from None
    if entry.event != CHECKED:
        (line,) = lines(session, select(HistoryEntry).where(HistoryEntry.seq == seq), limit=1)
        raise RefusedError(f"Entry {seq:,} is no check, and only a check can be replayed. It says: {line.sentence}")
    return entry


def _words(session: Session, entry: Entry, name: str) -> Any:  # noqa: ANN401 (facts are a mapping, findings a list)
    """Return what an entry keeps apart under this name, once it is held against the entry's commitment to it."""
    row = session.scalars(
        select(Words).join(HistoryWords).where(HistoryWords.seq == entry.seq, HistoryWords.name == name)
    ).one_or_none()
    if row is not None and row.erased_at is not None:
        day = in_words(row.erased_at)
        raise RefusedError(
            f"The {name} of entry {entry.seq:,} were erased under the retention rule on {day}: it cannot be replayed"
        )
    if row is not None and row.salt is not None and row.value is not None:
        said = json.loads(row.value)
        if commit(bytes.fromhex(row.salt), said) == entry.private.get(name):
            return said
    raise RefusedError(
        f"The {name} of entry {entry.seq:,} are not those that it commits to: run “tracker history verify”"
    )
