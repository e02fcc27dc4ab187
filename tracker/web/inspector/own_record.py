"""One's own record: the whole history in words, and a copy of all that is held."""

import json

from flask import Response, render_template

from tracker.database import db
from tracker.domain.access import Permission
from tracker.models import Declaration, Inspector
from tracker.queries import declarations, held, inspector, receipts
from tracker.services import own_copies
from tracker.services.history import words_of
from tracker.web.access import requires, writes_within
from tracker.web.auth import actor
from tracker.web.clock import now
from tracker.web.inspector.desk import changes_of, stated
from tracker.web.inspector.proving import verifier_files, zipped
from tracker.web.inspector.room import blueprint, me
from tracker.web.paging import asked

OPENINGS = 50
READ_ME = """\
This is a copy of all that the conflict of interest tracker holds on you.

your-record.html   the same to be read in any browser, also offline
your-record.json   the same for programs
receipts/          one for each declaration, withdrawal and confirmation
verifier/          with Python 3.11 or later, verifies a receipt without the tracker:
                   python verifier/receipt.py receipts/receipt-….json

Not in it: what decision-makers and reviewers wrote about findings, and whatever is about other people.
"""


@blueprint.get("/history")
@requires(Permission.READ_OWN_DECLARATIONS)
def history() -> str:
    """Tell everything that was declared, step by step, each with what it changed."""
    rows = declarations.all_of(db.session, me())
    page = asked()
    shown = rows[page.start : page.start + page.size]
    return render_template(
        "inspector/history.html",
        steps=[_step(row, rows) for row in shown],
        total=len(rows),
        page=page.number,
        pages=page.of(len(rows)),
        openings=held.openings(db.session, _staff_no(), limit=OPENINGS),
        words_given=[each for each in inspector.all_own(db.session, me()) if each.vouched],
    )


def _step(row: Declaration, rows: list[Declaration]) -> dict[str, object]:
    former = next((each for each in rows if each.id == row.supersedes_id), None)
    if former is not None and former.kind == "withdrawal":
        former = None
    return {
        "row": row,
        "reason": words_of(row.reason),
        "stated": stated(row),
        "changes": None if row.kind == "withdrawal" else changes_of(former, row),
    }


def _staff_no() -> str:
    return db.session.get_one(Inspector, me()).staff_no


@blueprint.get("/everything")
@requires(Permission.READ_OWN_DECLARATIONS)
def everything() -> str:
    """Say what a copy of all that is held has in it."""
    return render_template("inspector/everything.html")


@blueprint.post("/everything")
@requires(Permission.READ_OWN_DECLARATIONS)
@writes_within
def everything_post() -> Response:
    """Give the copy, once the history has it that it is taken; nobody waits while it is made."""
    db.leave(own_copies.copy(db.session, actor(), me()), now)
    told = held.held(db.session, me())
    named = held.filings(db.session, _staff_no())
    proofs = receipts.receipts(db.session, list(named.values()))
    page = render_template("inspector/record_file.html", held=told, made_at=now())
    files = {
        "READ ME.txt": READ_ME.encode(),
        "your-record.html": page.encode(),
        "your-record.json": json.dumps(told, ensure_ascii=False, indent=1).encode(),
        **{f"receipts/{name}": raw for name, raw in zip(named, proofs, strict=True)},
        **{f"verifier/{name}": content for name, content in verifier_files().items()},
    }
    answer = Response(zipped(files), mimetype="application/zip")
    answer.headers["Content-Disposition"] = 'attachment; filename="your-record.zip"'
    return answer
