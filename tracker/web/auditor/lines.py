"""Lines of a timeline: each entry's sentence, its number, and the page of what it speaks of."""

from collections.abc import Iterable
from typing import Any

from flask import request, url_for

from tracker.domain.subjects import KINDS
from tracker.queries.history import Line
from tracker.queries.replays import CHECKED
from tracker.queries.scrutiny.between import CHANGING

MOST_DIGITS = 15
# What a line leads to, the narrowest first; a page's own lines lead to what is narrower than the page, or nowhere.
_PLACES = ("assignment", "declaration", "inspection", "inspector", *KINDS)
# What acts by which assignments may come to stand otherwise are about: its page tells which did.
TRACED = ("import", "policy", "decision", "objection", "declaration", "connection", "inspection", "inspector")


def shown(lines: Iterable[Line], *, on: str = "") -> list[dict[str, Any]]:
    """Return lines as the timeline macro takes them; `on` is the subject of the page itself."""
    return [
        {
            "heading": line.sentence,
            "at": line.at,
            "body": f"Entry {line.seq:,}",
            "href": _href(line, on),
            "more": _more(line, on),
        }
        for line in lines
    ]


def _more(line: Line, on: str) -> list[dict[str, str]]:
    """Return what else a line leads to: a check can be run again; and what an act changed stands on its own page."""
    found = []
    if line.event == CHECKED:
        href = url_for("auditor.replay", number=line.seq)
        found.append({"text": "Run this check again", "of": f"entry {line.seq:,}", "href": href})
    ref = traced(line) if line.event in CHANGING else None
    if ref is not None and ":".join(ref) != on:
        href = f"{page_of(*ref)}#changed"
        found.append({"text": "What it changed", "of": f"entry {line.seq:,}", "href": href})
    return found


def traced(line: Line) -> tuple[str, str] | None:
    """Return the kind and the reference of what a line tells that was done, where its page says what that changed."""
    return next(((kind, ref) for kind in TRACED if (ref := line.subject(kind))), None)


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
        case "connection":
            return url_for("auditor.connection", ref=ref)
        case "group":
            return url_for("auditor.group", ref=ref)
        case "entry":
            return url_for("auditor.entries", entry=ref)
        case _:
            return url_for("auditor.subject", kind=kind, ref=ref)


def before() -> int | None:
    """Return before which entry the address asks a timeline to go on (?before=)."""
    return as_number(request.args.get("before", ""))


def as_number(text: str) -> int | None:
    """Return the number of an entry as an address gives it, None for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None
