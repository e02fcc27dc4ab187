"""What the history tells of the rows that an import wrote, and that no import builds upon rows that none left so."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tracker.domain.errors import BadFileError
from tracker.domain.row_digest import Part
from tracker.queries.register_rows import (
    as_told,
    has_any,
    in_words,
    last_number,
    numbered_rows,
    rows_by_keys,
    state_from,
)
from tracker.queries.told_rows import MEND, Told, changed_since, latest
from tracker.services.bulk import is_sqlite
from tracker.services.register_writes import Plan, Write


@dataclass(frozen=True, slots=True)
class Before:
    """What stood before an import writes, as far as it must be known to tell what stands after it.

    Of a table, `last` is the highest number of its rows. `old` are the rows that will be changed, by their table and
    number; `new` is what brings all rows of a part that has none.
    """

    told: Mapping[Part, Told]
    last: Mapping[str, int]
    old: Mapping[str, Mapping[int, tuple[Part, bytes]]]
    new: Mapping[Part, Write]


def refuse_changed(session: Session, plan: Plan) -> None:
    """Refuse to build upon rows that no import left so: the next entry would tell of them as right."""
    changed = changed_since(session, plan.parts)
    if changed is not None:
        _refuse(*changed)


def _refuse(part: Part, told: Told | None) -> None:
    since = (
        f"Since entry {told.seq:,} of the history, which tells of" if told is not None else "Before any entry told of"
    )
    raise BadFileError(f"{since} {in_words(part)}, {MEND}.", field="file")


def stands_before(session: Session, plan: Plan) -> Before:
    """Return what stands before a plan is written; reads no more than what it will change."""
    old: dict[str, dict[int, tuple[Part, bytes]]] = {}
    for each in plan.planned:
        if each.keys:
            table, keys = each.part.table, (row[len(each.names) :] for row in each.rows)
            old.setdefault(table, {}).update(rows_by_keys(session, table, each.keys, keys))
    last = {table: last_number(session, table) for table in {part.table for part in plan.parts}}
    return Before(latest(session, plan.parts), last, old, _new(session, plan) if is_sqlite(session) else {})


def _new(session: Session, plan: Plan) -> dict[Part, Write]:
    """Return the parts of which there are no rows yet, and of which one write brings all.

    What is told of those is found out from what is written: to read it back would take longer. PostgreSQL may write a
    value otherwise than its driver takes it, and is asked.
    """
    by_part: dict[Part, list[Write]] = {part: [] for part in plan.parts}
    for each in plan.planned:
        if each.part in by_part:
            by_part[each.part].append(each)
    return {
        part: writes[0]
        for part, writes in by_part.items()
        if len(writes) == 1 and not writes[0].keys and not has_any(session, part)
    }


def state_after(session: Session, plan: Plan, before: Before) -> dict[str, str]:
    """Return what the history tells of each part as it stands, now that the plan is written.

    Raises BadFileError where, but for what was written, something stands otherwise than the last entry on it tells:
    the one reading serves for both, since of all rows most are not written.
    """
    state = {}
    for part in sorted(plan.parts):
        write = before.new.get(part)
        if write is not None:
            was: list[bytes] | None = []
            state[str(part)] = state_from(part.table, as_told(part.table, write.names, write.rows))
        else:
            rows = numbered_rows(session, part)
            was = None if rows is None else _was(part, rows, before)
            state[str(part)] = state_from(part.table, [row for _, row in rows or ()])
        told = before.told.get(part)
        if was is None or (told is not None and state_from(part.table, was) != told.state):
            _refuse(part, told)
    return state


def _was(part: Part, rows: list[tuple[int, bytes]], before: Before) -> list[bytes]:
    """Return the rows of a part as they were before the import wrote."""
    last, old = before.last[part.table], before.old.get(part.table, {})
    stayed = [row for number, row in rows if number <= last and number not in old]
    return stayed + [row for its, row in old.values() if its == part]
