"""Which index answers: the one built for the token that the database bears now, kept until the registers change."""

from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tracker.queries.driver import Statement
from tracker.queries.searching.building import built
from tracker.queries.searching.index import SearchIndex

_TOKEN = Statement("SELECT names FROM register_state")
# That of now, and for a little while that of before, which a transaction that began earlier still sees.
_KEPT = 2


def current(session: Session) -> SearchIndex:
    """Return the index of what this session sees of the registers, built first where this process has none yet.

    Every act that changes the registers gives the database a new random token in its own transaction. So a token seen
    is a state of the registers seen, and an index built in a transaction that is rolled back is never asked for again.
    """
    shelf = _shelf(session.get_bind().engine)
    token: str = _TOKEN.rows(session)[0][0]
    found = shelf.index(token)
    if found is not None:
        return found
    # Whoever comes meanwhile waits: the same work beside it would make both slower.
    with shelf.building:
        found = shelf.index(token)
        if found is None:
            token, found = built(session)
            shelf.put(token, found)
    return found


class _Shelf:
    """The indexes that are kept of one database, the latest used last."""

    def __init__(self) -> None:
        self.building = Lock()
        self._lock = Lock()
        self._kept: dict[str, SearchIndex] = {}

    def index(self, token: str) -> SearchIndex | None:
        """Return the index of a token, or None."""
        with self._lock:
            found = self._kept.pop(token, None)
            if found is not None:
                self._kept[token] = found
            return found

    def put(self, token: str, index: SearchIndex) -> None:
        """Keep an index, and let go of the one that was longest unused."""
        with self._lock:
            self._kept[token] = index
            while len(self._kept) > _KEPT:
                del self._kept[next(iter(self._kept))]


# An engine stands for a database, for as long as there is one.
_SHELVES: WeakKeyDictionary[Engine, _Shelf] = WeakKeyDictionary()
_LOCK = Lock()


def _shelf(engine: Engine) -> _Shelf:
    with _LOCK:
        return _SHELVES.setdefault(engine, _Shelf())
