"""The auditor's pages: compliance, the history's standing, what was known when, and whether all of it is whole."""

from tracker.web.auditor import (
    annual,
    behind,
    between,
    comparing,
    compliance,
    declarations,
    exports,
    independence,
    looking,
    objections,
    publication,
    questions,
    replaying,
    standing,
    subjects,
    traced,
    watching,
)
from tracker.web.auditor.room import blueprint

__all__ = [
    "annual",
    "behind",
    "between",
    "blueprint",
    "comparing",
    "compliance",
    "declarations",
    "exports",
    "independence",
    "looking",
    "objections",
    "publication",
    "questions",
    "replaying",
    "standing",
    "subjects",
    "traced",
    "watching",
]
