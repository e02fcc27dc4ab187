"""What a plan comes to as columns: how high each is, where it stands, and what is written on it."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, LEFT, TOP, FOOT = 780, 200, 10, 24, 30
WIDEST, SHARE = 90.0, 0.72
# Roughly how wide a sign is: a label stands where it has room beside its neighbours.
SIGN = 7.5


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a column: which of the parts, and where."""

    part: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its blocks from the bottom, its number on top, and its label beneath, which may be empty."""

    x: float
    width: float
    middle: float
    top: float
    number: str
    label: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """Columns side by side, ready to be drawn."""

    width: int
    height: int
    bottom: int
    columns: tuple[Column, ...]


def columns(rows: Sequence[tuple[str, Sequence[int]]]) -> Picture | None:
    """Return rows of a label and one or more numbers as stacked columns; None where there is nothing to draw."""
    highest = max((sum(numbers) for _, numbers in rows), default=0)
    if not highest:
        return None
    room = (WIDTH - 2 * LEFT) / len(rows)
    width = min(WIDEST, room * SHARE)
    every = max(1, -(-int(max(len(label) for label, _ in rows) * SIGN) // max(1, int(room))))
    bottom = TOP + HEIGHT
    drawn = [
        _column(label if place % every == 0 else "", numbers, LEFT + room * (place + 0.5), width, HEIGHT / highest)
        for place, (label, numbers) in enumerate(rows)
    ]
    return Picture(WIDTH, bottom + FOOT, bottom, tuple(drawn))


def _column(label: str, numbers: Sequence[int], middle: float, width: float, unit: float) -> Column:
    blocks, y = [], float(TOP + HEIGHT)
    for part, number in enumerate(numbers):
        if number:
            y -= number * unit
            blocks.append(Block(part, round(y, 1), round(number * unit, 1)))
    total = f"{sum(numbers):,}"
    fits = len(total) * SIGN <= width / SHARE
    x = round(middle - width / 2, 1)
    return Column(x, round(width, 1), round(middle, 1), round(y - 6, 1), total if fits else "", label, tuple(blocks))
