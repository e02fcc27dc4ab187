"""Nothing that was said is changed or removed: both databases refuse it, whoever asks and however."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, Table, select, text
from sqlalchemy.exc import DatabaseError

from tests.support.databases import Fresh
from tests.support.everything import everything
from tracker.database import make_engine
from tracker.models import Base

APPEND_ONLY = sorted(each.class_.__tablename__ for each in Base.registry.mappers if each.class_.append_only)
SAID = "append-only: what was said is never changed or removed"


@pytest.fixture(scope="module")
def filled(fresh: Fresh) -> Iterator[Engine]:
    """A database in which every append-only table has a row."""
    engine = make_engine(fresh(everything))
    yield engine
    engine.dispose()


@pytest.fixture
def connection(filled: Engine) -> Iterator[Connection]:
    """A connection whose work is undone at the end."""
    with filled.connect() as made:
        transaction = made.begin()
        yield made
        transaction.rollback()


def _refused(connection: Connection, statement: Any) -> None:
    with pytest.raises(DatabaseError, match=SAID), connection.begin_nested():
        connection.execute(statement)


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def test_the_tables_that_models_call_append_only_are_all_tried_and_hold_something(connection: Connection) -> None:
    empty = [name for name in APPEND_ONLY if connection.execute(select(_table(name)).limit(1)).first() is None]

    assert empty == []
    assert len(APPEND_ONLY) >= 12


@pytest.mark.parametrize("name", APPEND_ONLY)
def test_an_update_is_refused_also_of_one_column_to_what_it_is(connection: Connection, name: str) -> None:
    table = _table(name)
    for column in table.columns:
        _refused(connection, table.update().values({column: column}))


@pytest.mark.parametrize("name", [*APPEND_ONLY, "words", "history_head"])
def test_a_delete_is_refused(connection: Connection, name: str) -> None:
    _refused(connection, _table(name).delete())


@pytest.mark.parametrize("name", [*APPEND_ONLY, "words", "history_head"])
def test_to_empty_or_to_replace_is_refused(connection: Connection, name: str) -> None:
    if connection.dialect.name == "postgresql":
        _refused(connection, text(f"TRUNCATE {name} CASCADE"))
        return
    _refused(connection, text(f"INSERT OR REPLACE INTO {name} SELECT * FROM {name} LIMIT 1"))  # noqa: S608
    _refused(connection, text(f"REPLACE INTO {name} SELECT * FROM {name} LIMIT 1"))  # noqa: S608


@pytest.mark.parametrize("name", APPEND_ONLY)
def test_an_upsert_is_refused(connection: Connection, name: str) -> None:
    table = _table(name)
    key = ", ".join(column.name for column in table.primary_key)
    column = next(iter(table.columns)).name
    # WHERE true tells SQLite that what follows belongs to the insert.
    upsert = f"INSERT INTO {name} SELECT * FROM {name} WHERE true ON CONFLICT ({key}) DO UPDATE SET {column} = excluded.{column}"  # noqa: E501, S608

    _refused(connection, text(upsert))


@pytest.mark.parametrize(
    "change",
    [
        "value = 'x'",
        "salt = NULL, value = NULL",
        "salt = NULL, erased_at = '2026-04-01'",
        "value = NULL, erased_at = '2026-04-01'",
        "salt = NULL, value = NULL, erased_at = '2026-04-01', commitment = 'x'",
        "salt = NULL, value = NULL, erased_at = '2026-04-01', id = id + 1000",
    ],
)
def test_words_are_not_changed_and_not_half_erased(connection: Connection, change: str) -> None:
    _refused(connection, text(f"UPDATE words SET {change}"))  # noqa: S608


def test_words_may_be_erased_whole_and_not_come_back(connection: Connection) -> None:
    connection.execute(text("UPDATE words SET salt = NULL, value = NULL, erased_at = '2026-04-01 00:00:00'"))

    assert connection.scalar(text("SELECT count(*) FROM words WHERE value IS NOT NULL")) == 0
    _refused(connection, text("UPDATE words SET value = 'x', salt = 'y'"))


def test_the_head_never_goes_back(connection: Connection) -> None:
    _refused(connection, text("UPDATE history_head SET size = size - 1"))
    _refused(connection, text("UPDATE history_head SET id = 2"))
