"""What was read of the registers and of declarations, kept for the next check while no register changes.

Facts are kept here, a verdict never. `register_state` holds a token that every act renews by which a provider, a link,
a group, a membership or an organisation's link changes; each check reads it with the statement that finds its
connections, and believes only what is kept under that very token. What was declared never changes; a connection that
a reviewer grades is not kept, since its grade may.
"""

from dataclasses import dataclass, field
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tracker.domain.facts import Connection, World

# Of each database the state of now, and for a moment the one before.
MOST_STATES, MOST_KEPT = 2, 150_000


@dataclass(slots=True)
class Memory:
    """What is kept under one token: worlds by the reference that they are around, connections by theirs."""

    worlds: dict[str, World] = field(default_factory=dict)
    areas: dict[str, World] = field(default_factory=dict)
    connections: dict[str, Connection] = field(default_factory=dict)

    def make_room(self) -> None:
        """Forget all where there is too much: it can be read again."""
        for kept in (self.worlds, self.areas, self.connections):
            if len(kept) > MOST_KEPT:
                kept.clear()


# An engine stands for a database: two copies of one bear the same token, and go their ways.
_MEMORIES: WeakKeyDictionary[Engine, dict[str, Memory]] = WeakKeyDictionary()
_LOCK = Lock()


def memory_of(session: Session, token: str) -> Memory:
    """Return what is kept of a session's database under a token; where that has become too much, it is forgotten."""
    engine = session.get_bind().engine
    kept = _MEMORIES.get(engine)
    found = kept.get(token) if kept is not None else None
    if found is not None:
        found.make_room()
        return found
    with _LOCK:
        kept = _MEMORIES.setdefault(engine, {})
        while len(kept) >= MOST_STATES:
            del kept[next(iter(kept))]
        return kept.setdefault(token, Memory())
