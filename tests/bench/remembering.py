"""The history: verifying all of it against reading it, and one durable entry against a line forced to the disk."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from tests.bench.setting import Setting, raw, settle
from tests.bench.timing import Figure, all_in_turns, in_turns
from tests.support.world import NOW, SYSTEM
from tracker.database import leave, reading, writing
from tracker.queries.verification import verify
from tracker.services.bare import enter
from tracker.services.history import Bare, recording

BATCH = 5_000
SCANS = (
    "SELECT seq, entry, leaf, at, actor, event FROM history_entry ORDER BY seq",
    "SELECT seq, subject FROM history_subject ORDER BY seq",
    """SELECT named.seq, named.name, kept.id, kept.commitment, kept.salt, kept.value, kept.erased_at
    FROM history_words AS named JOIN words AS kept ON kept.id = named.words_id""",
)
VERIFYING = 3.0
# At least half as many acts as lines in the same time.
DURABLE = 2.0


def verifications(setting: Setting) -> Iterator[Figure]:
    """Verifying a history, every third entry of which has words of its own: row 13."""
    engine = setting.engine()
    sessions = sessionmaker(engine)
    for first in range(0, setting.size.entries, BATCH):
        with writing(sessions) as session:
            append(session, first, min(BATCH, setting.size.entries - first))
    settle(engine)

    def ours() -> None:
        with reading(sessions) as session:
            verify(session)

    with raw(engine) as driver:

        def all_rows() -> None:
            for scan in SCANS:
                driver.cursor.execute(scan)
                while driver.cursor.fetchmany(BATCH):
                    pass

        def entries() -> None:
            driver.cursor.execute(SCANS[0])
            while driver.cursor.fetchmany(BATCH):
                pass

        number = f"a history of {setting.size.entries:,} entries"
        # It reads the words and the index of subjects, too: against the entries alone it is told, and not judged.
        for against, yardstick, most in (
            ("scan of the rows it reads", all_rows, VERIFYING),
            ("scan of the entries alone", entries, None),
        ):
            taken = in_turns(ours, yardstick, rounds=setting.size.rounds)
            yield Figure(f"verifying {number}", "s", *taken, against, most)


def append(session: Session, first: int, number: int) -> None:
    """Append so many entries, every third of which has words of its own."""
    with recording(session, SYSTEM, NOW) as history:
        kept = history.keep_many(
            [{"fields": ["title", "remits"], "place": first + each} for each in range(0, number, 3)]
        )
        for each in range(number):
            if each % 3 == 0:
                subjects = [f"inspector:T{each % 350}"]
                history.append("inspector:changed", subjects, {"fields": ["title"]}, {"details": kept[each // 3]})
            else:
                history.append("person:signed-in", [f"person:P{each % 500}"], {})


def acts(setting: Setting) -> Iterator[Figure]:
    """One bare entry, committed, against a line of its length appended and forced to the disk: row 14."""
    engine = setting.engine()
    sessions = sessionmaker(engine)
    path = setting.folder / f"{setting.kind}-lines"
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    bare = Bare(SYSTEM, "person:signed-in", ["person:P1"])

    def ours() -> None:
        for _ in range(setting.size.acts):
            leave(sessions, bare, lambda: NOW)

    def within() -> None:
        for _ in range(setting.size.acts):
            with writing(sessions) as session:
                enter(session, bare, at=NOW)

    ours()
    line = _entry(engine)

    def yardstick() -> None:
        for _ in range(setting.size.acts):
            os.write(file, line)
            os.fdatasync(file)

    with _one_row(engine) as bare_driver:

        def least() -> None:
            for _ in range(setting.size.acts):
                bare_driver()

        ways = (ours, within, least, yardstick)
        *taken, forced = all_in_turns(*ways, rounds=setting.size.rounds, calls=setting.size.acts)
    os.close(file)
    # What an act with records of its own takes at the least, and what the database alone does, is told, not judged.
    names = "one entry, committed alone", "one entry, committed by the session", "one row, by the driver alone"
    for name, each, most in zip(names, taken, (DURABLE, None, None), strict=True):
        yield Figure(name, "ms", each, forced, "append + fdatasync", most)


@contextmanager
def _one_row(engine: Engine) -> Iterator[Callable[[], None]]:
    """Give what commits one short row in a table without an index, as quickly as the driver can."""
    connection = engine.raw_connection()
    connection.detach()
    driver: Any = connection.dbapi_connection
    is_sqlite = engine.dialect.name == "sqlite"
    if is_sqlite:
        driver.isolation_level = None
    else:
        driver.autocommit = True
    driver.execute("CREATE TABLE bench_row (value text)")
    if is_sqlite:
        statement = "INSERT INTO bench_row VALUES ('x')"
        yield lambda: driver.execute(statement)
    else:
        driver.pgconn.prepare(b"bench_row", b"INSERT INTO bench_row VALUES ('x')")
        yield lambda: driver.pgconn.exec_prepared(b"bench_row", [])
    driver.execute("DROP TABLE bench_row")
    connection.close()


def _entry(engine: Engine) -> bytes:
    with raw(engine) as driver:
        text: str = driver.rows("SELECT entry FROM history_entry ORDER BY seq LIMIT 1")[0][0]
    return text.encode() + b"\n"
