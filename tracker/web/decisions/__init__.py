"""The decision-maker's pages: what is to be decided, deciding, and grading what only a person can grade."""

from tracker.web.decisions import assignments, queue, reviews
from tracker.web.decisions.room import blueprint

__all__ = ["assignments", "blueprint", "queue", "reviews"]
