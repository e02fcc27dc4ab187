"""The outbox at the administrator's page, and which notices a person wants."""

from sqlalchemy import select, update

from tests.support.web import Site, get, parsed, post
from tests.support.world import DECIDER, staged
from tracker.domain.access import Role
from tracker.models import Account, OutboxMessage
from tracker.queries import outbox
from tracker.services import notices
from tracker.services.notices import Notice

PAGE = "/admin/notices"


def put(site: Site, **values: object) -> str:
    """Put a notice to a decision-maker into the outbox, as it stands after this."""
    client_email = site.person(Role.DECISION_MAKER)
    with site.staging() as stage:
        account = stage.session.scalars(select(Account).where(Account.email == client_email)).one()
        notices.put(stage.session, [Notice(account.id, outbox.Kind.DECISION, "/decisions", "x")], at=stage.now)
        stage.session.execute(update(OutboxMessage).values(**values) if values else select(OutboxMessage))
        return stage.session.scalars(select(OutboxMessage.ref)).one()


def row(site: Site) -> OutboxMessage:
    with site.sessions() as session:
        return session.scalars(select(OutboxMessage)).one()


def test_one_in_doubt_is_shown_first_and_sent_again_only_by_a_person(site: Site) -> None:
    ref = put(site, attempts=1)
    with site.staging() as stage:
        stage.session.execute(update(OutboxMessage).values(claimed_at=stage.now))
    client = site.client_for(Role.ADMINISTRATOR)
    assert "In doubt</a>: 0" in get(client, PAGE).text
    site.wait(minutes=11)
    page = get(client, PAGE)
    parsed(page)
    assert "<strong>In doubt: 1</strong>" in page.text
    assert "Tried 1 time" in page.text
    # Neither what it is about nor of what kind it is: that alone would tell who is proposed.
    for secret in ("Findings wait", "/decisions", "decision-asked"):
        assert secret not in page.text.partition("<main")[2]
    assert "In doubt: 1." in get(client, "/admin").text
    assert post(client, f"{PAGE}/{ref}/again", of=PAGE).status_code == 303
    assert row(site).claimed_at is None
    entries = get(site.client_for(Role.AUDITOR), "/audit/entries").text
    assert "settled a notice to" in entries
    assert "it is sent again" in entries


def test_one_in_doubt_is_taken_as_sent_or_given_up(site: Site) -> None:
    ref = put(site, attempts=1)
    with site.staging() as stage:
        stage.session.execute(update(OutboxMessage).values(claimed_at=stage.now))
    client = site.client_for(Role.ADMINISTRATOR)
    # It is on its way just now.
    assert post(client, f"{PAGE}/{ref}/sent", of="/admin/people").status_code == 422
    site.wait(minutes=11)
    post(client, f"{PAGE}/{ref}/sent", of=PAGE)
    assert row(site).sent_at is not None
    assert post(client, f"{PAGE}/{ref}/again", of="/admin/people").status_code == 422
    assert post(client, f"{PAGE}/{ref}/burn", of="/admin/people").status_code == 422


def test_a_person_switches_off_what_may_be_switched_off(site: Site) -> None:
    with site.staging() as stage:
        staged(stage.session)
    client = site.client_for(Role.DECISION_MAKER)
    page = get(client, "/notices")
    parsed(page)
    assert "Always sent" in page.text
    assert page.text.count(" checked") == 6
    assert post(client, "/notices", {"wanted": "assignment-questioned"}).status_code == 303
    assert get(client, "/notices").text.count(" checked") == 1
    assert post(client, "/notices", {"wanted": "renewal-due"}).status_code == 422
    assert DECIDER.name not in page.text
