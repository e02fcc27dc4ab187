"""`tracker history checkpoint` and `prove`: what others keep, and the proof of one entry, on both databases."""

from pathlib import Path

import pytest

from tests.cli.test_history import Told, _told
from tests.support.databases import Fresh
from tracker.domain.receipt import read_receipt


@pytest.fixture
def told(fresh: Fresh) -> Told:
    return _told(fresh)


def test_a_checkpoint_that_was_kept_is_what_the_history_must_begin_with(told: Told, tmp_path: Path) -> None:
    kept = tmp_path / "checkpoint"
    assert told.run("checkpoint", "--out", str(kept)).returncode == 0
    origin, size, root = kept.read_text("utf-8").splitlines()
    assert (origin, size, len(root)) == ("conflict-of-interest-tracker/history", str(told.size), 44)
    assert told.run("verify", "--against", str(kept)).returncode == 0
    kept.write_text(f"{origin}\n{told.size - 1}\n{root}\n", "utf-8")
    refused = told.run("verify", "--against", str(kept))
    assert refused.returncode == 1
    assert "do not give the earlier root" in refused.stderr


@pytest.mark.parametrize("words", ["x\ny\nz\n", "origin\n5\n!!!!\n", "origin\n5\nAAAA\n", "origin\n"])
def test_what_is_no_checkpoint_is_refused_in_one_line(told: Told, tmp_path: Path, words: str) -> None:
    kept = tmp_path / "checkpoint"
    kept.write_text(words, "utf-8")
    refused = told.run("verify", "--against", str(kept))
    assert refused.returncode == 1
    assert len(refused.stderr.splitlines()) == 1
    assert "no checkpoint" in refused.stderr


def test_every_entry_is_proved_against_every_later_size_without_a_private_word(told: Told, tmp_path: Path) -> None:
    file = tmp_path / "receipt.json"
    for seq, size in ((1, told.size), (told.size, told.size), (3, 3), (2, 7)):
        assert told.run("prove", str(seq), "--size", str(size), "--out", str(file)).returncode == 0
        body, proved = read_receipt(file.read_bytes())
        assert (body["entry"]["seq"], proved.size, body["open"]) == (seq, size, {})
    beyond = told.run("prove", "9999")
    assert beyond.returncode == 1
    assert f"There is no entry 9,999: the history has {told.size} entries; name a number" in beyond.stderr
    for seq, size in ((5, 4), (1, told.size + 1)):
        refused = told.run("prove", str(seq), "--size", str(size))
        assert refused.returncode == 1
        assert "name a size from" in refused.stderr
