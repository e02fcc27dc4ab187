"""Looking back: what was clear then and would not be now, which is shown with the way on to who knew of it."""

import re
from datetime import timedelta

from sqlalchemy import select

from tests.support.placing import NOTE, OWN_JOB, Placing, placing_on
from tests.support.web import Site, get, parsed, post
from tracker.domain.access import Role
from tracker.models import ConnectionRow, Declaration, Inspector
from tracker.queries import declarations as questions
from tracker.services import declarations
from tracker.services.declarations import WithdrawDeclaration

PATH = "/audit/hindsight"


def led_clear(site: Site) -> Placing:
    placing = placing_on(site)
    placing.inspection()
    placing.inspector("T1", "Rea")
    placing.proposed("INS-1", "T1", confirmed=True)
    placing.now += timedelta(days=60)
    return placing


def withdraws(placing: Placing) -> None:
    with placing.staging() as stage:
        rea = stage.session.scalars(select(Inspector).filter_by(staff_no="T1")).one()
        current = questions.in_force(stage.session, rea.id)
        assert current is not None
        command = WithdrawDeclaration(rea.id, current.ref, "Mistaken.")
        declarations.withdraw(stage.session, stage.actor(rea), command, at=stage.tick())


def at_last(placing: Placing) -> None:
    placing.site.set(now=placing.now + timedelta(minutes=1), session_minutes=60 * 24 * 90)


def test_a_finding_of_hindsight_leads_to_who_knew_of_its_connection_before_that_inspection(site: Site) -> None:
    placing = led_clear(site)
    placing.declares("T1", OWN_JOB)
    withdraws(placing)
    at_last(placing)
    auditor = site.client_for(Role.AUDITOR)
    page = get(auditor, PATH)
    parsed(page)
    assert "It was stated once, and no declaration in force states it now." in page.text
    found = re.search(r'href="(/audit/connections/[^"]+\?inspection=INS-1)"', page.text)
    assert found
    assert "Before inspection INS-1" in get(auditor, found[1]).text


def test_of_whom_it_cannot_be_told_stands_in_a_list_apart(site: Site) -> None:
    placing = led_clear(site)
    withdraws(placing)
    at_last(placing)
    page = get(site.client_for(Role.AUDITOR), PATH)
    parsed(page)
    assert "whatever was clear in this period would be clear" not in page.text
    assert "Rea for Ridge Academy" in page.text.partition("Cannot be told")[2]


def test_each_line_of_an_opened_declaration_leads_to_its_connection(site: Site) -> None:
    placing = led_clear(site)
    placing.declares("T1", OWN_JOB)
    at_last(placing)
    auditor = site.client_for(Role.AUDITOR)
    with site.sessions() as session:
        ref, of = session.execute(
            select(ConnectionRow.ref, Declaration.ref).join(Declaration, ConnectionRow.declaration_id == Declaration.id)
        ).one()
    post(auditor, f"/audit/declarations/{of}/open", {})
    page = get(auditor, f"/audit/declarations/{of}")
    parsed(page)
    line = next(each for each in page.text.split("</div>") if NOTE in each and "govuk-inset-text" in each)
    assert f'<a class="govuk-link" href="/audit/connections/{ref}">Connection {ref}</a>' in line
