"""Imports point inwards, audiences do not reach into each other, and only the outer rooms know the framework."""

import subprocess
import sys
from pathlib import Path

from tests.support.paths import ROOT


def test_the_import_contracts_hold() -> None:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
