"""`tracker inspectors`: the staff list."""

from pathlib import Path

import click


@click.group()
def inspectors() -> None:
    """Inspectors, as the staff list says."""


@inspectors.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_(file: Path) -> None:
    """Import FILE: csv staff_no,name,email,title,engagement,remits,home_postcode and, where you have it, employer.

    Several remits are separated by a semicolon; an employer is a SCHEME:NUMBER or a name. “tracker words” lists the
    titles, engagements, remits and schemes that there are.
    """
    from tracker.cli.common import now, open_to_write, system_actor
    from tracker.database import writing
    from tracker.domain.access import Permission
    from tracker.importers import tables
    from tracker.services.inspectors import import_many

    people = tables.inspectors(file)
    config, sessions = open_to_write()
    with writing(sessions) as session:
        done = import_many(session, system_actor(Permission.IMPORT_PEOPLE), people, at=now(config))
    click.echo(f"Inspectors: {done.added:,} added, {done.changed:,} changed, {done.unchanged:,} unchanged.")
    for each in done.rechecked:
        was = "; questioned" if each.questioned else ""
        click.echo(f"{each.inspection}, {each.staff_no} at {each.provider}: {each.before} before, {each.now} now{was}.")
