"""`tracker notices send`: each notice goes once, or is kept to go, through a real mail server; no secret in any."""

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from tests.support.command import TRACKER, done, environment, invented, refused, tracker
from tests.support.databases import Fresh
from tests.support.mail import Post, running_post
from tests.support.world import ALLOCATION, DECIDER, SYSTEM, Stage, employed_at, staged
from tracker.database import make_engine, reading, writing
from tracker.domain.access import Actor, Role
from tracker.domain.lifecycle import Ruling, State
from tracker.domain.notices import Kind
from tracker.models import Account, Assignment, Inspection, OutboxMessage
from tracker.queries import declarations
from tracker.services import assignments, confirmations, decisions, notices, people
from tracker.services.checks import loaded, question
from tracker.services.confirmations import Vouch
from tracker.services.decisions import Decide
from tracker.services.history import recording
from tracker.services.passwords import LOWEST_COST
from tracker.services.people import AddPerson, ChangeRole

LATER = "2026-03-02T12:00:00+00:00"
SECRETS = ("Ridge", "Hilltop", "INS-1", "gias:", "Pector", "Birch", "partner", "zebra")


@pytest.fixture
def post() -> Iterator[Post]:
    with running_post() as started:
        yield started


@contextmanager
def acting(url: str) -> Iterator[Stage]:
    engine = make_engine(url)
    with writing(sessionmaker(engine, expire_on_commit=False)) as session:
        yield Stage(session)
    engine.dispose()


def person(stage: Stage, name: str, *roles: Role, staff_no: str | None = None) -> Account:
    email = f"{name.lower().replace(' ', '.')}@example.org"
    command = AddPerson(name, email, "three words here", roles, staff_no)
    return people.add(stage.session, SYSTEM, command, at=stage.tick(), cost=LOWEST_COST)


@pytest.fixture
def url(fresh: Fresh) -> str:
    return fresh(proposed)


def proposed(session: Session) -> None:
    """Propose an inspector with a real conflict, by a scheduler; and let there be two decision-makers."""
    staged(session)
    stage = Stage(session)
    ines = stage.inspector()
    person(stage, "Ina Ccount", Role.INSPECTOR, staff_no="T100")
    sam = person(stage, "Sam Ccount", Role.SCHEDULER)
    for name in ("Dee Ccount", "Dan Ccount"):
        person(stage, name, Role.DECISION_MAKER)
    stage.declares(ines, employed_at("gias:900001", "2015", "2025-07", holder="partner", note="zebra"))
    inspection = stage.inspection()
    actor = Actor(f"person:{sam.ref}", sam.name, frozenset({Role.SCHEDULER}))
    command = assignments.Propose(inspection.reference, "T100", "team")
    assignments.propose(session, actor, command, rules=ALLOCATION, at=stage.tick())


def outbox(url: str) -> list[OutboxMessage]:
    engine = make_engine(url)
    with reading(sessionmaker(engine)) as session:
        rows = list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))
    engine.dispose()
    return rows


def stand(url: str) -> list[tuple[bool, bool, str]]:
    """Return how the notices stand: sent, claimed, and why."""
    return sorted((each.sent_at is not None, each.claimed_at is not None, each.why) for each in outbox(url))


def send(url: str, post: Post, at: str = LATER) -> str:
    return done(url, "notices", "send", **post.settings, clock=at)


def test_the_inspector_is_asked_to_confirm_and_the_decision_makers_to_decide(url: str, post: Post) -> None:
    assert "3 sent" in send(url, post)
    told = {str(each["To"]): each for each in post.taken}
    assert set(told) == {"ina.ccount@example.org", "dee.ccount@example.org", "dan.ccount@example.org"}
    word = told["ina.ccount@example.org"]
    assert word["Subject"] == "You are asked to confirm for an inspection"
    assert "https://interests.example.org/declarations/assignments/ASG-" in word.get_content()
    assert "https://interests.example.org/decisions" in told["dee.ccount@example.org"].get_content()
    assert str(word["From"]) == "Tracker <tracker@example.org>"
    assert "0 sent" in send(url, post)
    assert len(post.taken) == 3


def test_no_mail_names_a_provider_a_person_or_a_detail(url: str, post: Post) -> None:
    send(url, post)
    for each in post.taken:
        words = each.as_string() + each.get_content()
        assert [secret for secret in SECRETS if secret in words] == []


