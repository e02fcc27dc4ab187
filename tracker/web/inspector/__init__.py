"""The inspector's pages: what must I do now, writing and filing a declaration, and what was declared before."""

from tracker.web.inspector import (
    adding,
    asked,
    assigned,
    desk,
    filing,
    lines,
    own_record,
    proving,
    questions,
    raising,
    renewing,
    withdrawing,
    writing,
)
from tracker.web.inspector.room import blueprint

__all__ = [
    "adding",
    "asked",
    "assigned",
    "blueprint",
    "desk",
    "filing",
    "lines",
    "own_record",
    "proving",
    "questions",
    "raising",
    "renewing",
    "withdrawing",
    "writing",
]
