"""What changes of what was planned: one inspection is put off, another one called off, and an inspector leaves soon."""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.cli.demo.assigning import SCHEDULER
from tracker.cli.demo.calendar import is_holiday, working_day
from tracker.cli.demo.people import ME
from tracker.cli.demo.stage import Stage
from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import OPEN, State
from tracker.models import Assignment, Inspection, Inspector
from tracker.queries.supposed import Supposed
from tracker.services import calling_off, leavings, moving
from tracker.services.calling_off import CallOff
from tracker.services.leavings import RecordLeaving
from tracker.services.moving import Move
from tracker.services.moving_previews import effects

PUT_OFF = "The school asked for a deferral: its head begins only after half-term."
CALLED_OFF = "The school closes at the end of the term, sooner than was known."
REMARK = "Takes up a headship elsewhere."
NOTICE = timedelta(days=26)
SOONEST, LATEST = timedelta(days=6), timedelta(days=32)
# By so many weeks one is put off, as the holidays and the diaries of its team let it.
WEEKS = (3, 2, 4, 5)


def plan_changes(stage: Stage, today: date, told_of: Collection[str], others: Sequence[str]) -> None:
    """Let a scheduler change two inspections some days ago, of no provider of which anything else is told.

    And let an administrator record when one of the other inspectors leaves, who is on nothing from that day on.
    """
    day = working_day(today - timedelta(days=4))
    stage.plan(datetime.combine(day, time(15, 40), UTC), lambda at: _put_off(stage, at, told_of))
    stage.plan(datetime.combine(day, time(16, 5), UTC), lambda at: _call_off(stage, at, told_of))
    stage.plan(datetime.combine(day, time(16, 20), UTC), lambda at: _leave(stage, at, others))


def _quiet(stage: Stage, today: date, told_of: Collection[str]) -> Iterator[Inspection]:
    """Yield the coming inspections whose whole team is confirmed and clear, the soonest first."""
    query = (
        select(Inspection)
        .where(Inspection.starts_on.between(today + SOONEST, today + LATEST), Inspection.called_off_at.is_(None))
        .where(Inspection.provider.not_in(told_of))
        .options(selectinload(Inspection.assignments).options(joinedload(Assignment.inspector)))
        .order_by(Inspection.starts_on, Inspection.reference)
        .execution_options(populate_existing=True)
    )
    for each in stage.session.scalars(query).all():
        team = [row for row in each.assignments if row.state in OPEN]
        is_quiet = all(row.state is State.CONFIRMED and row.verdict is Verdict.CLEAR for row in team)
        if team and is_quiet and all(row.inspector.staff_no != ME for row in team):
            yield each


def _put_off(stage: Stage, at: datetime, told_of: Collection[str]) -> None:
    who = stage.actors[SCHEDULER]
    for each in _quiet(stage, at.date(), told_of):
        for weeks in WEEKS:
            days = each.starts_on + timedelta(weeks=weeks), each.ends_on + timedelta(weeks=weeks)
            found = effects(stage.session, Supposed([(each, days)]), who, at.date())
            is_calm = all(one.is_as_before for one in found.teams[each.id]) and not found.elsewhere
            if is_calm and not any(map(is_holiday, days)):
                moving.move(stage.session, who, Move(each.reference, *days, PUT_OFF), at=at)
                return


def _call_off(stage: Stage, at: datetime, told_of: Collection[str]) -> None:
    found = next(_quiet(stage, at.date(), told_of), None)
    if found is not None:
        calling_off.call_off(stage.session, stage.actors[SCHEDULER], CallOff(found.reference, CALLED_OFF), at=at)


def _leave(stage: Stage, at: datetime, others: Sequence[str]) -> None:
    day = working_day(at.date() + NOTICE)
    later = exists().where(Assignment.inspector_id == Inspector.id, Assignment.state.in_(OPEN))
    later = later.where(Assignment.inspection_id == Inspection.id, Inspection.ends_on >= day)
    query = select(Inspector.staff_no).where(Inspector.staff_no.in_(others), ~later).order_by(Inspector.staff_no)
    who = stage.session.scalars(query.limit(1)).one()
    leavings.record(stage.session, stage.actors["administrator"], RecordLeaving(who, day, REMARK), at=at)