def test_a_server_that_is_down_loses_nothing_and_is_tried_again_later(url: str, post: Post) -> None:
    down = {**post.settings, "TRACKER_SMTP_URL": "smtp://127.0.0.1:1"}
    finished = tracker(url, "notices", "send", **down, clock=LATER)
    assert finished.returncode == 1
    assert "will be tried again: the mail server cannot be reached" in finished.stderr
    # After the first failure the others are not even tried.
    assert sorted(each.attempts for each in outbox(url)) == [0, 0, 1]
    assert "2 sent" in send(url, post)
    assert "1 sent" in send(url, post, "2026-03-02T12:06:00+00:00")
    assert len(set(post.ids)) == 3


@pytest.mark.parametrize("code", ["451 later", "554 no"])
def test_a_refused_letter_is_kept_and_tried_again(url: str, post: Post, code: str) -> None:
    post.refuses_data = code
    assert tracker(url, "notices", "send", **post.settings, clock=LATER).returncode == 1
    assert [each.sent_at for each in outbox(url)] == [None] * 3
    post.refuses_data = ""
    assert "0 sent" in send(url, post)
    assert "3 sent" in send(url, post, "2026-03-02T12:06:00+00:00")


def test_an_address_that_is_refused_for_good_is_given_up_after_three_tries(url: str, post: Post) -> None:
    post.refuses["dee.ccount@example.org"] = "550 nobody here"
    at = datetime(2026, 3, 2, 12, tzinfo=UTC)
    for hours in (0, 1, 2, 9):
        tracker(url, "notices", "send", **post.settings, clock=(at + timedelta(hours=hours)).isoformat())
    (over,) = [each for each in outbox(url) if each.ended_at]
    assert (over.attempts, over.why) == (3, "the mail server refused the address: 550")
    assert len(post.taken) == 2


