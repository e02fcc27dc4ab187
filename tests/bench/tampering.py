"""Tampering of every kind, and whether it is found with one checkpoint held outside; beside a plain chain: row 15."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from random import Random

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.bench.past import Past, lived
from tests.bench.presenting import PRESENTED, asked, forked, head_of, is_taken
from tests.bench.setting import Setting
from tests.bench.timing import Figure
from tests.support.forging import KINDS, Kind
from tests.support.impersonating import IMPERSONATIONS
from tests.support.rewriting import REWRITINGS
from tests.support.tampering import found, undone, unguard
from tracker.domain.tree import Head
from tracker.models import HistoryEntry
from tracker.queries.raw import plain, raw

CHANGED = KINDS | IMPERSONATIONS | REWRITINGS
FORKED, OLDER, OLDER_TOGETHER = "a checkpoint of a fork believed", "an older copy restored", "… its witness's, too"
EVERY = (*CHANGED, *PRESENTED, FORKED, OLDER, OLDER_TOGETHER)
# Of these a plain chain must see nothing; else it would be no measure of what the checkpoint adds.
FOOL_CHAINS = {OLDER, OLDER_TOGETHER, *(name for name, kind in CHANGED.items() if kind.fools_chain)}
# Every so many it is made sure that the history, undone, is whole; and of a kind, that only a checkpoint shows it.
SURE_EACH, SEAMLESS_EACH = 50, 10
DRAWS = 100
SEED = 15


@dataclass
class Tried:
    """How many of each kind were tried, and how many were found: by the verification, and by a plain chain."""

    number: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    chained: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)

    def note(self, kind: str, how: str, *, is_found: bool, is_chained: bool = False) -> None:
        self.number[kind] += 1
        self.found[kind] += is_found
        self.chained[kind] += is_chained
        if not is_found:
            self.missed.append(f"{kind}: {how}")


def tamperings(setting: Setting) -> Iterator[Figure]:
    """Tampering with a history of some hundreds of entries, each undone; how many are found, and by a plain chain."""
    random, tried = Random(SEED), Tried()
    wanted = Counter(EVERY[each % len(EVERY)] for each in range(setting.size.tamperings))
    with lived(setting.engine(), setting.size.history) as past:
        links = chain(past.session)
        _sure(past, past.held)
        unguard(past.session.connection())
        for name, number in wanted.items():
            for _ in range(number):
                if name in CHANGED:
                    _change(past, name, random, links, tried)
                elif name in PRESENTED:
                    text = PRESENTED[name](random, past.leaves, past.held.size)
                    tried.note(name, text, is_found=not is_taken(text, past.held))
                elif name == FORKED:
                    other = head_of(forked(random, past.leaves, past.held.size), past.held.size)
                    tried.note(name, f"{other}", is_found=found(past.session, other) is not None)
        _sure(past, past.held)
        _go_back(past, wanted, random, links, tried)
    yield from _figures(tried)


def chain(session: Session) -> list[bytes]:
    """Return a plain hash chain over the entries: each link is the hash of the last one and of an entry."""
    columns = raw(session, {"entry": HistoryEntry.entry})
    links = [b""]
    for entry in session.scalars(select(*columns).order_by(HistoryEntry.seq)):
        links.append(sha256(links[-1] + (plain(entry) or "").encode()).digest())
    return links[1:]


def breaks(session: Session, links: list[bytes]) -> bool:
    """Say whether the entries that are there have other links than are kept beside them: all that a chain can tell."""
    now = chain(session)
    return now != links[: len(now)]


def _sure(past: Past, held: Head) -> None:
    """Raise AssertionError where a history that nobody touched is said not to be whole, or not to go on."""
    wrongly = found(past.session, held)
    if wrongly is not None:
        raise AssertionError(f"nobody touched it, and {wrongly}")
    for size in {held.size, len(past.leaves)}:
        if not is_taken(asked(past.leaves, held.size, size), held):
            raise AssertionError(f"a true checkpoint of {size} entries is refused")


def _change(past: Past, name: str, random: Random, links: list[bytes], tried: Tried) -> None:
    """Tamper once, look, and undo it; what the database itself refuses is drawn again."""
    kind, session = CHANGED[name], past.session
    is_to_be_sure = kind.is_seamless and tried.number[name] % SEAMLESS_EACH == 0
    for _ in range(DRAWS):
        with undone(session):
            how = _done(kind, session, random, past.held.size)
            if how is None:
                continue
            if is_to_be_sure and (seen := found(session)) is not None:
                raise AssertionError(f"{name}: {how} is no seamless rewriting: {seen}")
            is_chained = breaks(session, chain(session) if kind.is_seamless else links)
            tried.note(name, how, is_found=found(session, past.held) is not None, is_chained=is_chained)
        if tried.number.total() % SURE_EACH == 0:
            _sure(past, past.held)
        return
    raise AssertionError(f"nothing was drawn for {name}")


def _done(kind: Kind, session: Session, random: Random, known: int) -> str | None:
    try:
        return kind.change(session, random, known)
    except (DBAPIError, UnicodeDecodeError):
        return None


def _go_back(past: Past, wanted: Counter[str], random: Random, links: list[bytes], tried: Tried) -> None:
    """Restore one older copy after another, and hold against each a checkpoint that was given when it was older."""
    copies = past.older()
    for left, size in zip(range(len(past.sizes), 0, -1), copies, strict=True):
        _sure(past, head_of(past.leaves, size)) if size else None
        for name in (OLDER, OLDER_TOGETHER):
            for _ in range(-(-(wanted[name] - tried.number[name]) // left)):
                later = random.randint(size + 1, len(past.leaves))
                known = random.randint(0, size)
                if name == OLDER_TOGETHER and not is_taken(
                    asked(past.leaves, known, size), head_of(past.leaves, known)
                ):
                    raise AssertionError("the older copies of a history and of its witness do not agree")
                is_found = found(past.session, head_of(past.leaves, later)) is not None
                how = f"{size} entries, and a checkpoint of {later}"
                tried.note(name, how, is_found=is_found, is_chained=breaks(past.session, links))


def _figures(tried: Tried) -> Iterator[Figure]:
    """Yield the figures; raise AssertionError where one was missed, or where the chain could not be told from ours."""
    number = tried.number.total()
    share, chained = tried.found.total() / number, tried.chained.total() / number
    name = f"{number:,} tamperings of {len(tried.number)} kinds found"
    yield Figure(name, "share", share, 1.0, "all, with one checkpoint outside", least=1)
    yield Figure(f"… of {len(tried.number)} kinds, and by a plain chain", "share", share, chained, "no checkpoint")
    if tried.missed:
        raise AssertionError(f"{len(tried.missed)} tamperings were missed: {tried.missed[:5]}")
    seen = {name: tried.chained[name] for name in FOOL_CHAINS if tried.chained[name]}
    if seen:
        raise AssertionError(f"a plain chain cannot see these, and did: {seen}")
