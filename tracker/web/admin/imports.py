"""Importing a register from a page: the same reading, the same act and the same summary as on the command line."""

from typing import IO, cast

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.database import db, writes
from tracker.domain.access import Permission
from tracker.domain.errors import NotFoundError, RefusedError
from tracker.domain.register import Extract, Kind, Known
from tracker.importers.registers import read_register
from tracker.queries import registers
from tracker.queries.seals import known_rows
from tracker.services.registers import ImportRegister, ImportSummary, import_register, preview_register
from tracker.web.access import accepts, requires, writes_within
from tracker.web.admin.room import blueprint
from tracker.web.auth import actor
from tracker.web.clock import now
from tracker.web.fields import CheckboxesField, FileField, Form, RadiosField

MOST_BYTES = 200 * 1024 * 1024
TRY = "try"
SHOWN_REJECTS = 100


class ImportForm(Form):
    """Which register, which file, and whether to try it only."""

    kind = RadiosField(
        "Which file is it?",
        choices=[(str(kind), kind.description, {"hint": kind.contents}) for kind in Kind],
        needed="Choose which file it is",
    )
    file = FileField(
        "The publisher’s file",
        hint="The .csv, or the .zip that it comes in, as the publisher gave it.",
        needed="Choose a file",
    )
    options = CheckboxesField(
        "Options",
        choices=[
            (TRY, "Only show what would change"),
            ("fewer", "Take it also if more than a fifth of what is known is missing from it"),
        ],
    )


@blueprint.get("/registers/import")
@requires(Permission.IMPORT_REGISTERS)
def import_page() -> str:
    """Ask for a file."""
    return render_template("admin/import.html", form=ImportForm(kind=request.args.get("kind")))


@blueprint.post("/registers/import")
@requires(Permission.IMPORT_REGISTERS)
@accepts(MOST_BYTES)
@writes_within
def import_post() -> Response | str | tuple[str, int]:
    """Read the file, then import it, or show what that would change."""
    form = ImportForm()
    if not form.validate():
        return render_template("admin/import.html", form=form), 422
    chosen = set(form.options.data or ())
    try:
        command = _command(form, accept_fewer="fewer" in chosen)
        if TRY in chosen:
            summary = preview_register(db.session, actor(), command, at=now())
            return render_template("admin/preview.html", summary=summary, shown=SHOWN_REJECTS)
        summary = _import(command)
    except RefusedError as error:
        form.refuse(error)
        return render_template("admin/import.html", form=form), 422
    flash(f"{summary.extract.file_name} is imported.")
    return redirect(url_for("admin.import_done", ref=summary.ref), code=303)


def _command(form: ImportForm, *, accept_fewer: bool) -> ImportRegister:
    """Read the file to its end before anything is locked; rows that are known are passed over."""
    kind, name = Kind(form.kind.data or ""), form.file.data.filename or "file"
    source = cast(IO[bytes], form.file.data.stream)

    def read(known: Known) -> Extract:
        return read_register(kind, source, name, known=known)

    known = known_rows(db.session, kind)
    # What was asked is answered; reading a file takes seconds, and nobody should wait for it.
    db.session.rollback()
    return ImportRegister(read(known), accept_fewer, read)


@writes
def _import(command: ImportRegister) -> ImportSummary:
    return import_register(db.session, actor(), command, at=now())


@blueprint.get("/registers/imports/<ref>")
@requires(Permission.IMPORT_REGISTERS)
def import_done(ref: str) -> str:
    """Show what an import changed."""
    found = registers.import_by_ref(db.session, ref)
    if found is None:
        message = "There is no such import."
        raise NotFoundError(message)
    return render_template("admin/imported.html", imported=found, shown=SHOWN_REJECTS)


@blueprint.get("/registers/imports")
@requires(Permission.IMPORT_REGISTERS)
def imports() -> str:
    """List the imports, the newest first."""
    return render_template("admin/imports.html", imports=registers.imports(db.session))
