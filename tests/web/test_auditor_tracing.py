"""Grades, moves, callings-off and leavings are traced to the assignments that they changed, as other acts are."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.support.placing import OTHER, Placing, placing_on
from tests.support.web import Site, get, parsed
from tests.support.world import DECIDER, SCHEDULER, SYSTEM, Stage
from tracker.domain.access import Role
from tracker.domain.facts import Verdict
from tracker.models import ConnectionRow, HistoryEntry
from tracker.services import calling_off, declarations, leavings, moving
from tracker.services.calling_off import CallOff
from tracker.services.declarations import GradeConnection
from tracker.services.leavings import RecordLeaving
from tracker.services.moving import Move

# Far enough that the declaration does not serve any more.
LATER = date(2027, 6, 8), date(2027, 6, 9)


def graded(stage: Stage) -> str:
    ref = stage.session.scalars(select(ConnectionRow.ref)).one()
    declarations.grade(stage.session, DECIDER, GradeConnection(ref, Verdict.PERCEIVED, "Close."), at=stage.tick())
    return f"/audit/connections/{ref}"


def moved(stage: Stage) -> str:
    moving.move(stage.session, SCHEDULER, Move("INS-1", *LATER, "The school asked."), at=stage.tick())
    return "/audit/of/inspection/INS-1"


def called_off(stage: Stage) -> str:
    calling_off.call_off(stage.session, SCHEDULER, CallOff("INS-1", "A storm."), at=stage.tick())
    return "/audit/of/inspection/INS-1"


def left(stage: Stage) -> str:
    leavings.record(stage.session, SYSTEM, RecordLeaving("T1", date(2026, 3, 10)), at=stage.tick())
    return "/audit/inspectors/T1"


@pytest.fixture
def placing(site: Site) -> Placing:
    made = placing_on(site)
    made.inspection()
    return made


@pytest.mark.parametrize(
    ("kind", "act", "is_doubtful"),
    [("grade", graded, True), ("move", moved, False), ("calling-off", called_off, False), ("leaving", left, False)],
)
def test_an_act_leads_by_links_to_the_assignments_that_it_changed(
    site: Site, placing: Placing, kind: str, act: Callable[[Stage], str], *, is_doubtful: bool
) -> None:
    placing.inspector("T1", "Rea", *([OTHER] if is_doubtful else []))
    ref = placing.proposed("INS-1", "T1", confirmed=not is_doubtful)
    with placing.staging() as stage:
        path = act(stage)
    site.set(now=placing.now + timedelta(minutes=1))
    auditor = site.client_for(Role.AUDITOR)
    listed = f"/audit/changing/{kind}"
    assert f'href="{listed}"' in get(auditor, "/audit").text
    page = get(auditor, listed)
    parsed(page)
    assert f'href="{path}#changed"' in page.text
    page = get(auditor, path)
    parsed(page)
    changed = page.text.partition('id="changed"')[2]
    assert "1 assignment stood otherwise after it" in changed
    assert f'href="/audit/assignments/{ref}"' in changed


def test_of_inspections_called_off_at_one_instant_each_tells_of_its_own_team(site: Site, placing: Placing) -> None:
    days = date(2026, 4, 7), date(2026, 4, 8)
    placing.inspection("INS-2", provider="gias:900004", starts_on=days[0], ends_on=days[1])
    for number in (1, 2):
        placing.inspector(f"T{number}", f"Rea {number}")
        placing.proposed(f"INS-{number}", f"T{number}", confirmed=True)
    with placing.staging() as stage:
        at = stage.tick()
        for reference in ("INS-1", "INS-2"):
            calling_off.call_off(stage.session, SCHEDULER, CallOff(reference, "A storm."), at=at)
        assert len(stage.session.scalars(select(HistoryEntry).filter_by(event="inspection:called-off")).all()) == 2
    site.set(now=placing.now + timedelta(minutes=1))
    page = get(site.client_for(Role.AUDITOR), "/audit/of/inspection/INS-1").text.partition('id="changed"')[2]
    assert "1 assignment stood otherwise after it" in page
    assert "Rea 2" not in page
