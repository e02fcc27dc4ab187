"""Lines of a timeline: each entry's sentence, its number, and the page of what it speaks of."""

from collections.abc import Iterable
from typing import Any

from flask import request, url_for

from tracker.queries.history import Line

MOST_DIGITS = 15
# What a line leads to, the narrowest first; a page's own lines lead to what is narrower than the page, or nowhere.
_PLACES = ("assignment", "declaration", "inspection", "inspector")


def shown(lines: Iterable[Line], *, on: str = "") -> list[dict[str, Any]]:
    """Return lines as the timeline macro takes them; `on` is the subject of the page itself."""
    return [
        {"heading": line.sentence, "at": line.at, "body": f"Entry {line.seq:,}", "href": _href(line, on)}
        for line in lines
    ]


def _href(line: Line, on: str) -> str | None:
    for kind in _PLACES:
        if on.startswith(f"{kind}:"):
            return None
        ref = line.subject(kind)
        if ref:
            return page_of(kind, ref)
    return None


def page_of(kind: str, ref: str) -> str:
    """Return the address of the page of a subject."""
    match kind:
        case "inspector":
            return url_for("auditor.inspector", staff_no=ref)
        case "declaration":
            return url_for("auditor.declaration", ref=ref)
        case "assignment":
            return url_for("auditor.assignment", ref=ref)
        case _:
            return url_for("auditor.subject", kind=kind, ref=ref)


def before() -> int | None:
    """Return before which entry the address asks a timeline to go on (?before=)."""
    text = request.args.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None
