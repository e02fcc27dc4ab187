"""`tracker notices send` through GOV.UK Notify, as a fake on loopback answers it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from tests.cli.test_notices import LATER, SECRETS, stand, url
from tests.support.command import tracker

__all__ = ["url"]


class Fake(BaseHTTPRequestHandler):
    """GOV.UK Notify as far as a letter goes, on loopback."""

    taken: ClassVar[list[dict[str, object]]] = []
    answers: ClassVar[list[int]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        code = self.answers.pop(0) if self.answers else 201
        if code == 201:
            self.taken.append(body)
        self.send_response(code)
        self.end_headers()
        errors = [{"error": "BadRequestError", "message": "no"}]
        self.wfile.write(json.dumps({} if code == 201 else {"status_code": code, "errors": errors}).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def notify(*answers: int) -> Iterator[dict[str, str]]:
    """Start the fake, which gives these answers first; give the settings of a tracker that sends through it."""
    Fake.taken, Fake.answers = [], [*answers]
    server = ThreadingHTTPServer(("127.0.0.1", 0), Fake)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    secret = "11111111-1111-4111-8111-111111111111"
    yield {
        "TRACKER_BASE_URL": "https://interests.example.org",
        "TRACKER_NOTIFY_KEY": f"invented-{secret}-{secret}",
        "TRACKER_NOTIFY_TEMPLATE": secret,
        "TRACKER_NOTIFY_URL": f"http://127.0.0.1:{server.server_port}",
        "clock": LATER,
    }
    server.shutdown()
    server.server_close()


def test_govuk_notify_gets_the_same_words_and_is_asked_no_more_once_in_doubt(url: str) -> None:
    with notify(400, 201, 503) as settings:
        finished = tracker(url, "notices", "send", **settings)
    assert "1 in doubt" in finished.stderr
    (letter,) = Fake.taken
    words = letter["personalisation"]
    assert isinstance(words, dict)
    assert set(words) == {"subject", "text"}
    assert [secret for secret in SECRETS if secret in str(words)] == []
    assert stand(url) == [(False, False, "GOV.UK Notify refused it: 400"), (False, True, ""), (True, False, "")]


@pytest.mark.parametrize("code", [401, 403, 429])
def test_a_wrong_key_or_too_many_at_once_stops_the_run_and_loses_nothing(url: str, code: int) -> None:
    with notify(code) as settings:
        assert tracker(url, "notices", "send", **settings).returncode == 1
    assert stand(url) == [(False, False, ""), (False, False, ""), (False, False, f"GOV.UK Notify refused it: {code}")]


def test_where_notify_cannot_be_reached_nothing_is_in_doubt(url: str) -> None:
    with notify() as settings:
        pass
    finished = tracker(url, "notices", "send", **settings)
    assert "GOV.UK Notify cannot be reached" in finished.stderr
    assert stand(url)[0] == (False, False, "")
    assert [claimed for _, claimed, _ in stand(url)] == [False] * 3
