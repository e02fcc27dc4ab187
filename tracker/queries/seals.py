"""What is kept of the rows of registers: their seals, and what they say, as the database's driver gives it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.register import AUTHORITIES, GIAS, GROUPS, Kind, Known
from tracker.models import RegisterImport
from tracker.queries.driver import Statement

SealedRow = tuple[str, Any]
SOME = 5_000
_REGISTER = "(SELECT value ->> 0 FROM {given register})"


@dataclass(frozen=True, slots=True)
class Kept:
    """How a table's rows are asked for: their seals and keys, all columns of some, and whether any is there."""

    names: tuple[str, ...]
    keys: tuple[str, ...]
    seals: Statement
    rows: Statement
    any: Statement


def _kept(table: str, keys: tuple[str, ...], names: tuple[str, ...]) -> Kept:
    own = ", ".join(f"kept.{name}" for name in (*keys, *names))
    same = " AND ".join(f"kept.{key} = value ->> {place}" for place, key in enumerate(keys))
    listed = f"register = {_REGISTER} AND gone_at IS NULL"
    return Kept(
        names,
        keys,
        # These are our own names of tables and columns.
        Statement(f"SELECT row_digest, {', '.join(keys)} FROM {table} WHERE {listed}"),  # noqa: S608
        Statement(f"SELECT {own}, kept.gone_at IS NULL FROM {{given keys}} JOIN {table} AS kept ON {same}"),  # noqa: S608
        Statement(f"SELECT 1 FROM {table} WHERE register = {_REGISTER} LIMIT 1"),  # noqa: S608
    )


PROVIDERS = _kept(
    "provider",
    ("ref",),
    (
        *("register", "name", "status", "kind", "type_group", "phase", "opened_on", "closed_on", "authority"),
        *("authority_name", "town", "postcode", "easting", "northing", "other_numbers", "region"),
    ),
)
LINKS = _kept("provider_link", ("of_ref", "to_ref", "kind"), ("to_name", "established_on"))
GROUP_ROWS = _kept(
    "provider_group",
    ("ref",),
    ("name", "kind", "status", "opened_on", "closed_on", "town", "postcode", "other_numbers"),
)
# The table that a file's own rows are kept in, and the register that they bear there.
KEPT_IN: dict[Kind, tuple[Kept, str]] = {
    Kind.GIAS: (PROVIDERS, GIAS),
    Kind.GIAS_LINKS: (LINKS, GIAS),
    Kind.GIAS_GROUPS: (GROUP_ROWS, GROUPS),
    Kind.EARLY_YEARS: (PROVIDERS, Kind.EARLY_YEARS),
    Kind.SOCIAL_CARE: (PROVIDERS, Kind.SOCIAL_CARE),
    Kind.FE_SKILLS: (PROVIDERS, Kind.FE_SKILLS),
    Kind.AUTHORITIES: (PROVIDERS, AUTHORITIES),
}


def known_rows(session: Session, kind: Kind) -> Known:
    """Return the rows that the last extract of this kind listed: such rows need no second reading."""
    rows = sealed_rows(session, *KEPT_IN[kind]) if kind in KEPT_IN else []
    return Known(imports_so_far(session), rows, frozenset(seal for seal, _ in rows))


def imports_so_far(session: Session) -> int:
    """Return how many imports of any kind there were: nothing else changes what the registers say."""
    return session.scalar(select(func.count()).select_from(RegisterImport)) or 0


def is_there(session: Session, kind: Kind) -> bool:
    """Tell whether a register was ever imported: whatever it listed is kept, also when it is listed no more."""
    kept, register = KEPT_IN[kind]
    return bool(kept.any.rows(session, register=[[register]]))


def sealed_rows(session: Session, kept: Kept, register: str) -> list[SealedRow]:
    """Return the seal of every row that a register listed last, with its key: one value, or several in a tuple."""
    rows = kept.seals.rows(session, register=[[register]])
    return list(rows) if len(kept.keys) == 1 else [(seal, tuple(key)) for seal, *key in rows]


def rows_of(session: Session, kept: Kept, keys: Collection[Any]) -> dict[Any, tuple[tuple[Any, ...], bool]]:
    """Return what is kept of these keys: all columns with the key's first, and whether it is listed still."""
    width = len(kept.keys)
    asked = [[key] for key in keys] if width == 1 else [list(key) for key in keys]
    found: dict[Any, tuple[tuple[Any, ...], bool]] = {}
    for start in range(0, len(asked), SOME):
        for row in kept.rows.rows(session, keys=asked[start : start + SOME]):
            *said, is_listed = row
            found[said[0] if width == 1 else tuple(said[:width])] = (tuple(said), bool(is_listed))
    return found
