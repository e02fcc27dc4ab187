"""Whatever is changed in the history, or in the records that it tells of, is found; on both databases."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine, Table, func, select, text
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session, sessionmaker

from config import EXAMPLE_RETENTION
from tests.support.tampering import RECORDS, UNTOLD, borrow, flip, found, undone, unguarded
from tests.support.world import SYSTEM
from tracker.database import reading
from tracker.domain.retention import parse
from tracker.domain.tree import Head
from tracker.models import Base, Words
from tracker.queries import verification
from tracker.queries.history import exported, standing
from tracker.queries.retention import WORDS, due_words
from tracker.services.retention import erase

HISTORY = ("history_entry", "history_subject", "history_head", "history_words", "words")
SAMPLES = 3


def test_what_nobody_changed_is_whole_and_has_the_head_that_it_states(told: Engine) -> None:
    with reading(sessionmaker(told)) as session:
        head = verification.verify(session)
        assert (head.size, head.root.hex()) == (standing(session).size, standing(session).root)
        assert head.size > 25


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def _keys(session: Session, table: Table) -> list[dict[str, Any]]:
    columns = list(table.primary_key.columns)
    return [dict(row) for row in session.execute(select(*columns)).mappings()]


@pytest.mark.parametrize("name", [*HISTORY, *RECORDS])
def test_a_changed_byte_is_found_wherever_it_is(told: Engine, name: str) -> None:
    table, random = _table(name), Random(name)
    missed, tried = [], set()
    with unguarded(told) as session:
        keys = _keys(session, table)
        for column in (each.name for each in table.columns):
            if (name, column) in UNTOLD:
                continue
            for key in random.sample(keys, len(keys)):
                if sum(each == column for each, _ in tried) >= SAMPLES:
                    break
                with undone(session):
                    changed = flip(session, table, column, key, random)
                    if changed is None:
                        continue
                    tried.add((column, changed))
                    if found(session) is None:
                        missed.append(changed)
    assert missed == []
    blank = {"words": {"erased_at"}, "objection": {"made_by"}}.get(name, set())
    assert {column for column, _ in tried} | blank | {c for t, c in UNTOLD if t == name} == {
        each.name for each in table.columns
    }


@pytest.mark.parametrize("name", RECORDS)
def test_a_value_that_another_record_has_is_found_wherever_it_is_put(told: Engine, name: str) -> None:
    table, random = _table(name), Random(name)
    missed = []
    with unguarded(told) as session:
        keys = _keys(session, table)
        for column in (each.name for each in table.columns if (name, each.name) not in UNTOLD):
            for key in random.sample(keys, min(len(keys), SAMPLES)):
                with undone(session):
                    changed = borrow(session, table, column, key, random)
                    if changed is not None and found(session) is None:
                        missed.append(changed)
    assert missed == []


DAMAGE: dict[str, tuple[str, str]] = {
    "an entry is deleted": ("DELETE FROM history_entry WHERE seq = 7", "entry 7"),
    "the last entry is deleted": (
        "DELETE FROM history_entry WHERE seq = (SELECT size FROM history_head)",
        "it is missing: the stated size",
    ),
    "all entries are deleted": ("DELETE FROM history_entry", "entry 1 is not as it was written: it is missing"),
    "an entry is inserted": (
        "INSERT INTO history_entry SELECT seq + 1000, entry, leaf, at, actor, event FROM history_entry WHERE seq = 7",
        "beyond the stated size",
    ),
    "two entries change places": (
        (
            "UPDATE history_entry SET entry = (SELECT entry FROM history_entry e WHERE e.seq = 15 - history_entry.seq)"
            ", "
            "leaf = (SELECT leaf FROM history_entry e WHERE e.seq = 15 - history_entry.seq) WHERE seq IN (7, 8)"
        ),
        "entry 7",
    ),
    "a line of the subjects is deleted": ("DELETE FROM history_subject WHERE seq = 10", "entry 10"),
    "a line of the subjects is added": (
        "INSERT INTO history_subject VALUES ('inspector:T999', 10)",
        "entry 10 (assignment:checked) is not as it was written: the index of subjects says that it speaks of",
    ),
    "a line of the subjects is for no entry": (
        "INSERT INTO history_subject VALUES ('inspector:T999', 4000)",
        "no entry speaks of the line of the index of subjects for entry 4000",
    ),
    "words are deleted": ("DELETE FROM words WHERE id = 2", "do not bear the commitment"),
    "words are half erased": ("UPDATE words SET salt = NULL WHERE id = 2", "half erased"),
    "words are added": (
        "INSERT INTO words (id, commitment) VALUES (4000, 'x')",
        "no entry speaks of the words numbered 4000",
    ),
    "two words change places": (
        (
            "UPDATE history_words SET words_id = -1 WHERE words_id = 2; "
            "UPDATE history_words SET words_id = 2 WHERE words_id = 3; "
            "UPDATE history_words SET words_id = 3 WHERE words_id = -1"
        ),
        "do not bear the commitment",
    ),
    "the head is deleted": ("DELETE FROM history_head", "it has 0 heads"),
    "the head is empty": (
        (
            "UPDATE history_head SET size = 0, frontier = '[]', "
            "root = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'"
        ),
        "entry 1 (policy:adopted) is not as it was written: it is beyond the stated size, 0",
    ),
    "a declaration is deleted": (
        "DELETE FROM connection WHERE declaration_id IN (SELECT min(id) FROM declaration)",
        "the declaration stated 1 connections, and the database holds 0",
    ),
    "a check is deleted": ("DELETE FROM conflict_check WHERE id = 2", "0 records of the check"),
    "a finding is deleted": ("DELETE FROM finding WHERE id = 1", "findings, and the database holds"),
    "a decision is put on the same finding of another check": (
        (
            "UPDATE decision SET finding_id = (SELECT max(other.id) FROM finding other JOIN finding its "
            "ON its.fingerprint = other.fingerprint AND its.id <> other.id WHERE its.id = finding_id) WHERE finding_id "
            "IN (SELECT its.id FROM finding its JOIN finding other ON its.fingerprint = other.fingerprint "
            "AND its.id <> other.id)"
        ),
        "the record of the decision says something else in its column check",
    ),
    "a connection that restates one is said to be stated for the first time": (
        "UPDATE connection SET restates_id = NULL",
        "says wrongly where it was stated first",
    ),
    "a connection is said to restate one of another": (
        "UPDATE connection SET restates_id = 1 WHERE restates_id IS NULL AND id > 1",
        "says wrongly where it was stated first",
    ),
    "a decision is deleted": ("DELETE FROM decision WHERE id = 1", "0 records of the decision"),
    "a declaration is slipped in": (
        (
            "INSERT INTO declaration (id, ref, inspector_id, kind, supersedes_id, made_at, recorded_at, recorded_by, "
            "is_imported) SELECT 4000, 'DEC-X', inspector_id, 'nil', 3000, made_at, recorded_at, recorded_by, "
            "is_imported FROM declaration WHERE id = 1"
        ),
        "no entry speaks of declaration DEC-X",
    ),
    "a role is granted by hand": (
        (
            "INSERT INTO role_grant (id, account_id, role, granted_at) SELECT 4000, id, 'decision_maker', added_at "
            "FROM account"
        ),
        " holds the roles auditor, decision_maker, and the entries leave auditor",
    ),
    "a revoked role is given back by hand": (
        "UPDATE role_grant SET revoked_at = NULL",
        " holds the roles auditor, scheduler, and the entries leave auditor",
    ),
    "an account is slipped in": (
        (
            "INSERT INTO account (id, ref, email, name, password_hash, failed_attempts, session_epoch, "
            "is_demonstration, added_at) SELECT 4000, 'PER-X', 'x', name, password_hash, 0, 0, is_demonstration, "
            "added_at FROM account"
        ),
        "no entry speaks of account PER-X",
    ),
    "an inspection is slipped in": (
        (
            "INSERT INTO inspection (id, reference, provider, framework, starts_on, ends_on, team_size, added_at) "
            "SELECT 4000, 'INS-X', provider, framework, starts_on, ends_on, team_size, added_at FROM inspection "
            "WHERE reference = 'INS-2'"
        ),
        "no entry speaks of inspection INS-X",
    ),
    "a place is counted as held by hand": (
        "UPDATE inspection SET held = 2, stopped = 0 WHERE reference = 'INS-1'",
        "inspection INS-1 counts its places otherwise than its assignments stand",
    ),
    "an objection is given an office by hand": (
        "UPDATE objection SET made_by = 'Governor'",
        "the objection",
    ),
    "an inspection is given a remit that there is not": (
        "UPDATE inspection SET remit = 'school' WHERE reference = 'INS-2'",
        "inspection INS-2 has a remit that there is not",
    ),
    "an older declaration is put in force by hand": (
        (
            "UPDATE declaration_in_force SET declaration_id = (SELECT min(id) FROM declaration d WHERE d.inspector_id"
            " = declaration_in_force.inspector_id)"
        ),
        "is not the latest made of its inspector, and stands in force",
    ),
    "a declaration is put out of force by hand": (
        "DELETE FROM declaration_in_force",
        "is the latest made of its inspector, and does not stand in force",
    ),
    "an assignment is confirmed by hand": (
        "UPDATE assignment SET state = 'confirmed' WHERE state = 'released'",
        "stands as confirmed",
    ),
    "a verdict is mended by hand": (
        "UPDATE assignment SET verdict = 'clear' WHERE verdict <> 'clear'",
        "names another check, or another verdict",
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_is_missing_surplus_or_moved_is_found(told: Engine, damage: str) -> None:
    act, says = DAMAGE[damage]
    with unguarded(told) as session:
        for each in act.split("; "):
            session.execute(text(each))
        assert says in (found(session) or "")


def test_text_that_is_no_text_is_found_or_cannot_be(told: Engine) -> None:
    with unguarded(told) as session:
        if told.dialect.name == "sqlite":
            session.execute(text("UPDATE history_entry SET entry = CAST(x'7bff7d' AS TEXT) WHERE seq = 3"))
            assert (found(session) or "").startswith("entry 3 (")
        else:
            with pytest.raises(DataError):
                session.execute(text("UPDATE history_entry SET entry = convert_from('\\x7bff7d', 'UTF8')"))


def test_words_that_were_erased_by_the_schedule_leave_the_history_whole_and_others_are_missed(told: Engine) -> None:
    schedule = parse(EXAMPLE_RETENTION.read_text("utf-8"))
    with unguarded(told) as session:
        for field in WORDS:
            due = due_words(session, field, date(2034, 1, 1))
            at = datetime(2050, 1, 1, tzinfo=UTC)
            erase(session, SYSTEM, schedule, field, [each.id for each in due], at=at)
        assert session.scalar(select(func.count()).where(Words.erased_at.is_not(None))) > 5
        assert found(session) is None
        with undone(session):
            session.execute(text("UPDATE words SET erased_at = '2026-04-01 00:00:00.000000' WHERE value IS NULL"))
            assert "erased at another time" in (found(session) or "")
        session.execute(text("UPDATE words SET salt = NULL, value = NULL, erased_at = '2026-04-01 00:00:00.000000'"))
        assert "were erased, and no entry says so" in (found(session) or "")


def test_a_history_that_was_written_anew_is_found_by_an_earlier_head_kept_elsewhere(told: Engine) -> None:
    with unguarded(told) as session:
        now = standing(session)
        head = Head(now.size, bytes.fromhex(now.root))
        assert found(session, head) is None
        assert "earlier root" in (found(session, Head(5, bytes(32))) or "")
        assert "it is missing: the earlier size" in (found(session, Head(now.size + 1, head.root)) or "")


def test_an_export_verifies_with_one_file_of_plain_python_and_not_after_any_change(
    told: Engine, standalone: Callable[[bytes], tuple[int, str]]
) -> None:
    for with_words in (False, True):
        with reading(sessionmaker(told)) as session:
            lines = b"".join(exported(session, with_words=with_words))
            root = standing(session).root
        status, said = standalone(lines)
        assert status == 0
        assert root in said
        random = Random(7)
        for _ in range(12):
            place = random.randrange(len(lines))
            changed = lines[:place] + bytes([lines[place] ^ 1]) + lines[place + 1 :]
            assert standalone(changed)[0] == 1, lines[place - 40 : place + 40]
