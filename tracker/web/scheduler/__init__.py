"""The scheduler's pages: what must be done now, planning inspections, and placing inspectors."""

from tracker.web.scheduler import (
    assignments,
    board,
    calling_off,
    choosing,
    closed,
    exports,
    importing,
    load,
    moving,
    objections,
    planning,
    teams,
    term,
    term_places,
    work,
)
from tracker.web.scheduler.room import blueprint

__all__ = [
    "assignments",
    "blueprint",
    "board",
    "calling_off",
    "choosing",
    "closed",
    "exports",
    "importing",
    "load",
    "moving",
    "objections",
    "planning",
    "teams",
    "term",
    "term_places",
    "work",
]
