"""A database in which everything has happened, and the outsider's verifier."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from tests.support.databases import Fresh
from tests.support.paths import ROOT
from tests.support.world import DECIDER, SCHEDULER, employed_at, staged
from tracker.database import make_engine, writing
from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import Ruling
from tracker.models import ConnectionRow
from tracker.services import assignments, decisions, declarations
from tracker.services.checks import loaded
from tracker.services.decisions import Decide
from tracker.services.declarations import GradeConnection, WithdrawDeclaration


@pytest.fixture(scope="module")
def told(fresh: Fresh) -> Iterator[Engine]:
    """A database in which everything has happened that leaves an entry."""
    engine = make_engine(fresh())
    with writing(sessionmaker(engine)) as session:
        _everything(session)
    yield engine
    engine.dispose()


def _everything(session: Session) -> None:
    stage = staged(session)
    ines, omar = stage.inspector(), stage.inspector("T200", "Omar Inspector")
    stage.declares(ines, employed_at("gias:900003", "2010", "2018-07", note="A note, “quoted”."))
    stage.declares(omar)
    inspection = stage.inspection()
    doubtful = stage.proposes(inspection, ines)
    stage.confirms(stage.proposes(inspection, omar))
    odd = employed_at("gias:900004", "2020", nature="other", note="Sings there.")
    filed = stage.declares(ines, employed_at("gias:900003", "2010", "2018-07", note="A note, “quoted”."), odd)
    ref = session.scalar(
        select(ConnectionRow.ref).where(
            ConnectionRow.declaration_id == filed.declaration.id, ConnectionRow.position == 2
        )
    )
    grade = GradeConnection(str(ref), Verdict.PERCEIVED, "It is a choir.")
    declarations.grade(session, DECIDER, grade, at=stage.tick())
    other = stage.inspection("INS-2", "gias:900004")
    upheld = stage.proposes(other, ines)
    stage.declares(omar, employed_at("gias:900001", "2015", "2025-07"))
    for assignment, ruling in ((doubtful, Ruling.ALLOW), (upheld, Ruling.UPHOLD)):
        row = loaded(session, assignment.ref)
        assert row is not None
        assert row.check is not None
        for each in row.check.findings:
            decide = Decide(row.ref, each.fingerprint, ruling, "Because.")
            if row.state != "released":
                decisions.decide(session, DECIDER, decide, at=stage.tick())
    current = stage.declares(ines)
    withdrawal = WithdrawDeclaration(ines.id, current.declaration.ref, "A mistake.")
    declarations.withdraw(session, stage.actor(ines), withdrawal, at=stage.tick())
    assignments.release(session, SCHEDULER, assignments.Release(doubtful.ref, "Ill."), at=stage.tick())


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
