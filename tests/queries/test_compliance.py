"""The figures of compliance are what a count over the export gives, and each is as long as its list."""

from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.export_figures import counted
from tests.support.life import Life
from tests.support.world import DECIDER, Stage, employed_at, staged
from tracker.domain.lifecycle import Ruling
from tracker.models import FindingRow
from tracker.queries import compliance, history, policies
from tracker.queries.compliance import Asked
from tracker.queries.compliance.over_time import deciders, registers, verdicts_by_month
from tracker.services import decisions
from tracker.services.decisions import Decide


def asked(stage: Stage) -> Asked:
    today = stage.now.date()
    return Asked(stage.session, today, policies.all_in_force(stage.session, today))


def told(stage: Stage) -> dict[str, int]:
    return {each.key: each.number for each in compliance.figures(asked(stage))}


@pytest.mark.parametrize("seed", range(3))
def test_the_figures_are_those_of_an_independent_count_over_the_export(session: Session, seed: int) -> None:
    pick = Random(seed).choice
    stage = Stage(session)
    life = Life(stage, pick)
    life.begin()
    stage.inspector("N1", "Never Declared")
    for _ in range(15):
        life.act()
        stage.now += timedelta(days=pick([0, 0, 3, 40, 170]))
        figures = told(stage)
        export = counted(history.exported(session), stage.now.date())
        assert {key: figures[key] for key in export} == export


def test_each_figure_is_as_long_as_its_list_and_every_page_of_it(session: Session) -> None:
    life = Life(Stage(session), Random(9).choice)
    life.begin()
    for _ in range(30):
        life.act()
    for key, measure in compliance.MEASURES.items():
        listing = measure.listing(asked(life.stage))
        number = listing.count(session)
        rows = [row for start in range(0, number + 2, 2) for row in listing.page(session, start, 2)]
        assert len(rows) == number, key
        assert measure.means.endswith("."), key


def test_what_a_decision_maker_allowed_is_told_by_person(session: Session) -> None:
    stage = staged(session)
    ines = stage.inspector()
    stage.declares(ines, employed_at("gias:900002"))
    assignment = stage.proposes(stage.inspection(), ines)
    assert assignment.check_id is not None
    session.refresh(assignment, ["check"])
    (finding,) = _findings(session, assignment.check_id)
    decisions.decide(session, DECIDER, Decide(assignment.ref, finding, Ruling.ALLOW, "Because."), at=stage.tick())
    assert told(stage)["exceptions"] == 1
    (one,) = deciders(session)
    assert (one.allowed, one.upheld) == (1, 0)
    assert sum(each.total for each in verdicts_by_month(session, stage.now.date())) == 1
    assert registers(session, stage.now.date()) == []


def _findings(session: Session, check_id: int) -> list[str]:
    return list(session.scalars(select(FindingRow.fingerprint).where(FindingRow.check_id == check_id)))


def test_a_declaration_is_due_before_it_is_out_of_date(session: Session) -> None:
    stage = staged(session)
    stage.declares(stage.inspector())
    seen = []
    for days in (0, 334, 336, 365, 366):
        stage.now = stage.now.replace(year=2026, month=3, day=2) + timedelta(days=days)
        figures = told(stage)
        seen.append((figures["in-date"], figures["due"], figures["overdue"]))
    assert seen == [(1, 0, 0), (1, 0, 0), (1, 1, 0), (1, 1, 0), (0, 0, 1)]
