"""Receipts: what proves to anybody, years later and without this server, what was declared and when."""

import io
import zipfile
from pathlib import Path

from flask import Response, request, send_file

from tracker import domain
from tracker.database import db
from tracker.domain.access import Permission
from tracker.domain.errors import NotFoundError
from tracker.queries import receipts
from tracker.web.access import for_the_signed_in, requires
from tracker.web.inspector.assigned import own_of
from tracker.web.inspector.desk import own_declaration
from tracker.web.inspector.room import blueprint

VERIFIER = ("tree.py", "receipt.py")
_LONGEST = 12
# So that the same files give the same bytes.
_MADE = (2026, 1, 1, 0, 0, 0)


@blueprint.get("/<ref>/receipt")
@requires(Permission.READ_OWN_DECLARATIONS)
def receipt(ref: str) -> Response:
    """Give the receipt of an own filing or withdrawal."""
    row = own_declaration(ref)
    seq = receipts.entry_of(db.session, f"declaration:{row.ref}", receipts.FILINGS)
    return _file(seq, f"receipt-{row.ref}.json")


@blueprint.get("/assignments/<ref>/receipt")
@requires(Permission.READ_OWN_ASSIGNMENTS)
def receipt_of_word(ref: str) -> Response:
    """Give the receipt of an own word for one inspection."""
    own = own_of(ref)
    seq = receipts.entry_of(db.session, f"assignment:{own.assignment.ref}", receipts.VOUCHING)
    return _file(seq, f"receipt-{own.assignment.ref}.json")


def _file(seq: int, name: str) -> Response:
    (raw,) = receipts.receipts(db.session, [seq], size=_size())
    answer = Response(raw, mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _size() -> int | None:
    """Return the size of the history to prove against, None for as it stands now."""
    text = request.args.get("size", "").replace(",", "").strip()
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > _LONGEST:
        message = "The size of a history is a number."
        raise NotFoundError(message)
    return int(text)


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
