"""`tracker history publish` and `tracker witness`: signed, countersigned elsewhere, and kept by others."""

import os
import stat
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import sessionmaker

from tests.support.command import done, refused, tracker
from tests.support.databases import Fresh
from tests.support.everything import everything
from tests.support.mail import running_post
from tests.support.world import Stage
from tracker.cli import keys
from tracker.cli.witness import Witness, witness_of
from tracker.cli.witness_server import serving
from tracker.database import make_engine, writing
from tracker.domain.note import read_verifier, verified
from tracker.domain.witness import NOTHING

NAME, WITNESS = "interests.example/history", "witness.example"


class Keeper:
    """An address that keeps what is sent to it."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        keeper = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                keeper.kept.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self.send_response(200)
                self.end_headers()

            def log_message(self, *args: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)


@contextmanager
def in_background(server: ThreadingHTTPServer) -> Iterator[str]:
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


@pytest.fixture
def url(sqlite_fresh: Fresh) -> str:
    return sqlite_fresh(everything)


def grow(url: str) -> None:
    engine = make_engine(url)
    with writing(sessionmaker(engine)) as session:
        if session.scalar(text("SELECT size FROM history_head")):
            Stage(session).inspector(f"G{os.urandom(3).hex()}")
        else:
            everything(session)
    engine.dispose()


@pytest.fixture
def signing(tmp_path: Path) -> tuple[Path, str]:
    """A history's key, and what checks its signatures."""
    verifier = keys.make(tmp_path / "history.key", NAME, keys.ED25519)
    return tmp_path / "history.key", str(verifier)


@pytest.fixture
def watching(tmp_path: Path, signing: tuple[Path, str]) -> Witness:
    keys.make(tmp_path / "witness.key", WITNESS, keys.COSIGNATURE)
    made = witness_of(tmp_path / "witness.key", signing[1], tmp_path / "witness.json")
    made.keep(NOTHING)
    return made


@contextmanager
def served(witness: Witness) -> Iterator[str]:
    with serving(witness, "127.0.0.1", 0, lambda: 1_700_000_000) as server, in_background(server) as address:
        yield address


def publish(url: str, key: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return tracker(url, "history", "publish", *words, **{"TRACKER_SIGNING_KEY": str(key), **settings})


def test_a_checkpoint_is_signed_countersigned_and_kept_by_a_file_an_address_and_by_mail(
    url: str, signing: tuple[Path, str], watching: Witness, tmp_path: Path
) -> None:
    key, verifier = signing
    kept, keeper = tmp_path / "checkpoint", Keeper()
    with served(watching) as address, in_background(keeper.server) as outside, running_post() as post:
        settings = {
            "TRACKER_WITNESSES": f"{address} {watching.signer.verifier}",
            "TRACKER_CHECKPOINT_TO": f"{kept} {outside}/keep mailto:keeper@example.org",
            **post.settings,
        }
        ran = publish(url, key, **settings)
        assert ran.returncode == 0, ran.stderr
        assert f"signed as {NAME}, countersigned by {WITNESS}; given to 3 keepers" in ran.stdout
        grow(url)
        again = publish(url, key, **settings)
        assert again.returncode == 0, again.stderr
    keeper.server.server_close()
    told = kept.read_text(encoding="utf-8")
    assert keeper.kept[1] == told
    assert told.partition("\n")[2].partition("\n")[0] in post.taken[1].get_content()
    both = [read_verifier(verifier), watching.signer.verifier]
    assert [each.verifier.name for each in verified(told, both)[1]] == [NAME, WITNESS]
    assert done(url, "history", "verify", "--against", str(kept), "--signed-by", verifier)


def test_a_history_that_was_rewritten_gets_no_countersignature(
    url: str, signing: tuple[Path, str], watching: Witness, sqlite_fresh: Fresh, tmp_path: Path
) -> None:
    other = sqlite_fresh()
    grow(other)
    for _ in range(3):
        grow(other)
    with served(watching) as address:
        settings = {"TRACKER_WITNESSES": f"{address} {watching.signer.verifier}"}
        assert publish(url, signing[0], "--to", str(tmp_path / "one"), **settings).returncode == 0
        before = watching.known()
        forged = publish(other, signing[0], "--to", str(tmp_path / "two"), **settings)
    assert forged.returncode == 1
    assert "did not countersign: it answered 422" in forged.stderr
    assert watching.known() == before


def test_a_history_that_lost_entries_is_told_so(
    url: str, signing: tuple[Path, str], watching: Witness, sqlite_fresh: Fresh, tmp_path: Path
) -> None:
    shorter = sqlite_fresh()
    with served(watching) as address:
        settings = {"TRACKER_WITNESSES": f"{address} {watching.signer.verifier}"}
        assert publish(url, signing[0], "--to", str(tmp_path / "one"), **settings).returncode == 0
        ran = publish(shorter, signing[0], "--to", str(tmp_path / "two"), **settings)
    assert ran.returncode == 1
    assert "entries are missing here" in ran.stderr


def test_a_keeper_or_witness_that_is_away_stops_nobody_else(
    url: str, signing: tuple[Path, str], watching: Witness, tmp_path: Path
) -> None:
    away = f"http://127.0.0.1:1 {watching.signer.verifier}"
    targets = ("--to", str(tmp_path / "none" / "x"), "--to", str(tmp_path / "kept"), "--to", "http://elsewhere.example")
    ran = publish(url, signing[0], *targets, TRACKER_WITNESSES=away)
    assert ran.returncode == 1
    assert "did not countersign" in ran.stderr
    assert "give an https:// address" in ran.stderr
    assert verified((tmp_path / "kept").read_text(encoding="utf-8"), [read_verifier(signing[1])])[1]


def test_nothing_is_signed_that_the_entries_do_not_give(url: str, signing: tuple[Path, str], tmp_path: Path) -> None:
    engine = make_engine(url)
    with engine.begin() as connection:
        for name in connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text("UPDATE history_entry SET entry = replace(entry, '2', '3') WHERE seq = 2"))
    engine.dispose()
    ran = publish(url, signing[0], "--to", str(tmp_path / "kept"))
    assert (ran.returncode, (tmp_path / "kept").exists()) == (1, False)
    assert "Not signed: the entries do not give the root" in ran.stderr


