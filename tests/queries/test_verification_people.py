"""Whatever is changed of accounts, their roles, inspectors and remits behind the history's back is found."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from config import EXAMPLE_RETENTION
from tests.support.databases import Fresh
from tests.support.everything import everything
from tests.support.tampering import found, undone, unguarded
from tests.support.world import ALLOCATION, NOW, SYSTEM, Stage
from tracker.database import make_engine
from tracker.domain.access import Actor, Role
from tracker.domain.retention import Field, parse
from tracker.models import Account, Inspector
from tracker.queries.retention import due_words
from tracker.services import assignments, people, signing_in
from tracker.services.passwords import LOWEST_COST
from tracker.services.people import AddPerson, ChangeRole, Identify
from tracker.services.retention import erase

INES, NORA, PASSWORD = "ines@example.org", "nora@example.org", "three words here"
LATER = NOW + timedelta(days=2)


def _tries(session: Session, email: str, password: str, stage: Stage) -> None:
    attempt = signing_in.compare(session, email, password, cost=LOWEST_COST)
    signing_in.sign_in(session, attempt, at=stage.tick())


def _peopled(session: Session) -> None:
    """Let there be accounts of every standing, and an inspector who has nothing to do yet."""
    everything(session)
    stage = Stage(session, LATER)
    stage.inspector("T777", "Una Used")
    roles = (Role.SCHEDULER, Role.AUDITOR)
    for name, email, held in (
        ("Ines Pector", INES, roles), ("Nora Roles", NORA, ()), ("Lou Locked", "lou@example.org", ()),
        ("Ben Back", "ben@example.org", (Role.AUDITOR,)),
    ):  # fmt: skip
        command = AddPerson(name, email, PASSWORD, held)
        people.add(session, SYSTEM, command, at=stage.tick(), cost=LOWEST_COST)
    people.identify(session, SYSTEM, Identify(INES, "T100"), at=stage.tick())
    people.revoke(session, SYSTEM, ChangeRole(INES, Role.AUDITOR), at=stage.tick())
    _tries(session, INES, "wrong", stage)
    _tries(session, INES, PASSWORD, stage)
    _tries(session, NORA, "wrong", stage)
    for _ in range(signing_in.ATTEMPTS):
        _tries(session, "lou@example.org", "wrong", stage)
    people.end_sessions(session, SYSTEM, NORA, at=stage.tick())
    ben = session.scalars(select(Account).where(Account.email == "ben@example.org")).one()
    signing_in.sign_out(session, Actor(f"person:{ben.ref}", ben.name, frozenset()), at=stage.tick())
    _tries(session, "ben@example.org", "wrong", stage)
    people.close(session, SYSTEM, "ben@example.org", at=stage.tick())
    people.reopen(session, SYSTEM, "ben@example.org", at=stage.tick())


@pytest.fixture(scope="module")
def peopled(fresh: Fresh) -> Iterator[Engine]:
    engine = make_engine(fresh(_peopled))
    yield engine
    engine.dispose()


def _account(values: str, email: str = NORA) -> str:
    return f"UPDATE account SET {values} WHERE email = '{email}'"  # noqa: S608 (our own words)


NEW = (
    "INSERT INTO inspector (id, staff_no, name, email, title, engagement, remits, home_postcode, employer, added_at) "
    "SELECT 999, 'T999', 'Gus Ghost', email, title, engagement, remits, '', '', added_at FROM inspector WHERE id = 1"
)
NAMES = "UPDATE {0} SET name = CASE {1} WHEN '{2}' THEN '{5}' ELSE '{4}' END WHERE {1} IN ('{2}', '{3}')"
CHANGES: dict[str, tuple[str, str]] = {
    "an account is nobody's any more": (_account("inspector_id = NULL", INES), "is of no inspector, and the entries"),
    "an account is another's": (
        _account("inspector_id = (SELECT id FROM inspector WHERE staff_no = 'T777')", INES),
        "is of inspector T777, and the entries gave it T100",
    ),
    "an account of nobody is somebody's": (
        _account("inspector_id = (SELECT id FROM inspector WHERE staff_no = 'T777')"),
        "is of an inspector that no entry gave it",
    ),
    "ended sessions are brought back": (_account("session_epoch = 0"), "sessions ended 0 times"),
    "sessions are ended": (_account("session_epoch = session_epoch + 1", INES), "sessions ended 1 times"),
    "an account needs no password": (_account("is_demonstration = NOT is_demonstration"), "a demonstration’s"),
    "an account is locked": (_account("locked_until = added_at", INES), "the entries leave it unlocked"),
    "a lock is lifted": (_account("locked_until = NULL", "lou@example.org"), "is locked until None"),
    "a lock is shorter": (_account("locked_until = added_at", "lou@example.org"), "the entries leave it locked until"),
    "refusals are not counted": (_account("failed_attempts = 0"), "counts 0 refused sign-ins, and the entries leave 1"),
    "many more refusals are let pass": (_account("failed_attempts = -1000", INES), "counts -1000 refused sign-ins"),
    "an account is older": (_account("added_at = '2001-01-01 00:00:00.000000'"), "is said to be added at 2001"),
    "an account without a role is deleted": ("DELETE FROM account WHERE email = 'nora@example.org'", "is not there"),
    "a role was granted at another time": ("UPDATE role_grant SET granted_at = '2001-01-01 00:00:00.000000'",
                                           "was granted a role, or it was revoked, otherwise"),
    "a role was revoked at another time": (
        "UPDATE role_grant SET revoked_at = granted_at WHERE revoked_at IS NOT NULL", "was revoked, otherwise"),
    "a role was never revoked, nor granted": ("DELETE FROM role_grant WHERE revoked_at IS NOT NULL", "was revoked"),
    "two accounts change their names": (
        NAMES.format("account", "email", INES, NORA, "Ines Pector", "Nora Roles"), "bears another name"),
    "two inspectors change their names": (
        NAMES.format("inspector", "staff_no", "T100", "T200", "Ines Pector", "Omar Inspector"),
        "has another name than was kept with entry"),
    "an inspector has another address": ("UPDATE inspector SET email = 'thief@example.org'", "has another email"),
    "an inspector lives elsewhere": ("UPDATE inspector SET home_postcode = 'AB1 1AA'", "has another home_postcode"),
    "an inspector's home is elsewhere": ("UPDATE inspector SET easting = 1, northing = 1", "has another easting"),
    "an inspector works for another": ("UPDATE inspector SET employer = 'gias:900004'", "has another employer"),
    "an inspector was added earlier": ("UPDATE inspector SET added_at = '2001-01-01 00:00:00.000000'", "was added at"),
    "an inspector is slipped in": (NEW, "no entry speaks of inspector T999, which the database holds"),
    "an inspector is taken away": ("DELETE FROM inspector WHERE staff_no = 'T777'", "inspector T777 is not there"),
    "an inspector has another staff number": (
        "UPDATE inspector SET staff_no = 'T778' WHERE staff_no = 'T777'", "no entry speaks of inspector T778"),
    "an inspection needs no remit": ("UPDATE inspection SET remit = ''", "something else in its column remit"),
    "an inspection needs another remit": ("UPDATE inspection SET remit = 'social care'", "else in its column remit"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_it_is_found_and_said(peopled: Engine, change: str) -> None:
    act, says = CHANGES[change]
    with unguarded(peopled) as session, undone(session):
        assert found(session) is None
        session.execute(text(act))
        assert says in (found(session) or "")


@pytest.mark.parametrize("email", [INES, NORA, "lou@example.org", "ben@example.org"])
def test_whoever_signs_in_again_or_gets_a_new_password_leaves_a_whole_history(peopled: Engine, email: str) -> None:
    stage = Stage(None, LATER + timedelta(days=1))  # type: ignore[arg-type]
    with unguarded(peopled) as session:
        for word in ("wrong", PASSWORD, "wrong"):
            _tries(session, email, word, stage)
            assert found(session) is None
        people.set_password(session, SYSTEM, people.SetPassword(email, "four other new words"), at=stage.tick(), cost=1)
        assert found(session) is None


def test_an_act_upon_oneself_stays_found_when_the_row_is_put_back(peopled: Engine) -> None:
    # The database's own triggers count places.
    with peopled.connect() as connection, Session(connection) as session:
        stage = Stage(session, LATER + timedelta(days=1))
        account = session.scalars(select(Account).where(Account.email == INES)).one()
        ines = session.get_one(Inspector, account.inspector_id)
        # As the row, changed for a moment, says of her: that she is no inspector.
        nobody = Actor(f"person:{account.ref}", account.name, frozenset({Role.SCHEDULER}))
        inspection = stage.inspection("INS-9", "gias:900004")
        command = assignments.Propose(inspection.reference, ines.staff_no, "team")
        assignments.propose(session, nobody, command, rules=ALLOCATION, at=stage.tick())
        assert "(assignment:proposed) is not as it was written: whoever did it is inspector T100" in str(found(session))


def test_names_that_were_erased_by_the_schedule_are_passed_over(peopled: Engine) -> None:
    schedule = parse(EXAMPLE_RETENTION.read_text("utf-8"))
    with unguarded(peopled) as session, undone(session):
        stage = Stage(session, LATER + timedelta(days=1))
        stage.inspector("T777", "Una Other")
        people.close(session, SYSTEM, NORA, at=stage.tick())
        at = stage.now + timedelta(days=366 * 7)
        due = due_words(session, Field.PERSON, schedule.rules[Field.PERSON].due_up_to(at.date()))
        assert [each.name for each in due] == ["particulars", "particulars", "name"]
        erase(session, SYSTEM, schedule, Field.PERSON, [each.id for each in due], at=at)
        assert found(session) is None
        session.execute(text("UPDATE account SET name = 'Another' WHERE disabled_at IS NOT NULL"))
        assert found(session) is None
        session.execute(text("UPDATE inspector SET name = 'Una Used' WHERE staff_no = 'T777'"))
        assert "has another name" in (found(session) or "")
