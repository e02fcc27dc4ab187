"""Accounts and their roles, on both databases; and what the history says of them."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.support.world import ALLOCATION, NOW, SYSTEM, Stage, staged
from tracker.domain.access import Actor, Role
from tracker.domain.errors import IllegalTransitionError, NotFoundError, NotPermittedError, RefusedError
from tracker.domain.tree import Broken
from tracker.models import Account, HistoryEntry
from tracker.queries import verification
from tracker.services import assignments, passwords, people, signing_in
from tracker.services.assignments import Propose
from tracker.services.people import AddPerson, ChangeRole, Identify, SetPassword

PASSWORD = "correct horse battery"
LATER = NOW + timedelta(hours=1)


def person(session: Session, *roles: Role, email: str = "Pat@Example.org", staff_no: str | None = None) -> Account:
    command = AddPerson("Pat Person", email, PASSWORD, roles, staff_no)
    return people.add(session, SYSTEM, command, at=NOW, cost=1)


def entries(session: Session) -> list[HistoryEntry]:
    return list(session.scalars(select(HistoryEntry).order_by(HistoryEntry.seq)))


def tries(session: Session, password: str, *, email: str = "pat@example.org", cost: int = 1) -> Account | None:
    attempt = signing_in.compare(session, email, password, cost=cost)
    return signing_in.sign_in(session, attempt, at=LATER)


def test_the_history_tells_of_an_account_without_its_name_or_address(session: Session) -> None:
    account = person(session, Role.AUDITOR, Role.SCHEDULER)
    tries(session, "wrong")
    tries(session, PASSWORD)
    people.revoke(session, SYSTEM, ChangeRole("pat@example.org", Role.AUDITOR), at=LATER)
    told = entries(session)
    assert [each.event for each in told] == [
        "person:added", "role:granted", "role:granted", "sign-in:refused", "person:signed-in", "role:revoked"
    ]  # fmt: skip
    for each in told:
        assert f"person:{account.ref}" in each.entry
        assert "pat" not in each.entry.casefold().replace(account.ref.casefold(), "")


def test_two_accounts_cannot_share_an_address_in_whatever_case(session: Session) -> None:
    person(session, Role.AUDITOR)
    with pytest.raises(RefusedError, match="already has an account") as refused:
        person(session, Role.AUDITOR, email=" PAT@example.ORG ")
    assert refused.value.field == "email"


@pytest.mark.parametrize("email", ["", "pat", "@example.org", "pat@", "p at@example.org"])
def test_an_address_must_be_one(session: Session, email: str) -> None:
    with pytest.raises(RefusedError, match="e-mail"):
        person(session, Role.AUDITOR, email=email)


@pytest.mark.parametrize("password", ["", "elevenchars", "x" * 1001])
def test_a_password_is_judged_by_its_length_alone(password: str) -> None:
    with pytest.raises(RefusedError, match="characters"):
        passwords.hash_password(password, cost=1)


def test_an_inspector_is_somebody_on_the_staff_list_and_has_one_account(session: Session) -> None:
    with pytest.raises(RefusedError, match="staff number"):
        person(session, Role.INSPECTOR)
    stage = Stage(session)
    stage.inspector("T100")
    account = person(session, Role.INSPECTOR, staff_no="T100", email="ines@example.org")
    assert account.inspector_id == stage.people["T100"].id
    with pytest.raises(RefusedError, match="already has an account"):
        person(session, Role.INSPECTOR, staff_no="T100", email="twin@example.org")


def test_an_account_gets_its_staff_number_once_and_then_the_role_and_the_history_says_so(session: Session) -> None:
    account, stage = person(session, Role.SCHEDULER), Stage(session)
    role = ChangeRole("pat@example.org", Role.INSPECTOR)
    with pytest.raises(
        RefusedError, match="needs the staff number of somebody on the imported staff list: give it that first"
    ):
        people.grant(session, SYSTEM, role, at=NOW)
    for staff_no in ("T100", "T200"):
        stage.inspector(staff_no)
    for staff_no, says in (("", "Enter the staff number"), ("T9", "No inspector has the staff number “T9”")):
        with pytest.raises(RefusedError, match=says) as refused:
            people.identify(session, SYSTEM, Identify("pat@example.org", staff_no), at=NOW)
        assert refused.value.field == "staff_no"
    people.identify(session, SYSTEM, Identify("Pat@example.org", " T100 "), at=NOW)
    people.grant(session, SYSTEM, role, at=NOW)
    assert account.inspector_id == stage.people["T100"].id
    told = next(each for each in entries(session) if each.event == "person:identified")
    assert f'"person:{account.ref}"' in told.entry
    assert '"inspector:T100"' in told.entry
    verification.verify(session)
    with pytest.raises(RefusedError, match="stays whose it is"):
        people.identify(session, SYSTEM, Identify("pat@example.org", "T200"), at=NOW)
    with pytest.raises(RefusedError, match="already has an account"):
        person(session, Role.AUDITOR, staff_no="T100", email="twin@example.org")


def test_a_staff_number_that_no_entry_gave_is_found(session: Session) -> None:
    account, stage = person(session, Role.SCHEDULER), Stage(session)
    account.inspector_id = stage.inspector("T100").id
    session.flush()
    with pytest.raises(Broken, match=f"account {account.ref} is of an inspector that no entry gave it"):
        verification.verify(session)


def test_no_past_act_becomes_one_on_oneself(session: Session) -> None:
    account, stage = person(session, Role.SCHEDULER), staged(session)
    ines = stage.inspector("T100")
    other = stage.inspector("T200")
    stage.declares(ines)
    actor = Actor(f"person:{account.ref}", "Pat Person", frozenset({Role.SCHEDULER}))
    assignments.propose(
        session, actor, Propose(stage.inspection().reference, "T100", "team"), rules=ALLOCATION, at=stage.tick()
    )
    with pytest.raises(RefusedError, match="nobody may do to oneself") as refused:
        people.identify(session, SYSTEM, Identify("pat@example.org", "T100"), at=stage.tick())
    assert refused.value.field == "staff_no"
    assert account.inspector_id is None
    people.identify(session, SYSTEM, Identify("pat@example.org", "T200"), at=stage.tick())
    assert account.inspector_id == other.id


def test_a_role_is_granted_once_and_can_come_back(session: Session) -> None:
    person(session, Role.AUDITOR)
    role = ChangeRole("pat@example.org", Role.SCHEDULER)
    people.grant(session, SYSTEM, role, at=NOW)
    with pytest.raises(IllegalTransitionError):
        people.grant(session, SYSTEM, role, at=NOW)
    people.revoke(session, SYSTEM, role, at=NOW)
    with pytest.raises(IllegalTransitionError):
        people.revoke(session, SYSTEM, role, at=NOW)
    people.grant(session, SYSTEM, role, at=LATER)


def test_the_last_administrator_stays(session: Session) -> None:
    person(session, Role.ADMINISTRATOR)
    with pytest.raises(IllegalTransitionError, match="last administrator"):
        people.revoke(session, SYSTEM, ChangeRole("pat@example.org", Role.ADMINISTRATOR), at=NOW)
    person(session, Role.ADMINISTRATOR, email="two@example.org")
    people.revoke(session, SYSTEM, ChangeRole("pat@example.org", Role.ADMINISTRATOR), at=NOW)


def test_only_an_administrator_changes_accounts(session: Session) -> None:
    scheduler = Actor("person:S", "S", frozenset({Role.SCHEDULER}))
    command = AddPerson("Pat", "pat@example.org", PASSWORD, (Role.AUDITOR,))
    with pytest.raises(NotPermittedError):
        people.add(session, scheduler, command, at=NOW, cost=1)
    person(session, Role.AUDITOR)
    role = ChangeRole("pat@example.org", Role.SCHEDULER)
    for act in (people.grant, people.revoke):
        with pytest.raises(NotPermittedError):
            act(session, scheduler, role, at=NOW)
    with pytest.raises(NotPermittedError):
        people.set_password(session, scheduler, SetPassword("pat@example.org", PASSWORD), at=NOW, cost=1)
    with pytest.raises(NotPermittedError):
        people.identify(session, scheduler, Identify("pat@example.org", "T100"), at=NOW)
    for act in (people.end_sessions, people.close, people.reopen):
        with pytest.raises(NotPermittedError):
            act(session, scheduler, "pat@example.org", at=NOW)


def test_nobody_is_told_whether_a_wrong_address_has_an_account(session: Session) -> None:
    assert tries(session, PASSWORD, email="nobody@example.org") is None
    with pytest.raises(NotFoundError):
        people.end_sessions(session, SYSTEM, "nobody@example.org", at=NOW)


def test_a_new_password_lifts_the_lock_and_ends_the_open_sessions(session: Session) -> None:
    account = person(session, Role.AUDITOR)
    for _ in range(signing_in.ATTEMPTS):
        assert tries(session, "wrong") is None
    assert tries(session, PASSWORD) is None
    people.set_password(session, SYSTEM, SetPassword("pat@example.org", "another password"), at=LATER, cost=1)
    assert tries(session, "another password") is not None
    assert tries(session, PASSWORD) is None
    assert account.session_epoch == 1


def test_a_password_changed_while_it_was_compared_does_not_open(session: Session) -> None:
    person(session, Role.AUDITOR)
    attempt = signing_in.compare(session, "pat@example.org", PASSWORD, cost=1)
    people.set_password(session, SYSTEM, SetPassword("pat@example.org", "another password"), at=NOW, cost=1)
    assert signing_in.sign_in(session, attempt, at=LATER) is None


def test_a_hash_of_lower_cost_is_made_again_at_the_next_sign_in(session: Session) -> None:
    account = person(session, Role.AUDITOR)
    old = account.password_hash
    assert tries(session, PASSWORD, cost=2) is not None
    assert account.password_hash != old
    assert not passwords.is_dated(account.password_hash, cost=2)


def test_whoever_has_left_signs_in_no_more_until_the_account_is_opened_again(session: Session) -> None:
    account = person(session, Role.AUDITOR)
    people.close(session, SYSTEM, "Pat@example.org", at=NOW)
    assert account.session_epoch == 1
    assert tries(session, PASSWORD) is None
    verification.verify(session)
    with pytest.raises(IllegalTransitionError, match="closed already"):
        people.close(session, SYSTEM, "pat@example.org", at=NOW)
    people.reopen(session, SYSTEM, "pat@example.org", at=LATER)
    assert tries(session, PASSWORD) is not None
    with pytest.raises(IllegalTransitionError, match="is open"):
        people.reopen(session, SYSTEM, "pat@example.org", at=LATER)
    verification.verify(session)
    assert [each.event for each in entries(session)][2:5] == [*("person:closed", "sign-in:refused", "person:reopened")]


def test_nobody_closes_the_own_account_nor_that_of_the_last_administrator(session: Session) -> None:
    account = person(session, Role.ADMINISTRATOR)
    with pytest.raises(IllegalTransitionError, match="last administrator"):
        people.close(session, SYSTEM, "pat@example.org", at=NOW)
    other = person(session, Role.ADMINISTRATOR, email="two@example.org")
    own = Actor(f"person:{account.ref}", "Pat Person", frozenset({Role.ADMINISTRATOR}))
    with pytest.raises(IllegalTransitionError, match="your own account"):
        people.close(session, own, "pat@example.org", at=NOW)
    people.close(session, own, "two@example.org", at=NOW)
    assert other.disabled_at == NOW
    with pytest.raises(IllegalTransitionError, match="last administrator"):
        people.revoke(session, SYSTEM, ChangeRole("pat@example.org", Role.ADMINISTRATOR), at=NOW)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"email": "mallory@example.org"}, "signs in with another address or password"),
        ({"password_hash": passwords.hash_password("mallory's own words", cost=1)}, "another address or password"),
        ({"disabled_at": NOW}, "is closed since 2026-03-02 09:00:00.000000, and the entries leave it open"),
    ],
)
@pytest.mark.parametrize("is_given_later", [False, True])
def test_an_account_by_which_somebody_was_let_in_or_shut_out_behind_the_history_is_found(
    session: Session, changed: dict[str, object], says: str, *, is_given_later: bool
) -> None:
    account = person(session, Role.DECISION_MAKER)
    if is_given_later:
        people.set_password(session, SYSTEM, SetPassword("pat@example.org", "another password"), at=NOW, cost=1)
        assert tries(session, "another password", cost=2) is not None
    verification.verify(session)
    session.execute(update(Account).where(Account.id == account.id).values(changed))
    with pytest.raises(Broken, match=f"account {account.ref} .*{says}"):
        verification.verify(session)


def test_a_closed_account_that_is_let_in_again_behind_the_history_is_found(session: Session) -> None:
    account = person(session, Role.DECISION_MAKER)
    people.close(session, SYSTEM, "pat@example.org", at=NOW)
    session.execute(update(Account).values(disabled_at=None))
    with pytest.raises(Broken, match=f"account {account.ref} is open, and the entries leave it closed since"):
        verification.verify(session)


def test_an_act_that_fails_leaves_nothing_though_its_caller_goes_on_and_commits(session: Session) -> None:
    with pytest.raises(RefusedError):
        person(session, Role.INSPECTOR)
    session.commit()

    assert session.scalar(select(Account.id)) is None
    assert entries(session) == []


def test_nobody_opens_the_own_account_again(session: Session) -> None:
    own = Actor(f"person:{person(session, Role.ADMINISTRATOR).ref}", "Pat Person", frozenset({Role.ADMINISTRATOR}))
    person(session, Role.ADMINISTRATOR, email="two@example.org")
    people.close(session, SYSTEM, "pat@example.org", at=NOW)
    with pytest.raises(IllegalTransitionError, match="your own account: ask another administrator"):
        people.reopen(session, own, "pat@example.org", at=LATER)


def test_the_role_of_an_administrator_whose_account_is_closed_can_be_revoked(session: Session) -> None:
    person(session, Role.ADMINISTRATOR)
    person(session, Role.ADMINISTRATOR, email="two@example.org")
    people.close(session, SYSTEM, "two@example.org", at=NOW)
    people.revoke(session, SYSTEM, ChangeRole("two@example.org", Role.ADMINISTRATOR), at=LATER)
    with pytest.raises(IllegalTransitionError, match="last administrator"):
        people.revoke(session, SYSTEM, ChangeRole("pat@example.org", Role.ADMINISTRATOR), at=LATER)