def test_what_is_missing_is_named_with_the_cure(url: str, signing: tuple[Path, str]) -> None:
    assert "TRACKER_SIGNING_KEY" in refused(url, "history", "publish", "--to", "x")
    ran = publish(url, signing[0])
    assert "TRACKER_CHECKPOINT_TO" in ran.stderr
    assert "TRACKER_WITNESSES" in publish(url, signing[0], "--to", "x", TRACKER_WITNESSES="one").stderr
    wrong = refused(url, "history", "verify", "--against", str(signing[0]), "--signed-by", signing[1])
    assert "is no signed checkpoint" in wrong


def test_a_key_is_its_owners_alone_and_never_written_over(url: str, tmp_path: Path) -> None:
    out = tmp_path / "new.key"
    made = done(url, "history", "key", "--out", str(out), "--name", NAME)
    assert read_verifier(made).name == NAME
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert "never written over" in refused(url, "witness", "key", "--out", str(out), "--name", "w")
    assert "no spaces" in refused(url, "witness", "key", "--out", str(tmp_path / "x"), "--name", "a b")
    assert not (tmp_path / "x").exists()


def test_a_witness_without_a_server_signs_a_request_from_a_file(
    url: str, signing: tuple[Path, str], watching: Witness, tmp_path: Path
) -> None:
    assert publish(url, signing[0], "--to", str(tmp_path / "kept")).returncode == 0
    asked = tmp_path / "request"
    asked.write_text(f"old 0\n\n{(tmp_path / 'kept').read_text(encoding='utf-8')}", encoding="utf-8", newline="")
    words = ("--key", str(tmp_path / "witness.key"), "--log", signing[1], "--state", str(watching.state), str(asked))
    line = done(url, "witness", "sign", *words)
    whole = (tmp_path / "kept").read_text(encoding="utf-8") + line + ("" if line.endswith("\n") else "\n")
    assert verified(whole, [watching.signer.verifier])[1]
    assert "signed" in refused(url, "witness", "sign", *words)


