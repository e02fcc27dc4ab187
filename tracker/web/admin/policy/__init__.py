"""The policy's owner at work: what is in force, comparing another with it, and adopting that."""

from tracker.web.admin.policy import adopting, comparing, overview

__all__ = ["adopting", "comparing", "overview"]
