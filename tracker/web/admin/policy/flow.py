"""The flow from old to new verdicts as shapes: two columns of bars, joined by ribbons."""

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.domain.facts import Verdict

WIDTH, BAR, LABELS, TOP, GAP = 780, 26, 170, 34, 16
# All ribbons together; the thinnest is still seen, and one this thick has room for its number.
TALL, THINNEST, ROOM = 260, 3, 17
ORDER = tuple(reversed(Verdict))
Flows = Mapping[tuple[Verdict, Verdict], int]


@dataclass(frozen=True, slots=True)
class Bar:
    """A verdict on one side: how many assignments have it."""

    verdict: Verdict
    number: int
    x: int
    y: float
    height: float

    @property
    def middle(self) -> float:
        """Where its words stand."""
        return round(self.y + self.height / 2 + 5, 1)


@dataclass(frozen=True, slots=True)
class Ribbon:
    """Assignments that go from one verdict to another, or keep theirs."""

    before: Verdict
    after: Verdict
    number: int
    path: str
    x: float
    y: float
    has_room: bool

    @property
    def is_change(self) -> bool:
        """Whether the verdict changes."""
        return self.before is not self.after


@dataclass(frozen=True, slots=True)
class Flow:
    """The picture, ready to be drawn; those that change lie above those that stay."""

    width: int
    height: int
    before: tuple[Bar, ...]
    after: tuple[Bar, ...]
    ribbons: tuple[Ribbon, ...]


def flow(flows: Flows) -> Flow | None:
    """Return the picture of these flows, None where there is nothing to draw."""
    total = sum(flows.values())
    if not total:
        return None
    thick = {pair: max(THINNEST, number / total * TALL) for pair, number in flows.items() if number}
    before = _bars(thick, flows, side=0, x=LABELS)
    after = _bars(thick, flows, side=1, x=WIDTH - LABELS - BAR)
    left, right = ({bar.verdict: bar.y for bar in bars} for bars in (before, after))
    ribbons = []
    for pair in [(one, other) for one in ORDER for other in ORDER if (one, other) in thick]:
        start, end, height = left[pair[0]], right[pair[1]], thick[pair]
        left[pair[0]] += height
        right[pair[1]] += height
        ribbons.append(_ribbon(pair, flows[pair], start, end, height))
    height = max(bar.y + bar.height for bar in (*before, *after)) + GAP
    ribbons.sort(key=lambda each: each.is_change)
    return Flow(WIDTH, round(height), before, after, tuple(ribbons))


def _bars(thick: Mapping[tuple[Verdict, Verdict], float], flows: Flows, *, side: int, x: int) -> tuple[Bar, ...]:
    bars, y = [], float(TOP)
    for verdict in ORDER:
        number = sum(count for pair, count in flows.items() if pair[side] is verdict)
        height = max(THINNEST, sum(each for pair, each in thick.items() if pair[side] is verdict))
        bars.append(Bar(verdict, number, x, round(y, 1), round(height, 1)))
        y += height + GAP
    return tuple(bars)


def _ribbon(pair: tuple[Verdict, Verdict], number: int, start: float, end: float, height: float) -> Ribbon:
    x0, x1 = LABELS + BAR, WIDTH - LABELS - BAR
    middle = (x0 + x1) // 2
    y0, y1, y2, y3 = (round(each, 1) for each in (start, end, end + height, start + height))
    path = f"M{x0} {y0}C{middle} {y0} {middle} {y1} {x1} {y1}V{y2}C{middle} {y2} {middle} {y3} {x0} {y3}Z"
    # A quarter along the curve, where ribbons that cross lie apart: so far across, and so far down.
    across, share = 0.297, 0.156
    y = start + (end - start) * share + height / 2 + 5
    return Ribbon(*pair, number, path, round(x0 + (x1 - x0) * across, 1), round(y, 1), height >= ROOM)
