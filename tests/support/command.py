"""The command line as somebody at a terminal meets it."""

import os
import subprocess
import sys
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from unittest.mock import patch

from click.testing import CliRunner
from sqlalchemy.orm import Session

from tests.support.world import SYSTEM, staged
from tracker.cli import main
from tracker.database import make_engine
from tracker.services import people

TRACKER = Path(sys.executable).with_name("tracker")
NOW = "2026-03-02T09:00:00+00:00"
LOWEST_COST = 1


def environment(url: str, *, clock: str | None = NOW, **more: str) -> dict[str, str]:
    """Return the environment of a command in a process of its own: this database, and the clock of the small world.

    With that clock it changes nothing but a demonstration's database (see `invented`).
    """
    fixed = {"TRACKER_NOW": clock} if clock else {}
    settings = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    return {**settings, "TRACKER_DATABASE_URL": url, **fixed, **more}


def invented(url: str) -> str:
    """Make a database a demonstration's, by an account that is made up; return its address."""
    engine = make_engine(url)
    with Session(engine) as session:
        command = people.AddPerson("Ina Vented", "ina.vented@example.org", "a long password", (), is_demonstration=True)
        people.add(session, SYSTEM, command, at=datetime.fromisoformat(NOW), cost=LOWEST_COST)
        session.commit()
    engine.dispose()
    return url


def tracker(
    url: str, *words: object, given: str = "", clock: str | None = NOW, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, in this process: a new one would spend its second on imports, not on the command.

    The clock is that of the small world unless told otherwise, and TRACKER_NOW does not set it: no command that writes
    would take it from there.
    """
    settings = environment(url, clock=None, **more)
    # A name that is set here and not there is taken away: None does that.
    absent = {name: None for name in os.environ if name not in settings}
    arguments = [*map(str, words)]
    stopped = patch("tracker.cli.common.clock", return_value=datetime.fromisoformat(clock)) if clock else nullcontext()
    with stopped:
        result = CliRunner().invoke(main, arguments, input=given, env={**absent, **settings}, prog_name="tracker")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return subprocess.CompletedProcess(arguments, result.exit_code, result.stdout, result.stderr)


def done(url: str, *words: object, **more: str) -> str:
    """Run a command that must succeed in silence on standard error, and return what it wrote."""
    finished = tracker(url, *words, **more)
    assert (finished.returncode, finished.stderr) == (0, "")
    return finished.stdout


def refused(url: str, *words: object, **more: str) -> str:
    """Run a command that must fail with status 1, and return its one line on standard error."""
    finished = tracker(url, *words, **more)
    assert finished.returncode == 1, finished.stderr
    assert finished.stdout == ""
    (line,) = finished.stderr.splitlines()
    return line


@dataclass(frozen=True)
class Town:
    """The small world of the services' tests in a database of its own, and the files that are imported into it."""

    url: str
    folder: Path

    def file(self, head: str, *rows: str) -> Path:
        """Write a file of these rows."""
        path = self.folder / "rows.csv"
        path.write_text("\n".join((head, *rows, "")), "utf-8")
        return path

    def staff(self, *rows: str) -> Path:
        """Write a staff list."""
        return self.file("staff_no,name,email,title,engagement,remits,home_postcode", *rows)

    def said(self, *rows: str) -> Path:
        """Write declarations."""
        return self.file("staff_no,declared_at,nature,holder,target,began_on,ended_on,note", *rows)


def small_town(url: str, folder: Path) -> Town:
    """Return the small world with two inspectors: T1 worked at Hilltop, T2 has declared nothing."""
    engine = make_engine(url)
    with Session(engine) as session:
        staged(session)
        session.commit()
    engine.dispose()
    town = Town(url, folder)
    staff = (f"T{number},Ines Pector,t{number}@example.org,HMI,staff,schools," for number in (1, 2))
    done(url, "inspectors", "import", town.staff(*staff))
    done(url, "declarations", "import", town.said("T1,2026-02-01,employment,self,gias:900001,2015,2023-07,"))
    return town
