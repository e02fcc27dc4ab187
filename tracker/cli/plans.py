"""`tracker inspections` and `tracker assignments`: what is planned, and who is to go."""

from collections import Counter
from pathlib import Path

import click

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def inspections() -> None:
    """Inspections, as the inspectorate plans them."""


@inspections.command("import")
@click.argument("file", type=FILE)
def import_inspections(file: Path) -> None:
    """Import FILE, whole or not at all: csv reference,provider,framework,starts_on,ends_on,team_size."""
    from tracker.cli.common import now, open_database, progress, system_actor
    from tracker.database import writing
    from tracker.domain.access import Permission
    from tracker.importers import plans
    from tracker.services import plan_imports

    rows = plans.inspections(file)
    config, sessions = open_database()
    actor = system_actor(Permission.PLAN_INSPECTIONS)
    with writing(sessions) as session, progress("Inspections", len(rows)) as shown:
        done = plan_imports.import_inspections(session, actor, rows, at=now(config), progress=shown)
    click.echo(f"Inspections: {done.added:,} added, {done.unchanged:,} unchanged.")


@click.group()
def assignments() -> None:
    """Who is to go where."""


@assignments.command("import")
@click.argument("file", type=FILE)
def import_assignments(file: Path) -> None:
    """Import FILE, whole or not at all: csv inspection,staff_no,role; proposes and checks each."""
    from tracker.cli.common import now, open_database, progress, system_actor
    from tracker.database import writing
    from tracker.domain.access import Permission
    from tracker.domain.facts import Verdict
    from tracker.importers import plans
    from tracker.services import plan_imports

    rows = plans.places(file)
    config, sessions = open_database()
    actor = system_actor(Permission.ASSIGN)
    with writing(sessions) as session, progress("Assignments", len(rows)) as shown:
        done = plan_imports.import_places(session, actor, rows, at=now(config), progress=shown)
    for each in done.placed:
        if each.verdict is not Verdict.CLEAR:
            where = f"{each.row.inspection}, {each.row.staff_no}"
            click.echo(f"Row {each.row.row}: {where}: {each.verdict} ({', '.join(each.rules)})")
    counts = Counter(each.verdict for each in done.placed)
    verdicts = ", ".join(f"{counts[verdict]:,} {verdict}" for verdict in reversed(Verdict))
    click.echo(f"Assignments: {done.added:,} proposed ({verdicts}), {done.unchanged:,} unchanged.")
