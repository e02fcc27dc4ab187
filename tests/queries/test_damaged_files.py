"""A byte changed in SQLite's file itself, past every statement and trigger, is found like any other."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import sessionmaker

from tests.support.databases import Fresh
from tests.support.everything import everything
from tests.support.tampering import found
from tracker.database import make_engine, reading

# Every word of the history as it stands in the file.
KEPT = """
    SELECT entry FROM history_entry UNION SELECT leaf FROM history_entry UNION SELECT actor FROM history_entry
    UNION SELECT at FROM history_entry UNION SELECT subject FROM history_subject UNION SELECT name FROM history_words
    UNION SELECT root FROM history_head UNION SELECT frontier FROM history_head UNION SELECT salt FROM words
    UNION SELECT value FROM words UNION SELECT commitment FROM words ORDER BY 1
"""


def _found(url: str) -> str | None:
    engine = make_engine(url)
    try:
        with reading(sessionmaker(engine)) as session:
            return found(session)
    except DatabaseError as error:
        return str(error)
    finally:
        engine.dispose()


# Where the file holds the history's tables and their indexes, and nothing else.
PAGES = """
    SELECT pgoffset, pgsize FROM dbstat JOIN sqlite_master AS master ON master.name = dbstat.name
    WHERE tbl_name IN ('history_entry', 'history_subject', 'history_words', 'history_head', 'words')
"""


def test_a_byte_changed_in_the_file_is_found_in_tables_and_in_their_indexes(sqlite_fresh: Fresh) -> None:
    url = sqlite_fresh(everything)
    path = Path(url.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("VACUUM")
        kept = [str(row[0]).encode() for row in connection.execute(KEPT)]
        try:
            pages = [range(start, start + size) for start, size in connection.execute(PAGES)]
        except sqlite3.OperationalError as error:
            pytest.skip(f"this SQLite cannot say where in its file a table is: {error}")
    whole = path.read_bytes()
    random = Random(3)
    assert _found(url) is None

    tried = 0
    while tried < 40:
        words = random.choice(kept)
        found_at = [each.start() for each in re.finditer(re.escape(words), whole)]
        places = [each for each in found_at if any(each in page for page in pages)]
        if not places:
            continue  # Words too long for one page are in several.
        tried += 1
        at = random.choice(places) + random.randrange(len(words))
        path.write_bytes(whole[:at] + bytes([whole[at] ^ random.choice([1, 2, 8, 16, 128])]) + whole[at + 1 :])
        assert _found(url) is not None, (words, at)
