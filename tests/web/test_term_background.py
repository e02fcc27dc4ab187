"""The process that works on a plan is started with what it needs, and no more."""

from datetime import UTC, datetime

from config import Config
from tracker.web.scheduler import term_background as background


def test_the_process_is_told_what_it_needs_and_no_secret() -> None:
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    config = Config("sqlite:////tmp/x", "secret", now=at, smtp_url="smtp://user:password@host")
    told = background.environment(config, {"PATH": "/bin", "TRACKER_SECRET_KEY": "secret", "TRACKER_NOTIFY_KEY": "k"})
    assert told == {
        "PATH": "/bin",
        "TRACKER_DATABASE_URL": "sqlite:////tmp/x",
        "TRACKER_ALLOCATION": str(config.allocation),
        "TRACKER_NOW": "2026-03-02T09:00:00+00:00",
    }
