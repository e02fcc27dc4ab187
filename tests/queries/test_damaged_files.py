"""A byte changed in SQLite's file itself, past every statement and trigger, is found like any other."""

import re
from pathlib import Path
from random import Random

from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import sessionmaker

from tests.support.databases import Fresh
from tests.support.everything import everything
from tests.support.tampering import found
from tracker.database import make_engine, reading, writing

KEPT = """
    SELECT entry FROM history_entry UNION SELECT leaf FROM history_entry UNION SELECT actor FROM history_entry
    UNION SELECT subject FROM history_subject UNION SELECT name FROM history_words UNION SELECT root FROM history_head
    UNION SELECT frontier FROM history_head UNION SELECT salt FROM words UNION SELECT value FROM words
    UNION SELECT commitment FROM words ORDER BY 1
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


def test_a_byte_changed_in_the_file_is_found_in_tables_and_in_their_indexes(sqlite_fresh: Fresh) -> None:
    url = sqlite_fresh()
    engine = make_engine(url)
    with writing(sessionmaker(engine)) as session:
        everything(session)
    with engine.connect() as connection:
        kept = [str(row[0]).encode() for row in connection.exec_driver_sql(KEPT)]
    engine.dispose()
    path = Path(url.removeprefix("sqlite:///"))
    whole = path.read_bytes()
    random = Random(3)
    assert _found(url) is None

    for words in random.sample(kept, 40):
        places = [each.start() for each in re.finditer(re.escape(words), whole)]
        at = random.choice(places) + random.randrange(len(words))
        path.write_bytes(whole[:at] + bytes([whole[at] ^ random.choice([1, 2, 8, 16, 128])]) + whole[at + 1 :])
        assert _found(url) is not None, (words, at)
