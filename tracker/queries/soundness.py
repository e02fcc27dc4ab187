"""Whether a stored history is sound, judged hundreds of entries at once: it is, or this cannot tell.

Nothing is passed here that `verification`, entry by entry, would not pass; what is not, that names. It is twenty times
as quick, since all that is compared is compared as whole columns, in memory that the processor has at hand.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.tree import ACTOR, EVENT, SUBJECT, Frontier, Head, extend, root
from tracker.queries import records
from tracker.queries.collector import collector_paused
from tracker.queries.driver import Statement
from tracker.queries.records import Seen
from tracker.queries.sound_entries import Names, judge_entries, same
from tracker.queries.streams import streams

# A processor holds so many near at hand; the records that entries tell of are asked for in larger lots.
BATCH, LOT = 250, 500
# A tree takes so many leaves at once the quickest.
SEVERAL = 4096
# How often what was judged is kept, in entries.
KEPT_EACH = 20_000

_ENTRIES = "SELECT seq, entry, leaf, {instant at}, actor, event FROM history_entry WHERE seq > {after} ORDER BY seq"
_SUBJECTS = "SELECT seq, subject FROM history_subject WHERE seq > {after} ORDER BY seq"
_WORDS = """
    SELECT named.seq, named.name, kept.id, kept.commitment, kept.salt, kept.value, kept.erased_at
    FROM history_words AS named LEFT JOIN words AS kept ON kept.id = named.words_id
    WHERE named.seq > {after} ORDER BY named.seq
"""
_LATER = [Statement(each) for each in (_ENTRIES, _SUBJECTS, _WORDS)]
# From the very start nothing is left out, whatever number it bears: so there can be no row that nobody looks at.
_ALL = [Statement(re.sub(r"WHERE .*> {after}", "", each)) for each in (_ENTRIES, _SUBJECTS, _WORDS)]
_WORDS_KEPT = Statement("SELECT count(*) FROM words")
_WORDS_NAMED = Statement("SELECT count(*) FROM (SELECT DISTINCT words_id FROM history_words) AS once")


def is_sound(
    session: Session,
    head: Head,
    against: Head | None,
    progress: Callable[[int], None],
    *,
    start: Frontier,
    keep: Callable[[Frontier], None] | None,
) -> bool:
    """Tell whether the stored entries after `start` give the head, and all beside them says what they say.

    False does not say that anything is amiss: only that it must be judged entry by entry. For what is passed and kept
    meanwhile see `verification.verify`. Judged from the very start, these tables hold nothing else either.
    """
    try:
        _judge(session, _Judged(start, against, start.size), head, progress, keep)
    except Exception:  # noqa: BLE001 -- whatever is amiss, a driver's refusal of a damaged text included, is named there
        return False
    return True


@dataclass
class Different:
    """Tells whether numbers that come in lots are all different, without keeping them: they rise, but for a lot or two.

    Words are numbered as they are kept, and told of by the same act, though in another order there.
    """

    is_sure: bool = True
    most: int = 0
    latest: set[int] = field(default_factory=set)

    def take(self, lot: Sequence[int]) -> None:
        """Take a lot: none of it twice, nor in the one before, and all above whatever came before that."""
        numbers = set(lot)
        is_new = len(numbers) == len(lot) and numbers.isdisjoint(self.latest) and min(lot, default=1) > self.most
        self.is_sure = self.is_sure and (is_new or not lot)
        if lot:
            self.most, self.latest = max(self.most, max(self.latest, default=0)), numbers


@dataclass
class _Judged:
    """How far the history was judged."""

    tree: Frontier
    against: Head | None
    kept: int
    seen: list[Seen] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)
    names: Names = field(default_factory=lambda: {ACTOR: set(), EVENT: set(), SUBJECT: set()})
    # How many lines there were in the index of words.
    lines: int = 0
    words: Different = field(default_factory=Different)

    @property
    def size(self) -> int:
        """How many entries were judged."""
        return self.tree.size + len(self.leaves)

    def grow(self, leaves: Sequence[bytes] = ()) -> None:
        """Take more leaves; where the earlier head stands among them, it must be the tree's there."""
        self.leaves += leaves
        earlier = self.against
        if earlier is not None and earlier.size <= self.size:
            before = extend(self.tree, self.leaves[: earlier.size - self.tree.size])
            same(Head(before.size, root(before)), earlier)
            self.against = None
        if len(self.leaves) >= SEVERAL:
            self.settle()

    def settle(self) -> Frontier:
        """Return the tree of all leaves so far."""
        self.tree, self.leaves = extend(self.tree, self.leaves), []
        return self.tree


def _judge(
    session: Session,
    judged: _Judged,
    head: Head,
    progress: Callable[[int], None],
    keep: Callable[[Frontier], None] | None,
) -> None:
    after = judged.tree.size
    wanted, values = (_LATER, {"after": after}) if after else (_ALL, {})
    with collector_paused(), streams(session, wanted, BATCH, **values) as (entries, *beside):
        subjects, words = map(_Following, beside)
        for rows in entries:
            last = rows[-1][0]
            found = subjects.upto(last), words.upto(last)
            leaves, seen = judge_entries(judged.size + 1, judged.names, rows, *found)
            judged.grow(leaves)
            judged.seen += seen
            judged.lines += len(found[1])
            judged.words.take([row[2] for row in found[1]])
            is_due = keep is not None and judged.size - judged.kept >= KEPT_EACH
            if is_due or len(judged.seen) >= LOT:
                _told_rightly(session, judged)
            if keep is not None and is_due:
                keep(judged.settle())
                judged.kept = judged.size
            progress(last)
        same([subjects.rest(), words.rest()], [[], []])
    _told_rightly(session, judged)
    judged.grow()
    same(judged.against, None)
    tree = judged.settle()
    same(Head(tree.size, root(tree)), head)
    if not after:
        # Each line names words of its own, and there are no others.
        for counted in (_WORDS_KEPT, *(() if judged.words.is_sure else (_WORDS_NAMED,))):
            same(list(counted.answer(session, {})), [(judged.lines,)])


def _told_rightly(session: Session, judged: _Judged) -> None:
    """Let the records be compared with what was read of them."""
    same(list(records.faults(session, judged.seen)), [])
    judged.seen = []


class _Following:
    """Follows a stream of rows that begin with rising numbers."""

    def __init__(self, chunks: Iterator[Sequence[Any]]) -> None:
        self.chunks, self.rows = chunks, list[Any]()

    def upto(self, last: int) -> list[Any]:
        """Return the rows up to a number that were not yet returned."""
        while not self.rows or self.rows[-1][0] <= last:
            more = next(self.chunks, None)
            if more is None:
                break
            self.rows += more
        end = len(self.rows)
        while end and self.rows[end - 1][0] > last:
            end -= 1
        taken, self.rows = self.rows[:end], self.rows[end:]
        return taken

    def rest(self) -> Sequence[Any]:
        """Return what is left, or the first of it."""
        return self.rows or list(next(self.chunks, ()))
