"""Importing inspections, or who is to go where, from a file: a preview that writes nothing, then the same file applied.

Between the two the file travels with the page, signed for whoever sent it: nothing of it can be changed on the way, and
everything is judged again as it is applied.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask import Response as Download
from flask import abort, current_app, flash, redirect, render_template, request, url_for
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from tracker.database import db, writes
from tracker.domain.access import Permission
from tracker.domain.errors import BadFileError, BadRowError, BadRowsError, OutOfDateError
from tracker.domain.facts import Verdict
from tracker.domain.planning import Fate, Foreseen, PlaceRow, PlannedRow
from tracker.importers import plans
from tracker.services.place_previews import preview_places
from tracker.services.plan_changes import questioned_in_words
from tracker.services.plan_imports import import_inspections, import_places
from tracker.services.plan_previews import Preview, preview_inspections
from tracker.web.access import accepts, requires, writes_within
from tracker.web.auth import actor
from tracker.web.clock import now
from tracker.web.fields import FileField, Form, RadiosField
from tracker.web.said import NOTICE
from tracker.web.scheduler.room import blueprint
from tracker.web.settings import allocation_rules

INSPECTIONS, PLACES = "inspections", "assignments"
TEMPLATES = {
    INSPECTIONS: "reference,provider,framework,starts_on,ends_on,team_size\r\n"
    "INS-1001,gias:100000,Graded inspection,2026-09-14,2026-09-15,3\r\n",
    PLACES: "inspection,staff_no,role\r\nINS-1001,D1001,lead\r\nINS-1001,D1002,team\r\n",
}
MEGABYTE = 1024 * 1024
MOST_BYTES, MOST_SENT = 2 * MEGABYTE, 8 * MEGABYTE
# So many are judged, and written, well within the time for which a browser waits; each place is checked and recorded.
MOST_ROWS = {INSPECTIONS: 5_000, PLACES: 500}
SHOWN = 100
CHANGED = {Fate.MOVED: "moved", Fate.OFF: "called off"}
SECONDS = 3_600


class UploadForm(Form):
    """What is in the file, and the file."""

    kind = RadiosField(
        "What is in the file?",
        choices=[
            (INSPECTIONS, "Inspections", {"hint": "One a row: which provider, when, and how many are to go"}),
            (PLACES, "Assignments", {"hint": "One a row: who is to go to which inspection, and as what"}),
        ],
        needed="Choose what is in the file",
    )
    file = FileField("The file", hint="A .csv with the columns of the template", needed="Choose a file")


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it was sent."""

    kind: str
    name: str
    data: bytes


Rows = Sequence[PlannedRow] | Sequence[PlaceRow]


@blueprint.get("/import")
@requires(Permission.ASSIGN)
def import_page() -> str:
    """Ask for a file."""
    return _upload_page(UploadForm(kind=request.args.get("kind")))


