"""A declaration that was withdrawn is called so wherever its withdrawal questioned an assignment."""

import re
from datetime import timedelta

from sqlalchemy import select

from tests.support.placing import placing_on
from tests.support.web import Site, get, parsed
from tracker.domain.access import Role
from tracker.models import Assignment, Declaration, Inspector
from tracker.queries import declarations as questions
from tracker.services import declarations
from tracker.services.declarations import WithdrawDeclaration

SAID = "questioned, after a declaration was withdrawn"


def test_what_a_withdrawal_questioned_is_told_so_on_every_page_and_the_declaration_leads_to_it(site: Site) -> None:
    placing = placing_on(site)
    placing.inspector("T1", "Rea")
    placing.inspection("INS-1")
    placing.proposed("INS-1", "T1", confirmed=True)
    with placing.staging() as stage:
        rea = stage.session.scalars(select(Inspector).filter_by(staff_no="T1")).one()
        current = questions.in_force(stage.session, rea.id)
        assert current is not None
        command = WithdrawDeclaration(rea.id, current.ref, "Mistaken.")
        declarations.withdraw(stage.session, stage.actor(rea), command, at=stage.tick())
    site.set(now=placing.now + timedelta(minutes=1))
    with site.sessions() as session:
        first, second = session.scalars(select(Declaration.ref).order_by(Declaration.id))
        assignment = session.scalars(select(Assignment.ref)).one()
    auditor = site.client_for(Role.AUDITOR)
    pages = ["/audit", f"/audit/assignments/{assignment}", "/audit/inspectors/T1", "/audit/independence/INS-1"]
    for path in pages:
        page = get(auditor, path)
        parsed(page)
        assert SAID in page.text, path
        assert "after a new declaration" not in page.text, path
    page = get(auditor, f"/audit/declarations/{first}")
    parsed(page)
    assert re.search(rf'Withdrawn\s*</dt>.*, by {second}.*href="/audit/declarations/{second}"', page.text, re.DOTALL)
    long_ago = get(auditor, f"/audit/declarations/{first}?day-day=1&day-month=1&day-year=2026").text
    assert f", by {second}" not in long_ago
