"""The register of interests as it is published on a day: from whoever inspects then, and declarations in force.

Notes, grades and replaced declarations are not read at all. However many inspectors there are, two statements are sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from tracker.domain.dates import PartialDate
from tracker.domain.facts import Connection, Holder, Nature
from tracker.domain.publication import PublicationRules
from tracker.domain.publishing import Entry, Line, called, published
from tracker.models import ConnectionRow, InForce, Inspector
from tracker.queries.leavings import is_here

SOME = 1_000


@dataclass(frozen=True, slots=True)
class _Present:
    """An inspector who has not left, as the register calls them, and the declaration in force."""

    staff_no: str
    name: str
    declaration_id: int | None


def whole(session: Session, rules: PublicationRules, day: date) -> list[Entry]:
    """Return every entry of the register on a day, in its order."""
    return _entries(session, _present(session, rules, day), rules, day, is_whole=True)


def page(session: Session, rules: PublicationRules, day: date, start: int, size: int) -> tuple[int, list[Entry]]:
    """Return how many entries the register has on a day, and some of them."""
    present = _present(session, rules, day)
    return len(present), _entries(session, present[start : start + size], rules, day)


def found(session: Session, rules: PublicationRules, day: date, words: str) -> list[Entry]:
    """Return the entries that hold the words in what is published; what is held back is not found."""
    return [each for each in whole(session, rules, day) if each.holds(words)]


def _present(session: Session, rules: PublicationRules, day: date) -> list[_Present]:
    """Return who is in the register, by what is published of them: each database sorts names in a way of its own."""
    query = (
        select(Inspector.staff_no, Inspector.name, InForce.declaration_id)
        .outerjoin(InForce, InForce.inspector_id == Inspector.id)
        .where(is_here(day))
    )
    people = [_Present(*called(row.staff_no, row.name, rules), row.declaration_id) for row in session.execute(query)]
    return sorted(people, key=lambda each: (each.name.casefold(), each.name, each.staff_no))


def _entries(
    session: Session, people: Sequence[_Present], rules: PublicationRules, day: date, *, is_whole: bool = False
) -> list[Entry]:
    declared = [each.declaration_id for each in people if each.declaration_id is not None]
    lines = _lines(session, None if is_whole else declared, rules, day)
    none, nil = published(None, rules, day), published((), rules, day)
    return [
        Entry(each.staff_no, each.name, none if each.declaration_id is None else lines.get(each.declaration_id, nil))
        for each in people
    ]


def _lines(
    session: Session, of: Sequence[int] | None, rules: PublicationRules, day: date
) -> dict[int, tuple[Line, ...]]:
    """Return what is published of these declarations, or of all that are in force; none of one without connections."""
    row = ConnectionRow
    query = (
        select(row.declaration_id, row.nature, row.holder, row.target, row.target_name, row.began_on, row.ended_on)
        .join(InForce, InForce.declaration_id == row.declaration_id)
        .order_by(row.declaration_id)
        .execution_options(yield_per=SOME)
    )
    if of is not None:
        query = query.where(row.declaration_id.in_(of))
    rows = groupby(session.execute(query), attrgetter("declaration_id"))
    return {number: published((_connection(each) for each in said), rules, day) for number, said in rows}


def _connection(row: Row[int, Nature, Holder, str, str, str, str | None]) -> Connection:
    ended_on = PartialDate.parse(row.ended_on) if row.ended_on else None
    began_on = PartialDate.parse(row.began_on)
    return Connection("", row.nature, row.holder, row.target, row.target_name, began_on, ended_on)
