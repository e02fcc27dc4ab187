"""Compliance: the list behind each figure, with what the figure means, and how checks and decisions went over time."""

from dataclasses import dataclass

from flask import abort, render_template

from tracker.database import db
from tracker.domain.access import Permission
from tracker.domain.facts import Verdict
from tracker.queries import compliance, policies, registers
from tracker.queries.compliance import Asked, behind
from tracker.queries.compliance import over_time as series
from tracker.queries.compliance.over_time import Month
from tracker.web.access import requires
from tracker.web.auditor.lines import page_of
from tracker.web.auditor.room import blueprint
from tracker.web.clock import checked_on, now, today
from tracker.web.paging import asked as page_asked
from tracker.web.unchanged import same_while_nothing_happens

WIDTH, LEFT, TOP, HEIGHT, FOOT = 780, 60, 10, 200, 30
# The heaviest stands at the bottom, where lengths compare best.
STACK = (Verdict.REAL, Verdict.PERCEIVED, Verdict.UNDETERMINED, Verdict.CLEAR)


def asked() -> Asked:
    """Return what the figures are asked of, now."""
    return Asked(db.session, today(), policies.all_in_force(db.session, checked_on()))


@blueprint.get("/figures/<key>")
@requires(Permission.READ_HISTORY)
@same_while_nothing_happens
def figure(key: str) -> str:
    """Show what a figure means, and the list that it counts."""
    measure = compliance.MEASURES.get(key)
    if measure is None:
        abort(404)
    page, about = page_asked(), asked()
    listing, of_which = measure.listing(about), measure.of_which
    return render_template(
        "auditor/figure.html",
        key=key,
        measure=measure,
        number=listing.count(db.session),
        less=of_which(about).count(db.session) if of_which else 0,
        less_means=(of_which.__doc__ or "").strip() if of_which else "",
        rows=[(row, page_of(row.kind, row.ref)) for row in listing.page(db.session, page.start, page.size)],
        page=page,
    )


@blueprint.get("/over-time")
@requires(Permission.READ_HISTORY)
def over_time() -> str:
    """Show what checks found month by month, how long decisions take, who decided, and how old the registers are."""
    months = series.verdicts_by_month(db.session, today())
    return render_template(
        "auditor/over_time.html",
        months=months,
        picture=drawn(months),
        verdicts=STACK,
        since=series.first_month(today()),
        deciders=series.deciders(db.session, today()),
        waits=behind.by_wait(asked(), now()),
        registers=registers.ages(db.session, today()),
    )


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a column: which verdict, and where."""

    verdict: Verdict
    x: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Picture:
    """Columns of verdicts by month, ready to be drawn."""

    width: int
    height: int
    left: int
    base: int
    column: float
    boxes: tuple[Box, ...]
    names: tuple[tuple[float, str], ...]
    scale: tuple[tuple[float, str], ...]


def drawn(months: list[Month]) -> Picture:
    """Return the months as columns; the scale ends at a round number that no column exceeds."""
    most = _round(max((each.total for each in months), default=0))
    wide = (WIDTH - LEFT) / max(1, len(months))
    boxes, names = [], []
    for number, month in enumerate(months):
        x, filled = LEFT + wide * number + wide * 0.15, 0.0
        for verdict in STACK:
            tall = HEIGHT * month.numbers[verdict] / most
            filled += tall
            if tall:
                boxes.append(Box(verdict, round(x, 1), round(TOP + HEIGHT - filled, 1), round(tall, 1)))
        names.append((round(x + wide * 0.35, 1), f"{month.first:%b}"))
    scale = [(round(TOP + HEIGHT * (1 - part), 1), f"{most * part:,.0f}") for part in (0, 0.5, 1)]
    size = (WIDTH, TOP + HEIGHT + FOOT, LEFT, TOP + HEIGHT, round(wide * 0.7, 1))
    return Picture(*size, tuple(boxes), tuple(names), tuple(scale))


def _round(number: int) -> int:
    """Return the next of 2, 4, 6, 8, 10, 20, 40, 60 and so on."""
    step = 1
    while True:
        for each in (2, 4, 6, 8, 10):
            if each * step >= number:
                return each * step
        step *= 10
