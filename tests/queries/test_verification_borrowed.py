"""Rows that borrow what an entry tells of another, values of a type that no column has, and what nobody names."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import sessionmaker

from tests.support.databases import Fresh
from tests.support.everything import everything
from tests.support.tampering import found, unguarded
from tracker.database import make_engine, reading
from tracker.domain.tree import Broken
from tracker.queries import verification
from tracker.queries.raw import plain

# Words that an entry keeps: those of the facts of a check, or of the reason of a policy.
FACTS = "(SELECT min(words_id) FROM history_words WHERE name = 'facts')"
REASON = "(SELECT min(words_id) FROM history_words WHERE name = 'reason')"
BORROWED = {
    "a grade": (
        (
            "INSERT INTO connection_grade (id, connection_id, verdict, graded_at, graded_by, reasons_id) SELECT "
            "4000, id, 'clear', (SELECT max(recorded_at) FROM declaration), 'person:X', {FACTS} FROM connection "
            "WHERE id = 1"
        ),
        "no entry speaks of grade number 4000",
    ),
    "an organisation's link": (
        (
            "INSERT INTO organisation_link (id, organisation, target, is_linked, made_at, made_by, reasons_id) SELECT "
            "4000, organisation, target, is_linked, made_at, made_by, {FACTS} FROM organisation_link WHERE id = 1"
        ),
        "no entry speaks of an organisation's link number 4000",
    ),
    "an answer to a lead": (
        (
            "INSERT INTO lead_answer (id, inspector_id, kind, fingerprint, answer, answered_at, question_id) SELECT "
            "4000, inspector_id, kind, 'x', answer, answered_at, {FACTS} FROM lead_answer WHERE id = 1"
        ),
        "no entry speaks of the answer to a lead, number 4000",
    ),
    "a check": (
        (
            "INSERT INTO conflict_check (id, assignment_id, policy_id, verdict, checked_at, cause, facts_id) SELECT "
            "4000, assignment_id, policy_id, 'clear', checked_at, cause, {REASON} FROM conflict_check WHERE id = 1"
        ),
        "no entry speaks of check number 4000",
    ),
    "a check under no policy": (
        (
            "INSERT INTO conflict_check (id, assignment_id, policy_id, verdict, checked_at, cause, facts_id) SELECT "
            "4000, assignment_id, 4000, 'clear', checked_at, cause, facts_id FROM conflict_check WHERE id = 1"
        ),
        "a row of the table conflict_check names 4000 in policy_id, which is not there",
    ),
    "a connection of no declaration": (
        (
            "INSERT INTO connection (id, ref, declaration_id, position, nature, holder, target, target_name, began_on, "
            "words_id) SELECT 4000, 'CON-X', 4000, 1, nature, holder, target, target_name, began_on, words_id "
            "FROM connection WHERE id = 1"
        ),
        "a row of the table connection names 4000 in declaration_id, which is not there",
    ),
    "a finding of no check": (
        (
            "INSERT INTO finding (id, check_id, position, rule, verdict, fingerprint, sentence, reasons) SELECT 4000,"
            " 4000, position, rule, verdict, fingerprint, sentence, reasons FROM finding WHERE id = 1"
        ),
        "a row of the table finding names 4000 in check_id, which is not there",
    ),
    "another day of a declaration in force": (
        "UPDATE declaration_in_force SET made_on = '2020-01-01'",
        "stands in force under another reference, or another day, than its own",
    ),
    "another reference of a declaration in force": (
        "UPDATE declaration_in_force SET ref = 'DEC-X'",
        "stands in force under another reference, or another day, than its own",
    ),
    "the keys of connections taken away": (
        "DELETE FROM connection_key",
        "connections are in force, and 0 can be found by a check",
    ),
    "an account made an inspector's": (
        (
            "UPDATE account SET inspector_id = (SELECT max(id) FROM inspector) WHERE id = (SELECT max(id) FROM account "
            "WHERE inspector_id IS NULL)"
        ),
        "is of an inspector that no entry gave it",
    ),
}


SWAPPED = ("organisation_link", "decision", "conflict_check", "declaration", "assignment")


@pytest.mark.parametrize("table", SWAPPED)
def test_two_records_that_change_their_numbers_are_found_for_the_last_counts_as_the_latest(
    told: Engine, table: str
) -> None:
    with unguarded(told) as session:
        numbers = session.scalars(text(f"SELECT id FROM {table} ORDER BY id")).all()  # noqa: S608 (our own names)
        assert len(numbers) > 1
        for before, after in ((numbers[0], -1), (numbers[-1], numbers[0]), (-1, numbers[-1])):
            statement = f"UPDATE {table} SET id = {after} WHERE id = {before}"  # noqa: S608 (our own names)
            session.execute(text(statement))
        assert found(session) is not None


@pytest.mark.parametrize("what", BORROWED)
def test_a_row_that_borrows_the_words_or_the_place_of_another_is_found(told: Engine, what: str) -> None:
    act, says = BORROWED[what]
    with unguarded(told) as session:
        session.execute(text(act.replace("{FACTS}", FACTS).replace("{REASON}", REASON)))
        assert says in (found(session) or "")


@pytest.mark.parametrize(
    "column", ["history_entry.at", "words.erased_at", "decision.decided_at", "declaration.made_at"]
)
@pytest.mark.parametrize("when", ["infinity", "20000-01-01T00:00:00Z", "0044-03-15T00:00:00Z BC"])
def test_an_instant_that_no_calendar_has_is_found_and_named(postgres_told: Engine, column: str, when: str) -> None:
    table, _, name = column.partition(".")
    with unguarded(postgres_told) as session:
        session.execute(text(f"UPDATE {table} SET {name} = '{when}'"))  # noqa: S608 (our own names)
        said = found(session)
        assert said is not None
        assert "entry " in said


@pytest.fixture(scope="module")
def postgres_told(postgres_fresh: Fresh) -> Iterator[Engine]:
    engine = make_engine(postgres_fresh(everything))
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def lived(sqlite_fresh: Fresh) -> Path:
    """The file of a database in which everything has happened."""
    engine = make_engine(sqlite_fresh(everything))
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    path = Path(str(engine.url.database))
    engine.dispose()
    return path


OF_A_TYPE = {
    "history_subject.subject": "UPDATE history_subject SET subject = CAST(subject AS BLOB) WHERE seq = 3",
    "history_entry.event": "UPDATE history_entry SET event = CAST(event AS BLOB) WHERE event = 'role:revoked'",
    "history_entry.entry": "UPDATE history_entry SET entry = CAST(entry AS BLOB) WHERE seq = 3",
    "history_head.root": "UPDATE history_head SET root = CAST(root AS BLOB)",
    "words.value": "UPDATE words SET value = CAST(value AS BLOB) WHERE id = 2",
    "role_grant.role": "UPDATE role_grant SET role = CAST(role AS BLOB)",
    "assignment.state": "UPDATE assignment SET state = CAST(state AS BLOB)",
    "decision.outcome": "UPDATE decision SET outcome = CAST(outcome AS BLOB)",
    "account.ref": "UPDATE account SET ref = CAST(ref AS BLOB)",
    "inspection.team_size": "UPDATE inspection SET team_size = 'many'",
    "declaration.made_at": "UPDATE declaration SET made_at = CAST(made_at AS BLOB)",
}


def answer(path: Path, to: Path, *statements: str) -> str | None:
    """Return what a check finds in a copy of a file after somebody changed it with every right."""
    copy = to / "copy.sqlite"
    shutil.copy(path, copy)
    with closing(sqlite3.connect(copy)) as driver:
        driver.execute("PRAGMA foreign_keys = OFF")
        driver.execute("PRAGMA ignore_check_constraints = ON")
        for (name,) in driver.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            driver.execute(f"DROP TRIGGER {name}")
        for each in statements:
            driver.execute(each)
        driver.commit()
    engine = make_engine(f"sqlite:///{copy}")
    try:
        with reading(sessionmaker(engine)) as session:
            verification.verify(session)
    except Broken as broken:
        return str(broken)
    finally:
        engine.dispose()
    return None


@pytest.mark.parametrize("column", OF_A_TYPE)
def test_a_value_of_another_type_reads_the_same_and_is_found(lived: Path, tmp_path: Path, column: str) -> None:
    table, _, name = column.partition(".")
    said = answer(lived, tmp_path, OF_A_TYPE[column])
    assert said is not None
    assert f"the table {table} holds a value of the type" in said
    assert f"in its column {name}" in said


def test_a_revoked_role_is_not_given_back_behind_bytes_that_read_like_its_end(lived: Path, tmp_path: Path) -> None:
    back = "UPDATE role_grant SET revoked_at = NULL"
    assert answer(lived, tmp_path) is None
    assert answer(lived, tmp_path, OF_A_TYPE["history_entry.event"], back) is not None


def test_a_second_line_for_words_that_have_no_number_is_counted(lived: Path, tmp_path: Path) -> None:
    schema = "UPDATE sqlite_schema SET sql = replace(sql, 'words_id INTEGER NOT NULL', 'words_id INTEGER')"
    copy = tmp_path / "lax.sqlite"
    shutil.copy(lived, copy)
    with closing(sqlite3.connect(copy)) as driver:
        driver.execute("PRAGMA writable_schema = ON")
        driver.execute(f"{schema} WHERE name = 'history_words'")
        driver.commit()
    said = answer(copy, tmp_path, "INSERT INTO history_words VALUES (-5, 'x', NULL)")
    assert said is not None
    assert "the table history_words holds a value of the type null in its column words_id" in said


def test_an_index_of_a_record_that_does_not_hold_its_rows_is_found(lived: Path, tmp_path: Path) -> None:
    copy = tmp_path / "indexed.sqlite"
    shutil.copy(lived, copy)
    with closing(sqlite3.connect(copy)) as driver:
        driver.execute("CREATE TABLE other (assignment_id INTEGER)")
        driver.execute("CREATE INDEX ix_other ON other (assignment_id)")
        pages = dict(driver.execute("SELECT name, rootpage FROM sqlite_schema WHERE type = 'index'").fetchall())
        driver.execute("PRAGMA writable_schema = ON")
        for name, page in (("ix_decision_assignment_id", "ix_other"), ("ix_other", "ix_decision_assignment_id")):
            driver.execute("UPDATE sqlite_schema SET rootpage = ? WHERE name = ?", (pages[page], name))
        driver.commit()
    said = answer(copy, tmp_path)
    assert said is not None
    assert "the database's file is damaged" in said


def test_bytes_that_are_no_text_do_not_pass_for_a_text_that_spells_them() -> None:
    assert plain(b"A\xffB") != plain(rb"A\xffB")


TWICE = {
    "history_subject": "subject TEXT NOT NULL, seq INTEGER NOT NULL",
    "history_words": "seq INTEGER NOT NULL, name TEXT NOT NULL, words_id INTEGER NOT NULL",
}


@pytest.mark.parametrize("table", TWICE)
def test_a_line_that_stands_twice_where_the_key_was_dropped_is_found(lived: Path, tmp_path: Path, table: str) -> None:
    said = answer(
        lived,
        tmp_path,
        f"CREATE TABLE lax ({TWICE[table]})",
        f"INSERT INTO lax SELECT * FROM {table}",  # noqa: S608 (our own names)
        f"INSERT INTO lax SELECT * FROM {table} WHERE seq = (SELECT max(seq) FROM {table})",  # noqa: S608 (as above)
        f"DROP TABLE {table}",
        f"ALTER TABLE lax RENAME TO {table}",
    )
    assert said is not None