@blueprint.get("/import/template/<kind>.csv")
@requires(Permission.ASSIGN)
def import_template(kind: str) -> Download:
    """Give a file with the right columns to fill in."""
    if kind not in TEMPLATES:
        abort(404)
    answer = Download(TEMPLATES[kind], mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{kind}.csv"'
    return answer


@blueprint.post("/import")
@requires(Permission.ASSIGN)
@accepts(MOST_SENT)
@writes_within
def import_post() -> Response | str | tuple[str, int]:
    """Show what a file would do; or, sent again from that page, do it."""
    if "sent" in request.form:
        return _apply()
    form = UploadForm()
    if not form.validate():
        return _upload_page(form), 422
    upload = form.file.data
    with upload.stream as stream:
        sent = Sent(form.kind.data or "", upload.filename or "The file", stream.read())
    try:
        preview = _preview(sent)
    except BadFileError as error:
        form.file.errors = (*form.file.errors, str(error))
        return _upload_page(form), 422
    return _preview_page(sent, preview), 422 if preview.count(Fate.WRONG) else 200


def _apply() -> Response | tuple[str, int]:
    try:
        kind, name, data, seen = _serializer().loads(request.form["sent"], max_age=SECONDS)
    except BadData:
        flash("The file was not imported: its preview is too old. Choose the file again.", NOTICE)
        return redirect(url_for("scheduler.import_page"), code=303)
    sent = Sent(kind, name, data.encode("latin-1"))
    try:
        done = _import(sent, seen)
    except BadRowsError:
        # Something changed since the preview: it is shown as it is now.
        return _preview_page(sent, _preview(sent)), 422
    except OutOfDateError:
        return _preview_page(sent, _preview(sent), is_late=True), 409
    flash(_done(sent, done))
    return redirect(url_for("scheduler.import_page", kind=sent.kind), code=303)


def _read(sent: Sent) -> tuple[Rows, Sequence[BadRowError]]:
    if len(sent.data) > MOST_BYTES:
        message = f"{sent.name} is larger than {MOST_BYTES // MEGABYTE} MiB: split it, or {_command(sent)}"
        raise BadFileError(message)
    found: plans.Lines[PlannedRow] | plans.Lines[PlaceRow]
    if sent.kind == INSPECTIONS:
        found = plans.inspections(sent.data, sent.name, allocation_rules()[1].frameworks)
    else:
        found = plans.places(sent.data, sent.name)
    number = len(found.rows) + len(found.problems)
    if number > MOST_ROWS[sent.kind]:
        most = f"{number:,} rows, and this page takes {MOST_ROWS[sent.kind]:,}"
        raise BadFileError(f"{sent.name} has {most}: split it, or {_command(sent)}")
    if not number:
        raise BadFileError(f"{sent.name} has a header and no row")
    return found.rows, found.problems


def _command(sent: Sent) -> str:
    return f"have an administrator run “tracker {sent.kind} import FILE”"


def _preview(sent: Sent) -> Preview:
    rows, problems = _read(sent)
    if sent.kind == INSPECTIONS:
        return preview_inspections(db.session, actor(), rows, problems, at=now())  # type: ignore[arg-type]  # by its kind
    _, rules = allocation_rules()
    places: Sequence[PlaceRow] = rows  # type: ignore[assignment]  # by its kind
    return preview_places(db.session, actor(), places, problems, rules=rules, at=now())


@writes
def _import(sent: Sent, seen: str) -> Preview:
    rows, problems = _read(sent)
    if sent.kind == INSPECTIONS:
        return import_inspections(db.session, actor(), rows, problems, at=now(), seen=seen)  # type: ignore[arg-type]  # by its kind
    _, rules = allocation_rules()
    places: Sequence[PlaceRow] = rows  # type: ignore[assignment]  # by its kind
    return import_places(db.session, actor(), places, problems, rules=rules, at=now(), seen=seen)


def _serializer() -> URLSafeTimedSerializer:
    """Return what signs a file for the person who sent it, and for nobody else."""
    return URLSafeTimedSerializer(current_app.secret_key or "", salt=f"plans of {actor().ref}")


def _upload_page(form: UploadForm) -> str:
    return render_template("scheduler/import.html", form=form, most=MOST_ROWS)


def _preview_page(sent: Sent, preview: Preview, *, is_late: bool = False) -> str:
    is_odd = {each.row for each in preview.lines if each.verdict not in (None, Verdict.CLEAR)}
    wrong = preview.of(Fate.WRONG)
    can_go = not wrong
    return render_template(
        "scheduler/import_preview.html",
        sent=sent,
        signed=_serializer().dumps([sent.kind, sent.name, sent.data.decode("latin-1"), preview.digest])
        if can_go
        else "",
        counts={str(fate): preview.count(fate) for fate in Fate},
        verdicts=[(str(each), preview.verdicts[each]) for each in reversed(Verdict)] if sent.kind == PLACES else [],
        wrong=wrong,
        warned=preview.warned,
        unknown=preview.unknown,
        odd=[each for each in preview.lines if each.row in is_odd],
        plain=_plain(preview, is_odd),
        moved=preview.of(Fate.MOVED),
        off=preview.of(Fate.OFF),
        elsewhere=preview.effects.elsewhere,
        is_late=is_late,
        most=SHOWN,
    )


def _plain(preview: Preview, is_odd: Collection[int]) -> list[Foreseen]:
    """Return the rows that stand on no other list; where a row is wrong there are no others, and all are on this."""
    if preview.count(Fate.WRONG):
        return [each for each in preview.lines if each.fate is not Fate.WRONG]
    return [each for each in preview.lines if each.row not in is_odd and each.fate in (Fate.NEW, Fate.UNCHANGED)]


def _done(sent: Sent, done: Preview) -> str:
    new, same = done.count(Fate.NEW), done.count(Fate.UNCHANGED)
    if sent.kind == INSPECTIONS:
        told = (f"{done.count(fate):,} {word}, " for fate, word in CHANGED.items() if done.count(fate))
        said = f"{sent.name} is imported: {new:,} inspections planned, {''.join(told)}{same:,} as they were."
        return f"{said} {questioned_in_words(done.effects)}".rstrip()
    verdicts = ", ".join(f"{done.verdicts[each]:,} {each}" for each in reversed(Verdict))
    return f"{sent.name} is imported: {new:,} proposed ({verdicts}), {same:,} as they were."
