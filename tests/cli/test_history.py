"""`tracker history`: verify and export, as an outsider runs them."""

import json
import subprocess
import sys
from base64 import b64encode
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import sessionmaker

from tests.support.command import done, tracker
from tests.support.databases import Fresh
from tests.support.everything import everything
from tests.support.paths import ROOT
from tests.support.world import NOW, SYSTEM
from tracker.database import make_engine, reading, writing
from tracker.domain.export import frontier_text
from tracker.domain.tree import EMPTY, extend
from tracker.queries import history
from tracker.queries.history import standing
from tracker.services.audit import Verification, verification
from tracker.services.bare import enter


@dataclass
class Told:
    """A database in which everything has happened, and its head."""

    url: str
    size: int
    root: str

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run `tracker history …`."""
        return tracker(self.url, "history", *words, clock=None)

    def tamper(self, statement: str) -> None:
        """Change what may not be changed."""
        engine = make_engine(self.url)
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL session_replication_role = replica"))
            else:
                for name in connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                    connection.execute(text(f"DROP TRIGGER {name}"))
            connection.execute(text(statement))
        engine.dispose()


@pytest.fixture
def told(fresh: Fresh) -> Told:
    return _told(fresh)


def _told(fresh: Fresh) -> Told:
    url = fresh(everything)
    engine = make_engine(url)
    with reading(sessionmaker(engine)) as session:
        stands = standing(session)
    engine.dispose()
    return Told(url, stands.size, stands.root)


def test_a_whole_history_verifies_and_says_its_size_and_root(told: Told) -> None:
    done = told.run("verify")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{told.size:,} entries, whole: root {told.root}\n"
    assert told.run("verify", "--against", f"{told.size}:{told.root}").returncode == 0
    in_base64 = b64encode(bytes.fromhex(told.root)).decode()
    assert told.run("verify", "--against", f"{told.size}:{in_base64}").returncode == 0


def test_a_changed_entry_is_named_in_one_line_and_the_status_is_1(told: Told) -> None:
    told.tamper("UPDATE history_entry SET entry = replace(entry, 'proposal', 'Proposal') WHERE seq >= 7")

    done = told.run("verify")

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert (
        "(assignment:checked) is not as it was written: the entry does not have the leaf hash beside it" in done.stderr
    )


def test_the_export_verifies_alone_and_serves_as_the_earlier_head(told: Told, tmp_path: Path) -> None:
    for words in ((), ("--with-words",)):
        path = tmp_path / f"export{len(words)}.jsonl"
        done = told.run("export", "--out", str(path), *words)
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
        alone = subprocess.run([sys.executable, "-I", ROOT / "tracker/domain/tree.py", path], check=False)
        assert alone.returncode == 0
        assert ("Sings there." in path.read_text("utf-8")) == bool(words)
        assert told.run("verify", "--against", str(path)).returncode == 0
    # Taking it was an act each time, and the entry of that the last one taken.
    taken = [(tmp_path / f"export{number}.jsonl").read_text("utf-8").splitlines() for number in (0, 1)]
    taken.append(told.run("export").stdout.splitlines())
    assert [len(each) - len(taken[0]) for each in taken] == [0, 1, 2]
    left = [next(line for line in reversed(each) if "event" in line) for each in taken]
    assert [json.loads(each)["entry"]["event"] for each in left] == [
        *("history:exported", "history:disclosed", "history:exported")
    ]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["export0.jsonl", "export1.jsonl"]


def test_another_history_is_refused_by_an_earlier_head(told: Told, tmp_path: Path) -> None:
    head = tmp_path / "head"
    head.write_text(f"{told.size}:{'0' * 64}\n", "utf-8")

    done = told.run("verify", "--against", str(head))

    assert done.returncode == 1
    assert "do not give the earlier root" in done.stderr


def test_wrong_use_and_a_spoilt_file_are_told_apart(told: Told, tmp_path: Path) -> None:
    spoilt = tmp_path / "spoilt.jsonl"
    spoilt.write_text("{}\n" * 60, "utf-8")

    assert told.run("verify", "--against", "nonsense").returncode == 2
    assert told.run("verify", "--against", str(spoilt)).returncode == 1


def test_a_damaged_file_is_said_in_one_line_and_not_by_a_traceback(sqlite_fresh: Fresh) -> None:
    told = _told(sqlite_fresh)
    path = Path(told.url.removeprefix("sqlite:///"))
    content = bytearray(path.read_bytes())
    for place in range(4096 * 3, len(content), 1001):
        content[place] ^= 0x55
    path.write_bytes(content)

    done = told.run("verify")

    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_a_check_keeps_how_far_it_came_and_leaves_nothing_when_all_is_checked(told: Told, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    ran = told.run("verify", "--resume", str(kept))
    assert ran.returncode == 0, ran.stderr
    assert not kept.exists()
    kept.write_text("nonsense", encoding="utf-8")
    assert "take it away to begin anew" in told.run("verify", "--resume", str(kept)).stderr


def test_a_check_that_goes_on_says_what_it_did_not_judge_again_and_one_that_fails_begins_anew(
    told: Told, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    engine = make_engine(told.url)
    with reading(sessionmaker(engine)) as session:
        leaves = list(history.leaves(session, 20))
    engine.dispose()
    kept.write_text(f"20\n{frontier_text(extend(EMPTY, leaves))}\n", encoding="utf-8")
    ran = told.run("verify", "--resume", str(kept))
    assert "Of the first 20, the words and the records were judged by the check that was ended" in ran.stdout
    kept.write_text(f"20\n{frontier_text(extend(EMPTY, leaves[:19] + leaves[:1]))}\n", encoding="utf-8")
    ran = told.run("verify", "--resume", str(kept))
    assert ran.returncode == 1
    assert "the first 20 entries do not give the earlier root" in ran.stderr
    assert not kept.exists()


def test_an_entry_with_an_earlier_instant_than_the_one_before_is_pointed_out(sqlite_fresh: Fresh) -> None:
    told = _told(sqlite_fresh)
    assert "The clock was" not in told.run("verify").stdout
    engine = make_engine(told.url)
    with writing(sessionmaker(engine)) as session:
        enter(session, verification(SYSTEM, Verification(1, "0")), at=NOW - timedelta(days=400))
    engine.dispose()
    ran = told.run("verify")
    assert ran.returncode == 0
    assert "or had been ahead before: 1 bears an earlier instant than an entry before, the first of them" in ran.stdout
    assert f"the first of them entry {told.size + 1:,}." in ran.stdout


HIDDEN = (
    "UPDATE connection_key SET key = 'x' || key",
    "DELETE FROM provider_key",
    "DELETE FROM connection_place",
    "UPDATE area SET world = '{}'",
)


def test_whoever_hides_a_connection_from_the_checks_is_found_and_an_upgrade_mends_it(sqlite_fresh: Fresh) -> None:
    told = _told(sqlite_fresh)
    for act in HIDDEN:
        engine = make_engine(told.url)
        with writing(sessionmaker(engine)) as session:
            if not session.execute(text(act)).rowcount:
                continue
        engine.dispose()
        ran = told.run("verify")
        assert ran.returncode == 1, act
        assert "by which a check finds what it looks at, is not what follows from the registers" in ran.stderr
        done(told.url, "db", "upgrade")
        assert told.run("verify").returncode == 0
