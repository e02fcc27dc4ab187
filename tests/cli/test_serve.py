"""The production server, started as a person starts it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.support.command import refused
from tests.support.databases import Fresh
from tests.support.paths import ROOT

SECONDS = 30
BASE = {"TRACKER_BASE_URL": "https://x.example"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answer(url: str) -> str:
    until = time.monotonic() + SECONDS
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as opened:  # noqa: S310 (an address of this machine)
                return str(opened.read().decode())
        except (urllib.error.URLError, ConnectionError):
            assert time.monotonic() < until, "the server did not answer"
            time.sleep(0.1)


def test_the_server_answers_and_stops_when_told(sqlite_fresh: Fresh) -> None:
    port = free_port()
    env = {**os.environ, "TRACKER_DATABASE_URL": sqlite_fresh(), "TRACKER_SECRET_KEY": "s" * 40}
    command = [str(Path(sys.executable).with_name("tracker")), "serve", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert '"ready"' in answer(f"http://127.0.0.1:{port}/health/ready")
            assert "<h1" in answer(f"http://127.0.0.1:{port}/sign-in")
        finally:
            server.send_signal(signal.SIGTERM)
        _, said = server.communicate(timeout=SECONDS)
    assert f"http://127.0.0.1:{port}" in said
    assert "Traceback" not in said


def test_the_server_stops_also_when_it_is_told_so_while_it_begins(sqlite_fresh: Fresh) -> None:
    env = {**os.environ, "TRACKER_DATABASE_URL": sqlite_fresh(), "TRACKER_SECRET_KEY": "s" * 40}
    command = [str(Path(sys.executable).with_name("tracker")), "serve", "--port", str(free_port())]
    with subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        assert "Serving on" in server.stderr.readline()
        # Its process has begun by then, and hears nothing yet: whoever waited for it would wait for ever.
        time.sleep(0.7)
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(timeout=SECONDS)
        finally:
            server.kill()


def served(url: str, *words: str) -> str:
    """Start a server that cannot serve, and return the one line that says why."""
    return refused(url, "serve", *words, clock=None, TRACKER_SECRET_KEY="s" * 40)


def test_a_port_where_a_server_listens_already_is_not_shared_with_it(sqlite_fresh: Fresh) -> None:
    with socket.socket() as other:
        # As the server's own processes do: a second server could join them unseen.
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert served(sqlite_fresh(), "--port", str(port)).startswith(f"Port {port} is taken on 127.0.0.1: stop")


@pytest.mark.parametrize("host", ["192.0.2.7", "no such host", "no-such-host.invalid"])
def test_an_address_of_another_machine_is_refused_in_one_line(sqlite_fresh: Fresh, host: str) -> None:
    said = served(sqlite_fresh(), "--host", host, "--port", str(free_port()))
    assert said.startswith(f"“{host}” is no address of this machine: name another")


@pytest.mark.parametrize(
    "name", ["TRACKER_ALLOCATION", "TRACKER_RETENTION", "TRACKER_PUBLICATION", "TRACKER_SIGNING_KEY"]
)
def test_a_file_that_a_setting_names_and_that_is_not_there_is_refused_at_once(
    sqlite_fresh: Fresh, tmp_path: Path, name: str
) -> None:
    missing = tmp_path / "no.toml"
    settings = {"TRACKER_SECRET_KEY": "s" * 40, name: str(missing)}
    said = refused(sqlite_fresh(), "serve", clock=None, **settings)
    assert said.startswith(f"{name}: {missing}")
    assert "cannot be read" in said or "can be read" in said


@pytest.mark.parametrize("name", ["TRACKER_ALLOCATION", "TRACKER_RETENTION", "TRACKER_PUBLICATION"])
def test_a_file_that_holds_no_rules_is_refused_at_once(sqlite_fresh: Fresh, tmp_path: Path, name: str) -> None:
    path = tmp_path / "no.toml"
    path.write_text("x = [", "utf-8")
    said = refused(sqlite_fresh(), "serve", clock=None, TRACKER_SECRET_KEY="s" * 40, **{name: str(path)})
    assert said.startswith(f"{name}: {path}")


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"TRACKER_BASE_URL": "interests.example.org"}, "such as https://interests.example.org"),
        ({**BASE, "TRACKER_MAIL_FROM": "a@x.example", "TRACKER_SMTP_URL": "mail.x.example"}, "TRACKER_SMTP_URL: write"),
        ({**BASE, "TRACKER_SMTP_URL": "smtps://mail.x.example"}, "TRACKER_MAIL_FROM"),
        ({**BASE, "TRACKER_NOTIFY_KEY": "key"}, "TRACKER_NOTIFY_TEMPLATE"),
        ({"TRACKER_CHECKPOINT_TO": "/srv/kept ftp://keeper.example"}, "“ftp://keeper.example” is no file"),
    ],
)
def test_what_the_first_notice_or_checkpoint_would_fail_on_is_refused_at_once(
    sqlite_fresh: Fresh, settings: dict[str, str], says: str
) -> None:
    assert says in refused(sqlite_fresh(), "serve", clock=None, TRACKER_SECRET_KEY="s" * 40, **settings)
