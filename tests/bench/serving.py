"""Pages as the production server serves them, against Flask's "hello" in the same process: row 16."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import sessionmaker

from tests.bench.served import HELLO
from tests.bench.setting import Setting, raw, settle
from tests.bench.timing import Figure, Way, all_in_turns
from tests.support.paths import ROOT
from tests.support.web import COST, PASSWORD
from tests.support.world import NOW, SYSTEM
from tracker.database import writing
from tracker.domain.access import Role
from tracker.models import Account
from tracker.services import people

SIGNED_IN, CALLS, PATIENCE = 0.35, 10, 60
EMAIL = "{}-served@example.org"
# A page that asks who is signed in and with which roles, and nothing else; the board; and parts of it.
PAGES = {
    "a signed-in page that asks only who it is": "/accessibility",
    "the board's first page": "/inspections",
    "the board of one week, remit and region": "/inspections?from=2026-04-06&to=2026-04-06&remit=schools&region=London",
    "the board's inspections with places open": "/inspections?state=open",
    "the candidates of one inspection": "/inspections/propose/{reference}",
}
# The same made anew, as after each act: no two addresses are the same, so that no page is answered again.
ANEW = {
    "the board's first page, made anew": "/inspections?anew={number}",
    "the candidates of one inspection, made anew": "/inspections/propose/{reference}?anew={number}",
}
# As in a busy term: most are confirmed, and of what is found some is in question.
LIFELIKE = (
    "UPDATE assignment SET state = 'confirmed' WHERE in_the_way = 'clear' AND id % 10 < 6",
    "UPDATE assignment SET state = 'questioned' WHERE in_the_way <> 'clear' AND id % 40 = 0",
    "UPDATE inspection SET remit = CASE id % 3 WHEN 0 THEN 'schools' WHEN 1 THEN 'early years' ELSE 'social care' END",
    "UPDATE provider SET region = CASE id % 3 WHEN 0 THEN 'London' WHEN 1 THEN 'South East' ELSE 'North West' END",
)
AS_BEFORE = ("UPDATE assignment SET state = 'proposed'",)
_TOKEN = re.compile(rb'name="csrf_token"[^>]* value="([^"]+)"')


def servings(setting: Setting) -> Iterator[Figure]:
    """How many pages a second one process serves to one who asks without a pause, as a share of its hellos."""
    engine, _ = setting.world()
    told(engine, LIFELIKE)
    email = added(engine, Role.SCHEDULER)
    with raw(engine) as driver:
        reference = driver.rows("SELECT reference FROM inspection ORDER BY id LIMIT 1")[0][0]
    settle(engine)
    try:
        with served(engine) as port, closing(Visitor(port)) as visitor:
            visitor.sign_in(email)
            paths = [path.replace("{reference}", reference) for path in (HELLO, *PAGES.values(), *ANEW.values())]
            ways = [visitor.asking(path, CALLS) for path in paths]
            hello, *taken = all_in_turns(*ways, rounds=setting.size.rounds, calls=CALLS)
    finally:
        told(engine, AS_BEFORE)
    for name, seconds in zip((*PAGES, *ANEW), taken, strict=True):
        least = SIGNED_IN if name in PAGES else None
        yield Figure(name, "a second", 1 / seconds, 1 / hello, "Flask's hello", least=least)


def added(engine: Engine, role: Role) -> str:
    """Add somebody with a role, once; return the e-mail address."""
    email = EMAIL.format(role)
    with writing(sessionmaker(engine)) as session:
        if session.scalar(select(Account.id).where(Account.email == email)) is None:
            command = people.AddPerson(f"A {role}", email, PASSWORD, (role,), None, is_demonstration=False)
            people.add(session, SYSTEM, command, at=NOW, cost=COST)
    return email


def told(engine: Engine, statements: tuple[str, ...]) -> None:
    """Send some statements."""
    with engine.begin() as connection:
        for each in statements:
            connection.execute(text(each))


@contextmanager
def served(engine: Engine) -> Iterator[int]:
    """Serve the database by the production server in a process of its own."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port: int = free.getsockname()[1]
    url = engine.url.render_as_string(hide_password=False)
    environment = {**os.environ, "TRACKER_DATABASE_URL": url}
    command = [sys.executable, "-m", "tests.bench.served", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env=environment) as server:
        try:
            _await(port, server)
            yield port
        finally:
            server.terminate()


def _await(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    message = "The server did not begin to serve."
    raise TimeoutError(message)


class Visitor:
    """One who asks for pages over one connection, and whose own part of the time is as small as can be."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._cookie = ""
        self._number = count()

    def close(self) -> None:
        self._socket.close()

    def sign_in(self, email: str) -> None:
        """Begin a session."""
        found = _TOKEN.search(self._send("GET", "/sign-in", 200))
        assert found
        body = f"csrf_token={found[1].decode()}&email={email}&password={PASSWORD.replace(' ', '+')}"
        self._send("POST", "/sign-in", 303, body)

    def asking(self, path: str, times: int) -> Way:
        """Return what asks for a page so many times, and sees that it is the page."""

        def way() -> None:
            for _ in range(times):
                self._send("GET", path.replace("{number}", str(next(self._number))), 200)

        return way

    def sending(self, path: str, of: str) -> Way:
        """Return what sends a form of a page, and sees that it is answered."""
        found = _TOKEN.search(self._send("GET", of, 200))
        assert found
        body = f"csrf_token={found[1].decode()}"
        return lambda: self._send("POST", path, 200, body)

    def _send(self, method: str, path: str, status: int, body: str = "") -> bytes:
        form = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n" if body else ""
        cookie = f"Cookie: {self._cookie}\r\n" if self._cookie else ""
        self._socket.sendall(f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{cookie}{form}\r\n{body}".encode())
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._more()
        head, _, content = answer.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        assert lines[0].split()[1] == str(status), (path, lines[0])
        told = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        if "set-cookie" in told:
            self._cookie = told["set-cookie"].partition(";")[0]
        if "content-length" not in told:
            # It streams: only the end of each piece is kept, to see the last one.
            while not content.endswith(b"\r\n0\r\n\r\n"):
                content = content[-7:] + self._more()
            return b""
        while len(content) < int(told["content-length"]):
            content += self._more()
        return content

    def _more(self) -> bytes:
        some = self._socket.recv(1 << 16)
        assert some, "The server ended the connection."
        return some
