"""Building the search's index beside the serving, so that nobody who searches has to wait for it."""

import logging
from threading import Event, Thread

from flask import Flask
from sqlalchemy.orm import Session, sessionmaker

from tracker.database import db
from tracker.queries.searching.keeping import current

# After a register was imported, by whatever process, a server is ready for it this much later at the latest.
SECONDS = 5.0
_LOG = logging.getLogger(__name__)


def keep_search_ready(app: Flask) -> None:
    """Begin to keep the search of a server's process ready; whoever searches before it is, builds or waits, as ever."""
    with app.app_context():
        sessions = db.sessions
    Thread(target=ready, args=(sessions, Event()), name="search", daemon=True).start()


def ready(sessions: sessionmaker[Session], stopped: Event, seconds: float = SECONDS) -> None:
    """Have the index of what the database holds, now and again and again, until it is stopped."""
    while True:
        try:
            with sessions() as session:
                current(session)
        except Exception as error:  # noqa: BLE001 (whatever it was, whoever searches meets it, and here it may pass)
            _LOG.warning("The search could not be made ready, and will be when somebody searches: %s", error)
        if stopped.wait(seconds):
            return
