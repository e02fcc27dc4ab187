"""Rows that wait in memory, and beyond a number in a file, come back as they were, in their order, every time."""

import pytest

from tracker.queries import pile
from tracker.queries.pile import Pile


@pytest.mark.parametrize("most", [0, 1, 5, 100])
def test_rows_come_back_in_their_order_wherever_they_waited(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(pile, "IN_MEMORY", most)
    waiting: Pile[tuple[int, str]] = Pile()
    rows = [(number, "é\n" * number) for number in range(20)]
    for start in range(0, 20, 4):
        waiting.add(rows[start : start + 4])
        assert list(waiting) == rows[: start + 4]
    assert list(waiting) == rows
    assert len(waiting) == 20
    one, other = iter(waiting), iter(waiting)
    assert [(next(one), next(other)) for _ in rows] == list(zip(rows, rows, strict=True))
