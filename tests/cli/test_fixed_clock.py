"""Commands that write: they say so of a demonstration's database, and take no clock on any other that is set back."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import pytest
from sqlalchemy import select
from sqlalchemy.orm import sessionmaker

from tests.support.command import NOW, Town, invented, small_town, tracker
from tests.support.databases import Fresh
from tests.support.world import EXAMPLE
from tracker.cli import main
from tracker.cli.common import DEMONSTRATION
from tracker.database import make_engine, reading
from tracker.models import HistoryHead

REFUSED = "TRACKER_NOW: fixes the clock before the last act that the history tells of; unset it"
EARLIER = "2026-03-02T08:59:59+00:00"
SOMEBODY = ("--email", "ada@example.org", "--role", "auditor")
# A file of each kind by its first words; FILE stands for it in a command.
HEADS = {
    "register": "code,name",
    "inspectors": "staff_no,name,email,title,engagement,remits,home_postcode",
    "governors": "provider,name\ngias:900002,Invented Person",
    "declarations": "staff_no,declared_at,nature,holder,target,began_on,ended_on,note",
    "inspections": "reference,provider,framework,starts_on,ends_on,team_size",
    "assignments": "inspection,staff_no,role",
}
WRITE = (
    ("db", "upgrade"),
    ("register", "import", "authorities", "FILE"),
    ("inspectors", "import", "FILE"),
    ("governors", "import", "FILE"),
    ("declarations", "import", "FILE"),
    ("inspections", "import", "FILE"),
    ("assignments", "import", "FILE"),
    ("allocate",),
    ("recheck",),
    ("policy", "adopt", str(EXAMPLE)),
    ("history", "export"),
    ("history", "export", "--with-words"),
    ("history", "publish"),
    ("people", "add", "--name", "Ada", *SOMEBODY, "--password-stdin"),
    ("people", "grant", *SOMEBODY),
    ("people", "revoke", *SOMEBODY),
    ("people", "identify", *SOMEBODY[:2], "--inspector", "T1"),
    ("people", "password", *SOMEBODY[:2], "--password-stdin"),
    ("people", "close", *SOMEBODY[:2]),
    ("people", "reopen", *SOMEBODY[:2]),
    ("people", "leave", "--inspector", "T1", "--on", "2026-03-20"),
    ("people", "stay", "--inspector", "T1"),
    ("inspections", "move", "INS-1", "--from", "2026-03-24", "--to", "2026-03-24", "--reason", "A storm."),
    ("inspections", "call-off", "INS-1", "--reason", "A storm."),
    ("notices", "send"),
    ("retention", "run"),
)
READ = (
    ("db", "grants", "web"),
    ("register", "import", "--dry-run", "authorities", "FILE"),
    ("inspections", "import", "--dry-run", "FILE"),
    ("assignments", "import", "--dry-run", "FILE"),
    ("allocate", "--dry-run"),
    ("suggest", "INS-1"),
    ("check", "FILE"),
    ("matrix", "--out", "OUT.csv"),
    ("policy", "show"),
    ("policy", "list"),
    ("policy", "check", str(EXAMPLE)),
    ("policy", "compare", str(EXAMPLE)),
    ("history", "verify"),
    ("history", "checkpoint"),
    ("history", "request"),
    ("history", "prove", "1"),
    ("history", "replay", "1"),
    ("people", "list"),
    ("notices", "send", "--dry-run"),
    ("retention", "show"),
    ("retention", "run", "--dry-run"),
    ("words",),
)
# These know no database, or see to it themselves: `serve` takes neither, and `demo` makes the one with the other.
OTHERS = {"demo", "serve", "history key", "witness key", "witness begin", "witness sign", "witness serve"}


@pytest.fixture(scope="module")
def real(sqlite_fresh: Fresh, tmp_path_factory: pytest.TempPathFactory) -> Town:
    return small_town(sqlite_fresh(), tmp_path_factory.mktemp("real"))


@pytest.fixture(scope="module")
def demonstration(sqlite_fresh: Fresh, tmp_path_factory: pytest.TempPathFactory) -> Town:
    town = small_town(sqlite_fresh(), tmp_path_factory.mktemp("demonstration"))
    invented(town.url)
    return town


def run(town: Town, words: Sequence[str], **settings: str) -> tuple[int, str, list[str]]:
    """Run a command at the real time unless TRACKER_NOW says otherwise; its status, and what it said on each stream."""
    head = HEADS.get(words[0], "staff_no,provider,starts_on,ends_on")
    known = {"FILE": town.file(head), "OUT.csv": town.folder / "out.csv"}
    given = [known.get(each, each) for each in words]
    done = tracker(town.url, *given, given="a long password\n", clock=None, **settings)
    return done.returncode, done.stdout, done.stderr.splitlines()


def size(town: Town) -> int:
    engine = make_engine(town.url)
    with reading(sessionmaker(engine)) as session:
        found = session.scalars(select(HistoryHead.size)).one()
    engine.dispose()
    return found


@pytest.mark.parametrize("words", WRITE, ids=" ".join)
def test_what_writes_refuses_a_clock_that_is_set_back_on_real_records_and_writes_nothing(
    real: Town, words: tuple[str, ...]
) -> None:
    before = size(real)
    assert run(real, words, TRACKER_NOW=EARLIER) == (1, "", [REFUSED])
    assert size(real) == before


@pytest.mark.parametrize("words", WRITE, ids=" ".join)
def test_what_writes_says_once_that_the_database_is_a_demonstrations_whatever_the_clock(
    demonstration: Town, words: tuple[str, ...]
) -> None:
    for settings in ({"TRACKER_NOW": EARLIER}, {}):
        _, _, said = run(demonstration, words, **settings)
        assert said[0] == DEMONSTRATION
        assert said.count(DEMONSTRATION) == 1


@pytest.mark.parametrize("words", READ, ids=" ".join)
def test_what_only_reads_goes_on_and_says_nothing_of_it(
    real: Town, demonstration: Town, words: tuple[str, ...]
) -> None:
    for town in (real, demonstration):
        before = size(town)
        _, _, said = run(town, words, TRACKER_NOW=EARLIER)
        assert not {REFUSED, DEMONSTRATION} & {*said}
        assert size(town) == before


def test_on_both_kinds_of_database_real_records_take_the_real_clock_without_a_word(
    fresh: Fresh, tmp_path: Path
) -> None:
    town = small_town(fresh(), tmp_path)
    assert run(town, ("recheck",), TRACKER_NOW=EARLIER) == (1, "", [REFUSED])
    assert run(town, ("recheck",)) == (0, "0 changed.\n", [])
    invented(town.url)
    assert run(town, ("recheck",), TRACKER_NOW=NOW)[::2] == (0, [DEMONSTRATION])


def test_a_new_database_is_made_by_a_fixed_clock_which_then_can_stand_still_or_go_on(tmp_path: Path) -> None:
    town = Town(f"sqlite:///{tmp_path / 'new.sqlite'}", tmp_path)
    status, said, warned = run(town, ("db", "upgrade"), TRACKER_NOW=NOW)
    assert (status, said.splitlines()[0], warned) == (0, "The database is migrated.", [])
    for at in (NOW, "2027-01-01T00:00:00+00:00"):
        assert run(town, ("recheck",), TRACKER_NOW=at) == (0, "0 changed.\n", [])
    assert run(town, ("people", "revoke", *SOMEBODY), TRACKER_NOW=EARLIER) == (1, "", [REFUSED])


def test_nothing_is_erased_by_a_clock_that_is_ahead_but_what_would_go_is_said(real: Town, demonstration: Town) -> None:
    ahead = {"TRACKER_NOW": "2199-01-01T00:00:00+00:00"}
    before = size(real)
    status, said, told = run(real, ("retention", "run"), **ahead)
    assert (status, said, size(real)) == (1, "", before)
    assert told == [
        "TRACKER_NOW: fixes the clock at an instant to come, and what is erased cannot be brought back; unset it"
    ]
    assert run(real, ("retention", "run", "--dry-run"), **ahead)[0] == 0
    assert run(demonstration, ("retention", "run"), **ahead)[0] == 0


def leaves(group: click.Group, *above: str) -> Iterator[str]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from leaves(command, *above, name)
        else:
            yield " ".join((*above, name))


def test_no_command_is_forgotten() -> None:
    tried = {each for words in (*WRITE, *READ) for each in leaves(main) if " ".join(words).startswith(each)}
    assert tried | OTHERS == {*leaves(main)}
