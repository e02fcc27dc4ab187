"""The inspector's pages: what must I do now, writing and filing a declaration, and what was declared before."""

from tracker.web.inspector import assigned, desk, filing, lines, withdrawing, writing
from tracker.web.inspector.room import blueprint

__all__ = ["assigned", "blueprint", "desk", "filing", "lines", "withdrawing", "writing"]
