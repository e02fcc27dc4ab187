"""`tracker inspections import`, `assignments import` and `suggest`: planning from files, whole or not at all."""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import sessionmaker

from config import EXAMPLE_ALLOCATION
from tests.support.command import done, refused, tracker
from tests.support.databases import Fresh
from tests.support.world import Stage, employed_at, staged
from tracker.database import make_engine, reading, writing
from tracker.models import Assignment, Inspection

PLAN = "reference,provider,framework,starts_on,ends_on,team_size"
ONE = "INS-1,gias:900002,Graded inspection,2026-03-17,2026-03-18,2"
TWO = "INS-2,gias:900004,Monitoring,2026-03-17,2026-03-17,1"
PLACES = "inspection,staff_no,role"


@pytest.fixture
def url(fresh: Fresh) -> str:
    """Three inspectors: one with a job at Ridge's predecessor, one with one at its sister, one with nothing."""
    made = fresh()
    engine = make_engine(made)
    with writing(sessionmaker(engine, expire_on_commit=False)) as session:
        stage: Stage = staged(session)
        for staff_no, target in (("T1", "gias:900001"), ("T2", "gias:900003"), ("T3", "")):
            inspector = stage.inspector(staff_no, f"Inspector {staff_no}")
            stage.declares(inspector, *([employed_at(target)] if target else []))
    engine.dispose()
    return made


def file(folder: Path, *lines: str) -> Path:
    path = folder / "plan.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def count(url: str, model: type) -> int:
    engine = make_engine(url)
    with reading(sessionmaker(engine)) as session:
        number = len(session.scalars(select(model)).all())
    engine.dispose()
    return number


def test_inspections_are_planned_and_the_same_file_again_changes_nothing(url: str, tmp_path: Path) -> None:
    path = file(tmp_path, PLAN, ONE, TWO)
    assert done(url, "inspections", "import", path) == "Inspections: 2 added, 0 unchanged.\n"
    assert done(url, "inspections", "import", path) == "Inspections: 0 added, 2 unchanged.\n"
    assert done(url, "history", "verify")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("INS-1,gias:900002,Graded inspection,2026-03-17,2026-03-18,3", "is planned already, with another team_size"),
        ("INS-9,gias:900002,Graded inspection,2026-03-17,2026-03-16,2", "cannot end before it starts"),
        ("INS-9,gias:900002,Graded inspection,17/03/2026,2026-03-16,2", "starts_on is “17/03/2026”: write it as"),
        ("INS-9,gias:900002,Graded inspection,2026-03-17,2026-03-18,two", "team_size is “two”: write how many"),
        ("INS-9,gias:900002,Graded inspection,2026-03-17,2026-03-18,900", "Give a team size from 1 to 50"),
        ("INS-9,Ridge Academy,Graded inspection,2026-03-17,2026-03-18,2", "write scheme:number"),
        ("INS-9,gias:900002,,2026-03-17,2026-03-18,2", "framework is empty"),
    ],
)
def test_a_bad_row_is_named_and_none_of_the_file_is_planned(url: str, tmp_path: Path, line: str, says: str) -> None:
    done(url, "inspections", "import", file(tmp_path, PLAN, ONE))
    message = refused(url, "inspections", "import", file(tmp_path, PLAN, TWO, line))
    assert message.startswith("Row 3: ")
    assert says in message
    assert count(url, Inspection) == 1


