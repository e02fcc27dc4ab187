"""`tracker retention`: words go when their time is up, everywhere; what they proved and decided stays."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from tests.support.command import done, refused
from tests.support.databases import Fresh
from tests.support.paths import ROOT
from tests.support.world import DECIDER, SCHEDULER, SYSTEM, Stage, days_apart, employed_at, staged
from tracker.database import make_engine, reading, writing
from tracker.domain.access import Role
from tracker.domain.drafting import Line, Writing
from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import Ruling
from tracker.domain.receipt import read_receipt
from tracker.models import Assignment, ConnectionRow, Mitigation, Words
from tracker.queries import receipts, verification
from tracker.queries.retention import WORDS
from tracker.services import (
    assignments,
    decisions,
    declarations,
    drafts,
    mitigations,
    organisations,
    people,
    questions,
    retention,
)
from tracker.services.assignments import Release
from tracker.services.checks import loaded
from tracker.services.decisions import Decide
from tracker.services.declarations import GradeConnection, WithdrawDeclaration
from tracker.services.mitigations import Mitigate, SayDone
from tracker.services.organisations import LinkOrganisation
from tracker.services.passwords import LOWEST_COST
from tracker.services.people import AddPerson
from tracker.services.questions import AnswerQuestion, AskInspector
from tracker.services.retention import LiftHold, PlaceHold

SECRETS = {
    "note": "zebra in the staff room",
    "graded": "walrus in the choir",
    "reasons": "ocelot was considered",
    "what": "lemur reads the report",
    "evidence": "gibbon signed it off",
    "asked": "why does the tapir sing",
    "answered": "the bison taught it",
    "release": "puffin fell ill",
    "withdrawal": "heron flew away",
    "draft": "marmot in the draft",
}
LATER = {"clock": "2040-01-01T09:00:00+00:00"}


@contextmanager
def acting(url: str) -> Iterator[Stage]:
    engine = make_engine(url)
    with writing(sessionmaker(engine, expire_on_commit=False)) as session:
        yield Stage(session)
    engine.dispose()


@pytest.fixture
def url(fresh: Fresh) -> str:
    """A database in which every kind of words was said, about one inspector and one inspection."""
    return fresh(_said)


def _said(session: Session) -> None:
    stage = staged(session)
    ines = stage.inspector()
    odd = employed_at("gias:900004", "2020", nature="other", note=SECRETS["graded"])
    stage.declares(ines, employed_at("gias:900003", "2010", note=SECRETS["note"]), odd)
    ref = stage.session.scalars(select(ConnectionRow.ref).where(ConnectionRow.position == 2)).one()
    grade = GradeConnection(ref, Verdict.PERCEIVED, SECRETS["graded"])
    declarations.grade(stage.session, DECIDER, grade, at=stage.tick())
    placed = stage.proposes(stage.inspection(), ines)
    row = loaded(stage.session, placed.ref)
    assert row is not None
    assert row.check is not None
    _ask(stage, placed.ref, row.check.findings[0].fingerprint)
    gone = stage.proposes(stage.inspection("INS-2", "gias:900004", **days_apart(1)), ines)
    assignments.release(stage.session, SCHEDULER, Release(gone.ref, SECRETS["release"]), at=stage.tick())
    filed = stage.declares(ines, employed_at("gias:900003", "2010", note="quail stays"))
    withdrawal = WithdrawDeclaration(ines.id, filed.declaration.ref, SECRETS["withdrawal"])
    declarations.withdraw(stage.session, stage.actor(ines), withdrawal, at=stage.tick())
    stage.declares(ines, employed_at("gias:900003", "2010", note="quail stays"))
    draft = drafts.begin(stage.session, stage.actor(ines), ines.id, at=stage.tick())
    line = Line(0, "gias:900001", "gift", "self", "2020", "", SECRETS["draft"])
    writing_ = Writing.from_json(draft.content).added(line)
    drafts.save(stage.session, stage.actor(ines), ines.id, writing_, version=1, at=stage.tick())


def _ask(stage: Stage, ref: str, fingerprint: str) -> None:
    """Let the inspector be asked, and answer; and let the finding be allowed with a mitigation, which is done."""
    session, ines = stage.session, stage.people["T100"]
    account = AddPerson("Sue Scheduler", "sue@example.org", "three words here", (Role.SCHEDULER,))
    owner = people.add(session, SYSTEM, account, at=stage.tick(), cost=LOWEST_COST)
    asked = questions.ask(session, DECIDER, AskInspector(ref, fingerprint, SECRETS["asked"]), at=stage.tick())
    questions.answer(session, stage.actor(ines), AnswerQuestion(asked.ref, SECRETS["answered"]), at=stage.tick())
    wanted = Mitigate(SECRETS["what"], owner.ref, date(2026, 3, 10))
    command = Decide(ref, fingerprint, Ruling.ALLOW, SECRETS["reasons"], (wanted,))
    decisions.decide(session, DECIDER, command, at=stage.tick())
    # Whoever has left is still known by name for a time.
    people.close(session, SYSTEM, "sue@example.org", at=stage.tick())
    done = SayDone(session.scalars(select(Mitigation.ref)).one(), SECRETS["evidence"])
    mitigations.say_done(session, DECIDER, done, at=stage.tick())


def all_text(url: str) -> str:
    """Return all that stands in the database: SQLite's files byte by byte, every column of PostgreSQL's tables."""
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        files = [path, *path.parent.glob(f"{path.name}-*")]
        return "".join(each.read_bytes().decode("latin-1") for each in files)
    engine = make_engine(url)
    with engine.connect() as connection:
        tables = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        every = [text(f"SELECT CAST(t AS text) FROM {table} AS t") for table in tables]  # noqa: S608 (our own tables)
        found = [each for query in every for each in connection.scalars(query)]
    engine.dispose()
    return "\n".join(found)


def test_after_their_time_the_words_are_in_no_table_index_file_or_export(url: str, tmp_path: Path) -> None:
    assert [word for word in SECRETS.values() if word not in all_text(url)] == []
    before = done(url, "retention", "run", "--dry-run", **LATER)
    assert "Notes on connections: 3 would go" in before
    assert all(word in all_text(url) for word in SECRETS.values())
    said = done(url, "retention", "run", **LATER)
    assert "Notes on connections: 3 gone" in said
    assert "Drafts that were never filed: 1 gone" in said
    left = all_text(url)
    assert [word for word in SECRETS.values() if word in left] == []
    # What is in force is still said.
    assert "quail stays" in left
    export = tmp_path / "history.jsonl"
    done(url, "history", "export", "--with-words", "--out", str(export), **LATER)
    whole = export.read_text("utf-8")
    assert [word for word in SECRETS.values() if word in whole] == []
    assert "history verify" not in done(url, "history", "verify", **LATER)
    command = [sys.executable, str(ROOT / "tracker/domain/tree.py"), str(export)]
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0
    assert "0 gone" in done(url, "retention", "run", **LATER)


def test_decisions_stand_and_receipts_prove_after_the_words_went(url: str) -> None:
    engine = make_engine(url)
    sessions = sessionmaker(engine)
    with reading(sessions) as session:
        (early,) = receipts.receipts(session, [4])
        before = {each.ref: (each.state, each.verdict) for each in session.scalars(select(Assignment))}
    done(url, "retention", "run", **LATER)
    assert read_receipt(early)[0]["open"]
    with reading(sessions) as session:
        (late,) = receipts.receipts(session, [4])
        assert set(read_receipt(late)[0]["open"]) < set(read_receipt(early)[0]["open"])
        assert {each.ref: (each.state, each.verdict) for each in session.scalars(select(Assignment))} == before
        verification.verify(session)
    engine.dispose()


def test_nothing_goes_before_its_time(url: str) -> None:
    said = done(url, "retention", "run", clock="2030-01-01T09:00:00+00:00")
    assert "Notes on connections: 0 gone" in said
    assert "Drafts that were never filed: 1 gone" in said


def test_a_legal_hold_keeps_all_of_its_inspector_until_it_is_lifted(url: str) -> None:
    with acting(url) as stage:
        hold = retention.place_hold(
            stage.session, SYSTEM, PlaceHold("A court asked.", staff_no="T100"), at=stage.tick()
        )
        ref = hold.ref
    said = done(url, "retention", "run", **LATER)
    assert "Notes on connections: 0 gone" in said
    assert "3 kept by a legal hold" in said
    assert "1 kept by a legal hold" in said.splitlines()[-1]
    with acting(url) as stage:
        retention.lift_hold(stage.session, SYSTEM, LiftHold(ref, "The court has decided."), at=stage.tick())
    assert "Notes on connections: 3 gone" in done(url, "retention", "run", **LATER)
    assert done(url, "history", "verify", **LATER)


def test_a_hold_on_an_inspection_keeps_what_its_inspectors_said(url: str) -> None:
    with acting(url) as stage:
        command = PlaceHold("A complaint.", inspection="INS-1")
        retention.place_hold(stage.session, SYSTEM, command, at=stage.tick())
    said = done(url, "retention", "run", **LATER)
    assert "Notes on connections: 0 gone" in said
    for words in ("Reasons of decisions", "What decisions asked to be done", "Questions of decision-makers"):
        (line,) = [each for each in said.splitlines() if each.startswith(words)]
        assert ": 0 gone" in line
        assert "kept by a legal hold" in line


def test_a_reader_who_holds_the_old_pages_is_said_and_the_next_run_writes_the_file_anew(
    sqlite_fresh: Fresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    # PostgreSQL's VACUUM FULL waits for its readers.
    url = sqlite_fresh(_said)
    monkeypatch.setattr("tracker.cli.retention.TRIES", 1)
    engine = make_engine(url)
    with reading(sessionmaker(engine)) as session:
        session.execute(text("SELECT count(*) FROM words")).all()
        assert "run this again later" in refused(url, "retention", "run", **LATER)
    done(url, "retention", "run", **LATER)
    left = all_text(url)
    assert [word for word in SECRETS.values() if word in left] == []
    engine.dispose()


def test_the_reasons_of_a_link_are_kept_while_any_inspector_whom_they_concern_is_held(url: str) -> None:
    with acting(url) as stage:
        for staff_no in ("T300", "T301"):
            someone = stage.inspector(staff_no)
            stage.declares(someone, employed_at("org:Makers UK", "2020", nature="consultancy"))
        judged = LinkOrganisation("org:Makers UK", "gias:900004", is_linked=True, reasons="emu owns it")
        organisations.link(stage.session, DECIDER, judged, at=stage.tick())
        for staff_no in ("T300", "T301"):
            stage.declares(stage.people[staff_no])
        command = PlaceHold("A court asked.", staff_no="T301")
        retention.place_hold(stage.session, SYSTEM, command, at=stage.tick())
    done(url, "retention", "run", **LATER)
    assert "emu owns it" in all_text(url)


def test_words_that_vanish_without_an_entry_are_found(url: str) -> None:
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE words SET salt = NULL, value = NULL, erased_at = '2026-04-01 00:00:00' WHERE id = 2")
        )
    engine.dispose()
    assert "were erased, and no entry says so" in refused(url, "history", "verify")


def test_the_schedule_is_shown_and_a_bad_one_is_refused_in_one_line(url: str, tmp_path: Path) -> None:
    assert "Notes on connections: 6 years from the day" in done(url, "retention", "show")
    bad = tmp_path / "ours.toml"
    example = (ROOT / "tracker/policies/retention.toml").read_text("utf-8")
    for change, says in (
        (("years = 10", "years = 0"), "[facts] years: give a whole number from 1 to 100"),
        (("[draft]", "[drafts]"), "[drafts] is no field"),
        (("days = 180", "years = 1"), "[draft] has no key years"),
        (("name = ", "nom = "), "has no name"),
        (("[note]", "[note"), "is not TOML"),
    ):
        bad.write_text(example.replace(*change), "utf-8")
        assert says in refused(url, "retention", "run", TRACKER_RETENTION=str(bad))
    assert "No such file" in refused(url, "retention", "show", TRACKER_RETENTION=str(tmp_path / "absent.toml"))


def test_the_entry_names_which_words_went_and_not_what_they_were(url: str) -> None:
    done(url, "retention", "run", **LATER)
    engine = make_engine(url)
    with reading(sessionmaker(engine)) as session:
        entries = session.scalars(text("SELECT entry FROM history_entry WHERE event = 'words:erased'")).all()
        data = [json.loads(each)["data"] for each in entries]
        assert {each["field"] for each in data} == {*WORDS} - {"lead", "leaving", "objection"}
        assert all(date.fromisoformat(each["up_to"]) for each in data)
        gone = session.scalars(select(Words).where(Words.erased_at.is_not(None))).all()
        assert sum(each["number"] for each in data) == len(gone)
    engine.dispose()
