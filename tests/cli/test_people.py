"""`tracker people`, `tracker db` and `tracker serve`, as somebody at a terminal meets them."""

import subprocess
from pathlib import Path

import pytest

from config import Config
from tests.support.command import tracker
from tests.support.databases import Fresh
from tests.support.web import running_site
from tracker.domain.access import Role
from tracker.domain.declaration import HOLDERS, NATURES
from tracker.domain.lifecycle import ROLES
from tracker.domain.people import ENGAGEMENTS, TITLES
from tracker.domain.remits import REMITS
from tracker.domain.schemes import PROVIDERS as SCHEMES

PASSWORD = "a long password"
ADA = ("--name", "Ada Admin", "--email", "Ada@Example.org", "--role", "administrator", "--password-stdin")


def run(url: str, *words: str, given: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    return tracker(url, *words, given=given, clock=None, **env)


def add(url: str, *words: str, password: str = PASSWORD) -> subprocess.CompletedProcess[str]:
    return run(url, "people", "add", *words, given=f"{password}\n")


@pytest.fixture
def url(sqlite_fresh: Fresh) -> str:
    return sqlite_fresh()


def refused(done: subprocess.CompletedProcess[str], *, status: int = 1) -> str:
    """The one line on standard error of a command that failed as it should."""
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    return line


def test_people_are_added_granted_revoked_and_listed(url: str) -> None:
    assert add(url, *ADA).returncode == 0
    assert run(url, "people", "grant", "--email", "ada@example.org", "--role", "auditor").returncode == 0
    assert "administrator, auditor" in run(url, "people", "list").stdout
    assert run(url, "people", "revoke", "--email", "ADA@example.org", "--role", "auditor").returncode == 0
    (line,) = run(url, "people", "list").stdout.splitlines()
    assert line.endswith("ada@example.org  administrator")
    assert (
        add(url, "--name", "Gus Gone", "--email", "gus@example.org", "--role", "auditor", "--password-stdin").returncode
        == 0
    )
    assert "Closed the account of gus@example.org" in run(url, "people", "close", "--email", "gus@example.org").stdout
    assert "gus@example.org  auditor  closed" in run(url, "people", "list").stdout
    assert "is open again" in run(url, "people", "reopen", "--email", "gus@example.org").stdout


def test_an_account_is_given_its_staff_number_and_then_the_role_of_inspector(url: str, tmp_path: Path) -> None:
    add(url, *ADA)
    staff = tmp_path / "staff.csv"
    head = "staff_no,name,email,title,engagement,remits,home_postcode"
    staff.write_text(f"{head}\nT1,Ines Pector,ines@example.org,HMI,staff,schools,\n", "utf-8")
    assert run(url, "inspectors", "import", str(staff)).returncode == 0
    done = run(url, "people", "identify", "--email", "Ada@example.org", "--inspector", "T1")
    assert (done.returncode, done.stdout) == (
        0,
        "The account Ada@example.org is that of the inspector T1, Ines Pector.\n",
    )
    assert run(url, "people", "grant", "--email", "ada@example.org", "--role", "inspector").returncode == 0
    assert "administrator, inspector  inspector T1" in run(url, "people", "list").stdout
    assert "stays whose it is" in refused(
        run(url, "people", "identify", "--email", "ada@example.org", "--inspector", "T1")
    )


def test_a_role_of_two_words_is_taken_either_way_and_printed_one_way(url: str) -> None:
    add(url, *ADA)
    for role in ("decision_maker", "decision-maker"):
        given = run(url, "people", "grant", "--email", "ada@example.org", "--role", role)
        assert (given.returncode, given.stdout) == (0, "Granted decision-maker to ada@example.org.\n")
        assert "administrator, decision-maker" in run(url, "people", "list").stdout
        assert run(url, "people", "revoke", "--email", "ada@example.org", "--role", role).returncode == 0
    assert "decision-maker" in run(url, "people", "grant", "--email", "x", "--role", "king").stderr


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("TRACKER_SECURE_COOKIES", "maybe", "TRACKER_SECURE_COOKIES: give yes or no, not “maybe”"),
        (
            "TRACKER_NOW",
            "2026-03-02T09:00:00",
            "TRACKER_NOW: “2026-03-02T09:00:00” has no time zone: add one, as in 2026-03-02T09:00:00+00:00",
        ),
        ("TRACKER_NOW", "noon", "TRACKER_NOW: “noon” is no instant; write one as 2026-03-02T09:00:00+00:00"),
    ],
)
def test_a_setting_that_cannot_be_understood_is_refused_by_name(url: str, name: str, text: str, says: str) -> None:
    assert refused(run(url, "people", "list", **{name: text})) == says


def test_a_word_for_no_turns_secure_cookies_off() -> None:
    for text, expected in (("no", False), ("Off", False), ("0", False), ("yes", True), ("TRUE", True), ("", True)):
        assert Config.from_env({"TRACKER_SECURE_COOKIES": text}).secure_cookies is expected


def test_the_words_of_the_files_are_listed_by_one_command(url: str) -> None:
    said = run(url, "words").stdout
    lists = (*TITLES, *ENGAGEMENTS, *REMITS, *NATURES, *HOLDERS, *ROLES, *SCHEMES)
    assert [str(each) for each in lists if str(each) not in said] == []
    assert "frameworks: any" in said


