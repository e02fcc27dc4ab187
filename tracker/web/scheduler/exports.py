"""The scheduler's lists as files: the board, assignments by what they want, places to fill, and an inspector's load."""

from collections.abc import Iterator, Sequence

from flask import request
from sqlalchemy.orm import Session

from tracker.domain.access import Permission
from tracker.queries import inspections
from tracker.queries.board_rows import Member, Row, rows
from tracker.web import exporting
from tracker.web.auth import actor
from tracker.web.clock import checked_on, today
from tracker.web.exporting import Cells, Exported, Rows, narrowed
from tracker.web.scheduler.board import filters_of, wanted_by_address
from tracker.web.scheduler.room import blueprint
from tracker.web.scheduler.words import blocks
from tracker.web.scheduler.work import lines, need_by_address

SOME = 500
BOARD = (
    *("Reference", "Provider", "Town", "Region", "Remit", "Framework", "First day", "Last day"),
    *("Places open", "Places", "Worst verdict", "Team", "What blocks it"),
)
ASSIGNMENTS = ("Inspector", "Provider", "Reference", "Role", "State", "Verdict", "First day", "Last day", "In the way")
PLACES = ("Provider", "Town", "Reference", "First day", "Last day", "Places open", "Places", "Proposed")


def _board() -> Rows:
    wanted, day = wanted_by_address(), today()

    def all_of_it(session: Session) -> Iterator[Cells]:
        start = 0
        while some := rows(session, wanted, start=start, size=SOME):
            start += len(some)
            for row in some:
                yield _of_board(row, blocks(row, day))

    return all_of_it


def _of_board(row: Row, told: tuple[str, ...]) -> Cells:
    return (
        *(row.reference, row.provider, row.town, row.region, row.remit, row.framework, row.starts_on, row.ends_on),
        *(row.places_open, row.team_size, row.worst, "; ".join(map(_member, row.team)), "; ".join(told)),
    )


def _member(member: Member) -> str:
    if member.is_own:
        return f"You ({member.role}, {member.state}; another scheduler looks after this)"
    return f"{member.name} ({member.role}, {member.state}, {member.verdict})"


def _assignments() -> Rows:
    need, day, on, who = need_by_address(), today(), checked_on(), actor()

    def all_of_it(session: Session) -> Iterator[Cells]:
        start = 0
        while some := lines(session, need, day, who, on=on, start=start, size=SOME):
            start += len(some)
            for line in some:
                row, inspection = line.assignment, line.assignment.inspection
                said = " ".join(each.sentence for each in line.in_the_way)
                whose = (row.inspector.name, line.provider, inspection.reference, row.role, row.state, row.verdict)
                yield *whose, inspection.starts_on, inspection.ends_on, said

    return all_of_it


def _places() -> Rows:
    day = today()

    def all_of_it(session: Session) -> Iterator[Cells]:
        start = 0
        while some := inspections.to_fill(session, day, start=start, size=SOME):
            start += len(some)
            for each in some:
                row = each.inspection
                when = (row.reference, row.starts_on, row.ends_on)
                yield each.provider, each.town, *when, each.places_open, row.team_size, each.proposed

    return all_of_it


def _board_filters() -> Sequence[str]:
    return narrowed(filters_of(wanted_by_address()))


def _need() -> Sequence[str]:
    return narrowed({"need": need_by_address() if request.args.get("need") else None})


LISTS = {
    ("/export", "export"): Exported("inspections", Permission.PLAN_INSPECTIONS, BOARD, _board, _board_filters),
    ("/assignments/export", "export_assignments"): Exported(
        "assignments", Permission.ASSIGN, ASSIGNMENTS, _assignments, _need
    ),
    ("/places/export", "export_places"): Exported("places to fill", Permission.PLAN_INSPECTIONS, PLACES, _places),
}
for (rule, endpoint), exported in LISTS.items():
    exporting.add(blueprint, rule, endpoint, exported)