def test_killed_in_the_middle_each_is_sent_just_as_the_outbox_says(url: str, post: Post) -> None:
    _many(url, 12)
    post.seconds = 0.25
    command = [str(TRACKER), "notices", "send"]
    settings = environment(invented(url), clock=LATER, **post.settings)
    sending = subprocess.Popen(command, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while len(post.taken) < 4 and sending.poll() is None:
        time.sleep(0.02)
    sending.send_signal(signal.SIGKILL)
    sending.wait(10)
    time.sleep(2 * post.seconds)
    post.seconds = 0.0
    rows = outbox(url)
    sent = {f"<{each.ref}@example.org>" for each in rows if each.sent_at}
    doubt = {f"<{each.ref}@example.org>" for each in rows if each.claimed_at}
    assert len(sent) >= 3
    assert len(doubt) <= 1
    assert sent <= set(post.ids) <= sent | doubt
    later = "2026-03-02T13:00:00+00:00"
    finished = tracker(url, "notices", "send", **post.settings, clock=later)
    assert len(post.ids) == len(set(post.ids))
    if doubt:
        assert "1 in doubt: nobody can tell whether they were sent" in finished.stderr
    assert {f"<{each.ref}@example.org>" for each in outbox(url)} - doubt <= set(post.ids)


def _many(url: str, number: int) -> None:
    with acting(url) as stage:
        account = stage.session.scalars(select(Account).where(Account.email == "ina.ccount@example.org")).one()
        ref = stage.session.scalars(select(Assignment.ref)).one()
        about = f"/declarations/assignments/{ref}"
        asked = [notices.Notice(account.id, Kind.CONFIRMATION, about, f"more-{each}") for each in range(number)]
        assert notices.put(stage.session, asked, at=stage.tick()) == number


def test_two_senders_at_once_send_nothing_twice(url: str, post: Post) -> None:
    _many(url, 12)
    settings = environment(invented(url), clock=LATER, **post.settings)
    command = [str(TRACKER), "notices", "send"]
    both = [subprocess.Popen(command, env=settings, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [each.communicate(timeout=60)[0] for each in both]
    assert [each.returncode for each in both] == [0, 0], said
    assert len(post.ids) == len(set(post.ids)) == 15


def test_what_is_no_longer_called_for_is_not_sent(url: str, post: Post) -> None:
    with acting(url) as stage:
        row = loaded(stage.session, stage.session.scalars(select(Assignment.ref)).one())
        assert row is not None
        assert row.check is not None
        current = declarations.in_force(stage.session, row.inspector_id)
        assert current is not None
        ines = Actor("person:T100", "Ines", frozenset({Role.INSPECTOR}), row.inspector_id)
        stage.tick()
        confirmations.vouch(stage.session, ines, Vouch(row.ref, "Words.", current.ref), at=stage.tick())
        for finding in row.check.findings:
            uphold = Decide(row.ref, finding.fingerprint, Ruling.UPHOLD, "No.")
            decisions.decide(stage.session, DECIDER, uphold, at=stage.tick())
            break
    assert "0 sent, 3 dropped" in send(url, post)
    assert post.taken == []


def test_whoever_wants_no_notices_of_a_kind_gets_none(url: str, post: Post) -> None:
    with acting(url) as stage:
        dee = stage.session.scalars(select(Account).where(Account.email == "dee.ccount@example.org")).one()
        notices.choose(stage.session, Actor(f"person:{dee.ref}", dee.name), {Kind.QUESTIONED}, at=stage.tick())
    assert "2 sent, 1 dropped" in send(url, post)
    assert "dee.ccount@example.org" not in {str(each["To"]) for each in post.taken}


def test_a_renewal_is_asked_for_thirty_and_seven_days_before_and_each_month_after(url: str, post: Post) -> None:
    with acting(url) as stage:
        stage.session.execute(update(OutboxMessage).values(ended_at=stage.now))
    days = ["2027-01-15", "2027-02-01", "2027-02-02", "2027-02-25", "2027-02-26", "2027-03-03", "2027-03-04"]
    days += ["2027-04-02", "2027-04-03", "2027-04-04"]
    sent = []
    for day in days:
        before = len(post.taken)
        send(url, post, f"{day}T09:00:00+00:00")
        sent += [day] * (len(post.taken) - before)
    assert sent == ["2027-02-01", "2027-02-25", "2027-03-03", "2027-04-03"]
    assert {each["Subject"] for each in post.taken} == {"Your declaration of interests is due"}


def test_a_question_goes_to_the_proposer_or_where_there_is_none_any_more_to_every_scheduler(
    url: str, post: Post
) -> None:
    with acting(url) as stage:
        stage.session.execute(update(OutboxMessage).values(ended_at=stage.now))
        person(stage, "Sue Ccount", Role.SCHEDULER)
        row = stage.session.scalars(select(Assignment)).one()
        loaded_row = loaded(stage.session, row.ref)
        assert loaded_row is not None
        loaded_row.state = State.CONFIRMED
        stage.session.flush()
        with recording(stage.session, SYSTEM, stage.tick()) as history:
            question(history, loaded_row, "declaration")
    assert "sent" in send(url, post)
    asked = [str(each["To"]) for each in post.taken if each["Subject"] == "An assignment is questioned"]
    assert asked == ["sam.ccount@example.org"]
    with acting(url) as stage:
        change = ChangeRole("sam.ccount@example.org", Role.SCHEDULER)
        people.revoke(stage.session, SYSTEM, change, at=stage.tick())
        again = loaded(stage.session, stage.session.scalars(select(Assignment.ref)).one())
        assert again is not None
        again.state = State.CONFIRMED
        stage.session.flush()
        with recording(stage.session, SYSTEM, stage.tick()) as history:
            question(history, again, "declaration")
    send(url, post, "2026-03-02T14:00:00+00:00")
    asked = [str(each["To"]) for each in post.taken if each["Subject"] == "An assignment is questioned"]
    assert asked == ["sam.ccount@example.org", "sue.ccount@example.org"]


def test_without_its_settings_nothing_is_sent_and_the_cure_is_named(url: str, post: Post) -> None:
    for name in ("TRACKER_BASE_URL", "TRACKER_SMTP_URL", "TRACKER_MAIL_FROM"):
        settings = {key: value for key, value in post.settings.items() if key != name}
        assert refused(url, "notices", "send", **settings).startswith(f"{name}: set")
    assert refused(url, "notices", "send", **{**post.settings, "TRACKER_SMTP_URL": "imap://x"}).startswith(
        "TRACKER_SMTP"
    )
    clear = {**post.settings, "TRACKER_SMTP_URL": "smtp://me:secret@mail.example.org"}
    assert "a password would go in the clear" in refused(url, "notices", "send", **clear)
    assert "3 waiting" in done(url, "notices", "send", "--dry-run")


def test_an_address_that_no_server_takes_is_given_up_and_the_others_go(url: str, post: Post) -> None:
    with acting(url) as stage:
        stage.session.execute(update(Account).where(Account.name == "Dee Ccount").values(email="zoë@example.org"))
    assert "2 sent" in tracker(url, "notices", "send", **post.settings, clock=LATER).stdout
    assert (False, False, "the address cannot be written in a letter") in stand(url)


def test_an_inspection_that_is_near_when_it_is_proposed_is_told_of_once(url: str, post: Post) -> None:
    with acting(url) as stage:
        stage.session.execute(update(Inspection).values(starts_on=date(2026, 3, 3), ends_on=date(2026, 3, 4)))
    send(url, post)
    send(url, post, "2026-03-02T13:00:00+00:00")
    assert [str(each["To"]) for each in post.taken].count("ina.ccount@example.org") == 1
    send(url, post, "2026-03-03T13:00:00+00:00")
    assert [str(each["To"]) for each in post.taken].count("ina.ccount@example.org") == 2
