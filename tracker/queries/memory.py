"""What was read of the registers and of declarations, kept for the next check while no register changes.

Facts are kept here, a verdict never. `register_state` holds a token that every act renews by which a provider, a link,
a group, a membership or an organisation's link changes; each check reads it with the statement that finds its
connections, and believes only what is kept under that very token. What was declared never changes; a connection that
a reviewer grades is not kept, since its grade may.
"""

from dataclasses import dataclass, field
from threading import Lock

from tracker.domain.facts import Connection, World

# Several tests and databases may live in one process; a server has one, and for a moment the one before.
MOST_STATES, MOST_KEPT = 4, 150_000


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


_MEMORIES: dict[str, Memory] = {}
_LOCK = Lock()


def memory_of(token: str) -> Memory:
    """Return what is kept under a token; where that has become too much, it is forgotten first."""
    found = _MEMORIES.get(token)
    if found is not None:
        found.make_room()
    if found is None:
        with _LOCK:
            while len(_MEMORIES) >= MOST_STATES:
                del _MEMORIES[next(iter(_MEMORIES))]
            found = _MEMORIES.setdefault(token, Memory())
    return found