def test_what_cannot_be_is_refused_in_one_line(url: str) -> None:
    add(url, *ADA)
    assert "already has an account" in refused(add(url, *ADA))
    assert "12 characters" in refused(add(url, *ADA, password="short"))
    ines = ("--name", "Ines", "--email", "ines@example.org", "--role", "inspector", "--password-stdin")
    assert "staff number" in refused(add(url, *ines))
    assert "No inspector has the staff number “X1”" in refused(add(url, *ines, "--inspector", "X1"))
    grant = ("people", "grant", "--email", "ada@example.org", "--role", "inspector")
    assert "needs the staff number of somebody on the imported staff list" in refused(run(url, *grant))
    identify = ("people", "identify", "--email", "ada@example.org", "--inspector")
    assert "No inspector has the staff number “X1”" in refused(run(url, *identify, "X1"))
    revoke = ("people", "revoke", "--email", "ada@example.org", "--role", "administrator")
    assert "last administrator" in refused(run(url, *revoke))
    assert "No account" in refused(run(url, "people", "grant", "--email", "x@example.org", "--role", "auditor"))
    assert run(url, "people", "list").stdout.count("\n") == 1


def test_wrong_use_is_told_apart(url: str) -> None:
    done = run(url, "people", "add", "--role", "king")
    assert done.returncode == 2
    assert run(url, "nonsense").returncode == 2


def test_a_bad_setting_or_database_is_one_line() -> None:
    assert "TRACKER_DATABASE_URL" in refused(run("nonsense", "people", "list"))
    assert "did not answer" in refused(run("postgresql+psycopg://x@127.0.0.1:1/x", "people", "list"))
    assert "TRACKER_PORT" in refused(run("sqlite://", "people", "list", TRACKER_PORT="many"))


def test_an_empty_database_is_upgraded_and_adopts_the_example_policy_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'tracker.sqlite'}"
    assert "tracker db upgrade" in refused(run(url, "people", "list"))
    first = run(url, "db", "upgrade")
    assert first.returncode == 0, first.stderr
    assert "example policy" in first.stdout
    assert run(url, "db", "upgrade").stdout == "The database is up to date.\n"


def test_serve_refuses_what_is_not_fit_for_real_people(url: str, tmp_path: Path) -> None:
    secret = {"TRACKER_SECRET_KEY": "s" * 40}
    assert "TRACKER_SECRET_KEY" in refused(run(url, "serve"))
    assert "TRACKER_NOW" in refused(run(url, "serve", TRACKER_NOW="2026-03-02T09:00:00+00:00", **secret))
    assert "TRACKER_WORKERS" in refused(run(url, "serve", "--workers", "2", **secret))
    assert "migration" in refused(run(f"sqlite:///{tmp_path / 'empty.sqlite'}", "serve", **secret))
    with running_site(url, demonstration=True) as site:
        site.person(Role.AUDITOR, is_demonstration=True)
    assert "demonstration accounts" in refused(run(url, "serve", **secret))


STAFF = "staff_no,name,email,title,engagement,remits,home_postcode"
REA = "T1,Rea Clear,t1@example.org,HMI,staff,schools,"


def test_an_inspector_leaves_and_stays_and_a_staff_list_says_who_leaves(url: str, tmp_path: Path) -> None:
    at = {"clock": "2026-03-02T09:00:00+00:00"}
    staff = tmp_path / "staff.csv"
    staff.write_text(f"{STAFF}\n{REA}\n", "utf-8")
    assert tracker(url, "inspectors", "import", str(staff), **at).returncode == 0
    leave = ("people", "leave", "--inspector", "T1", "--on", "2026-04-01")
    foreseen = tracker(url, *leave, "--dry-run", **at)
    assert foreseen.stdout == "T1, Rea Clear, would leave on 2026-04-01.\n"
    for says in ("T1, Rea Clear, leaves on 2026-04-01.", "T1, Rea Clear, leaves on 2026-04-01 already"):
        assert tracker(url, *leave, "--remark", "A new post.", **at).stdout.startswith(says)
    stay = ("people", "stay", "--inspector", "T1")
    for says in ("it is taken back that he or she leaves", "no day was on record"):
        assert says in tracker(url, *stay, **at).stdout
    far = tracker(url, *leave[:-1], "1999-01-01", **at)
    assert (
        refused(far) == "--on: It is more than 12 months ago: check the year; if it is right, let a staff list say it"
    )
    assert "no inspector with staff number T9" in refused(tracker(url, *stay[:-1], "T9", **at))
    staff.write_text(f"{STAFF},left_on\n{REA},2026-02-30\n", "utf-8")
    assert "left_on is “2026-02-30”: there is no such day" in refused(
        tracker(url, "inspectors", "import", str(staff), **at)
    )
    staff.write_text(f"{STAFF},left_on\n{REA},2026-05-01\n", "utf-8")
    tried = tracker(url, "inspectors", "import", str(staff), "--dry-run", **at)
    assert tried.stdout.splitlines() == [
        "T1, Rea Clear, would leave on 2026-05-01.",
        "Inspectors: 0 would be added, 0 would be changed, 0 unchanged.",
    ]
    done = tracker(url, "inspectors", "import", str(staff), **at)
    assert done.stdout.splitlines()[0] == "T1, Rea Clear, leaves on 2026-05-01."
    assert tracker(url, "history", "verify", **at).returncode == 0
