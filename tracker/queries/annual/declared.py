"""The report's parts on declarations and their review."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import CTE, and_, extract, func, select
from sqlalchemy.orm import aliased

from tracker.domain.dates import months_after
from tracker.domain.facts import Nature
from tracker.domain.uk_time import in_uk
from tracker.models import (
    ConnectionGrade,
    ConnectionRow,
    Declaration,
    DeclarationKind,
    HistoryEntry,
    Inspector,
)
from tracker.queries import leavings, policies
from tracker.queries.annual.asking import Asked, Both, Line, Part, Period, served_at_least, times
from tracker.queries.compliance.declared import SOON, shortest_ever

WITHDRAWN = Declaration.kind == DeclarationKind.WITHDRAWAL
_BEFORE = aliased(Declaration)


def declarations(asked: Asked, told: Mapping[str, Both]) -> Part:
    """How the declarations stood at the period's end, and what was filed in it."""
    return Part("Declarations", (*_stood(asked), *_filed(asked, told)))


def _stood(asked: Asked) -> tuple[Line, ...]:
    here, in_date, due, out, withdrawn, never = zip(*(_standing(asked, each) for each in asked.both), strict=True)
    serving = (
        "Of them, those whose latest declaration still served on the last day, by the shortest time for which the "
        "policies then in force let one serve."
    )
    return (
        Line("Inspectors", "Inspectors whom the tracker knew on the last day, and who had not left.", here),
        Line("With a declaration in date", serving, in_date, here, "in-date"),
        Line("Due within 30 days", "Of those in date, the ones that serve for 30 days or less.", due, in_date, "due"),
        Line("Out of date", "Of them, those whose latest declaration had ceased to serve.", out, here, "overdue"),
        Line("Withdrawn", "Of them, those who had withdrawn theirs and made no other.", withdrawn, here, "withdrawn"),
        Line("Never declared", "Of them, those of whom no declaration was known.", never, here, "never"),
    )


def _filed(asked: Asked, told: Mapping[str, Both]) -> tuple[Line, ...]:
    filed = asked.counted(
        Declaration.recorded_at,
        {
            "all": ~WITHDRAWN,
            "nil": Declaration.kind == DeclarationKind.NIL,
            "imported": and_(~WITHDRAWN, Declaration.is_imported),
            # What follows a withdrawal takes the place of nothing that was in force.
            "amended": and_(~WITHDRAWN, _BEFORE.kind != DeclarationKind.WITHDRAWAL),
            "withdrawn": WITHDRAWN,
        },
        lambda query: query.select_from(Declaration).outerjoin(_BEFORE, _BEFORE.id == Declaration.supersedes_id),
    )
    every = filed["all"]
    imported = "Of those filed, the ones that were imported with the day on which they had been made elsewhere."
    late = (
        "Of those filed, the ones made after the inspector’s declaration before had ceased to serve, by the shortest "
        "time for which the policies in force on that day let one serve."
    )
    own = "Times that an inspector confirmed, once proposed, to have no connection beyond those declared."
    return (
        Line("Declarations filed", "Declarations recorded in the period, imported ones included.", every),
        Line("Nothing to declare", "Of those filed, the ones that state no connection.", filed["nil"], every),
        Line(
            "In place of another",
            "Of those filed, the ones that took the place of one that was in force.",
            filed["amended"],
            every,
        ),
        Line("Imported", imported, filed["imported"], every),
        Line("Filed late", late, _late(asked), every, "late"),
        Line("Withdrawals", "Times that an inspector withdrew the declaration in force.", filed["withdrawn"]),
        Line("Own words for one inspection", own, times(told, "assignment:vouched")),
    )


def _latest(period: Period) -> CTE:
    """Return the declaration of each inspector that was made last, of those known at a period's end."""
    place = func.row_number().over(
        partition_by=Declaration.inspector_id, order_by=(Declaration.made_at.desc(), Declaration.id.desc())
    )
    known = (
        select(Declaration.id, Declaration.inspector_id, Declaration.kind, Declaration.made_at, place.label("place"))
        .where(Declaration.recorded_at < period.end)
        .subquery()
    )
    return select(known).where(known.c.place == 1).cte()


