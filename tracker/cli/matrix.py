"""`tracker matrix`: every inspector against every inspection of a period, as a file of findings."""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.days import DAY
from tracker.cli.whole_files import whole

if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMNS = ("staff_no", "inspection", "provider", "starts_on", "ends_on", "rule", "verdict", "connection")
PARQUET = ".parquet"
KINDS = (".csv", PARQUET)
Write = Callable[[list[tuple[str, ...]]], None]


@click.command()
@click.option("--from", "first", type=DAY, help="inspections that end on this day or later (default: today)")
@click.option("--to", "last", type=DAY, help="inspections that start on this day or earlier (default: all)")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="a .csv or a .parquet file")
@click.option("--reasons", is_flag=True, help="each finding's sentence besides; this takes far longer")
def matrix(first: datetime | None, last: datetime | None, out: Path, *, reasons: bool) -> None:
    """Check every inspector against every inspection of a period, and write what was found; nothing is stored.

    A pair that is not in the file is clear.
    """
    from tracker.allocation.findings import findings, rows, sentences
    from tracker.cli.common import fail, now, open_database, progress
    from tracker.queries import policies

    if out.suffix not in KINDS:
        message = f"--out must end in {' or '.join(KINDS)}"
        raise click.UsageError(message)
    if not out.absolute().parent.is_dir():
        fail(f"There is no folder {out.absolute().parent}: make it first, or name another")
    config, sessions = open_database()
    today = now(config).date()
    begin, end = first.date() if first else today, last.date() if last else date.max
    if end < begin:
        message = "--to is before --from"
        raise click.UsageError(message)
    total = 0
    with sessions() as session, _writing(out, (*COLUMNS, *(["reason"] if reasons else []))) as write:
        book = policies.all_in_force(session, today)
        with progress("Connections") as shown:
            for loaded, found in findings(session, book, begin, end, lambda done, _of: shown(done)):
                block = list(rows(loaded, found))
                total += len(block)
                if reasons:
                    write([(*row, said) for row, said in zip(block, sentences(session, loaded, found), strict=True)])
                else:
                    write(list(map(tuple, block)))
    click.echo(f"{total:,} findings are in {out}.")


@contextmanager
def _writing(out: Path, columns: "Sequence[str]") -> Iterator[Write]:
    """Give what writes rows; the file takes its name only when all of it is written."""
    with whole(out) as path, (_parquet if out.suffix == PARQUET else _csv)(path, columns) as write:
        yield write


@contextmanager
def _csv(path: Path, columns: "Sequence[str]") -> Iterator[Write]:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        yield writer.writerows


@contextmanager
def _parquet(path: Path, columns: "Sequence[str]") -> Iterator[Write]:
    from tracker.cli.common import fail

    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        fail("A .parquet file needs the package pyarrow: pip install pyarrow; or write a .csv")
    schema: Any = pa.schema([(name, pa.string()) for name in columns])
    with parquet.ParquetWriter(path, schema) as writer:

        def write(rows: list[tuple[str, ...]]) -> None:
            if rows:
                arrays = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
                writer.write_table(pa.Table.from_arrays(arrays, schema=schema))

        yield write
