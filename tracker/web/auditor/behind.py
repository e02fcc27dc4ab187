"""The lists behind what is told over time: each number there leads to as many lines here."""

from datetime import date
from typing import TypeVar

from flask import abort, render_template, request

from tracker.database import db
from tracker.domain.access import Permission
from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import Ruling
from tracker.queries import history
from tracker.queries.compliance import Listing, behind
from tracker.queries.compliance.ageing import MEANS, Wait
from tracker.queries.compliance.over_time import first_month
from tracker.web.access import requires
from tracker.web.auditor.compliance import asked
from tracker.web.auditor.lines import page_of
from tracker.web.auditor.room import blueprint
from tracker.web.clock import now, today
from tracker.web.paging import asked as page_asked
from tracker.web.templating import in_words

Kind = TypeVar("Kind", Verdict, Ruling, Wait)


@blueprint.get("/over-time/checks")
@requires(Permission.READ_HISTORY)
def checks_behind() -> str:
    """List the checks of a month (?month=) that gave a verdict (?verdict=)."""
    month, verdict = _month(), _one_of(Verdict, "verdict")
    title = f"Checks of {month:%B %Y}: {verdict}"
    means = "Checks made in the month by which an assignment was found to be so, also when it is so no more."
    return _listed(behind.checks(month, verdict), title, means)


@blueprint.get("/over-time/decisions")
@requires(Permission.READ_HISTORY)
def decisions_behind() -> str:
    """List decisions of the last twelve months: of one person (?by=, ?outcome=), or made after so long (?wait=)."""
    since = f"from {in_words(first_month(today()))} to today"
    if "wait" in request.args:
        wait = _one_of(Wait, "wait")
        title, means = f"Decided {wait}", f"Decisions made {since}, {MEANS[wait]}."
        return _listed(behind.decided_after(wait, today()), title, means)
    who, outcome = request.args.get("by", ""), _one_of(Ruling, "outcome")
    name = history.names_of(db.session, [who]).get(who)
    if name is None:
        abort(404)
    title = f"{'Allowed' if outcome is Ruling.ALLOW else 'Upheld'} by {name}"
    means = f"Decisions made {since}, also those that lapsed or were made anew since."
    return _listed(behind.decided_by(who, outcome, today()), title, means)


@blueprint.get("/over-time/waiting")
@requires(Permission.READ_HISTORY)
def waiting_behind() -> str:
    """List the assignments that have waited so long (?wait=) for a decision."""
    wait = _one_of(Wait, "wait")
    means = f"Open assignments with a finding that no decision covers; by now it is {MEANS[wait]}."
    title = f"Waiting {'more than a week' if wait is Wait.LATER else wait}"
    return _listed(behind.waiting(asked(), wait, now()), title, means)


def _month() -> date:
    text = request.args.get("month", "")
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        abort(404)
    if not first_month(today()) <= found <= today():
        abort(404)
    return found


def _one_of(kind: type[Kind], name: str) -> Kind:
    try:
        return kind(request.args.get(name, ""))
    except ValueError:
        abort(404)


def _listed(listing: Listing, title: str, means: str) -> str:
    page = page_asked()
    number = listing.count(db.session)
    lines = [(row, page_of(row.kind, row.ref)) for row in listing.page(db.session, page.start, page.size)]
    address = {name: value for name, value in request.args.items() if name != "page"}
    told = {"title": title, "means": means, "number": number, "rows": lines, "page": page, "address": address}
    return render_template("auditor/behind.html", **told)
