"""The tracker and Flask's "hello" in one process of the production server, told apart by the address."""

import os
import sys
from collections.abc import Iterable
from typing import Any

from flask import Flask

from config import Config
from tests.support.world import NOW
from tracker import create_app
from tracker.cli.serve import run

HELLO = "/hello"


def application() -> Any:
    """Return the WSGI application of both."""
    tracker = create_app(_config())
    plain = Flask("hello")
    plain.add_url_rule(HELLO, view_func=lambda: "hello", endpoint="hello")

    def both(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return (plain if environ["PATH_INFO"] == HELLO else tracker)(environ, start_response)

    return both


def _config() -> Config:
    url = os.environ["TRACKER_DATABASE_URL"]
    port = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdecimal() else 8000
    return Config(url, "only for benches " * 3, now=NOW, port=port, secure_cookies=False, session_minutes=24 * 60)


if __name__ == "__main__":
    run("tests.bench.served:application", _config())
