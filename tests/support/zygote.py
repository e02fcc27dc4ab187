"""Real processes of the command, quickly: one process imports it once, and each command is a fork of that one."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from tests.support.paths import ROOT

# A fork that runs the command as the console script does, its output to /dev/null, and tells its number.
MOTHER = """
import json, os, sys
from tracker.cli import main
import tracker.cli.register, tracker.services.registers, tracker.importers.registers, psycopg, rich.progress

while line := sys.stdin.readline():
    words, environment = json.loads(line)
    child = os.fork()
    if child == 0:
        os.environ.update(environment)
        quiet = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(quiet, number)
        status = 70
        try:
            main(words, prog_name="tracker")
            status = 0
        except SystemExit as ended:
            status = ended.code or 0
        finally:
            os._exit(status if isinstance(status, int) else 1)
    print(child, flush=True)
    # It is laid to rest only when asked for, so that its number stays its own until then.
    sys.stdin.readline()
    print(os.waitpid(child, 0)[1], flush=True)
"""


@dataclass
class Running:
    """A command that runs; it is waited for by the process that forked it."""

    pid: int
    mother: subprocess.Popen[str]

    def kill(self) -> None:
        """Kill it as a power cut would; nothing happens where it has ended."""
        os.kill(self.pid, signal.SIGKILL)

    def status(self) -> int:
        """Wait for its end: its exit status, or minus the signal that ended it."""
        assert self.mother.stdin is not None
        assert self.mother.stdout is not None
        self.mother.stdin.write("\n")
        self.mother.stdin.flush()
        return os.waitstatus_to_exitcode(int(self.mother.stdout.readline()))


class Zygote:
    """Starts commands, one at a time."""

    def __init__(self, mother: subprocess.Popen[str]) -> None:
        self._mother = mother

    def start(self, words: Sequence[object], environment: Mapping[str, str]) -> Running:
        """Start a command with this environment on top of the tests' own."""
        assert self._mother.stdin is not None
        assert self._mother.stdout is not None
        self._mother.stdin.write(json.dumps([[*map(str, words)], dict(environment)]) + "\n")
        self._mother.stdin.flush()
        return Running(int(self._mother.stdout.readline()), self._mother)


@contextmanager
def zygote() -> Iterator[Zygote]:
    """Give what starts commands, and end it afterwards."""
    with subprocess.Popen(
        [sys.executable, "-c", MOTHER], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as mother:
        yield Zygote(mother)
        assert mother.stdin is not None
        mother.stdin.close()
