"""The witness over HTTP: one address, one small request at a time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol

from tracker.domain.witness import LONGEST_REQUEST

PATH = "/add-checkpoint"
SECONDS = 10


class Adds(Protocol):
    """What judges a request and signs."""

    def add(self, request: str, clock: Callable[[], int]) -> tuple[int, str]:
        """Return the status and the answer."""


@contextmanager
def serving(witness: Adds, host: str, port: int, clock: Callable[[], int]) -> Iterator[ThreadingHTTPServer]:
    """Give a server that answers for a witness, and close it."""

    class Handler(BaseHTTPRequestHandler):
        # Whoever is silent for so long is not waited for.
        timeout = SECONDS

        def do_POST(self) -> None:
            status, text = self._judged()
            kind = "text/x.tlog.size" if status == HTTPStatus.CONFLICT else "text/plain; charset=utf-8"
            raw = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def _judged(self) -> tuple[int, str]:
            length = self.headers.get("Content-Length", "")
            if self.path != PATH:
                return HTTPStatus.NOT_FOUND, f"send a request to {PATH}\n"
            if not length.isdigit() or int(length) > LONGEST_REQUEST:
                return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the request is too long\n"
            try:
                return witness.add(self.rfile.read(int(length)).decode(), clock)
            except UnicodeDecodeError:
                return HTTPStatus.BAD_REQUEST, "the request is no text\n"

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 (the library's names)
            """Keep quiet: the state file says what was signed."""

    with ThreadingHTTPServer((host, port), Handler) as server:
        yield server
