"""Taking in a register, first and again, against reading the same file and inserting its rows as they are."""

import csv
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from random import Random

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from tests.bench.invented import day, names
from tests.bench.setting import Setting
from tests.bench.timing import Figure, in_turns
from tests.support.world import NOW, SYSTEM
from tracker.cli.demo import gias
from tracker.cli.demo.places import AUTHORITIES, STREETS
from tracker.database import writing
from tracker.domain.register import Kind
from tracker.importers.registers import read_register
from tracker.queries.seals import known_rows
from tracker.services.registers import ImportRegister, import_register

# One row of forty, which is 2.5 per cent.
CHANGED_IN = 40
FIRST, AGAIN = 1.8, 2.5
KINDS = ("Community school", "Academy converter", "Voluntary aided school", "Other independent school")


def imports(setting: Setting) -> Iterator[Figure]:
    """The first import of a register, and its re-import with a fortieth of the rows changed: rows 11 and 12."""
    rows, rounds = f"{setting.size.rows:,} rows", setting.size.rounds
    files = [_file(setting, name, changed=changed) for name, changed in (("one", False), ("other", True))]
    fresh, plain = _supply(setting, rounds + 1), _supply(setting, rounds + 1)
    ours, inserted = in_turns(
        lambda: _import(next(fresh), files[0]), lambda: _insert(next(plain), files[0]), rounds=rounds
    )
    yield Figure(f"first import of {rows}", "s", ours, inserted, "csv reader + executemany", FIRST)
    engine, turns = setting.engine(), _turns(files)
    _import(engine, files[0])
    ours, parsed = in_turns(lambda: _import(engine, next(turns)), lambda: _parse(files[0]), rounds=rounds)
    yield Figure(f"re-import of {rows}, 2.5 % changed", "s", ours, parsed, "csv reader's parse", AGAIN)


def _supply(setting: Setting, number: int) -> Iterator[Engine]:
    """Return empty databases, made and connected to before the clock runs."""
    engines = [setting.engine() for _ in range(number)]
    for engine in engines:
        engine.connect().close()
    return iter(engines)


def _turns(files: list[Path]) -> Iterator[Path]:
    """Return the two files by turns, the other one first, so that each import changes what the last one left."""
    while True:
        yield from reversed(files)


def _import(engine: Engine, path: Path) -> None:
    with Session(engine) as session:
        known = known_rows(session, Kind.GIAS)
    with path.open("rb") as source:
        extract = read_register(Kind.GIAS, source, path.name, known=known)
    with writing(sessionmaker(engine)) as session:
        import_register(session, SYSTEM, ImportRegister(extract), at=NOW)


def _parse(path: Path) -> list[list[str]]:
    with path.open(encoding=gias.ENCODING, newline="") as source:
        return list(csv.reader(source))


def _insert(engine: Engine, path: Path) -> None:
    """Insert every row of the file as it is into a plain table, through the bare driver."""
    header, *rows = _parse(path)
    mark = "?" if engine.dialect.name == "sqlite" else "%s"
    columns, marks = ", ".join(f'"{each}" TEXT' for each in header), ", ".join(mark for _ in header)
    connection = engine.raw_connection()
    cursor = connection.cursor()
    for begin in ("BEGIN",) if engine.dialect.name == "sqlite" else ():
        cursor.execute(begin)
    cursor.execute(f'CREATE TABLE plain_rows ({columns}, PRIMARY KEY ("{header[0]}"))')
    cursor.executemany(f"INSERT INTO plain_rows VALUES ({marks})", rows)  # noqa: S608 (marks only)
    connection.commit()
    connection.close()


def _file(setting: Setting, name: str, *, changed: bool) -> Path:
    """Write an invented register in its publisher's columns; a changed one has other pupils and another postcode."""
    path = setting.folder / f"{setting.kind}-{name}-20260301.csv"
    rng = Random(7)
    rows = []
    for place, called in enumerate(names(setting.size.rows)):
        school = _school(rng, 100_000 + place, called)
        if changed and place % CHANGED_IN == 0:
            school.postcode = f"{school.postcode[:-2]}ZZ"
        rows.append(gias._school(school))
    with path.open("w", encoding=gias.ENCODING, newline="") as file:
        gias._write(file, rows, csv.QUOTE_MINIMAL)
    return path


def _school(rng: Random, urn: int, name: str) -> gias.School:
    authority, is_closed = rng.choice(AUTHORITIES), rng.randrange(2) == 0
    pick: Callable[[int], int] = rng.randrange
    return gias.School(
        urn=urn,
        name=name,
        authority=authority,
        town=f"{name.split(maxsplit=1)[0]} Town",
        postcode=f"{authority.area}{pick(90) + 1} {pick(9) + 1}AA",
        street=rng.choice(STREETS),
        easting=authority.easting + pick(9_000),
        northing=authority.northing + pick(9_000),
        kind=rng.choice(KINDS),
        phase=rng.choice(("Primary", "Secondary")),
        status="Closed" if is_closed else "Open",
        opened_on=day(rng, 1950, 2000),
        closed_on=date(2001, 8, 31).replace(year=2001 + pick(24)) if is_closed else None,
        pupils=None if is_closed else pick(900),
    )