def test_a_request_is_written_for_a_witness_without_a_server_from_what_it_signed_last(
    url: str, signing: tuple[Path, str], watching: Witness, tmp_path: Path
) -> None:
    asked = tmp_path / "request"
    own = {"TRACKER_SIGNING_KEY": str(signing[0])}
    words = ("--key", str(tmp_path / "witness.key"), "--log", signing[1], "--state", str(watching.state), str(asked))
    done(url, "history", "request", "--out", asked, **own)
    assert done(url, "witness", "sign", *words)
    since = watching.known().size
    grow(url)
    done(url, "history", "request", "--since", since, "--out", asked, **own)
    line = done(url, "witness", "sign", *words)
    checkpoint = asked.read_text(encoding="utf-8").partition("\n\n")[2]
    assert verified(checkpoint + line, [watching.signer.verifier])[1]
    assert "fewer than 9,999: give what the witness" in refused(url, "history", "request", "--since", 9999, **own)
    assert "“tracker history request”" in done(url, "witness", "sign", "--help")


def test_a_witness_whose_memory_is_gone_or_of_another_history_signs_nothing(
    url: str, signing: tuple[Path, str], watching: Witness, tmp_path: Path
) -> None:
    words = ("--key", str(tmp_path / "witness.key"), "--log", signing[1], "--state", str(watching.state))
    assert "a witness begins once" in refused(url, "witness", "begin", *words)
    other = keys.make(tmp_path / "other.key", "other.example/history", keys.ED25519)
    elsewhere = ("--key", str(tmp_path / "witness.key"), "--log", str(other), "--state", str(watching.state))
    asked = tmp_path / "request"
    asked.write_text("old 0\n\nx", encoding="utf-8")
    assert "is of the history interests.example/history" in refused(url, "witness", "sign", *elsewhere, str(asked))
    watching.state.unlink()
    assert "without it nothing can be signed safely" in refused(url, "witness", "sign", *words, str(asked))
    assert "has signed nothing of interests.example/history yet" in done(url, "witness", "begin", *words)


def answering(text: str, status: int = 200, **headers: str) -> ThreadingHTTPServer:
    """A witness or keeper that answers whatever it likes."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text.encode("latin-1"))

        def log_message(self, *args: object) -> None: ...

    return ThreadingHTTPServer(("127.0.0.1", 0), Handler)


def test_what_a_witness_puts_beside_its_signature_changes_no_checkpoint(
    url: str, signing: tuple[Path, str], watching: Witness, tmp_path: Path
) -> None:
    forged = watching.signer.sign("EVIL\n", 1_700_000_000)
    with answering(f"EVIL\n\n{forged}\n".replace("— ", "\xe2\x80\x94 ")) as server, in_background(server) as address:
        settings = {"TRACKER_WITNESSES": f"{address} {watching.signer.verifier}"}
        ran = publish(url, signing[0], "--to", str(tmp_path / "kept"), **settings)
    assert ran.returncode == 1
    assert "did not countersign" in ran.stderr
    told = (tmp_path / "kept").read_text(encoding="utf-8")
    assert "EVIL" not in told
    assert len(verified(told, [read_verifier(signing[1])])[1]) == 1
    assert len(told.split("\n\n")[1].splitlines()) == 1


@pytest.mark.parametrize(
    ("status", "text", "headers"),
    [(200, "\xff\xfe", {}), (302, "", {"Location": "http://127.0.0.1:1/sign-in"}), (500, "broken", {})],
)
def test_a_keeper_or_witness_that_answers_oddly_stops_nobody_else(
    url: str, tmp_path: Path, status: int, text: str, headers: dict[str, str]
) -> None:
    verifier = keys.make(tmp_path / "history.key", NAME, keys.ED25519)
    witness = keys.make(tmp_path / "witness.key", WITNESS, keys.COSIGNATURE)
    with answering(text, status, **headers) as server, in_background(server) as address:
        targets = ("--to", address, "--to", str(tmp_path / "kept"))
        ran = publish(url, tmp_path / "history.key", *targets, TRACKER_WITNESSES=f"{address} {witness}")
    assert ran.returncode == 1
    assert "did not countersign" in ran.stderr
    assert ("did not take it" in ran.stderr) == (status != 200)
    assert verified((tmp_path / "kept").read_text(encoding="utf-8"), [verifier])[1]
