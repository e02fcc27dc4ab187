"""The assignments that are open, as plain columns: whole terms are checked again, and few of them change."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import HELD, OPEN, State
from tracker.models import Assignment, FindingRow, Inspection, Inspector
from tracker.queries.pairs import Pair


@dataclass(frozen=True, slots=True)
class OpenPlace:
    """An open assignment: who is to go where, what is in the way, and the fingerprints of its latest check, if any."""

    number: int
    engagement: str
    state: State
    pair: Pair
    in_the_way: Verdict
    fingerprints: tuple[str, ...] | None


def open_places(
    session: Session, today: date, *, size: int, only: Collection[int] | None = None
) -> Iterator[list[OpenPlace]]:
    """Give the open assignments (those of `only`, by number, or all) of inspections that have not ended, in batches.

    Each batch is read when it is asked for, so that what was written about the last one cannot disturb it.
    """
    if only is not None:
        numbers = iter(sorted(set(only)))
        while wanted := list(islice(numbers, size)):
            yield _read(session, today, Assignment.id.in_(wanted))
        return
    last = 0
    while some := _read(session, today, Assignment.id > last, limit=size):
        last = some[-1].number
        yield some


def _read(session: Session, today: date, *where: ColumnElement[bool], limit: int | None = None) -> list[OpenPlace]:
    found = (
        select(func.aggregate_strings(FindingRow.fingerprint, ","))
        .where(FindingRow.check_id == Assignment.check_id)
        .scalar_subquery()
    )
    columns = (
        Assignment.id,
        Assignment.state,
        Assignment.role,
        Assignment.check_id,
        Assignment.inspector_id,
        Assignment.inspection_id,
        Assignment.in_the_way,
    )
    whom = (Inspector.staff_no, Inspector.engagement, Inspection.provider, Inspection.starts_on, Inspection.ends_on)
    rows = session.execute(
        select(*columns, *whom, found.label("fingerprints"))
        .join(Assignment.inspection)
        .join(Assignment.inspector)
        .where(Assignment.state.in_(OPEN), Inspection.ends_on >= today, *where)
        .order_by(Assignment.id)
        .limit(limit)
    )
    return [_place(row, today) for row in rows]


def _place(row: Row[*tuple[Any, ...]], today: date) -> OpenPlace:
    whom, days, is_held = (row.inspector_id, row.staff_no), (row.starts_on, row.ends_on), row.state in HELD
    pair = Pair(*whom, row.provider, *days, row.role, row.id, is_held, today, inspection=row.inspection_id)
    known = tuple(sorted(row.fingerprints.split(","))) if row.fingerprints else ()
    return OpenPlace(row.id, row.engagement, row.state, pair, row.in_the_way, None if row.check_id is None else known)
