"""`tracker policy`: showing, listing, checking, comparing and adopting, as the policy's owner meets them."""

import csv
import io
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.command import TRACKER, Town, done, environment, refused, small_town, tracker
from tests.support.crowd import engaged
from tests.support.databases import Fresh
from tests.support.policy import EXAMPLE, changed
from tests.support.world import Stage, employed_at
from tracker.database import make_engine
from tracker.models import Assignment, HistoryEntry

LATER = {"clock": "2026-03-10T00:05:00+00:00"}
EMPLOYMENT = '[natures.employment]\ncurrent = "real"\nreal_years = 3'
BOTH = 'engagements = ["staff", "contracted"]'
MILD = changed((EMPLOYMENT, EMPLOYMENT.replace("3", "1")), ('"2026-1"', '"mild"'))
FOR_CONTRACTED = MILD.replace(BOTH, 'engagements = ["contracted"]')


@pytest.fixture
def town(sqlite_fresh: Fresh, tmp_path: Path) -> Town:
    return small_town(sqlite_fresh(), tmp_path)


def policy_file(town: Town, text: str, name: str = "candidate.toml") -> Path:
    path = town.folder / name
    path.write_bytes(text.encode())
    return path


def placed(town: Town) -> dict[str, str]:
    """Propose one of staff and one contracted inspector who left Ridge Academy two years before; their references."""
    engine = make_engine(town.url)
    with Session(engine) as session:
        stage = Stage(session)
        inspection = stage.inspection()
        found = {}
        for staff_no, engagement in (("S1", "staff"), ("C1", "contracted")):
            person = engaged(stage, staff_no, engagement)
            stage.declares(person, employed_at("gias:900002", "2015", "2024-01-31"))
            found[engagement] = stage.proposes(inspection, person).ref
        session.commit()
    engine.dispose()
    return found


def verdicts(town: Town) -> dict[str, str]:
    engine = make_engine(town.url)
    with Session(engine) as session:
        found = {row.ref: str(row.verdict) for row in session.scalars(select(Assignment))}
    engine.dispose()
    return found


def entries(town: Town) -> int:
    engine = make_engine(town.url)
    with Session(engine) as session:
        found = len(session.scalars(select(HistoryEntry.seq)).all())
    engine.dispose()
    return found


def test_what_is_shown_is_what_was_adopted_byte_for_byte(town: Town) -> None:
    text = "\ufeff" + MILD.replace("\n", "\r\n") + "# no line end"
    done(town.url, "policy", "adopt", policy_file(town, text))
    # In a process of its own: the runner of the tests would mend the line ends.
    shown = subprocess.run([TRACKER, "policy", "show"], env=environment(town.url), capture_output=True, check=True)
    assert shown.stdout == text.encode()
    first = done(town.url, "policy", "list").splitlines()[-1].split()[0]
    assert done(town.url, "policy", "show", "--version", first) == EXAMPLE.read_text("utf-8")
    assert "“tracker policy list”" in refused(town.url, "policy", "show", "--version", "POL-NONE")


def test_each_engagement_has_its_own_policy_to_show(town: Town) -> None:
    done(town.url, "policy", "adopt", policy_file(town, FOR_CONTRACTED))
    assert done(town.url, "policy", "show") == EXAMPLE.read_text("utf-8")
    assert done(town.url, "policy", "show", "--engagement", "contracted") == FOR_CONTRACTED
    listed = done(town.url, "policy", "list").splitlines()
    assert [line.split("  ", 1)[1] for line in listed] == [
        "from 2026-03-02  in force, for contracted: Example policy mild",
        "from 2026-03-02  in force, for staff: Example policy 2026-1",
    ]


def test_a_good_file_is_called_one_and_a_bad_one_has_a_line_for_each_fault(town: Town) -> None:
    assert done(town.url, "policy", "check", policy_file(town, MILD)) == (
        "candidate.toml is a policy: Example policy mild, for contracted and staff.\n"
    )
    bad = MILD.replace("valid_months = 12", "valid_month = 12").replace("gias = 5.0", "gias = -1")
    finished = tracker(town.url, "policy", "check", policy_file(town, bad))
    assert (finished.returncode, finished.stdout) == (1, "")
    assert finished.stderr.splitlines() == [
        f"candidate.toml, line {line}"
        for line in (
            "12: declaration.valid_months: give a whole number from 0 to 100; it is missing",
            "13: declaration.valid_month: is no key of a policy; did you mean declaration.valid_months?",
            "144: rules.neighbour.km.gias: give a distance in kilometres, above 0 and up to 10, not -1",
        )
    ]


