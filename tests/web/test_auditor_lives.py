"""An auditor's page as at a moment is, years later, the page of that moment, whatever happened since."""

import re
from datetime import datetime, timedelta
from random import Random

from flask.testing import FlaskClient
from sqlalchemy import select

from tests.support.life import Life
from tests.support.web import Site, get, shown
from tracker.domain.access import Role
from tracker.domain.uk_time import in_uk
from tracker.models import Assignment, Declaration, Inspection, Inspector, RegisterImport

# All that a page may say of today: what a provider is called now, where it was called otherwise then.
NOW_CALLED = re.compile(r' ?<(p|span) class="(?:govuk-body )?app-called">[^<]*</\1>')
SEED = 11
RENAMED_AT = (1, 4)
ACTS = 7


def as_at(at: datetime) -> str:
    local = in_uk(at)
    return f"?day-day={local.day}&day-month={local.month}&day-year={local.year}&time={local:%H:%M}"


def paths(site: Site) -> list[str]:
    """Return some pages of each kind that can be asked for as at a moment."""
    with site.sessions() as session:
        visits = session.scalars(select(Inspection).order_by(Inspection.id).limit(2)).all()
        found = [
            path for each in visits for path in (f"of/inspection/{each.reference}", f"of/provider/{each.provider}")
        ]
        for kind, column, row, number in (
            ("inspectors", Inspector.staff_no, Inspector, 2),
            ("assignments", Assignment.ref, Assignment, 3),
            ("declarations", Declaration.ref, Declaration, 3),
            ("of/import", RegisterImport.ref, RegisterImport, 1),
        ):
            query = select(column).order_by(row.id).limit(number)
            found += [f"{kind}/{ref}" for ref in session.scalars(query)]
        return [f"/audit/{each}" for each in found]


def pages(site: Site, client: FlaskClient, at: datetime) -> dict[str, tuple[int, str]]:
    """Return those pages as at a moment."""
    return {path: shown(get(client, path + as_at(at))) for path in paths(site)}


def test_a_page_as_at_a_moment_is_later_byte_for_byte_what_it_was_then(site: Site) -> None:
    site.set(session_minutes=10**8)
    auditor = site.client_for(Role.AUDITOR)
    pick = Random(SEED).choice
    with site.staging() as stage:
        life = Life(stage, pick)
        life.begin()
    then = []
    for number in range(ACTS):
        with site.staging() as stage:
            stage.now, life.stage = life.stage.now, stage
            (life.rename if number in RENAMED_AT else life.act)()
        site.set(now=stage.now)
        then.append((stage.now, pages(site, auditor, stage.now)))
        stage.now += timedelta(minutes=pick([2, 500, 20_000]))
    site.set(now=life.stage.now + timedelta(days=1000))

    hinted = set()
    for at, told in then:
        later = pages(site, auditor, at)
        hinted |= {path.split("/")[2] for path in told if NOW_CALLED.search(later[path][1])}
        cut = {path: (status, NOW_CALLED.sub("", text)) for path, (status, text) in later.items()}
        assert {path: cut[path] for path in told} == told
    assert hinted == {"inspectors", "assignments", "of"}
