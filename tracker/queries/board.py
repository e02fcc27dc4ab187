"""The board: which inspections it shows, in what order, and figures that agree with the lists.

A list and its figures rest on the same conditions. How the assignments of an inspection stand is counted by triggers of
the database; the figures of a whole board are kept while nothing happens.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache, reduce
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import IN_THE_TEAM, OPEN, State
from tracker.models import Assignment, Inspection, ProviderRow
from tracker.queries.figures import NOBODY, kept
from tracker.queries.moves import was_moved

WEEK = timedelta(days=7)


class Standing(StrEnum):
    """How an inspection may stand on the board; it may stand in several of these ways at once."""

    QUESTIONED = "questioned"
    BLOCKED = "blocked"
    READY = "ready"
    OPEN = "open"
    FULL = "full"


class Changed(StrEnum):
    """How an inspection may have been changed since it was planned."""

    MOVED = "moved"
    OFF = "called-off"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which inspections a board is to show: by the weeks that they begin in, both included; all words must be found.

    Those that were called off are shown to whoever asks for these alone, by the days for which they were planned last.
    `own` is the inspector who looks: what is found of him or her counts for nothing here, another scheduler sees to it.
    """

    today: date
    from_week: date | None = None
    to_week: date | None = None
    remit: str = ""
    region: str = ""
    standing: Standing | None = None
    with_ended: bool = False
    text: str = ""
    changed: Changed | None = None
    own: int = NOBODY

    @property
    def is_narrowed(self) -> bool:
        """Whether it asks for anything but all that is coming."""
        plain = Wanted(self.today, own=self.own)
        return self != plain


@dataclass(slots=True)
class Figures:
    """How many inspections there are, how many stand in each way, and how many places are open."""

    all: int = 0
    questioned: int = 0
    blocked: int = 0
    ready: int = 0
    open: int = 0
    full: int = 0
    places: int = 0

    def add(self, other: "Figures") -> None:
        """Add the figures of other inspections."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))

    def of(self, standing: Standing | None) -> int:
        """Return how many stand so; all of them, where nothing is asked."""
        number: int = getattr(self, standing or "all")
        return number


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True)
class _Ways:
    """The conditions under which an inspection stands in each way: lists and figures rest on these and no others."""

    wanted: Wanted

    def of(self, standing: Standing) -> ColumnElement[bool]:
        """Return the condition for a way to stand."""
        found: ColumnElement[bool] = getattr(self, standing)
        return found

    def _others(
        self, counted: ColumnElement[int] | InstrumentedAttribute[int], *which: ColumnElement[bool]
    ) -> ColumnElement[bool]:
        """Whether any are counted; of whoever looks, own ones are not, and only where there are own ones this asks."""
        if self.wanted.own == NOBODY:
            return counted > 0
        open_one = Assignment.inspection_id == Inspection.id, Assignment.state.in_(OPEN)
        own = select(Assignment.inspection_id).where(Assignment.inspector_id == self.wanted.own, open_one[1])
        other = select(Assignment.id).where(*open_one, Assignment.inspector_id != self.wanted.own, *which).exists()
        return and_(counted > 0, or_(Inspection.id.not_in(own), other))

    @property
    def lasts(self) -> ColumnElement[bool]:
        """The inspection has not ended."""
        return Inspection.ends_on >= self.wanted.today

    @property
    def unsettled(self) -> ColumnElement[bool]:
        """Somebody is questioned, and no decision covers why: it wants a word also when the inspection has ended."""
        stopped = Assignment.state == State.QUESTIONED, Assignment.in_the_way != Verdict.CLEAR
        return self._others(Inspection.unsettled, *stopped)

    @property
    def questioned(self) -> ColumnElement[bool]:
        """Somebody is questioned. Nobody is confirmed anew once it has ended: what is covered then wants nothing."""
        anybody = self._others(Inspection.questioned, Assignment.state == State.QUESTIONED)
        return or_(self.unsettled, and_(self.lasts, anybody))

    @property
    def blocked(self) -> ColumnElement[bool]:
        """Something stands in the way of somebody of the team."""
        stopped = Assignment.state == State.PROPOSED, Assignment.in_the_way != Verdict.CLEAR
        return or_(self.unsettled, and_(self.lasts, self._others(Inspection.stopped, *stopped)))

    @property
    def ready(self) -> ColumnElement[bool]:
        """Somebody can be confirmed, or confirmed again."""
        counted = Inspection.confirmable + Inspection.questioned - Inspection.unsettled
        waits = Assignment.state.in_((State.PROPOSED, State.QUESTIONED)), Assignment.in_the_way == Verdict.CLEAR
        # Of a full team whoever keeps a place can be confirmed again, and who takes none.
        keeps = or_(Assignment.state == State.QUESTIONED, Assignment.role.not_in(IN_THE_TEAM))
        inspector = Assignment.inspector_id != self.wanted.own
        some = select(Assignment.id).where(Assignment.inspection_id == Inspection.id, inspector, keeps, *waits).exists()
        return and_(self.lasts, self._others(counted, *waits), or_(~self.full, some))

    @property
    def open(self) -> ColumnElement[bool]:
        """A place is open, and the inspection has not ended; one that was called off has no places."""
        if self.wanted.changed is Changed.OFF:
            return false()
        return and_(self.lasts, Inspection.held < Inspection.team_size)

    @property
    def full(self) -> ColumnElement[bool]:
        """Every place is held."""
        return Inspection.held >= Inspection.team_size


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Return the conditions of a board, but for how its inspections are to stand."""
    is_off = wanted.changed is Changed.OFF
    stands = Inspection.called_off_at.is_not(None) if is_off else Inspection.called_off_at.is_(None)
    ways, conditions = _Ways(wanted), list[ColumnElement[bool]]([stands])
    if wanted.changed is Changed.MOVED:
        conditions.append(was_moved())
    if not wanted.with_ended:
        conditions.append(or_(ways.lasts, ways.unsettled))
    if wanted.from_week:
        conditions.append(Inspection.starts_on >= wanted.from_week)
    if wanted.to_week:
        conditions.append(Inspection.starts_on < wanted.to_week + WEEK)
    if wanted.remit:
        conditions.append(Inspection.remit == wanted.remit)
    if wanted.region:
        conditions.append(ProviderRow.region == wanted.region)
    # One text with all words: to fold the case of each column by itself takes six times as long on SQLite.
    said = func.lower(reduce(lambda one, other: one + " " + other, _SEARCHED))
    conditions += [said.contains(word.lower(), autoescape=True) for word in wanted.text.split()]
    return conditions


