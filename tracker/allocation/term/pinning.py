"""Whether pins can be kept: each on its own, and all together."""

import numpy as np

from tracker.allocation.term.problem import Problem


class PinsBreakRulesError(ValueError):
    """Pins that cannot all be kept; `rows` says which, and `why` in words."""

    def __init__(self, rows: list[int], why: list[str]) -> None:
        super().__init__("; ".join(why))
        self.rows, self.why = rows, why


def refuse_bad_pins(problem: Problem) -> None:
    _ = np
