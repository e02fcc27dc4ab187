"""Two declarations of one inspector side by side, with their differences in words."""

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.database import db
from tracker.domain.access import Permission
from tracker.domain.declaration import difference
from tracker.models import Declaration
from tracker.services.audit import open_details
from tracker.services.history import words_of
from tracker.web.access import requires, writes_within
from tracker.web.auditor.declarations import declared, found_or_404
from tracker.web.auditor.room import blueprint, is_open_here, open_here
from tracker.web.auth import actor
from tracker.web.clock import now


@blueprint.get("/declarations/<ref>/compare")
@requires(Permission.READ_HISTORY)
def choose(ref: str) -> Response:
    """Lead to the comparison with the declaration that was chosen (?with=)."""
    other = request.args.get("with", "")
    _pair(ref, other)
    return redirect(url_for("auditor.compare", ref=ref, other=other), code=303)


@blueprint.get("/declarations/<ref>/compare/<other>")
@requires(Permission.READ_HISTORY)
def compare(ref: str, other: str) -> str:
    """Show two declarations of one inspector side by side, the earlier first, where their details were opened."""
    earlier, later = _pair(ref, other)
    is_open = is_open_here(ref) and is_open_here(other)
    sides = [(each, declared(each) if is_open else [], words_of(each.reason)) for each in (earlier, later)]
    return render_template(
        "auditor/compare.html",
        asked=ref,
        other=other,
        sides=sides,
        is_open=is_open,
        difference=difference(sides[0][1], sides[1][1]) if is_open else None,
    )


@blueprint.post("/declarations/<ref>/compare/<other>")
@requires(Permission.READ_ANY_DECLARATION)
@writes_within
def open_both(ref: str, other: str) -> Response:
    """Open the details of both declarations: leave an entry for each, then show them side by side."""
    _pair(ref, other)
    for each in (ref, other):
        db.leave(open_details(db.session, actor(), each), now)
    open_here((ref, other))
    return redirect(url_for("auditor.compare", ref=ref, other=other), code=303)


def _pair(ref: str, other: str) -> tuple[Declaration, Declaration]:
    """Return two declarations of one inspector, the earlier made first."""
    one, two = found_or_404(ref), found_or_404(other)
    if one.id == two.id or one.inspector_id != two.inspector_id:
        abort(404)
    earlier, later = sorted((one, two), key=lambda each: (each.made_at, each.id))
    return earlier, later