_SEARCHED = (
    *(Inspection.reference, Inspection.provider, Inspection.framework),
    *(func.coalesce(each, "") for each in (ProviderRow.name, ProviderRow.town, ProviderRow.postcode)),
    func.coalesce(ProviderRow.authority_name, ""),
)


COLUMNS: tuple[Any, ...] = (
    Inspection.id,
    Inspection.reference,
    func.coalesce(ProviderRow.name, Inspection.provider),
    func.coalesce(ProviderRow.town, ""),
    func.coalesce(ProviderRow.region, ""),
    Inspection.remit,
    Inspection.framework,
    Inspection.starts_on,
    Inspection.ends_on,
    Inspection.team_size,
    Inspection.called_off_at,
)


def _placed(query: Select[Any], wanted: Wanted) -> Select[Any]:
    """Return a query of inspections narrowed to a board, with their providers where it asks for anything of these."""
    joined = query.select_from(Inspection)
    if wanted.region or wanted.text:
        joined = joined.outerjoin(ProviderRow, ProviderRow.ref == Inspection.provider)
    return joined.where(*_conditions(wanted))


def figures(session: Session, wanted: Wanted) -> dict[date, Figures]:
    """Return the figures of each week in which inspections of a board begin, by its Monday, whatever their standing."""
    asked = replace(wanted, standing=None)
    return kept(session, asked, lambda: _counted(session, asked))


def _counted(session: Session, wanted: Wanted) -> dict[date, Figures]:
    ways = _Ways(wanted)
    sums = [func.sum(case((ways.of(each), 1), else_=0)) for each in Standing]
    places = func.sum(case((ways.open, Inspection.team_size - Inspection.held), else_=0))
    columns: list[Any] = [Inspection.starts_on, func.count(), *sums, places]
    query = _placed(select(*columns), wanted)
    found: dict[date, Figures] = {}
    for starts_on, *numbers in session.execute(query.group_by(Inspection.starts_on).order_by(Inspection.starts_on)):
        found.setdefault(monday_of(starts_on), Figures()).add(Figures(*map(int, numbers)))
    return found


def page(session: Session, wanted: Wanted, *, start: int, size: int) -> list[Any]:
    """Return a page of the board, questioned ones first, then the soonest.

    Each row has the values of COLUMNS, and last whether somebody is questioned.
    """
    asked = {"start": start, "size": size}
    first = [(*row, True) for row in session.execute(_some(wanted, first=True), asked)]
    before = _first(session, wanted) if start else 0
    asked = {"start": max(0, start - before), "size": size - len(first)}
    others = session.execute(_some(wanted, first=False), asked)
    return [*first, *((*row, False) for row in others)]


def _first(session: Session, wanted: Wanted) -> int:
    """Return how many come first: those of the board in which somebody is questioned."""

    def number() -> int:
        query = _placed(select(func.count()), wanted).where(_Ways(wanted).questioned, *_narrowed(wanted))
        return session.scalar(query) or 0

    return kept(session, (wanted, "first"), number)


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    return [_Ways(wanted).of(wanted.standing)] if wanted.standing else []


@lru_cache(maxsize=64)
def _some(wanted: Wanted, *, first: bool) -> Select[Any]:
    """Return the query of those that come first, or of the others: to put it together takes longer than its answer."""
    questioned = _Ways(wanted).questioned
    order = Inspection.starts_on, Inspection.reference
    # Only the numbers of those before are passed over, not all that is told of them.
    passed = _placed(select(Inspection.id), wanted).where(questioned if first else ~questioned, *_narrowed(wanted))
    chosen = passed.order_by(*order).offset(bindparam("start")).limit(bindparam("size")).subquery()
    told = select(*COLUMNS).join(chosen, chosen.c.id == Inspection.id)
    return told.outerjoin(ProviderRow, ProviderRow.ref == Inspection.provider).order_by(*order)


def regions(session: Session) -> Sequence[str]:
    """Return the regions in which inspections are planned."""
    return kept(session, "regions", lambda: tuple(session.scalars(_REGIONS)))


_REGIONS = (
    select(ProviderRow.region)
    .where(ProviderRow.region != "", ProviderRow.ref.in_(select(Inspection.provider)))
    .distinct()
    .order_by(ProviderRow.region)
)
