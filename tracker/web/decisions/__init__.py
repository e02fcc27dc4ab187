"""The decision-maker's pages: what is to be decided, deciding, and judging what only a person can judge."""

from tracker.web.decisions import (
    asking,
    assignments,
    deciding,
    exports,
    mitigations,
    objections,
    organisations,
    queue,
    reviews,
    to_review,
)
from tracker.web.decisions.room import blueprint

__all__ = [
    "asking",
    "assignments",
    "blueprint",
    "deciding",
    "exports",
    "mitigations",
    "objections",
    "organisations",
    "queue",
    "reviews",
    "to_review",
]
