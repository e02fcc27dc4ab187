"""The commands that move and call off say whom that touches on other inspections, and how many are questioned."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import sessionmaker

from tests.support.command import done
from tests.support.databases import Fresh
from tests.support.world import staged
from tracker.database import make_engine, writing

OAK = "gias:900004"
REASON = ("--reason", "So.")
DAYS = ("--from", "2026-03-09", "--to", "2026-03-09")
ELSEWHERE = "Elsewhere: INS-C, Lone Oak School: the confirmed place of Rea is questioned; what is found of Rea is "
COUNTED = "Confirmed places that are questioned: 1, 1 of them on other inspections."


@pytest.fixture
def url(sqlite_fresh: Fresh) -> str:
    """One inspector at one school in March, April and May, who is too familiar in April were May's moved to March."""
    made = sqlite_fresh()
    engine = make_engine(made)
    with writing(sessionmaker(engine)) as session:
        stage = staged(session)
        rea = stage.inspector("T1", "Rea")
        stage.declares(rea)
        for reference, day in (("INS-A", date(2026, 3, 4)), ("INS-B", date(2026, 5, 4)), ("INS-C", date(2026, 4, 1))):
            row = stage.inspection(reference, OAK, starts_on=day, ends_on=day)
            assert stage.confirms(stage.proposes(row, rea)).confirmed
    engine.dispose()
    return made


def test_a_move_says_so_before_and_after(url: str) -> None:
    for dry in (("--dry-run",), ()):
        said = done(url, "inspections", "move", "INS-B", *DAYS, *REASON, *dry).splitlines()
        assert [each.startswith(ELSEWHERE) for each in said].count(True) == 1
        assert COUNTED in said
    # Called off, it is no visit any more: what was found in April is found no more.
    (said, last) = done(url, "inspections", "call-off", "INS-B", *REASON).splitlines()
    assert said == "Elsewhere: INS-C, Lone Oak School: what is found of Rea is clear, not perceived."
    assert last == "INS-B is called off; released: 1."


def test_a_file_says_so_before_and_after(url: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    header = "reference,provider,framework,starts_on,ends_on,team_size"
    path.write_text(f"{header},moved_because\nINS-B,{OAK},Graded inspection,2026-03-09,2026-03-09,2,Ice\n", "utf-8")
    for dry in (("--dry-run",), ()):
        said = done(url, "inspections", "import", str(path), *dry).splitlines()
        assert [each.startswith(ELSEWHERE) for each in said].count(True) == 1
        assert COUNTED in said
