"""`tracker governors import`, and an employer on the staff list."""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import sessionmaker

from tests.support.command import done, refused, tracker
from tests.support.databases import Fresh
from tests.support.world import staged
from tracker.database import make_engine, reading, writing
from tracker.models import GovernorRow, Inspector

STAFF = "staff_no,name,email,title,engagement,remits,home_postcode"


@pytest.fixture
def url(fresh: Fresh) -> str:
    made = fresh()
    engine = make_engine(made)
    with writing(sessionmaker(engine)) as session:
        staged(session)
    engine.dispose()
    return made


def rows(url: str, column: object) -> list[str]:
    engine = make_engine(url)
    with reading(sessionmaker(engine)) as session:
        found = list(session.scalars(select(column)))
    engine.dispose()
    return found


def test_a_list_takes_the_place_of_the_last_one(url: str, tmp_path: Path) -> None:
    file = tmp_path / "governors.csv"
    file.write_text("provider,name,role\ngias:900004,Ines Pector,Chair\ngias:900004,Bo Bloggs,\n", "utf-8")
    assert done(url, "governors", "import", file) == "Governors: 2 listed.\n"
    file.write_text("name,provider\nBo Bloggs,gias:900004\n", "utf-8")
    assert done(url, "governors", "import", file) == "Governors: 1 listed.\n"
    file.write_text("name,provider\nBo Bloggs,gias:900004\nEd Els,gias:123\n", "utf-8")
    said = done(url, "governors", "import", file).splitlines()
    assert said[1] == "On no imported register: the provider of 1 row: compare its number."
    file.write_text("name,provider\nBo Bloggs,gias:900004\n", "utf-8")
    done(url, "governors", "import", file)
    assert rows(url, GovernorRow.name) == ["Bo Bloggs"]
    assert done(url, "history", "verify")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("provider\ngias:1\n", "lacks the column name"),
        ("provider,name\nOak School,Bo Bloggs\n", "Row 2: provider is “Oak School”: write scheme:number"),
        (
            "provider,name\nurn:1,Bo Bloggs\n",
            "Row 2: provider: “urn” is no known scheme: give one of gias, la, ofsted-ey, ofsted-sc, ukprn, group",
        ),
        ("provider,name\ngias:1,\n", "Row 2: name is empty"),
        (f"provider,name\ngias:1,{'x' * 300}\n", "Row 2: name is too long"),
        ("provider,name\ngias:1,Bo\x07Bloggs\n", "Row 2: name is too long, or holds signs that cannot be shown"),
        ("provider,name\ngias:1,Bo,Bloggs\n", "Row 2: has 3 cells where the header has 2"),
    ],
)
def test_a_bad_row_is_named_and_nothing_changes(url: str, tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "governors.csv"
    file.write_text("provider,name\ngias:900004,Ines Pector\n", "utf-8")
    done(url, "governors", "import", file)
    file.write_text(text, "utf-8")
    assert says in refused(url, "governors", "import", file)
    assert rows(url, GovernorRow.name) == ["Ines Pector"]


def test_an_employer_is_a_reference_or_a_name_and_may_be_missing(url: str, tmp_path: Path) -> None:
    file = tmp_path / "staff.csv"
    line = "{0},Ines {0},{0}@example.org,HMI,staff,schools,"
    file.write_text(f"{STAFF}\n{line.format('A')}\n", "utf-8")
    done(url, "inspectors", "import", file)
    lines = [f"{line.format('A')},gias:900004", f"{line.format('B')},Makers  UK", f"{line.format('C')},"]
    file.write_text("\n".join([f"{STAFF},employer", *lines]) + "\n", "utf-8")
    assert "2 added, 1 changed" in done(url, "inspectors", "import", file)
    assert sorted(rows(url, Inspector.employer)) == ["", "gias:900004", "org:Makers UK"]
    file.write_text(f"{STAFF},employer\n{line.format('A')},{'x' * 300}\n", "utf-8")
    assert "Row 2: employer: Give the organisation's name" in refused(url, "inspectors", "import", file)
    file.write_text(f"{STAFF},employer\n{line.format('A')},urn:900004\n", "utf-8")
    assert "Row 2: employer: “urn” is no known scheme: give one of gias" in refused(url, "inspectors", "import", file)


def test_the_help_of_a_staff_list_says_that_an_employer_may_be_given(url: str) -> None:
    assert "employer" in done(url, "inspectors", "import", "--help")


def test_every_bad_row_of_a_staff_list_is_named_and_nobody_is_added(url: str, tmp_path: Path) -> None:
    file = tmp_path / "staff.csv"
    file.write_text(
        f"{STAFF}\n,Rea,rea@example.org,HMI,staff,,\nT8,Sol,x,HMI,staff,,\nT9,,a@b.org,HMI,staff,,\n", "utf-8"
    )
    answer = tracker(url, "inspectors", "import", file)
    assert answer.returncode == 1
    assert [line.partition(":")[0] for line in answer.stderr.splitlines()] == [
        "Row 2",
        "Row 3",
        "Row 4",
        "3 rows are wrong, and nothing was imported",
    ]
