"""The register of interests fit for publication: a preview, the same to be printed, and the same as files.

All three hold what the rules of publication let the public read, and nothing else; so to look at them opens no details
of a declaration. Taking a file away is an entry.
"""

from collections.abc import Iterator, Sequence

from flask import render_template, request
from sqlalchemy.orm import Session

from tracker.database import db
from tracker.domain.access import Permission
from tracker.domain.publication import Shown
from tracker.domain.publication_words import in_words, notice
from tracker.domain.publishing import Entry
from tracker.queries import publication
from tracker.web import exporting
from tracker.web.access import requires
from tracker.web.auditor.room import blueprint
from tracker.web.clock import today
from tracker.web.exporting import Cells, Exported, Rows
from tracker.web.paging import asked
from tracker.web.settings import publication_rules

LONGEST_WORDS = 200
COLUMNS = ("Staff number", "Interest", "With", "From", "Until")


@blueprint.get("/register-of-interests")
@requires(Permission.READ_ANY_DECLARATION)
def register_of_interests() -> str:
    """Show the register as it would be published today, or what of it holds some words (?q=), page by page."""
    rules, day, page = publication_rules(), today(), asked()
    words = " ".join(request.args.get("q", "").split())[:LONGEST_WORDS]
    if words:
        found = publication.found(db.session, rules, day, words)
        number, entries = len(found), found[page.start : page.start + page.size]
    else:
        number, entries = publication.page(db.session, rules, day, page.start, page.size)
    return render_template(
        "auditor/register_of_interests.html",
        rules=rules,
        told=in_words(rules),
        notice=notice(rules),
        day=day,
        words=words,
        number=number,
        entries=entries,
        page=page,
    )


@blueprint.get("/register-of-interests/print")
@requires(Permission.READ_ANY_DECLARATION)
def register_printed() -> str:
    """Show the whole register on one plain page, to be printed."""
    rules, day = publication_rules(), today()
    entries = publication.whole(db.session, rules, day)
    return render_template("auditor/register_printed.html", notice=notice(rules), day=day, entries=entries)


def _columns() -> Sequence[str]:
    return COLUMNS if publication_rules().shown is Shown.STAFF_NUMBERS else ("Name", *COLUMNS)


def _rows() -> Rows:
    rules, day = publication_rules(), today()

    def all_of_it(session: Session) -> Iterator[Cells]:
        for each in publication.whole(session, rules, day):
            yield from _cells(each, has_names=rules.shown is Shown.NAMES)

    return all_of_it


def _cells(entry: Entry, *, has_names: bool) -> Iterator[Cells]:
    who = (entry.name, entry.staff_no) if has_names else (entry.staff_no,)
    for line in entry.lines:
        yield (*who, line.interest, line.target, line.began_on, line.ended_on)


exporting.add(
    blueprint,
    "/register-of-interests/export",
    "export_register",
    Exported("register of interests", Permission.READ_ANY_DECLARATION, _columns, _rows),
)
