"""The policy as everybody signed in may read it: what counts, for how long, and for whom."""

from tracker.web.policy import pages
from tracker.web.policy.room import blueprint

__all__ = ["blueprint", "pages"]
