"""Providers' objections as decision-makers meet them: what waits for an answer, and answering what one decided."""

from werkzeug.wrappers import Response

from tracker.database import db, writes
from tracker.domain.access import Permission
from tracker.domain.errors import NotFoundError
from tracker.models import Assignment
from tracker.queries.objections import Standing
from tracker.queries.proposers import subject_of
from tracker.services.permit import permit
from tracker.web import objecting
from tracker.web.access import requires
from tracker.web.auth import actor
from tracker.web.decisions.room import blueprint


@blueprint.get("/objections")
@requires(Permission.DECIDE)
def objections() -> str:
    """List the objections that nobody answered yet."""
    return objecting.listed("decisions")


@blueprint.get("/objections/<ref>/answer")
@requires(Permission.DECIDE)
def answer_objection(ref: str) -> str | Response:
    """Ask what the provider was told."""
    return objecting.answer_asked("decisions", *_standing(ref))


@blueprint.post("/objections/<ref>/answer")
@requires(Permission.DECIDE)
@writes
def answer_objection_post(ref: str) -> Response | tuple[str, int]:
    """Record what the provider was told."""
    return objecting.answer_sent("decisions", ref, _standing)


def _standing(ref: str) -> tuple[Standing, Assignment]:
    """Return an objection that the decision-maker decided on; any other is a scheduler's to answer."""
    standing, found = objecting.found_or_404(ref)
    permit(actor(), Permission.DECIDE, subject_of(db.session, found))
    if actor().ref not in standing.decided_by:
        raise NotFoundError("There is no such objection.")
    return standing, found
