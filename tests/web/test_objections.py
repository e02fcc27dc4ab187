"""A provider's objection at the pages: who records, decides and answers it, and who may read its words."""

from datetime import date

import pytest
from flask.testing import FlaskClient

from tests.support.placing import Placing, placing_on
from tests.support.web import Site, get, parsed, post
from tracker.domain.access import Role
from tracker.domain.lifecycle import Ruling

WORDS = "He taught here, and left in anger."
ANSWER = "We weighed what you said. He comes."


@pytest.fixture
def placing(site: Site) -> Placing:
    placing = placing_on(site)
    placing.inspection("INS-1")
    placing.inspector("T1", "Clem Clear")
    return placing


def page_of(ref: str, act: str = "") -> str:
    return f"/inspections/assignments/{ref}{act}"


def filled(day: date, **changes: str) -> dict[str, str]:
    return {
        "received_on-day": str(day.day),
        "received_on-month": str(day.month),
        "received_on-year": str(day.year),
        "made_by": "Headteacher",
        "words": WORDS,
        **changes,
    }


def told(day: date, **changes: str) -> dict[str, str]:
    return {
        "told_on-day": str(day.day),
        "told_on-month": str(day.month),
        "told_on-year": str(day.year),
        "words": ANSWER,
        **changes,
    }


def recorded(placing: Placing, client: FlaskClient, ref: str) -> None:
    # The site's clock and the stage's are one here, so that nothing is asked about before it was.
    placing.site.set(now=placing.now)
    answer = post(client, page_of(ref, "/objection"), filled(placing.now.date()))
    assert answer.status_code == 303, answer.text


def test_a_scheduler_records_it_a_decision_maker_allows_it_and_the_provider_is_answered(
    site: Site, placing: Placing
) -> None:
    ref = placing.proposed("INS-1", "T1", confirmed=True)
    client, decider = site.client_for(Role.SCHEDULER), site.client_for(Role.DECISION_MAKER)
    recorded(placing, client, ref)

    page = get(client, page_of(ref))
    parsed(page)
    assert "Questioned" in page.text
    assert WORDS in page.text
    assert "Waits for a decision" in page.text
    assert "Answer the provider</a>" not in page.text
    for room in (client, decider):
        path = "/inspections" if room is client else "/decisions"
        for address in (path, f"{path}/objections"):
            assert "Objections to answer (1)" in get(room, address).text
            parsed(get(room, address))
    deciding = get(decider, f"/decisions/assignments/{ref}/findings/{placing.finding(ref)}")
    parsed(deciding)
    assert WORDS in deciding.text
    answer = post(
        decider,
        f"/decisions/assignments/{ref}/findings/{placing.finding(ref)}",
        {"outcome": "allow", "reasons": "It was ten years ago."},
    )
    assert answer.status_code == 303
    assert "Answer the provider" in get(decider, f"/decisions/assignments/{ref}").text

    address = get(client, "/inspections/objections").text.split("/inspections/objections/")[1].split("/answer")[0]
    form = f"/inspections/objections/{address}/answer"
    parsed(get(client, form))
    refused = post(client, form, told(placing.now.date(), words=""))
    assert refused.status_code == 422
    assert "Enter what the provider was told" in refused.text
    assert post(client, form, told(placing.now.date())).status_code == 303
    assert ANSWER in get(client, page_of(ref)).text
    assert "Objections to answer" not in get(client, "/inspections").text
    assert get(client, form).status_code == 303


def test_the_form_says_what_is_missing_and_asks_about_a_name_once(site: Site, placing: Placing) -> None:
    ref = placing.proposed("INS-1", "T1")
    client = site.client_for(Role.SCHEDULER)
    form = page_of(ref, "/objection")
    parsed(get(client, form))

    empty = post(client, form, {})
    assert empty.status_code == 422
    for needed in ("Enter the day", "Enter the office of whoever objected", "Enter the words of the objection"):
        assert needed in empty.text
    parsed(empty)
    named = post(client, form, filled(placing.now.date(), words="His brother Jonathan Smith works here."))
    assert named.status_code == 422
    assert "This seems to hold a name" in named.text
    kept = filled(placing.now.date(), words="His brother Jonathan Smith works here.", keep="yes")
    assert post(client, form, {**kept, "made_by": "Mr Jonathan Smith"}).status_code == 422
    for _ in range(2):
        assert post(client, form, kept).status_code == 303
    assert get(client, page_of(ref)).text.count("Made by") == 1


def test_an_inspector_learns_that_it_was_made_and_what_became_of_it_but_no_word(site: Site, placing: Placing) -> None:
    ref = placing.proposed("INS-1", "T1")
    recorded(placing, site.client_for(Role.SCHEDULER), ref)
    inspector = site.client_for(Role.INSPECTOR)
    placing.is_oneself(site.added[(Role.INSPECTOR,)], "T1")

    page = get(inspector, f"/declarations/assignments/{ref}")
    parsed(page)
    assert "The provider’s objection" in page.text
    assert "It is being decided" in page.text
    assert WORDS not in page.text
    assert "Headteacher" not in page.text
    site.person(Role.DECISION_MAKER)
    placing.decided(ref, site.added[(Role.DECISION_MAKER,)], Ruling.UPHOLD)
    assert "You were released" in get(inspector, f"/declarations/assignments/{ref}").text


def test_an_auditor_opens_the_words_and_that_is_an_entry(site: Site, placing: Placing) -> None:
    ref = placing.proposed("INS-1", "T1")
    recorded(placing, site.client_for(Role.SCHEDULER), ref)
    client = site.client_for(Role.AUDITOR)

    page = get(client, f"/audit/assignments/{ref}")
    parsed(page)
    assert WORDS not in page.text
    assert "recorded that the provider objected to Clem Clear" in page.text
    answer = post(client, f"/audit/assignments/{ref}/objections", {}, of=f"/audit/assignments/{ref}")
    assert answer.status_code == 303
    opened = get(client, f"/audit/assignments/{ref}")
    parsed(opened)
    assert WORDS in opened.text
    assert "opened the words of the provider’s objection" in opened.text


def test_whom_it_does_not_concern_finds_no_such_thing(site: Site, placing: Placing) -> None:
    ref = placing.proposed("INS-1", "T1")
    client = site.client_for(Role.SCHEDULER)
    recorded(placing, client, ref)
    address = placing.site.sessions().connection().exec_driver_sql("SELECT ref FROM objection").scalar()
    decider = site.client_for(Role.DECISION_MAKER)

    assert get(decider, f"/decisions/objections/{address}/answer").status_code == 404
    assert get(client, "/inspections/objections/OBJ-X/answer").status_code == 404
    assert get(client, page_of("ASG-X", "/objection")).status_code == 404
    # One's own objection is nobody's own to read: the assignment does not exist for a scheduler who is the inspector.
    placing.is_oneself(site.added[(Role.SCHEDULER,)], "T1")
    for path in (page_of(ref, "/objection"), f"/inspections/objections/{address}/answer"):
        assert get(client, path).status_code == 404
    assert "Objections to answer" not in get(client, "/inspections").text
