"""`tracker register`: take in a publisher's registers."""

import csv
import gc
from pathlib import Path

import click

from tracker.cli.common import now, open_database, open_to_write, progress, system_actor
from tracker.database import writing
from tracker.domain.access import Permission
from tracker.domain.errors import BadFileError
from tracker.domain.register import Extract, Kind, Known, Rejected
from tracker.importers.files import Progress
from tracker.importers.registers import read_register
from tracker.queries.seals import known_rows
from tracker.services.registers import ImportRegister, ImportSummary, import_register, preview_register

SHOWN_REJECTS = 5
ACTOR = system_actor(Permission.IMPORT_REGISTERS)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def register() -> None:
    """Import the registers of providers."""


def _kind(_context: click.Context, _parameter: click.Parameter, value: str) -> Kind:
    try:
        return Kind(value)
    except ValueError:
        raise click.BadParameter(f"“{value}” is no kind of register; there are {', '.join(Kind)}.") from None


@register.command(name="import")
@click.argument("kind", metavar="KIND", callback=_kind)
@click.argument("files", metavar="FILE…", type=FILE, nargs=-1, required=True)
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--rejects", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Write rejected rows.")
@click.option("--accept-fewer", is_flag=True, help="Take a file that lacks more than a fifth of what is known.")
def import_(*, kind: Kind, files: tuple[Path, ...], dry_run: bool, rejects: Path | None, accept_fewer: bool) -> None:
    """Import the publisher's own .csv, or the .zip it comes in.

    KIND is gias, gias-links, gias-groups, gias-group-links, ofsted-early-years, ofsted-social-care,
    ofsted-social-care-owners, ofsted-fe-skills or authorities. Several files of a kind are imported one after the
    other, the oldest first, all or none.
    """
    # A register makes millions of objects and no cycle worth finding; looking for some costs a fifth of the time.
    gc.disable()
    config, sessions = open_database() if dry_run else open_to_write()
    # Read and judged to their ends before anything is locked; rows that are known are passed over.
    with sessions() as session:
        known = known_rows(session, kind)
    commands = [_command(kind, path, known, accept_fewer=accept_fewer) for path in files]
    summaries = []
    with sessions() if dry_run else writing(sessions) as session:
        with progress("Comparing" if dry_run else "Comparing and writing", len(commands)) as done:
            at = now(config)
            for number, command in enumerate(commands, start=1):
                summaries.append((preview_register if dry_run else import_register)(session, ACTOR, command, at=at))
                done(number)
        # Before the commit: where they cannot be written, nothing is imported.
        if rejects is not None:
            _write_rejects(rejects, summaries)
    for summary in summaries:
        _show(summary, rejects)


def _command(kind: Kind, path: Path, known: Known, *, accept_fewer: bool) -> ImportRegister:
    with progress(f"Reading {path.name}", path.stat().st_size) as moved:
        extract = _read(kind, path, known, lambda done, _total: moved(done))
    return ImportRegister(extract, accept_fewer, lambda known_now: _read(kind, path, known_now))


def _read(kind: Kind, path: Path, known: Known, moved: Progress | None = None) -> Extract:
    try:
        with path.open("rb") as source:
            return read_register(kind, source, path.name, moved, known=known)
    except BadFileError as error:
        raise BadFileError(f"{path.name}: {error}", field=error.field) from error


def _write_rejects(path: Path, summaries: list[ImportSummary]) -> None:
    with path.open("w", encoding="utf-8", newline="") as target:
        rows = csv.writer(target)
        rows.writerow(("file", "row", "identifier", "reason"))
        for summary in summaries:
            name = _inert(summary.extract.file_name)
            rows.writerows((name, each.line, _inert(each.identifier), each.reason) for each in summary.rejected)


def _inert(cell: str) -> str:
    """Return what somebody else wrote so that a spreadsheet takes it for text, never for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell


def _show(summary: ImportSummary, rejects: Path | None) -> None:
    extract = summary.extract
    drawn = f", extract of {extract.extract_on}" if extract.extract_on else ""
    click.echo(f"{extract.kind.description}: {extract.file_name}{drawn}")
    if not summary.ref:
        click.echo("  This is a dry run: nothing was changed.")
    counts = (
        ("rows", summary.rows),
        ("added", summary.added),
        ("changed", summary.changed),
        ("gone", summary.gone),
        ("rejected", len(summary.rejected)),
    )
    for name, number in counts:
        click.echo(f"  {name:<10}{number:>10,}")
    for note in summary.notes:
        click.echo(f"  {note}")
    for each in summary.rejected[:SHOWN_REJECTS]:
        click.echo(f"  {_reject(each)}")
    if len(summary.rejected) > SHOWN_REJECTS:
        where = f"all are in {rejects}" if rejects else "--rejects FILE writes all of them"
        click.echo(f"  … and {len(summary.rejected) - SHOWN_REJECTS:,} more; {where}.")
    for verdict in summary.verdicts:
        questioned = "; it is questioned now" if verdict.questioned else ""
        click.echo(f"  {verdict.assignment}: {verdict.before} before, {verdict.now} now{questioned}")


def _reject(each: Rejected) -> str:
    return f"row {each.line}{f' ({each.identifier})' if each.identifier else ''} {each.reason}"
