"""The rows that every check rests on, as the history tells of them: which there are, and the digest of each part."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from operator import itemgetter
from typing import Any

import msgspec
from sqlalchemy import Column, Date, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tracker.domain.row_digest import Part, told_of
from tracker.models import Base
from tracker.models.base import Instant
from tracker.queries.driver import Statement
from tracker.queries.raw import ASKED

_ENCODE = msgspec.json.Encoder().encode
# What no digest is: of rows that cannot be read.
UNREADABLE = "0:"
SOME = 5_000


@dataclass(frozen=True, slots=True)
class Form:
    """How a table is told of: every column but the row's own number; texts, days and instants before numbers.

    Entries are compared by it for ever. Who adds a column to a table here gives its form the next number: what entries
    tell in another form is passed over until `tracker db upgrade` restates it. A migration that changes values of
    these columns must see to it likewise.
    """

    number: int
    texts: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    # What the rows of each are called.
    words: str = ""
    has_registers: bool = True

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns, in the order in which they are told of."""
        return (*self.texts, *self.numbers)


_BESIDE = ("register", "row_digest", "gone_at")
# To add a table is to add it here, and to say in each Plan.insert and Plan.update of it whose rows they are.
FORMS: dict[str, Form] = {
    "provider": Form(
        1,
        (
            *("ref", "name", "status", "kind", "type_group", "phase", "opened_on", "closed_on", "authority"),
            *("authority_name", "town", "region", "postcode", "other_numbers", *_BESIDE),
        ),
        ("easting", "northing"),
        "providers",
    ),
    "provider_link": Form(1, ("of_ref", "to_ref", "kind", "to_name", "established_on", *_BESIDE), (), "links"),
    "provider_group": Form(
        1,
        (
            *("ref", "name", "kind", "status", "opened_on", "closed_on", "town", "postcode"),
            *("other_numbers", *_BESIDE),
        ),
        (),
        "groups",
    ),
    "membership": Form(
        1,
        ("provider_ref", "group_ref", "joined_on", "left_on", "register", "row_digest"),
        ("period",),
        "memberships",
    ),
    "former_name": Form(1, ("ref", "name", "source"), (), "former names", has_registers=False),
}


def in_words(part: Part) -> str:
    """Return how people call a part, such as `the links of the register gias`."""
    words = FORMS[part.table].words
    return f"the {words} of the register {part.register}" if part.register else f"the {words}"


def parts(session: Session) -> dict[Part, int]:
    """Return how many rows there are of each part that has any."""
    return {Part(table, register): number for table, register, number in _parts().answer(session, {})}


@cache
def _parts() -> Statement:
    asked = []
    for table, form in FORMS.items():
        register, grouped = ("register", "GROUP BY register") if form.has_registers else ("''", "HAVING count(*) > 0")
        # These are our own names of tables and columns, here as below.
        asked.append(f"SELECT '{table}', {register}, count(*) FROM {table} {grouped}")  # noqa: S608
    return Statement(" UNION ALL ".join(asked))


def has_any(session: Session, part: Part) -> bool:
    """Tell whether a part has any rows."""
    there = "WHERE register = {register} LIMIT 1" if FORMS[part.table].has_registers else "LIMIT 1"
    return bool(Statement(f"SELECT 1 FROM {part.table} {there}").answer(session, {"register": part.register}))  # noqa: S608


def state_of(session: Session, part: Part) -> str:
    """Return what an entry would tell of a part as it stands now."""
    rows = numbered_rows(session, part)
    return UNREADABLE if rows is None else state_from(part.table, [row for _, row in rows])


def state_from(table: str, rows: Iterable[bytes]) -> str:
    """Return the same of rows of a table, given as `numbered_rows` returns them."""
    return told_of(FORMS[table].number, FORMS[table].columns, rows)


def as_told(table: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """Return rows of these columns, given as SQLite's driver takes them, as `numbered_rows` returns them."""
    return map(_ENCODE, map(itemgetter(*map(names.index, FORMS[table].columns)), rows))


def numbered_rows(session: Session, part: Part) -> list[tuple[int, bytes]] | None:
    """Return all rows of a part as they are told of, each with its own number; None where they cannot be read."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    own = " WHERE register = {register}" if FORMS[part.table].has_registers else ""
    statement = _statement(part.table, "id", own, is_sqlite=is_sqlite)
    try:
        found = statement.answer(session, {"register": part.register})
    except DBAPIError:
        if not is_sqlite:
            raise
        # Only SQLite lets bytes stand for a text, and JSON has none.
        return None
    return list(found) if is_sqlite else [(number, row.encode()) for number, row in found]


def rows_by_keys(
    session: Session, table: str, keys: Sequence[str], values: Iterable[Sequence[Any]]
) -> dict[int, tuple[Part, bytes]]:
    """Return the rows of these keys as they are told of, and of which part each is, by its own number."""
    is_sqlite, waiting = session.get_bind().dialect.name == "sqlite", iter(values)
    same = " AND ".join(
        f"kept.{key} = {f'CAST(value ->> {place} AS bigint)' if key == 'id' else f'value ->> {place}'}"
        for place, key in enumerate(keys)
    )
    told = "id, register" if FORMS[table].has_registers else "id, ''"
    statement = _statement(table, told, f" AS kept JOIN {{given keys}} ON {same}", is_sqlite=is_sqlite)
    found: dict[int, tuple[Part, bytes]] = {}
    while some := list(islice(waiting, SOME)):
        for number, register, row in statement.rows(session, keys=some):
            found[number] = Part(table, register), row if is_sqlite else row.encode()
    return found


def last_number(session: Session, table: str) -> int:
    """Return the highest of a table's rows' own numbers: those that are added are numbered higher."""
    return session.scalar(select(func.max(Base.metadata.tables[table].c.id))) or 0


@cache
def _statement(table: str, beside: str, which: str, *, is_sqlite: bool) -> Statement:
    form, columns = FORMS[table], Base.metadata.tables[table].columns
    if is_sqlite:
        # As bytes, for what is no text must be compared, not refused while it is read.
        row = f"CAST(json_array({', '.join(form.columns)}) AS BLOB)"
    else:
        texts = f"array_to_json(ARRAY[{', '.join(_spelled(columns[name]) for name in form.texts)}])"
        numbers = "".join(f" || ',' || coalesce(CAST({name} AS text), 'null')" for name in form.numbers)
        row = f"left(CAST({texts} AS text), -1){numbers} || ']'"
    return Statement(f"SELECT {beside}, {row} FROM {table}{which}")  # noqa: S608


def _spelled(column: Column[Any]) -> str:
    """Return a column as PostgreSQL writes it the way SQLite keeps it."""
    if isinstance(column.type, Instant):
        # Of infinity it is asked in vain.
        asked = f"to_char({column.name} AT TIME ZONE 'UTC', '{ASKED}')"
        return f"coalesce({asked}, CAST({column.name} AS text))"
    return f"CAST({column.name} AS text)" if isinstance(column.type, Date) else column.name