def test_places_are_proposed_and_checked_and_what_stands_in_the_way_is_told(url: str, tmp_path: Path) -> None:
    done(url, "inspections", "import", file(tmp_path, PLAN, ONE, TWO))
    path = file(tmp_path, PLACES, "INS-1,T1,lead", "INS-1,T2,team", "INS-2,T3,lead")
    assert done(url, "assignments", "import", path).splitlines() == [
        "Row 2: INS-1, T1: real (succession)",
        "Row 3: INS-1, T2: perceived (same-group)",
        "Assignments: 3 proposed (1 real, 1 perceived, 0 undetermined, 1 clear), 0 unchanged.",
    ]
    assert done(url, "assignments", "import", path).endswith(
        "0 proposed (0 real, 0 perceived, 0 undetermined, 0 clear), 3 unchanged.\n"
    )
    for line, says in (
        ("INS-9,T3,lead", "Row 3: There is no inspection INS-9."),
        ("INS-1,NOBODY,lead", "Row 3: There is no inspector with staff number NOBODY"),
        ("INS-1,T3,cook", "Row 3: “cook” is no role"),
        ("INS-2,T3,team", "Row 3: Inspector T3 is already proposed for INS-2"),
        (",T3,team", "Row 3: inspection is empty"),
    ):
        assert says in refused(url, "assignments", "import", file(tmp_path, PLACES, "INS-2,T3,lead", line))
    assert count(url, Assignment) == 3


def test_who_cannot_go_refuses_a_file_and_what_the_pages_warn_of_is_warned_of(url: str, tmp_path: Path) -> None:
    done(url, "inspections", "import", file(tmp_path, PLAN, ONE, TWO))
    both = file(tmp_path, PLACES, "INS-1,T3,lead", "INS-2,T3,lead")
    for words in ((), ("--dry-run",)):
        message = refused(url, "assignments", "import", both, *words)
        assert message.startswith("Row 3: Inspector T3 cannot go (busy on those days): row 2 of this file already")
    assert count(url, Assignment) == 0
    full = file(tmp_path, PLACES, "INS-2,T3,lead", "INS-2,T2,team")
    said = done(url, "assignments", "import", full, "--dry-run").splitlines()
    assert said[-2].startswith("Row 3: INS-2 has 1 proposed or confirmed for 1 place already (row 2 of this file among")
    assert done(url, "assignments", "import", full).splitlines()[-2] == said[-2]


def test_who_may_go_is_named_best_first_and_never_with_a_real_conflict(url: str, tmp_path: Path) -> None:
    done(url, "inspections", "import", file(tmp_path, PLAN, ONE, TWO))
    said = done(url, "suggest", "INS-1").splitlines()
    assert [line.split()[0] for line in said] == ["T3", "T2", "1"]
    assert said[0] == "T3  Inspector T3: clear; distance not known; 0 inspections in that week, 0 in that term"
    assert "T2  Inspector T2: perceived (same-group)" in said[1]
    assert said[2] == "1 cannot go: a real conflict."
    # Whoever is elsewhere on one of its days cannot go.
    done(url, "assignments", "import", file(tmp_path, PLACES, "INS-2,T3,lead"))
    assert [line.split()[0] for line in done(url, "suggest", "INS-1").splitlines()] == ["T2", "1"]
    assert done(url, "suggest", "INS-1", "--limit", "1").count("\n") == 2
    done(url, "assignments", "import", file(tmp_path, PLACES, "INS-2,T2,team"))
    assert done(url, "suggest", "INS-1").startswith("Nobody may go as lead")
    assert refused(url, "suggest", "INS-9") == "There is no inspection INS-9."


def test_all_bad_rows_are_named_at_once_and_trying_a_file_writes_nothing(url: str, tmp_path: Path) -> None:
    bad = file(
        tmp_path, PLAN, ONE, "INS-2,Ridge,x,2026-03-17,2026-03-18,2", "INS-3,gias:1,x,17 March,2026-03-18,2", "a"
    )
    for words in ((), ("--dry-run",)):
        finished = tracker(url, "inspections", "import", bad, *words)
        assert (finished.returncode, finished.stdout) == (1, "")
        lines = finished.stderr.splitlines()
        assert [line.split(":")[0] for line in lines[:3]] == ["Row 3", "Row 4", "Row 5"]
        assert lines[3:] == [
            "3 rows are wrong, and nothing was imported: mend them all, and import the file again",
        ]
    good = file(tmp_path, PLAN, ONE, TWO)
    assert done(url, "inspections", "import", good, "--dry-run") == "Inspections: 2 would be added, 0 unchanged.\n"
    assert count(url, Inspection) == 0
    done(url, "inspections", "import", good)
    path = file(tmp_path, PLACES, "INS-1,T1,lead", "INS-1,T2,team", "INS-2,T3,lead")
    tried = done(url, "assignments", "import", path, "--dry-run")
    assert count(url, Assignment) == 0
    assert tried.replace("would be proposed", "proposed") == done(url, "assignments", "import", path)
    assert done(url, "history", "verify")


