"""What an entry tells of rows: the same in whatever order they stand, and of no other rows."""

import json

from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.row_digest import Part, digest_of_text, form_of, told_of

COLUMNS = ("ref", "name", "easting")
CELL = st.none() | st.text(max_size=4) | st.sampled_from(["", "null", ",", "\n", '"', "\\", "\x1f", "],["])
ROWS = st.lists(st.tuples(CELL, CELL, st.none() | st.integers(0, 9)), max_size=4)


def _told(rows: list[tuple[object, ...]]) -> str:
    lines = [
        json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass") for row in rows
    ]
    return told_of(1, COLUMNS, lines)


@given(ROWS, st.randoms())
def test_the_order_of_rows_has_no_part_in_it(rows: list[tuple[object, ...]], random: object) -> None:
    mixed = list(rows)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert _told(mixed) == _told(rows)


@given(ROWS, ROWS)
def test_other_rows_are_told_of_otherwise(one: list[tuple[object, ...]], other: list[tuple[object, ...]]) -> None:
    assert (_told(one) == _told(other)) == (sorted(map(repr, one)) == sorted(map(repr, other)))


def test_other_columns_or_another_form_are_told_of_otherwise() -> None:
    assert len({told_of(1, ("a", "b"), []), told_of(1, ("b", "a"), []), told_of(2, ("a", "b"), [])}) == 3
    assert form_of(told_of(2, ("a",), [])) == 2


def test_a_part_is_named_by_its_table_and_its_register() -> None:
    assert (str(Part("provider", "gias")), Part("provider", "gias").subject) == ("provider/gias", "rows:provider/gias")
    assert str(Part("former_name", "")) == "former_name/"


def test_a_text_is_told_of_by_its_sha256() -> None:
    assert digest_of_text("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
