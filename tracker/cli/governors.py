"""`tracker governors`: a published list of governors, from which leads are drawn and nothing else."""

from pathlib import Path

import click


@click.group()
def governors() -> None:
    """Governors, as a published list names them."""


@governors.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_(file: Path) -> None:
    """Import FILE in place of the last list: csv provider,name and, where you have it, role.

    “tracker words” lists the schemes of providers and groups.
    """
    from sqlalchemy import exists, func, select

    from tracker.cli.common import now, open_to_write, system_actor
    from tracker.database import writing
    from tracker.domain.access import Permission
    from tracker.domain.counting import counted
    from tracker.importers import tables
    from tracker.models import GovernorRow, ProviderRow
    from tracker.services.leads import import_governors

    rows = tables.governors(file)
    config, sessions = open_to_write()
    with writing(sessions) as session:
        number = import_governors(session, system_actor(Permission.IMPORT_REGISTERS), rows, at=now(config))
        there = exists().where(ProviderRow.ref == GovernorRow.provider)
        unknown = session.scalar(select(func.count()).select_from(GovernorRow).where(~there)) or 0
    click.echo(f"Governors: {number:,} listed.")
    if unknown:
        providers = "provider" if unknown == 1 else "providers"
        click.echo(f"On no imported register: the {providers} of {counted(unknown, 'row')}: compare its number.")