def test_a_provider_on_no_register_is_warned_of_and_counted_and_an_unknown_scheme_is_a_fault(
    url: str, tmp_path: Path
) -> None:
    done(url, "inspections", "import", file(tmp_path, PLAN, ONE))
    group = "INS-4,group:9001,Graded inspection,2026-03-17,2026-03-18,2"
    new = file(tmp_path, PLAN, ONE, "INS-3,gias:777777,Grded inspection,2026-03-17,2026-03-18,2", group)
    said = done(url, "inspections", "import", new, "--dry-run").splitlines()
    assert said[0].startswith("Row 3: provider: gias:777777 is on no imported register: whoever is proposed will be")
    assert "framework: nothing was inspected under “Grded inspection” so far, but under Graded inspection" in said[0]
    assert said[1].startswith("Row 4: provider: group:9001 is a group, not a provider")
    assert said[2] == "On no imported register: the providers of 2 rows; checks say undetermined at the least."
    assert done(url, "inspections", "import", new).splitlines()[:3] == said[:3]
    other = file(tmp_path, PLAN, "INS-5,urn:777777,Graded inspection,2026-03-17,2026-03-18,2")
    message = refused(url, "inspections", "import", other)
    assert message.startswith("Row 2: provider: “urn” is no known scheme: give one of gias, la, ofsted-ey, ofsted-sc")


