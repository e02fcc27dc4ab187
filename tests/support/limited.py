"""A file read by a process of its own, with little memory and little time: what it costs is measured from outside."""

import json
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.support.paths import ROOT

# Runs in the other process: reads the file as it would be uploaded, and says how that ended and what it took.
READER = """
import json, resource, sys
from tracker.domain.errors import BadFileError
from tracker.domain.register import Kind
from tracker.importers.registers import read_register

def peak():
    # The process's own peak: what its parent had counts in getrusage until the program was replaced.
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 1024

begun = peak()
with open(sys.argv[2], "rb") as source:
    try:
        snapshot = read_register(Kind(sys.argv[1]), source, sys.argv[2].rpartition("/")[2]).snapshot
        said, rows, rejected = "", snapshot.rows, len(snapshot.rejected)
    except BadFileError as refusal:
        said, rows, rejected = str(refusal), 0, 0
own = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([said, rows, rejected, peak() - begun, own.ru_utime + own.ru_stime]))
"""
MOST_SECONDS = 60
MOST_MEGABYTES = 1_500


@dataclass(frozen=True, slots=True)
class Ended:
    """How the reading ended: the refusal, if any, and what it took; `megabytes` are those beyond the bare program."""

    refusal: str
    rows: int
    rejected: int
    megabytes: float
    seconds: float


def read_in_limits(kind: str, path: Path) -> Ended:
    """Read a file within the limits; fail where the process dies of them."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEGABYTES << 20, MOST_MEGABYTES << 20))

    done = subprocess.run(
        [sys.executable, "-c", READER, kind, str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        preexec_fn=limit,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    return Ended(*json.loads(done.stdout))
