"""The board: the scheduler's first page. What must be done now, and the inspections that are coming, week by week."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby
from typing import Any

from flask import current_app, render_template, request, url_for
from jinja2 import Environment
from markupsafe import Markup

from tracker.database import db
from tracker.domain.access import Permission
from tracker.domain.dates import in_words
from tracker.domain.remits import REMITS
from tracker.queries import board, closed_accounts, inspections, moves, objections
from tracker.queries.board import WEEK, Changed, Figures, Standing, Wanted
from tracker.queries.board_rows import Row, rows
from tracker.queries.figures import NOBODY
from tracker.web.access import requires
from tracker.web.auth import actor
from tracker.web.clock import today
from tracker.web.paging import asked
from tracker.web.scheduler.room import blueprint
from tracker.web.scheduler.words import blocks
from tracker.web.unchanged import same_while_unchanged

LONGEST_TEXT = 200
# The weeks to choose from: two months back, a year ahead.
WEEKS_BACK, WEEKS_AHEAD = 8, 52
# What the address calls each filter.
FILTERS = ("q", "from", "to", "remit", "region", "state", "ended", "changed")


STANDINGS = {
    Standing.QUESTIONED: "Questioned",
    Standing.BLOCKED: "With something in the way",
    Standing.READY: "Ready to confirm",
    Standing.OPEN: "With places open",
    Standing.FULL: "Full",
}


CHANGES = {Changed.MOVED: "Moved to other days", Changed.OFF: "Called off"}


@dataclass(frozen=True, slots=True)
class Paths:
    """Where the rows of the board lead to: what stands before a reference in each address."""

    inspection: str
    assignment: str
    load: str

    @classmethod
    def found(cls) -> "Paths":
        """Return the paths: to ask for each address by itself takes as long as all else of a row."""
        before = url_for("scheduler.inspection", reference="-"), url_for("scheduler.load", staff_no="-")
        return cls(before[0][:-1], url_for("scheduler.assignment", ref="-")[:-1], before[1][:-1])


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading: a week with its figures, or those that are questioned, whatever their week."""

    week: date | None
    figures: Figures
    rows: Sequence[Markup]


@blueprint.get("")
@requires(Permission.PLAN_INSPECTIONS)
@same_while_unchanged
def first_page() -> str:
    """Say what must be done now, then which inspections are coming."""
    page, wanted = asked(), wanted_by_address()
    weeks = board.figures(db.session, wanted)
    found = rows(db.session, wanted, start=page.start, size=page.size)
    # The board shows none that was called off; whoever asks for one by its reference is led to it.
    named = [] if found else [wanted.text, wanted.text.upper()]
    return render_template(
        "scheduler/first_page.html",
        work=inspections.work_numbers(db.session, today(), actor()),
        objections=objections.number_unanswered(db.session, actor()),
        closed=closed_accounts.number_on_teams(db.session, today()),
        open_places=inspections.number_to_fill(db.session, today()),
        wanted=wanted,
        filters=filters_of(wanted),
        total=total(weeks),
        groups=list(_groups(found, weeks, Paths.found())),
        page=page,
        called_off=sorted(moves.called_off(db.session, named)),
        options=options(tuple(_weeks()), tuple(board.regions(db.session))),
        standings=STANDINGS,
    )


@lru_cache(maxsize=8)
def options(weeks: Sequence[date], regions: Sequence[str]) -> Mapping[str, Sequence[tuple[str, Markup, Markup]]]:
    """Return what each filter can be chosen from: the value, and the option in the page, the second time chosen.

    They are the same all day, and a hundred of them written anew would be much of the page's time.
    """
    found: dict[str, list[tuple[str, str]]] = {
        "weeks": [(week.isoformat(), in_words(week)) for week in weeks],
        "remits": [(remit, remit.capitalize()) for remit in REMITS],
        "regions": [(region, region) for region in regions],
        "states": [(standing.value, words) for standing, words in STANDINGS.items()],
        "changes": [(changed.value, words) for changed, words in CHANGES.items()],
    }
    option, chosen = Markup('<option value="{}">{}</option>'), Markup('<option value="{}" selected>{}</option>')
    return {
        name: [(value, option.format(value, words), chosen.format(value, words)) for value, words in each]
        for name, each in found.items()
    }


def wanted_by_address() -> Wanted:
    """Return which inspections the address asks for; what it asks for in nonsense, it does not ask for."""
    weeks, own = _weeks(), actor().inspector_id
    regions, remit, region = board.regions(db.session), request.args.get("remit", ""), request.args.get("region", "")
    state, changed = request.args.get("state", ""), request.args.get("changed", "")
    return Wanted(
        today(),
        _week("from", weeks),
        _week("to", weeks),
        remit=remit if remit in REMITS else "",
        region=region if region in regions else "",
        standing=Standing(state) if state in {*Standing} else None,
        with_ended="ended" in request.args,
        text=" ".join(request.args.get("q", "").split())[:LONGEST_TEXT],
        changed=Changed(changed) if changed in {*Changed} else None,
        own=NOBODY if own is None else own,
    )


def filters_of(wanted: Wanted) -> Mapping[str, str | None]:
    """Return what is asked for as the address has it; None for what is not."""
    said = (
        wanted.text,
        wanted.from_week.isoformat() if wanted.from_week else None,
        wanted.to_week.isoformat() if wanted.to_week else None,
        wanted.remit,
        wanted.region,
        wanted.standing and wanted.standing.value,
        "1" if wanted.with_ended else "",
        wanted.changed and wanted.changed.value,
    )
    return {name: value or None for name, value in zip(FILTERS, said, strict=True)}


def total(weeks: Mapping[date, Figures]) -> Figures:
    """Return the figures of all weeks together."""
    each = [field.name for field in fields(Figures)]
    return Figures(*(sum(getattr(figures, name) for figures in weeks.values()) for name in each))


def _groups(found: Sequence[Row], weeks: Mapping[date, Figures], paths: Paths) -> Iterator[Group]:
    for (is_questioned, week), some in groupby(found, lambda row: (row.is_questioned, _of_week(row))):
        made = [_made(current_app.jinja_env, row, blocks(row, today()), paths) for row in some]
        yield Group(None if is_questioned else week, weeks.get(week, Figures()), made)


@lru_cache(maxsize=4096)
def _made(env: Environment, row: Row, says: Sequence[str], paths: Paths) -> Markup:
    """Return a row of the board: the same words are the same row, and after an act most rows are what they were."""
    parts: Any = env.get_template("scheduler/parts.html").module
    made: Markup = parts.board_row(row, says, paths)
    return made


def _of_week(row: Row) -> date:
    """Return the week of a row; one for all that are questioned, which stand together."""
    return date.min if row.is_questioned else row.week


def _weeks() -> list[date]:
    monday = board.monday_of(today())
    return [monday + WEEK * number for number in range(-WEEKS_BACK, WEEKS_AHEAD)]


def _week(name: str, weeks: Sequence[date]) -> date | None:
    """Return the week that the address names, None where it names none; one far off can be linked, if not chosen."""
    text = request.args.get(name, "")
    chosen = next((week for week in weeks if week.isoformat() == text), None)
    if chosen is not None:
        return chosen
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.weekday() == 0 and abs(day - today()) < timedelta(days=20 * 366) else None
