"""The history: verifying all of it against reading it, and one durable entry against a line forced to the disk."""

import os
from collections.abc import Iterator

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

    *taken, forced = all_in_turns(ours, within, yardstick, rounds=setting.size.rounds, calls=setting.size.acts)
    os.close(file)
    # The least that an act with records of its own takes is told, and not judged.
    for name, each, most in zip(("alone", "by the session"), taken, (DURABLE, None), strict=True):
        yield Figure(f"one entry, committed {name}", "ms", each, forced, "append + fdatasync", most)


def _entry(engine: Engine) -> bytes:
    with raw(engine) as driver:
        text: str = driver.rows("SELECT entry FROM history_entry ORDER BY seq LIMIT 1")[0][0]
    return text.encode() + b"\n"
