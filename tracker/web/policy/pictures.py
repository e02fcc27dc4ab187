"""Bands through time as shapes: where each stretch begins on the line, how wide it is, and what is written in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracker.domain.explained.bands import DAYS_IN_A_YEAR, Band, Row, Stretch
from tracker.domain.facts import Verdict

WIDTH, RIGHT, CURRENT = 780, 10, 96
TOP, ROW, FOOT = 24, 34, 22
# Roughly how wide a sign is; where a word has no room its first letter stands, and then nothing: the table has it all.
SIGN, MARGIN = 8.3, 8
MOST_TICKS = 12


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch as a box."""

    verdict: Verdict
    x: float
    width: float
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row of boxes and its words."""

    words: str
    y: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the line of time: so many years before or after."""

    x: float
    words: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A band, ready to be drawn. The middle box is while the connection lasts."""

    width: int
    height: int
    left: float
    right: float
    lines: tuple[Line, ...]
    ticks: tuple[Tick, ...]
    bottom: int


def drawn(band: Band) -> Picture:
    """Return a band as shapes: ahead on the left, current in the middle, the years after on the right."""
    years = band.ahead_years + band.past_years
    labels = max(len(row.words) for row in band.rows) * SIGN
    a_year = (WIDTH - labels - RIGHT - CURRENT) / years
    left = labels + band.ahead_years * a_year
    lines = tuple(
        Line(row.words, TOP + number * ROW, tuple(_parts(row, band, left, a_year / DAYS_IN_A_YEAR)))
        for number, row in enumerate(band.rows)
    )
    bottom = TOP + len(lines) * ROW
    return Picture(WIDTH, bottom + FOOT, left, left + CURRENT, lines, tuple(_ticks(band, left, a_year)), bottom)


def _parts(row: Row, band: Band, left: float, a_day: float) -> Iterator[Part]:
    ahead, past = band.ahead_years * DAYS_IN_A_YEAR, band.past_years * DAYS_IN_A_YEAR
    for each in reversed(row.ahead):
        first, last = _days(each, ahead)
        yield _part(each.verdict, left - last * a_day, (last - first) * a_day)
    yield _part(row.current, left, CURRENT)
    for each in row.past:
        first, last = _days(each, past)
        yield _part(each.verdict, left + CURRENT + first * a_day, (last - first) * a_day)


def _days(each: Stretch, most: float) -> tuple[float, float]:
    return each.first - 1, most if each.last is None else each.last


def _part(verdict: Verdict, x: float, width: float) -> Part:
    word = verdict.capitalize()
    fits = next((each for each in (word, word[0]) if len(each) * SIGN + MARGIN <= width), "")
    return Part(verdict, round(x, 1), round(width, 1), fits)


def _ticks(band: Band, left: float, a_year: float) -> Iterator[Tick]:
    step = -(-(band.ahead_years + band.past_years) // MOST_TICKS)
    for year in range(step, band.ahead_years + 1, step):
        yield Tick(round(left - year * a_year, 1), str(year))
    for year in range(step, band.past_years + 1, step):
        yield Tick(round(left + CURRENT + year * a_year, 1), str(year))


def in_words(stretches: Sequence[Stretch]) -> str:
    """Return a row of stretches as the table has them, such as `real up to 3 years, then clear`."""
    if len(stretches) == 1:
        return f"{stretches[0].verdict} throughout"
    return ", ".join(
        f"{each.verdict} up to {each.until}" if each.last is not None else f"then {each.verdict}" for each in stretches
    )