def _standing(asked: Asked, period: Period) -> tuple[int, int, int, int, int, int]:
    """Return how many inspectors there were, and how many of them stood in each of five ways."""
    latest, months = _latest(period), asked.months(period)
    known = asked.session.execute(
        select(latest.c.kind, latest.c.made_at, Inspector.staff_no)
        .select_from(Inspector)
        .outerjoin(latest, latest.c.inspector_id == Inspector.id)
        .where(Inspector.added_at < period.end)
    )
    gone = _gone(asked, period)
    rows = [(kind, made_at) for kind, made_at, staff_no in known if staff_no not in gone]
    never = sum(kind is None for kind, _ in rows)
    withdrawn = sum(kind is DeclarationKind.WITHDRAWAL for kind, _ in rows)
    made = [made_at.date() for kind, made_at in rows if kind not in {None, DeclarationKind.WITHDRAWAL}]
    out = sum(months_after(day, months) < period.last for day in made)
    due = sum(0 <= (months_after(day, months) - period.last).days < SOON.days for day in made)
    return len(rows), len(made) - out, due, out, withdrawn, never


def _gone(asked: Asked, period: Period) -> set[str]:
    """Return who had left by a period's end, by what was known then: a row says what is known now."""
    return leavings.gone(leavings.told(asked.session, HistoryEntry.at < period.end), period.last)


def _late(asked: Asked) -> Both:
    """Return how many were made late in each period, by the policies in force on the day on which each was made."""
    before, book = aliased(Declaration), policies.by_day(asked.session)
    apart = extract("epoch", Declaration.made_at) - extract("epoch", before.made_at)
    query = (
        select(Declaration.made_at, before.made_at)
        .join(before, before.id == Declaration.supersedes_id)
        .where(~WITHDRAWN, before.kind != DeclarationKind.WITHDRAWAL, apart > shortest_ever(book(date.max)))
    )
    numbers = []
    for period in asked.both:
        rows = asked.session.execute(query.where(period.holds(Declaration.recorded_at)))
        numbers.append(
            sum(
                made.date() > months_after(earlier.date(), months)
                for made, earlier in rows
                if (months := served_at_least(book(made.date())))
            )
        )
    return numbers[0], numbers[1]


def reviews(asked: Asked, told: Mapping[str, Both]) -> Part:
    """What reviewers graded, and what waited for them at the period's end."""
    waiting = [_waiting(asked, each) for each in asked.both]
    return Part(
        "Review of what only a person can judge",
        (
            Line(
                "Graded",
                "Times that a reviewer graded a connection of a kind that only a person can judge.",
                times(told, "connection:graded"),
            ),
            Line(
                "Waiting at the end",
                "Such connections of the declarations then in force that nobody had graded yet, of who had not left.",
                (waiting[0][0], waiting[1][0]),
                figure="unreviewed",
            ),
            Line(
                "The longest wait, in days",
                "For how many days the oldest of those had been known on the last day.",
                (waiting[0][1], waiting[1][1]),
            ),
        ),
    )


def _waiting(asked: Asked, period: Period) -> Both:
    """Return how many connections nobody had graded at a period's end, and for how many days the oldest was known."""
    latest = _latest(period)
    original = func.coalesce(ConnectionRow.restates_id, ConnectionRow.id)
    graded = select(ConnectionGrade.id).where(
        ConnectionGrade.connection_id == original, ConnectionGrade.graded_at < period.end
    )
    query = (
        select(Inspector.staff_no, func.count(), func.min(Declaration.recorded_at))
        .select_from(ConnectionRow)
        .join(latest, latest.c.id == ConnectionRow.declaration_id)
        .join(Declaration, Declaration.id == ConnectionRow.declaration_id)
        .join(Inspector, Inspector.id == Declaration.inspector_id)
        .where(ConnectionRow.nature == Nature.OTHER, ~graded.exists())
        .group_by(Inspector.staff_no)
    )
    gone = _gone(asked, period)
    rows = [(number, since) for staff_no, number, since in asked.session.execute(query) if staff_no not in gone]
    first = min((in_uk(since).date() for _, since in rows), default=period.last)
    return sum(number for number, _ in rows), (period.last - first).days
