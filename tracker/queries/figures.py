"""Figures that cost a look at everything, kept while nothing happens: counts alone, never a verdict or a row.

Every act leaves an entry, so that the history's root says whether anything happened since they were counted.
"""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tracker.queries.driver import Statement

T = TypeVar("T")
MOST_KEPT = 200
# No inspector has this number.
NOBODY = -1
# An engine stands for a database. Of each the root under which figures are kept, and the figures by what was asked.
_KEPT: WeakKeyDictionary[Engine, tuple[str, dict[Hashable, Any]]] = WeakKeyDictionary()
_ROOT = Statement("SELECT root FROM history_head")
_LOCK = Lock()


def kept(session: Session, asked: Hashable, count: Callable[[], T]) -> T:
    """Return figures as they were counted under the present root of the history, counting them where nobody has.

    The root is read before they are counted: what is counted while somebody writes is kept under the older root, which
    nobody reads again.
    """
    engine = session.get_bind()
    if not isinstance(engine, Engine):
        # Somebody else's transaction, which may be taken back with all its entries.
        return count()
    root: str = _ROOT.answer(session, {})[0][0]
    with _LOCK:
        at, figures = _KEPT.get(engine, ("", {}))
        if at == root and asked in figures:
            found: T = figures[asked]
            return found
    made = count()
    with _LOCK:
        at, figures = _KEPT.get(engine, ("", {}))
        _KEPT[engine] = root, ({**figures, asked: made} if at == root and len(figures) < MOST_KEPT else {asked: made})
    return made
