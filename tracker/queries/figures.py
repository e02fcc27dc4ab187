"""What costs a look at many rows, kept while nothing happens that it rests on; whatever is done is checked anew.

Every act leaves an entry, so that the history's root says whether anything happened since.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tracker.queries.driver import Statement

T = TypeVar("T")
# The history's size and root.
Head = tuple[int, str]
MOST_KEPT = 200
# No inspector has this number.
NOBODY = -1
# Somebody came, went or read: no inspection, assignment, finding, decision or register is another for that.
READING = frozenset(
    {
        *("person:signed-in", "person:signed-out", "sign-in:refused", "person:locked-out", "sessions:ended"),
        *("connection:opened", "declaration:opened", "objection:opened", "list:exported", "inspector:copied"),
        *("history:disclosed", "history:exported", "history:verified", "checkpoint:published", "notices:chosen"),
        *("password:set", "password:renewed"),
    }
)
# So many entries are looked through before all is rather read anew.
LOOKED_THROUGH = 200


@dataclass(slots=True)
class _Shelf:
    """What was found at a root of the history, by what was asked."""

    root: str = ""
    size: int = 0
    found: dict[Hashable, Any] = field(default_factory=dict)


# An engine stands for a database. Of each a shelf for all that outlives the same events.
_SHELVES: WeakKeyDictionary[Engine, dict[frozenset[str], _Shelf]] = WeakKeyDictionary()
_HEAD = Statement("SELECT size, root FROM history_head")
_SINCE = Statement("SELECT event FROM history_entry WHERE seq > {before} AND seq <= {size}")
_LOCK = Lock()
_ABSENT = object()


def kept(
    session: Session,
    asked: Hashable,
    find: Callable[[], T],
    *,
    besides: frozenset[str] = frozenset(),
    head: Head | None = None,
) -> T:
    """Return what was found under the present root of the history, finding it where nobody has.

    It outlives entries of the events `besides`, which change nothing of it. The root is read first (or was: `head`):
    what is found while somebody writes is kept under the older root, which nobody reads again.
    """
    engine = session.get_bind()
    if not isinstance(engine, Engine):
        # Somebody else's transaction, which may be taken back with all its entries.
        return find()
    size, root = head or _HEAD.answer(session, {})[0]
    shelf = _shelf(session, engine, besides, size, root)
    # Somebody else may empty the shelf at any moment: one look says both whether it is there and what it is.
    found = shelf.found.get(asked, _ABSENT)
    if found is not _ABSENT:
        there: T = found
        return there
    made = find()
    with _LOCK:
        if len(shelf.found) >= MOST_KEPT:
            shelf.found.clear()
        shelf.found[asked] = made
    return made


def forget() -> None:
    """Let everything be found anew."""
    with _LOCK:
        _SHELVES.clear()


def _shelf(session: Session, engine: Engine, besides: frozenset[str], size: int, root: str) -> _Shelf:
    """Return the shelf of a root; the one before goes on as that where only such events have happened since."""
    shelf = _SHELVES.get(engine, {}).get(besides)
    if shelf is not None and shelf.root == root:
        return shelf
    still = shelf is not None and _is_only(session, besides, shelf.size, size)
    with _LOCK:
        # Whoever is still finding something puts it on the old shelf, where nobody looks.
        new = _Shelf(root, size, dict(shelf.found) if shelf is not None and still else {})
        _SHELVES.setdefault(engine, {})[besides] = new
    return new


def _is_only(session: Session, events: frozenset[str], before: int, size: int) -> bool:
    """Tell whether all entries between two sizes of the history are of these events."""
    if not events or not before < size <= before + LOOKED_THROUGH:
        return False
    return all(event in events for (event,) in _SINCE.answer(session, {"before": before, "size": size}))