def test_where_frameworks_are_listed_another_is_a_fault_that_names_them(url: str, tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    listed = 'frameworks = ["Graded inspection", "Monitoring visit"]\n'
    rules.write_text(listed + EXAMPLE_ALLOCATION.read_text("utf-8"), "utf-8")
    path = file(tmp_path, PLAN, ONE, TWO)
    message = refused(url, "inspections", "import", path, TRACKER_ALLOCATION=str(rules))
    assert message == "Row 3: framework is “Monitoring”: give one of Graded inspection, Monitoring visit"
    rules.write_text(listed.replace('"Graded inspection"', "7") + EXAMPLE_ALLOCATION.read_text("utf-8"), "utf-8")
    message = refused(url, "inspections", "import", path, TRACKER_ALLOCATION=str(rules))
    assert message.startswith("frameworks: give a list of names")


def test_every_fault_of_a_row_is_named_at_once(url: str, tmp_path: Path) -> None:
    message = refused(url, "inspections", "import", file(tmp_path, PLAN, "/,urn:1,=x,17 March,2026-03-16,two"))
    for says in (
        *("framework begins with “=”", "starts_on is “17 March”", "team_size is “two”"),
        *("reference: Give letters or numbers", "provider: “urn” is no known scheme"),
    ):
        assert says in message
    message = refused(url, "inspections", "import", file(tmp_path, PLAN, "/,urn:1,x,2026-03-17,2026-03-16,99"))
    for says in ("reference: Give", "provider: “urn”", "ends_on: It cannot end", "team_size: Give a team size"):
        assert says in message
    message = refused(url, "assignments", "import", file(tmp_path, PLACES, "INS-9,NOBODY,cook"))
    for says in ("There is no inspection INS-9", "no inspector with staff number NOBODY", "“cook” is no role"):
        assert says in message


def test_a_file_moves_and_calls_off_what_is_known_and_says_so_first(url: str, tmp_path: Path) -> None:
    done(url, "inspections", "import", file(tmp_path, PLAN, ONE, TWO))
    done(url, "assignments", "import", file(tmp_path, PLACES, "INS-1,T3,lead", "INS-2,T2,lead"))
    changed = file(
        tmp_path,
        f"{PLAN},called_off,moved_because",
        "INS-1,gias:900002,Graded inspection,2026-03-24,2026-03-25,2,,The school asked.",
        f"{TWO},The school burnt down.,",
    )
    told = [
        "Row 2: INS-1: moved: planned for 24 to 25 March 2026, and no longer for 17 to 18 March 2026.",
        "Row 3: INS-2: called off; it is planned for 17 March 2026 now; 1 inspector is released.",
    ]
    said = done(url, "inspections", "import", changed, "--dry-run").splitlines()
    assert said == [*told, "Inspections: 0 would be added, 1 would be moved, 1 would be called off, 0 unchanged."]
    said = done(url, "inspections", "import", changed).splitlines()
    assert said == [*told, "Inspections: 0 added, 1 moved, 1 called off, 0 unchanged."]
    assert done(url, "inspections", "import", changed) == "Inspections: 0 added, 2 unchanged.\n"
    assert done(url, "history", "verify")
    for line, says in (
        (f"{TWO},", "Row 2: INS-2: It was called off on"),
        (
            "INS-1,gias:900002,Graded inspection,2026-03-17,2026-03-18,2,Storm",
            "Row 2: INS-1 is planned for 24 to 25 March",
        ),
        ("INS-1,gias:900002,Graded inspection,2026-03-24,2026-03-23,2,", "ends_on: It cannot end before it starts"),
        ("INS-9,gias:900002,Graded inspection,2026-03-24,2026-03-25,2,Storm", "Row 2: There is no inspection INS-9"),
        ("INS-1,gias:900002,Graded inspection,2026-03-24,2026-03-25,2,=1+1", "called_off begins with “=”"),
    ):
        assert says in refused(url, "inspections", "import", file(tmp_path, f"{PLAN},called_off", line))


def test_an_inspection_is_moved_and_called_off_by_command(url: str, tmp_path: Path) -> None:
    later = ONE.replace("2026-03-17,2026-03-18", "2026-03-24,2026-03-25")
    done(url, "inspections", "import", file(tmp_path, PLAN, later, TWO))
    done(url, "assignments", "import", file(tmp_path, PLACES, "INS-1,T3,lead", "INS-2,T3,lead"))
    days = ("--from", "2026-03-16", "--to", "2026-03-17", "--reason", "The school asked.")
    told = "Inspector T3 is on INS-2, Lone Oak School, then.\n"
    moved = "INS-1 {0} moved: it {0} planned for 16 to 17 March 2026 {1}.\n"
    assert done(url, "inspections", "move", "INS-1", *days, "--dry-run") == told + moved.format("would be", "then")
    assert done(url, "inspections", "move", "INS-1", *days) == told + moved.format("is", "now")
    assert "is planned for 16 to 17 March 2026 already" in done(url, "inspections", "move", "INS-1", *days)
    bad = ("--from", "2026-03-18", "--to", "2026-03-17", "--reason", "So.")
    assert refused(url, "inspections", "move", "INS-1", *bad).startswith("--to: It cannot end before it starts")
    assert refused(url, "inspections", "move", "INS-9", *days) == "There is no inspection INS-9."
    off = ("inspections", "call-off", "INS-1", "--reason", "A storm.")
    assert done(url, *off) == "INS-1 is called off; released: 1.\n"
    assert done(url, *off) == "INS-1 was called off before: nothing was changed.\n"
    assert refused(url, "inspections", "call-off", "INS-2", "--reason", " ") == "INS-2: Say why it is called off"
    assert "INS-1: It was called off on" in refused(url, "inspections", "move", "INS-1", *days)
    assert refused(url, "suggest", "INS-1") == "INS-1 was called off: nobody goes there any more"
    assert done(url, "history", "verify")


def test_a_move_to_a_far_year_is_said_to_be_looked_at(url: str, tmp_path: Path) -> None:
    done(url, "inspections", "import", file(tmp_path, PLAN, ONE))
    days = ("--from", "2036-03-16", "--to", "2036-03-17", "--reason", "The school asked.", "--dry-run")
    assert "days, in 2036: check the year." in done(url, "inspections", "move", "INS-1", *days)
