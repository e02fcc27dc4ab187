"""Pages that belong to no one audience: where each role begins, and what the tracker says of itself."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from tracker.database import db
from tracker.domain.retention import KEPT, TOLD, parse
from tracker.queries import kept_forms
from tracker.web.access import for_the_signed_in, public
from tracker.web.auth import actor
from tracker.web.clock import now
from tracker.web.errors import can_be_opened
from tracker.web.keeping import SENT
from tracker.web.navigation import FIRST_PAGES, is_open
from tracker.web.settings import config

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
@for_the_signed_in
def home() -> str | Response:
    """Lead each role to its own first page, and let a person with several choose."""
    roles = actor().roles
    places = [page for page in FIRST_PAGES if page.role in roles and is_open(page.path)]
    if len(places) == 1:
        return redirect(places[0].path)
    return render_template("pages/home.html", places=places)


@blueprint.get("/kept")
@for_the_signed_in
def kept() -> str | Response:
    """Offer what was sent after a session had ended, to be sent again."""
    found = kept_forms.of(db.session, actor(), at=now())
    if not found:
        return redirect(url_for("pages.home"))
    opens = {each.id for each in found if can_be_opened(each.path.partition("?")[0])}
    return render_template("pages/kept.html", kept=found, sent=SENT, opens=opens)


@blueprint.get("/accessibility")
@public
def accessibility() -> str:
    """Say how accessible the tracker is, and what is known to fall short."""
    return render_template("pages/accessibility.html")


@blueprint.get("/privacy")
@public
def privacy() -> str:
    """Say what is held of whom, who sees it, and for how long."""
    settings = config()
    schedule = parse(settings.retention.read_text(encoding="utf-8"))
    kept = [(*TOLD[field], rule.period, rule.why) for field, rule in schedule.rules.items()]
    kept += [(*TOLD[field], "no time is set", KEPT) for field in schedule.kept]
    return render_template("pages/privacy.html", minutes=settings.session_minutes, kept=kept, schedule=schedule.name)
