"""The administrator's pages: registers, people and the policy; no declarations."""

from tracker.web.admin import closing, holds, home, imports, leaving, outbox, people, policy
from tracker.web.admin.room import blueprint

__all__ = ["blueprint", "closing", "holds", "home", "imports", "leaving", "outbox", "people", "policy"]
