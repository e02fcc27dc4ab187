"""Whether the tracker lives, and whether it is ready: for whoever keeps it running."""

from flask import Blueprint
from sqlalchemy.exc import SQLAlchemyError

from tracker.database import db, is_behind
from tracker.web.access import public

blueprint = Blueprint("health", __name__, url_prefix="/health")


@blueprint.get("/live")
@public
def live() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "live"}


@blueprint.get("/ready")
@public
def ready() -> tuple[dict[str, str], int]:
    """Say whether the database answers and is migrated."""
    try:
        behind = is_behind(db.sessions.kw["bind"])
    except SQLAlchemyError:
        return {"status": "the database does not answer"}, 503
    return ({"status": "a migration is due"}, 503) if behind else ({"status": "ready"}, 200)
