"""The board's figures agree with its lists and with a plain count, over random lives, on both databases."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.life import Life
from tests.support.world import TODAY, Stage
from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import HELD, IN_THE_TEAM, State
from tracker.models import Assignment, Inspection, ProviderRow
from tracker.queries import board
from tracker.queries.board import WEEK, Figures, Standing, Wanted, monday_of
from tracker.queries.board_rows import Row, rows
from tracker.queries.figures import NOBODY

SEEDS, ACTS, SIZE = 2, 12, 3


@pytest.fixture(params=range(SEEDS))
def life(request: pytest.FixtureRequest, session: Session) -> Life:
    """A life in which much has happened: some inspections are long over, some are full, some are in question."""
    lived = Life(Stage(session), Random(request.param).choice)
    lived.begin()
    for number, inspection in enumerate(session.scalars(select(Inspection).order_by(Inspection.id)).all()):
        inspection.starts_on += timedelta(days=9 * (number % 3) - 18 * (number % 2))
        inspection.ends_on = inspection.starts_on + timedelta(days=1)
        inspection.team_size = 1 + number % 3
    for row in session.scalars(select(ProviderRow)).all():
        row.region = "Wenshire" if row.id % 2 else ""
    for _ in range(ACTS):
        lived.act()
    session.flush()
    session.expire_all()
    return lived


def asked(life: Life) -> Iterator[Wanted]:
    """Boards of every kind: with and without each filter, and as an inspector of a team sees it."""
    plain = Wanted(TODAY)
    own = life.session.scalars(select(Assignment.inspector_id)).first() or NOBODY
    yield from (plain, replace(plain, with_ended=True), replace(plain, own=own), Wanted(TODAY + timedelta(days=20)))
    yield from (replace(plain, remit="schools"), replace(plain, region="Wenshire"), replace(plain, text="ins-1"))
    monday = monday_of(TODAY)
    yield replace(plain, from_week=monday + WEEK, to_week=monday + 2 * WEEK, with_ended=True, own=own)


def listed(life: Life, wanted: Wanted) -> list[Row]:
    """The whole list, page by page."""
    found: list[Row] = []
    while some := rows(life.session, wanted, start=len(found), size=SIZE):
        found += some
    return found


def total(life: Life, wanted: Wanted) -> Figures:
    figures = Figures()
    for each in board.figures(life.session, wanted).values():
        figures.add(each)
    return figures


def plainly(wanted: Wanted, inspection: Inspection, team: list[Assignment]) -> set[Standing | None]:
    """How an inspection stands, told from its assignments one by one; nothing where the board does not show it."""
    if inspection.called_off_at is not None:
        return set()
    lasts = inspection.ends_on >= wanted.today
    others = [each for each in team if each.inspector_id != wanted.own]
    stopped = [each for each in others if each.in_the_way is not Verdict.CLEAR]
    unsettled = [each for each in stopped if each.state is State.QUESTIONED]
    held = sum(each.state in HELD and each.role in IN_THE_TEAM for each in team)
    if not (lasts or wanted.with_ended or unsettled):
        return set()
    is_full = held >= inspection.team_size
    free = [
        each
        for each in others
        if each not in stopped
        and (
            each.state is State.QUESTIONED
            or (each.state is State.PROPOSED and not (is_full and each.role in IN_THE_TEAM))
        )
    ]
    ways = {
        Standing.QUESTIONED: unsettled or (lasts and any(each.state is State.QUESTIONED for each in others)),
        Standing.BLOCKED: unsettled or (lasts and any(each.state is State.PROPOSED for each in stopped)),
        Standing.READY: lasts and free,
        Standing.OPEN: lasts and held < inspection.team_size,
        Standing.FULL: held >= inspection.team_size,
    }
    return {None, *(way for way, is_so in ways.items() if is_so)}


def test_every_figure_is_the_length_of_its_list_and_every_list_begins_with_the_questioned(life: Life) -> None:
    for wanted in asked(life):
        figures = total(life, wanted)
        for standing in (None, *Standing):
            found = listed(life, replace(wanted, standing=standing))
            assert figures.of(standing) == len(found) == len({each.id for each in found}), (wanted, standing)
            order = [(not each.is_questioned, each.starts_on, each.reference) for each in found]
            assert order == sorted(order)
        assert figures.places == sum(each.places_open for each in listed(life, replace(wanted, standing=Standing.OPEN)))


def test_every_week_has_the_figures_of_its_own_list(life: Life) -> None:
    for wanted in (Wanted(TODAY), Wanted(TODAY, with_ended=True)):
        for week, figures in board.figures(life.session, wanted).items():
            of_week = replace(wanted, from_week=week, to_week=week)
            assert {each.week for each in listed(life, of_week)} == {week}
            for standing in (None, *Standing):
                assert figures.of(standing) == len(listed(life, replace(of_week, standing=standing)))


def test_the_board_stands_as_its_assignments_say_one_by_one(life: Life) -> None:
    teams: dict[int, list[Assignment]] = {}
    for each in life.session.scalars(select(Assignment).where(Assignment.state != State.RELEASED)):
        teams.setdefault(each.inspection_id, []).append(each)
    inspections = life.session.scalars(select(Inspection)).all()
    for wanted in (Wanted(TODAY), Wanted(TODAY, with_ended=True), *(w for w in asked(life) if w.own != NOBODY)):
        if wanted.from_week:
            continue
        for standing in (None, *Standing):
            plain = {each.id for each in inspections if standing in plainly(wanted, each, teams.get(each.id, []))}
            assert {each.id for each in listed(life, replace(wanted, standing=standing))} == plain, (wanted, standing)


def test_the_database_counts_an_inspections_assignments_as_they_change(life: Life) -> None:
    for inspection in life.session.scalars(select(Inspection)).all():
        team = life.session.scalars(select(Assignment).where(Assignment.inspection_id == inspection.id)).all()
        questioned = [each for each in team if each.state is State.QUESTIONED]
        proposed = [each.in_the_way is Verdict.CLEAR for each in team if each.state is State.PROPOSED]
        assert (
            inspection.held,
            inspection.questioned,
            inspection.unsettled,
            inspection.confirmable,
            inspection.stopped,
        ) == (
            sum(each.state in HELD and each.role in IN_THE_TEAM for each in team),
            len(questioned),
            sum(each.in_the_way is not Verdict.CLEAR for each in questioned),
            sum(proposed),
            len(proposed) - sum(proposed),
        )
