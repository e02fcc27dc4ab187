"""`tracker declarations`: declarations that were made elsewhere."""

from pathlib import Path

import click


@click.group()
def declarations() -> None:
    """Declarations that were made elsewhere."""


@declarations.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_(file: Path) -> None:
    """Import FILE: csv staff_no,declared_at,nature,holder,target,began_on,ended_on,note; one connection a row.

    A row of nature “nil” says that there was nothing to declare. Each declaration is marked as imported, bears the
    date that it claims, and counts as known only from now. “tracker words” lists the natures and the holders.
    """
    from tracker.cli.common import now, open_to_write, refuse_rows, system_actor
    from tracker.database import writing
    from tracker.domain.access import Permission
    from tracker.domain.errors import BadRowsError
    from tracker.importers import claims
    from tracker.services.declaration_imports import import_many

    said = claims.declarations(file)
    config, sessions = open_to_write()
    actor = system_actor(Permission.IMPORT_PEOPLE)
    try:
        with writing(sessions) as session:
            done = import_many(session, actor, said.claims, said.misread, at=now(config))
    except BadRowsError as error:
        refuse_rows(error)
    click.echo(
        f"Declarations: {done.declarations:,} recorded with {done.connections:,} connections, "
        f"{done.already:,} known before."
    )
    for each in done.changed:
        was = " and is now questioned" if each.questioned else ""
        click.echo(f"{each.inspection}, {each.staff_no}: {each.before} before, {each.now} now{was}.")
