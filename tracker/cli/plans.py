"""`tracker inspections` and `tracker assignments`: what is planned, and who is to go."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.moves import call_off, move, say_elsewhere

if TYPE_CHECKING:
    from tracker.services.plan_previews import Preview

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
DRY_RUN = click.option("--dry-run", is_flag=True, help="say what the file would do, and write nothing")


@click.group()
def inspections() -> None:
    """Inspections, as the inspectorate plans them."""


inspections.add_command(move)
inspections.add_command(call_off)


@inspections.command("import")
@click.argument("file", type=FILE)
@DRY_RUN
def import_inspections(file: Path, *, dry_run: bool) -> None:
    """Import FILE, whole or not at all: csv reference,provider,framework,starts_on,ends_on,team_size.

    A known inspection on other days is moved, and a further column moved_because says why; a further column called_off
    says why one is called off.

    “tracker words” lists the schemes of providers, and the frameworks where they are limited.
    """
    from tracker.cli.common import now, open_database, open_to_write, refuse_rows, system_actor
    from tracker.database import reading, writing
    from tracker.domain.access import Permission
    from tracker.domain.allocation_rules import parse
    from tracker.domain.errors import BadRowsError
    from tracker.importers import plans, sheets
    from tracker.services.plan_imports import import_inspections as act
    from tracker.services.plan_previews import preview_inspections

    config, sessions = open_database() if dry_run else open_to_write()
    rules = parse(config.allocation.read_text(encoding="utf-8"))
    lines = plans.inspections(sheets.read(file), file.name, rules.frameworks)
    actor = system_actor(Permission.PLAN_INSPECTIONS)
    try:
        if dry_run:
            with reading(sessions) as session:
                done = preview_inspections(session, actor, lines.rows, lines.problems, at=now(config))
                done.refuse_wrong()
        else:
            with writing(sessions) as session:
                done = act(session, actor, lines.rows, lines.problems, at=now(config))
    except BadRowsError as error:
        refuse_rows(error)
    _say_inspections(done, "would be " if dry_run else "")


def _say_inspections(done: "Preview", would_be: str) -> None:
    from tracker.cli.common import MOST_ROWS
    from tracker.domain.counting import counted
    from tracker.domain.planning import Fate

    _say_warned(done)
    if done.unknown:
        unknown = counted(done.unknown, "row")
        providers = "provider" if done.unknown == 1 else "providers"
        click.echo(f"On no imported register: the {providers} of {unknown}; checks say undetermined at the least.")
    for each in done.changes[:MOST_ROWS]:
        click.echo(f"Row {each.row}: {each.what.partition(',')[0]}: {'; '.join((each.says, *each.means))}.")
    say_elsewhere(done.effects)
    words = {Fate.NEW: "added", Fate.MOVED: "moved", Fate.OFF: "called off"}
    told = [
        f"{done.count(fate):,} {would_be}{word}" for fate, word in words.items() if fate is Fate.NEW or done.count(fate)
    ]
    click.echo(f"Inspections: {', '.join(told)}, {done.count(Fate.UNCHANGED):,} unchanged.")


@click.group()
def assignments() -> None:
    """Who is to go where."""


@assignments.command("import")
@click.argument("file", type=FILE)
@DRY_RUN
def import_assignments(file: Path, *, dry_run: bool) -> None:
    """Import FILE, whole or not at all: csv inspection,staff_no,role; proposes and checks each.

    “tracker words” lists the roles.
    """
    from tracker.cli.common import now, open_database, open_to_write, progress, refuse_rows, system_actor
    from tracker.database import reading, writing
    from tracker.domain.access import Permission
    from tracker.domain.allocation_rules import parse
    from tracker.domain.errors import BadRowsError
    from tracker.importers import plans, sheets
    from tracker.services.place_previews import preview_places
    from tracker.services.plan_imports import import_places as act

    lines = plans.places(sheets.read(file), file.name)
    config, sessions = open_database() if dry_run else open_to_write()
    rules = parse(config.allocation.read_text(encoding="utf-8"))
    actor, rows = system_actor(Permission.ASSIGN), lines.rows
    try:
        if dry_run:
            with reading(sessions) as session:
                done = preview_places(session, actor, rows, lines.problems, rules=rules, at=now(config))
                done.refuse_wrong()
        else:
            with writing(sessions) as session, progress("Assignments", len(rows)) as shown:
                done = act(session, actor, rows, lines.problems, rules=rules, at=now(config), progress=shown)
    except BadRowsError as error:
        refuse_rows(error)
    _say_places(done, "would be proposed" if dry_run else "proposed")


def _say_places(done: "Preview", word: str) -> None:
    from tracker.domain.facts import Verdict
    from tracker.domain.planning import Fate

    for each in done.of(Fate.NEW):
        if each.verdict is not Verdict.CLEAR:
            where = ", ".join(each.what.split(", ")[:2])
            click.echo(f"Row {each.row}: {where}: {each.verdict} ({', '.join(each.rules)})")
    _say_warned(done)
    counts = done.verdicts
    verdicts = ", ".join(f"{counts[verdict]:,} {verdict}" for verdict in reversed(Verdict))
    click.echo(f"Assignments: {done.count(Fate.NEW):,} {word} ({verdicts}), {done.count(Fate.UNCHANGED):,} unchanged.")


def _say_warned(done: "Preview") -> None:
    """Name the rows to look at, up to a hundred."""
    from tracker.cli.common import MOST_ROWS

    for each in done.warned[:MOST_ROWS]:
        click.echo(f"Row {each.row}: {each.warns}.")
