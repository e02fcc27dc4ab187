"""Receipts: what proves to anybody, years later and without this server, what was declared and when."""

import io
import zipfile
from pathlib import Path

from flask import Response, render_template, request, send_file, url_for
from wtforms.validators import ValidationError

from tracker import domain
from tracker.database import db
from tracker.domain.access import Permission
from tracker.domain.errors import NotFoundError, RefusedError
from tracker.queries import receipts
from tracker.web.access import for_the_signed_in, requires
from tracker.web.fields import Form, TextField
from tracker.web.inspector.assigned import own_of
from tracker.web.inspector.desk import own_declaration
from tracker.web.inspector.room import blueprint

VERIFIER = ("tree.py", "receipt.py")
_LONGEST = 12
# So that the same files give the same bytes.
_MADE = (2026, 1, 1, 0, 0, 0)


@blueprint.get("/<ref>/receipt")
@requires(Permission.READ_OWN_DECLARATIONS)
def receipt(ref: str) -> Response | tuple[str, int]:
    """Give the receipt of an own filing or withdrawal."""
    row = own_declaration(ref)
    seq = receipts.entry_of(db.session, f"declaration:{row.ref}", receipts.FILINGS)
    return _file(seq, row.ref, url_for("inspector.declaration", ref=ref))


@blueprint.get("/assignments/<ref>/receipt")
@requires(Permission.READ_OWN_ASSIGNMENTS)
def receipt_of_word(ref: str) -> Response | tuple[str, int]:
    """Give the receipt of an own word for one inspection."""
    own = own_of(ref)
    seq = receipts.entry_of(db.session, f"assignment:{own.assignment.ref}", receipts.VOUCHING)
    return _file(seq, own.assignment.ref, url_for("inspector.assignment", ref=ref))


class SizeForm(Form):
    """The size of the history that a receipt is to be against."""

    class Meta:
        """A question by its address: it changes nothing, so it needs no token."""

        csrf = False

    size = TextField(
        "The size of the checkpoint",
        longest=20,
        classes="govuk-input--width-10",
        hint="How many entries the history had, as the checkpoint says it",
        autocomplete="off",
    )

    def validate_size(self, field: TextField) -> None:
        """Refuse what is no number."""
        if field.data and _number(field.data) is None:
            raise ValidationError("The size must be a number of entries, like 1,400")


def _file(seq: int, ref: str, back: str) -> Response | tuple[str, int]:
    """Give a receipt, or say what is wrong with the size that it is asked against (?size=)."""
    form = SizeForm(formdata=request.args)
    if form.validate():
        try:
            (raw,) = receipts.receipts(db.session, [seq], size=_number(form.size.data))
        except NotFoundError as error:
            form.refuse(RefusedError(str(error), field="size"))
        else:
            answer = Response(raw, mimetype="application/json")
            answer.headers["Content-Disposition"] = f'attachment; filename="receipt-{ref}.json"'
            return answer
    return render_template("inspector/receipt.html", form=form, ref=ref, back_to=back, action=request.path), 422


def _number(text: str | None) -> int | None:
    """Return the size that a text names, None for none and for what is none."""
    found = (text or "").replace(",", "").strip()
    return int(found) if found.isascii() and found.isdigit() and len(found) <= _LONGEST else None


@blueprint.get("/verifier.zip")
@for_the_signed_in
def verifier() -> Response:
    """Give the two files that verify a receipt, to be kept with it."""
    return send_file(
        io.BytesIO(zipped(verifier_files())), "application/zip", as_attachment=True, download_name="verifier.zip"
    )


def verifier_files() -> dict[str, bytes]:
    """Return the files of the verifier, by name."""
    folder = Path(next(iter(domain.__path__)))
    return {name: (folder / name).read_bytes() for name in VERIFIER}


def zipped(files: dict[str, bytes]) -> bytes:
    """Return files as a ZIP archive; the same files give the same bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _MADE), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()
