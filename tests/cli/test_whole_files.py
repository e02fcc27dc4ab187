"""A file that a command writes takes its place when it is whole, and takes away nothing else."""

import os
import threading
from pathlib import Path
from stat import S_ISFIFO

import pytest
from click.testing import CliRunner

from tests.support.databases import Fresh
from tracker.cli import main
from tracker.cli.whole_files import whole


def test_an_export_to_a_pipe_goes_through_it_and_leaves_it_a_pipe(sqlite_fresh: Fresh, tmp_path: Path) -> None:
    pipe, read = tmp_path / "pipe", list[bytes]()
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    done = CliRunner().invoke(
        main, ["history", "export", "--out", str(pipe)], env={"TRACKER_DATABASE_URL": sqlite_fresh()}
    )
    reader.join(timeout=30)
    assert done.exit_code == 0, done.output
    assert read[0].startswith(b'{"format":')
    assert S_ISFIFO(pipe.stat().st_mode)


def test_what_a_link_leads_to_is_replaced_and_the_link_stays(tmp_path: Path) -> None:
    there, link = tmp_path / "there", tmp_path / "link"
    there.write_text("old", "utf-8")
    link.symlink_to(there)
    with whole(link) as path:
        path.write_text("new", "utf-8")
        assert there.read_text("utf-8") == "old"
    assert link.is_symlink()
    assert there.read_text("utf-8") == "new"
    assert sorted(tmp_path.iterdir()) == [link, there]


def test_where_it_fails_what_was_there_stays_and_no_part_is_left(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.write_text("old", "utf-8")

    def fail() -> None:
        with whole(out) as path:
            path.write_text("half", "utf-8")
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="disk is full"):
        fail()
    assert out.read_text("utf-8") == "old"
    assert list(tmp_path.iterdir()) == [out]
