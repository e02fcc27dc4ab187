"""A database in which everything has happened, and the outsider's verifier."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.support.databases import Fresh
from tests.support.everything import everything
from tests.support.paths import ROOT
from tracker.database import make_engine


@pytest.fixture(scope="module")
def told(fresh: Fresh) -> Iterator[Engine]:
    """A database in which everything has happened that leaves an entry."""
    engine = make_engine(fresh(everything))
    yield engine
    engine.dispose()


@pytest.fixture
def standalone(tmp_path: Path) -> Callable[[bytes], tuple[int, str]]:
    """Runs the verifier on an export as an outsider does: one file, plain Python, nothing else of the tracker."""
    path = tmp_path / "export.jsonl"

    def run(lines: bytes) -> tuple[int, str]:
        path.write_bytes(lines)
        command = [sys.executable, "-I", "-S", ROOT / "tracker/domain/tree.py", path]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
        return done.returncode, done.stdout + done.stderr

    return run
