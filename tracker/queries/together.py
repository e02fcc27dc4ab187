"""Asking many questions at once: each by itself is a round trip, and a statement to be made and planned."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import CompoundSelect, Integer, Select, literal_column, union_all


def first_found(queries: Iterable[Select[Any]]) -> CompoundSelect[Any]:
    """Return what finds a row of the first of these queries that finds any, and last in it that query's place.

    They give the same columns. Where none finds a row, which is what is hoped for, each is run once, as by itself.
    """
    placed = (
        query.add_columns(literal_column(str(place), Integer).label("place")) for place, query in enumerate(queries)
    )
    every = union_all(*placed)
    return every.order_by(every.selected_columns.place).limit(1)