HOSTILE: list[tuple[bytes, str]] = [
    (b"x" * 1_000_000, "larger than 200,000 bytes"),
    (b"[" * 4_000, "line 1"),
    (b"a = " + b"[\n" * 50_000, "too deeply"),
    (
        MILD.replace("valid_months = 12", f"valid_months = {'9' * 4_500}").encode(),
        "line 13: declaration.valid_months",
    ),
    (MILD.replace("valid_months = 12", "valid_months = nan").encode(), "not nan"),
    (MILD.replace("valid_months = 12", "valid_months = 12\0").encode(), "line 13"),
    (MILD.encode("utf-16"), "line 1: holds what is not UTF-8"),
    (b"", "This file is empty"),
]


def test_a_hostile_file_is_refused_in_words_and_changes_nothing(town: Town) -> None:
    path, before = town.folder / "hostile.toml", entries(town)
    for raw, says in HOSTILE:
        path.write_bytes(raw)
        for command in ("check", "compare", "adopt"):
            finished = tracker(town.url, "policy", command, path)
            assert (finished.returncode, finished.stdout) == (1, "")
            assert says in finished.stderr
            assert all(line.startswith("hostile.toml") for line in finished.stderr.splitlines())
    assert entries(town) == before


def test_comparing_lists_what_would_change_for_people_and_as_csv_and_writes_nothing(town: Town) -> None:
    refs, before = placed(town), entries(town)
    candidate = policy_file(town, FOR_CONTRACTED)
    told = done(town.url, "policy", "compare", candidate)
    assert told.splitlines()[0].split() == [refs["contracted"], "contracted", "proposed", "real", "→", "perceived"]
    assert "1 open assignments compared under Example policy mild, for contracted, from 2026-03-02" in told
    assert "1 would differ; 0 confirmed ones would become questioned." in told
    assert "1 are of inspectors that it is not for" in told
    for private in ("Ines", "gias:", "INS-", "C1", "Ridge"):
        assert private not in told
    rows = list(csv.DictReader(io.StringIO(done(town.url, "policy", "compare", candidate, "--format", "csv"))))
    assert rows == [
        {
            "assignment": refs["contracted"],
            "engagement": "contracted",
            "state": "proposed",
            "before": "real",
            "after": "perceived",
            "rules_gone": "",
            "rules_come": "",
            "questioned": "no",
            "undecided": "no",
            "anyway": "no",
        }
    ]
    assert entries(town) == before
    assert "2026-03-01: a policy is adopted from today" in refused(
        town.url, "policy", "compare", candidate, "--from", "2026-03-01"
    )


def test_what_is_adopted_is_said_once_and_every_change_by_its_reference(town: Town) -> None:
    refs, candidate = placed(town), policy_file(town, FOR_CONTRACTED)
    first = done(town.url, "policy", "adopt", candidate, "--reason", "Milder")
    assert "Adopted Example policy mild as POL-" in first
    assert first.splitlines()[1:] == [f"{refs['contracted']}: real before, perceived now."]
    assert done(town.url, "policy", "adopt", candidate).startswith("Was adopted already: Example policy mild as POL-")
    assert "from today, 2 March 2026" in refused(town.url, "policy", "adopt", candidate, "--from", "2026-03-01")


def test_a_policy_for_a_later_day_takes_effect_by_the_re_check_of_that_day(town: Town) -> None:
    refs = placed(town)
    told = done(town.url, "policy", "adopt", policy_file(town, MILD), "--from", "2026-03-10")
    assert "The first act on 2026-03-10, or “tracker recheck”, checks every open assignment under it." in told
    assert " coming, for staff and contracted" in done(town.url, "policy", "list")
    assert done(town.url, "recheck") == "0 changed.\n"
    assert set(verdicts(town).values()) == {"real"}
    # Whatever part is asked for, the day comes for all.
    assert done(town.url, "recheck", "--inspector", "T1", **LATER).endswith("2 changed.\n")
    assert {verdicts(town)[ref] for ref in refs.values()} == {"perceived"}
    assert done(town.url, "recheck", **LATER) == "0 changed.\n"
