"""Get Information about Schools: establishments, links, groups and members, from its own files to pure records."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO

from tracker.domain.register import Extract, Kind, Record, Rejected, Snapshot
from tracker.importers.files import Progress, Table, day_in, digest_of, opened, refuse
from tracker.importers.gias_rows import Reader, UnreadableRow, authorities, establishment, group, link, membership

URN, UID, JOINED = "URN", "Group UID", "Joined date"
SHOWN_COLUMNS = 4
# Ten times the largest file. Every row is held to be compared: a small .zip of millions would take all the memory.
MOST_ROWS = 500_000


@dataclass(frozen=True, slots=True)
class Layout:
    """What a kind of file must have, may have, and how a row of it is read; `key` is the column that names a row."""

    required: tuple[str, ...]
    optional: tuple[str, ...]
    key: str
    read: Callable[[Reader], Record]


LAYOUTS = {
    Kind.GIAS: Layout(
        (
            URN,
            "EstablishmentName",
            "EstablishmentStatus (name)",
            "EstablishmentTypeGroup (name)",
            "LA (code)",
            "LA (name)",
            "CloseDate",
        ),
        (
            "TypeOfEstablishment (name)",
            "PhaseOfEducation (name)",
            "OpenDate",
            "EstablishmentNumber",
            "UKPRN",
            "Town",
            "Postcode",
            "Easting",
            "Northing",
        ),
        URN,
        establishment,
    ),
    Kind.GIAS_LINKS: Layout((URN, "LinkURN", "LinkType"), ("LinkName", "LinkEstablishedDate"), URN, link),
    Kind.GIAS_GROUPS: Layout(
        (UID, "Group Name", "Group Type", "Group Status", "Closed Date"),
        (
            "Group ID",
            "Companies House Number",
            "UKPRN",
            "Open date",
            "Incorporated on (open date)",
            "Group Town",
            "Group Postcode",
        ),
        UID,
        group,
    ),
    Kind.GIAS_GROUP_LINKS: Layout((URN, UID, JOINED), ("EstablishmentName",), URN, membership),
}
# The columns by which a file is recognised, the most telling first: the members' file has the groups' columns, too.
_SIGNS = (
    (Kind.GIAS_LINKS, {URN, "LinkURN"}),
    (Kind.GIAS_GROUP_LINKS, {URN, UID}),
    (Kind.GIAS, {URN, "EstablishmentName"}),
    (Kind.GIAS_GROUPS, {UID, "Group Name"}),
)


def read_register(kind: Kind, source: IO[bytes], file_name: str, progress: Progress | None = None) -> Extract:
    """Read a publisher's .csv, or the .zip it comes in; raise BadFileError where the file as a whole cannot be taken.

    `source` must be able to seek; `progress` is told bytes read and bytes in all. A row that cannot be taken is among
    the snapshot's rejected ones, with its line and the reason.
    """
    digest = digest_of(source)
    with opened(source, file_name) as table:
        snapshot = _snapshot(kind, table, progress)
        shown = file_name.encode(errors="replace").decode()
        return Extract(kind, shown, digest, day_in(file_name, table.name), snapshot)


def _snapshot(kind: Kind, table: Table, progress: Progress | None) -> Snapshot:
    layout, rows = LAYOUTS[kind], table.rows(progress)
    header = next(rows, None)
    columns = [each.strip() for each in header.values] if header else []
    _refuse_wrong_columns(kind, layout, columns)
    reader = Reader({name: columns.index(name) for name in (*layout.required, *layout.optional) if name in columns})
    records: dict[object, Record] = {}
    lines: list[int] = []
    rejected: list[Rejected] = []
    for number, row in enumerate(rows):
        if number >= MOST_ROWS:
            refuse(f"The file has more than {MOST_ROWS:,} rows, which no register has: it was not read to its end.")
        reader.values = row.values
        try:
            if row.fault:
                raise UnreadableRow(row.fault)  # noqa: TRY301 (one place says why a row is rejected)
            record = layout.read(reader)
            if record.key in records:
                raise UnreadableRow("is listed twice")  # noqa: TRY301 (as above)
            records[record.key] = record
            lines.append(row.line)
        except UnreadableRow as fault:
            rejected.append(Rejected(row.line, reader.text(layout.key), str(fault)))
    if not records:
        _refuse_nothing(rejected)
    absent = [name for name in layout.optional if name not in columns]
    notes = (f"The file has no column {_listed(absent)}; that part stays empty.",) if absent else ()
    every = tuple(records.values())
    drawn = tuple(authorities(every)) if kind is Kind.GIAS else ()
    return Snapshot(every, tuple(lines), tuple(rejected), drawn, notes)


def _refuse_wrong_columns(kind: Kind, layout: Layout, columns: Sequence[str]) -> None:
    looks_like = next((other for other, signs in _SIGNS if signs <= set(columns)), None)
    if looks_like is not None and looks_like is not kind:
        refuse(f"This looks like {looks_like.description} ({looks_like}), not {kind.description} ({kind}).")
    missing = [name for name in layout.required if name not in columns]
    if looks_like is None and len(missing) > 1:
        begins = _listed(columns[:SHOWN_COLUMNS])
        refuse(f"This is no file of {kind.description}: it lacks {_listed(missing)}. Its header begins with {begins}.")
    if missing:
        refuse(f"The file lacks the required column {_listed(missing)}.")
    twice = [name for name in layout.required if columns.count(name) > 1]
    if twice:
        refuse(f"The file has the column {_listed(twice)} more than once.")


def _refuse_nothing(rejected: Sequence[Rejected]) -> None:
    if not rejected:
        refuse("The file has a header and no rows; download it again.")
    first = rejected[0]
    refuse(f"No row of the file can be taken; the first, line {first.line} ({first.identifier}), {first.reason}.")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"“{name[:40]}”" for name in names)
