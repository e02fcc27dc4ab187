"""Starting the work on a plan in a process of its own, so that no request waits for it and none ends with it."""

import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from threading import Thread

from config import ROOT, Config

OURS = "TRACKER_"


def beat_now() -> datetime:
    """Return the instant by the wall's clock: a heart beats also where the tracker's clock is fixed."""
    return datetime.now(UTC)


def environment(config: Config, outer: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return what the process is told of our settings: the database, the rules and the clock; no secret."""
    told = {
        "TRACKER_DATABASE_URL": config.database_url,
        "TRACKER_ALLOCATION": str(config.allocation),
        **({"TRACKER_NOW": config.now.isoformat()} if config.now else {}),
    }
    return {**{name: value for name, value in outer.items() if not name.startswith(OURS)}, **told}


def start(config: Config, ref: str) -> None:
    """Start the work on a plan; the process outlives a server that stops, and tells the plan's row how it fares."""
    process = subprocess.Popen(  # noqa: S603 (our own command; the reference is one that we made)
        [sys.executable, "-m", "tracker.cli", "allocate", "--plan", ref],
        cwd=ROOT,
        env=environment(config),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    # Somebody must take note of its end, or the system keeps its number for ever.
    Thread(target=process.wait, name=f"plan {ref}", daemon=True).start()
