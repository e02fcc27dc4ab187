"""All that needs a person beside findings, on one list: what, about whom, how old, and by when."""

from collections import Counter

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.database import db, writes
from tracker.domain.access import Permission
from tracker.domain.dates import in_words
from tracker.domain.errors import NotFoundError
from tracker.domain.leads import Kind
from tracker.domain.notices import Kind as Notice
from tracker.domain.reviewing import DAYS, PATIENCE, Task, Want, in_order
from tracker.domain.uk_time import in_uk
from tracker.queries import leads, organisations, reviews
from tracker.queries.leads import Unanswered
from tracker.queries.overdue import overdue
from tracker.services import notices
from tracker.web.access import requires
from tracker.web.auth import actor
from tracker.web.clock import now, today
from tracker.web.decisions.room import blueprint
from tracker.web.paging import asked

# More than there can be: the list is short, or nobody reviews.
MOST = 100_000
WHAT = {
    Want.GRADE: "Connections that await a grade",
    Want.ORGANISATION: "Organisations on no register",
    Want.LEAD: "Questions that inspectors have not answered",
    Want.OVERDUE: "Declarations that are out of date or missing",
}
LEADS = {
    Kind.EMPLOYER: "the employer of the staff list is not declared",
    Kind.CONVERTED: "what is declared has become another",
    Kind.JOINED: "what is declared has joined a group",
    Kind.CLOSED: "what is declared as lasting has closed",
    Kind.ENDED: "a connection vanished without an end",
    Kind.INSPECTED: "several inspections of one provider",
    Kind.GOVERNOR: "the same name on a list of governors",
}


def tasks() -> list[Task]:
    """Return everything that needs a person, what is due first first; nothing about whoever asks."""
    found = [
        Task(
            Want.GRADE,
            f"{each.inspector.name} and {each.connection.target_name}",
            "Nobody has graded it.",
            in_uk(each.since).date(),
            url_for("decisions.connection", ref=each.connection.ref),
        )
        for each in reviews.awaiting(db.session, actor(), today(), start=0, size=MOST)
    ]
    found += [
        Task(
            Want.ORGANISATION,
            each.name,
            "Nobody has said what it belongs with.",
            min(in_uk(said.since).date() for said in each.declared),
            url_for("decisions.organisation", key=each.key),
        )
        for each in organisations.before(db.session, actor(), today())
        if not each.links and not each.is_apart
    ]
    found += _unanswered()
    found += [
        Task(
            Want.OVERDUE,
            each.inspector.name,
            f"Made on {in_words(each.made_on)}, and out of date." if each.made_on else "There is none in force.",
            each.since,
            staff_no=each.inspector.staff_no,
        )
        for each in overdue(db.session, actor(), today())
    ]
    return in_order(found)


def _unanswered() -> list[Task]:
    """Return one task for each inspector who has questions unanswered, since the oldest of them."""
    by_person: dict[int, list[Unanswered]] = {}
    for each in leads.unanswered(db.session, actor(), now() - PATIENCE, today()):
        by_person.setdefault(each.inspector.id, []).append(each)
    return [
        Task(
            Want.LEAD,
            several[0].inspector.name,
            f"{len(several)} not answered: {', '.join(dict.fromkeys(LEADS[each.kind] for each in several))}.",
            in_uk(several[0].arisen_at).date(),
            staff_no=several[0].inspector.staff_no,
        )
        for several in by_person.values()
    ]


@blueprint.get("/to-review")
@requires(Permission.GRADE)
def to_review() -> str:
    """List what needs a person, all of it or of one kind (?what=)."""
    what = what_by_address()
    everything = tasks()
    counts = Counter(each.want for each in everything)
    found = [each for each in everything if not what or each.want == what]
    page = asked()
    return render_template(
        "decisions/to_review.html",
        tasks=found[page.start : page.start + page.size],
        number=len(found),
        everything=len(everything),
        late=sum(each.is_late(today()) for each in found),
        counts=[(want, WHAT[want], counts[want]) for want in Want],
        what=what,
        days=DAYS,
        titles=WHAT,
        page=page,
        today=today(),
    )


def what_by_address() -> str:
    """Return which kind the address asks for; an empty text where it asks for all."""
    what = request.args.get("what", "")
    if what and what not in {*Want}:
        abort(404)
    return what


@blueprint.post("/to-review/<want>/<staff_no>/remind")
@requires(Permission.GRADE)
@writes
def remind(want: str, staff_no: str) -> Response:
    """Have an inspector reminded by e-mail, at most once a day."""
    kind = {Want.LEAD: Notice.QUESTION, Want.OVERDUE: Notice.RENEWAL}.get(Want(want)) if want in {*Want} else None
    if kind is None:
        message = "Nobody is reminded of that."
        raise NotFoundError(message)
    name = notices.remind(db.session, actor(), staff_no, kind, at=now())
    flash(f"{name} is reminded by e-mail.")
    return redirect(url_for("decisions.to_review", what=want), code=303)
