"""The auditor's first page, the check that the history is whole, and its export."""

from collections.abc import Iterator

from flask import Response, flash, redirect, render_template, request, stream_with_context, url_for
from werkzeug.wrappers import Response as Answer

from tracker.database import db, reading
from tracker.domain.access import Permission
from tracker.domain.tree import Broken
from tracker.queries import audit, history, policies, verification
from tracker.queries.compliance import figures
from tracker.queries.scrutiny import watching
from tracker.services import audit as acts
from tracker.services.keys import refuse_stale
from tracker.web.access import requires, writes_within
from tracker.web.auditor.compliance import asked
from tracker.web.auditor.lines import page_of, shown
from tracker.web.auditor.room import blueprint
from tracker.web.auth import actor
from tracker.web.clock import checked_on, now, today
from tracker.web.unchanged import same_while_nothing_happens

SHOWN = 5


@blueprint.get("")
@requires(Permission.READ_HISTORY)
@same_while_nothing_happens
def first_page() -> str:
    """Say where the history stands, what deserves a look, and find what an auditor asks for (?q=)."""
    words = request.args.get("q", "").strip()[:200]
    hits = audit.search(db.session, words)
    return render_template(
        "auditor/first_page.html",
        standing=history.standing(db.session),
        published=history.latest(db.session, "checkpoint:published"),
        figures=figures(asked()),
        words=words,
        hits=[(hit, page_of(hit.kind, hit.ref)) for hit in hits],
        is_cut=audit.is_cut(hits),
        late=audit.late(db.session, SHOWN, policies.all_in_force(db.session, checked_on())),
        questioned=shown(audit.questioned(db.session, SHOWN)),
        exceptions=shown(audit.exceptions(db.session, SHOWN)),
        unusual=[each for each in watching.readers(db.session, today()) if each.is_unusual],
        closed=[each for each in watching.tried(db.session, today()) if each.closed],
        self_granted=shown(audit.self_granted(db.session, SHOWN)),
    )


@blueprint.post("/verification")
@requires(Permission.VERIFY_HISTORY)
@writes_within
def verify() -> Answer:
    """Check that the history is whole, and leave what was found as an entry."""
    who = actor()
    # The check is slow: nothing is held meanwhile.
    db.session.rollback()
    with reading(db.sessions) as session:
        try:
            head = verification.verify(session)
            refuse_stale(session)
            found = acts.Verification(head.size, head.root.hex())
        except Broken as broken:
            found = acts.Verification(0, "", broken.seq, verification.describe(session, broken))
    db.leave(acts.verification(who, found), now)
    if not found.why:
        flash(f"The history is whole: all {found.size:,} entries, their words and the records agree.")
    return redirect(url_for("auditor.first_page"), code=303)


@blueprint.post("/history.jsonl")
@requires(Permission.READ_HISTORY)
@writes_within
def export() -> Response:
    """Stream the whole history, without the personal words, for others to verify; first leave an entry that says so.

    What is streamed is one state, read after that entry: the history that goes out tells of its own going.
    """
    sessions = db.sessions
    db.leave(acts.taking(actor()), now)

    def lines() -> Iterator[bytes]:
        with reading(sessions) as session:
            yield from history.exported(session)

    name = f"history-{now():%Y%m%dT%H%M%SZ}.jsonl"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(stream_with_context(lines()), mimetype="application/jsonl", headers=headers)
