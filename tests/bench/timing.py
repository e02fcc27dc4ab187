"""Two ways timed in turns, so that a machine that is slow by turns is slow for both; and the line that says so."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter

SCALES = {
    "ns": 1e9,
    "µs": 1e6,
    "ms": 1e3,
    "s": 1.0,
    "statements": 1.0,
    "share": 1.0,
    "places": 1.0,
    "km": 1e-3,
    "a second": 1.0,
}
Way = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure: medians of both sides (seconds, or a count), and the ratio to reach, if one is named."""

    name: str
    unit: str
    ours: float
    yardstick: float
    against: str
    target: float | None = None
    # The ratio that ours must at least have: more is better.
    least: float | None = None

    @property
    def ratio(self) -> float:
        return self.ours / self.yardstick

    def line(self) -> str:
        scale = SCALES[self.unit]
        said = "" if self.target is None else f"≤ {self.target:g}{' MISSED' if self.ratio > self.target else ''}"
        if self.least is not None:
            said = f"≥ {self.least:g}{' MISSED' if self.ratio < self.least else ''}"
        figures = f"{self.ours * scale:>11,.4g}{self.yardstick * scale:>11,.4g}{self.ratio:>9,.3g}"
        return f"{self.name:<48}{self.unit:<11}{figures}  {said:<15}{self.against}"


HEADER = f"{'':<48}{'unit':<11}{'ours':>11}{'yardstick':>11}{'ratio':>9}  {'to reach':<15}yardstick"


def seconds(way: Way) -> float:
    """Return how long one call takes."""
    begun = perf_counter()
    way()
    return perf_counter() - begun


def in_turns(ours: Way, yardstick: Way, *, rounds: int, calls: int = 1) -> tuple[float, float]:
    """Return the median seconds of both, timed as `all_in_turns` does."""
    one, other = all_in_turns(ours, yardstick, rounds=rounds, calls=calls)
    return one, other


def all_in_turns(*ways: Way, rounds: int, calls: int = 1) -> tuple[float, ...]:
    """Return the median seconds of each way; a round times each once, and every other round goes backwards.

    `calls` is how many like acts one call of a way does: the answer is for one of them. Each is called once before,
    so that none pays for the first use of a statement or a page.
    """
    for way in ways:
        way()
    taken: list[list[float]] = [[] for _ in ways]
    for number in range(rounds):
        pairs = list(zip(ways, taken, strict=True))
        for way, times in pairs if number % 2 == 0 else pairs[::-1]:
            times.append(seconds(way) / calls)
    return tuple(median(times) for times in taken)
