"""A past check run again: its own facts, under the policy that decided, and whether it answers the same."""

from flask import abort, render_template
from sqlalchemy import select

from tracker.database import db
from tracker.domain.access import Permission
from tracker.domain.errors import RefusedError
from tracker.models import HistoryEntry
from tracker.queries import history, replays
from tracker.web.access import requires
from tracker.web.auditor.lines import as_number
from tracker.web.auditor.room import blueprint


@blueprint.get("/replay/<number>")
@requires(Permission.READ_HISTORY)
def replay(number: str) -> str:
    """Run the check of an entry again, and say whether it answers the same; nothing is kept of it."""
    seq = as_number(number)
    line = next(iter(history.lines(db.session, select(HistoryEntry).where(HistoryEntry.seq == seq), limit=1)), None)
    if line is None or line.event != replays.CHECKED:
        abort(404)
    done, why = None, ""
    try:
        done = replays.replay(db.session, line.seq)
    except RefusedError as refused:
        why = str(refused)
    return render_template("auditor/replay.html", line=line, ref=line.subject("assignment"), done=done, why=why)
