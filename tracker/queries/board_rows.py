"""The rows of the board: each inspection with its team, its places, and what stands in the way of whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import HELD, IN_THE_TEAM, LEAD, OPEN, State
from tracker.models import Assignment, FindingRow, Inspection, Inspector
from tracker.queries import double_bookings
from tracker.queries.board import Changed, Wanted, monday_of, page
from tracker.queries.moves import Planned, moved_from


@dataclass(frozen=True, slots=True)
class Member:
    """One of a team; `rules` are those by which the heaviest findings stand in the way.

    `left_on` is the day of leaving, if one is known; `elsewhere` are the other inspections that he or she is on then.
    """

    ref: str
    name: str
    staff_no: str
    role: str
    state: State
    verdict: Verdict
    in_the_way: Verdict
    is_own: bool
    rules: tuple[str, ...] = ()
    sentence: str = ""
    left_on: date | None = None
    elsewhere: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """An inspection on the board. Whoever is proposed takes no place until confirmed; who is questioned keeps it.

    `was` are the days from which it was moved last, where it is asked which were moved.
    """

    id: int
    reference: str
    provider: str
    town: str
    region: str
    remit: str
    framework: str
    starts_on: date
    ends_on: date
    team_size: int
    called_off_at: datetime | None
    is_questioned: bool
    team: tuple[Member, ...] = ()
    was: Planned | None = None

    @property
    def taken(self) -> int:
        """How many places of the team are held."""
        return sum(each.state in HELD and each.role in IN_THE_TEAM for each in self.team)

    @property
    def proposed(self) -> int:
        """How many are proposed for a place of the team."""
        return sum(each.state is State.PROPOSED and each.role in IN_THE_TEAM for each in self.team)

    @property
    def lacks_lead(self) -> bool:
        """Whether a team of several has members and nobody who leads it."""
        roles = [each.role for each in self.team if each.role in IN_THE_TEAM]
        return self.team_size > 1 and bool(roles) and LEAD not in roles

    @property
    def places_open(self) -> int:
        """How many places nobody holds; one that was called off has none."""
        return 0 if self.called_off_at else max(0, self.team_size - self.taken)

    @property
    def worst(self) -> Verdict | None:
        """The heaviest verdict of the team, but for the own; None where nobody is proposed."""
        return max((each.verdict for each in self.team if not each.is_own), key=attrgetter("weight"), default=None)

    @property
    def week(self) -> date:
        """The Monday of the week in which it begins."""
        return monday_of(self.starts_on)


def rows(session: Session, wanted: Wanted, *, start: int, size: int) -> list[Row]:
    """Return a page of the board, questioned ones first, then the soonest."""
    found = page(session, wanted, start=start, size=size)
    teams = _teams(session, [row[0] for row in found], wanted)
    was = moved_from(session, [row[1] for row in found]) if wanted.changed is Changed.MOVED else {}
    return [Row(*(*row, tuple(teams.get(row[0], ())), was.get(row[1]))) for row in found]


_TEAM = (
    select(
        Assignment.inspection_id,
        Assignment.check_id,
        Assignment.ref,
        Inspector.name,
        Inspector.staff_no,
        Assignment.role,
        Assignment.state,
        Assignment.verdict,
        Assignment.in_the_way,
        Assignment.inspector_id,
        Inspector.left_on,
        double_bookings.elsewhere(),
    )
    .join(Inspector, Inspector.id == Assignment.inspector_id)
    .join(Inspection, Inspection.id == Assignment.inspection_id)
    .where(Assignment.inspection_id.in_(bindparam("inspections", expanding=True)), Assignment.state.in_(OPEN))
    .order_by(Assignment.id)
)
_FINDINGS = (
    select(FindingRow.check_id, FindingRow.verdict, FindingRow.rule, FindingRow.sentence)
    .where(FindingRow.check_id.in_(bindparam("checks", expanding=True)))
    .order_by(FindingRow.check_id, FindingRow.position)
)


def _teams(session: Session, inspections: Sequence[int], wanted: Wanted) -> dict[int, list[Member]]:
    asked, own = {"inspections": inspections, "today": wanted.today}, wanted.own
    people: list[tuple[Any, ...]] = [tuple(row) for row in session.execute(_TEAM, asked)]
    stopping = {row[1]: row[8] for row in people if row[8] is not Verdict.CLEAR and row[9] != own}
    said = _in_the_way(session, stopping)
    teams: dict[int, list[Member]] = {}
    for inspection, check, *told, inspector, left_on, then in people:
        rules, sentence = said.get(check, ((), ""))
        member = Member(*(*told, inspector == own, rules, sentence, left_on, double_bookings.references(then)))
        teams.setdefault(inspection, []).append(member)
    return teams


def _in_the_way(session: Session, checks: dict[int, Verdict]) -> dict[int, tuple[tuple[str, ...], str]]:
    """Return by which rules the heaviest findings of some checks stand in the way, and the first one's sentence."""
    found: dict[int, list[tuple[str, str]]] = {}
    for check, verdict, rule, sentence in session.execute(_FINDINGS, {"checks": list(checks)}):
        if verdict is checks[check]:
            found.setdefault(check, []).append((rule, sentence))
    return {check: (tuple(dict.fromkeys(rule for rule, _ in each)), each[0][1]) for check, each in found.items()}
