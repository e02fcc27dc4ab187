"""The auditor's pages: the history's standing, what was known when, and whether all of it is whole."""

from tracker.web.auditor import comparing, declarations, exports, looking, standing, subjects
from tracker.web.auditor.room import blueprint

__all__ = ["blueprint", "comparing", "declarations", "exports", "looking", "standing", "subjects"]
