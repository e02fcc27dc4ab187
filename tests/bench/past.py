"""A history lived through the services in one transaction that is never committed, with its older copies at hand."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from random import Random

from sqlalchemy import Connection, Engine, select
from sqlalchemy.orm import Session

from config import EXAMPLE_RETENTION
from tests.bench.presenting import head_of
from tests.support.life import Life
from tests.support.world import DECIDER, SYSTEM, Stage
from tracker.domain.access import Role
from tracker.domain.errors import TrackerError
from tracker.domain.lifecycle import Ruling
from tracker.domain.retention import Field, parse
from tracker.domain.tree import Head
from tracker.models import Assignment, FindingRow
from tracker.queries.history import leaves, standing
from tracker.queries.retention import due_words
from tracker.services import decisions, people, signing_in
from tracker.services.decisions import Decide
from tracker.services.passwords import LOWEST_COST
from tracker.services.people import AddPerson, ChangeRole
from tracker.services.retention import erase

# The share of the entries that the checkpoint outside is of, and after how many entries a copy is kept.
KNOWN, COPIED = 0.8, 4
DECIDED = 6
PASSWORD = "three words here"


@dataclass(frozen=True, slots=True)
class Past:
    """The history as it is now, how many entries each older copy is of, oldest first, and the checkpoint outside."""

    session: Session
    sizes: Sequence[int]
    leaves: Sequence[bytes]
    held: Head

    def older(self) -> Iterator[int]:
        """Restore one older copy after another, the latest first, and give the size of each; there is no way back."""
        for number in reversed(range(len(self.sizes))):
            self.session.connection().exec_driver_sql(f"ROLLBACK TO SAVEPOINT copy_{number}")
            self.session.expire_all()
            yield self.sizes[number]


@contextmanager
def lived(engine: Engine, entries: int, seed: int = 15) -> Iterator[Past]:
    """Give a history of at least so many entries, in which there were decisions, and words were erased in order."""
    with engine.connect() as connection, connection.begin() as transaction, Session(connection) as session:
        sizes = [_copied(connection, session, 0)]
        life = Life(Stage(session), Random(seed).choice)
        life.begin()
        _enter_people(life.stage)
        is_decided = False
        while (size := standing(session).size) < entries:
            if size >= entries // 2 and not is_decided:
                _decide(life)
                is_decided = True
            life.act()
            if size >= sizes[-1] + COPIED:
                sizes.append(_copied(connection, session, len(sizes)))
        _erase(session)
        size = standing(session).size
        every = list(leaves(session, size))
        yield Past(session, sizes, every, head_of(every, int(size * KNOWN)))
        transaction.rollback()


def _enter_people(stage: Stage) -> None:
    """Let there be people who can sign in, that others may want to sign in as; one is an inspector."""
    session = stage.session
    for name, email, roles, staff_no in (
        ("Ada Ministrator", "ada@example.org", (Role.AUDITOR, Role.SCHEDULER), None),
        ("Ivo Spector", "ivo@example.org", (Role.INSPECTOR,), "T1"),
    ):
        command = AddPerson(name, email, PASSWORD, roles, staff_no)
        people.add(session, SYSTEM, command, at=stage.tick(), cost=LOWEST_COST)
    people.revoke(session, SYSTEM, ChangeRole("ada@example.org", Role.SCHEDULER), at=stage.tick())
    for email, word in (("ada@example.org", PASSWORD), ("ivo@example.org", "wrong"), ("ada@example.org", PASSWORD)):
        attempt = signing_in.compare(session, email, word, cost=LOWEST_COST)
        signing_in.sign_in(session, attempt, at=stage.tick())


def _copied(connection: Connection, session: Session, number: int) -> int:
    """Keep a copy of the database as it stands, as a savepoint, and return how many entries there are."""
    session.flush()
    connection.exec_driver_sql(f"SAVEPOINT copy_{number}")
    return standing(session).size


def _decide(life: Life) -> None:
    """Let some findings be allowed."""
    session, made = life.session, 0
    found = (
        select(Assignment.ref, FindingRow.fingerprint)
        .join(FindingRow, FindingRow.check_id == Assignment.check_id)
        .where(Assignment.state != "released")
        .order_by(Assignment.id, FindingRow.position)
    )
    for ref, fingerprint in session.execute(found).all():
        with session.begin_nested() as inner:
            try:
                command = Decide(ref, fingerprint, Ruling.ALLOW, "It is small.")
                decisions.decide(session, DECIDER, command, at=life.stage.tick())
                made += 1
            except TrackerError:
                inner.rollback()
        if made == DECIDED:
            return
    if made == 0:
        raise AssertionError("nothing was to be decided in this history")


def _erase(session: Session) -> None:
    """Erase some words whose time has come, so that words that were rightly erased are there."""
    schedule = parse(EXAMPLE_RETENTION.read_text("utf-8"))
    for each in (Field.RELEASE, Field.OBJECTION):
        due = [word.id for word in due_words(session, each, date(2034, 1, 1))]
        erase(session, SYSTEM, schedule, each, due, at=datetime(2050, 1, 1, tzinfo=UTC))
