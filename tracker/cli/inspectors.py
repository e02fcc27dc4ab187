"""`tracker inspectors`: the staff list."""

from pathlib import Path

import click


@click.group()
def inspectors() -> None:
    """Inspectors, as the staff list says."""


@inspectors.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="say what the file would do, and write nothing")
def import_(file: Path, *, dry_run: bool) -> None:
    """Import FILE: csv staff_no,name,email,title,engagement,remits,home_postcode and, where you have them, more.

    That is employer, and left_on, the day from which somebody inspects no more: an empty one says nothing, and who is
    not in the file has not left. Several remits are separated by a semicolon; an employer is a SCHEME:NUMBER or a name.
    “tracker words” lists the titles, engagements, remits and schemes that there are.
    """
    from tracker.cli.common import now, open_database, open_to_write, system_actor
    from tracker.cli.leaving import say_leaving
    from tracker.database import reading, writing
    from tracker.domain.access import Permission
    from tracker.domain.uk_time import in_uk
    from tracker.importers import tables
    from tracker.services.inspectors import import_many, preview

    people = tables.inspectors(file)
    config, sessions = open_database() if dry_run else open_to_write()
    actor = system_actor(Permission.IMPORT_PEOPLE)
    with reading(sessions) if dry_run else writing(sessions) as session:
        at = now(config)
        today = in_uk(at).date()
        done = preview(session, actor, people, today) if dry_run else import_many(session, actor, people, at=at)
        for left in done.leaving:
            say_leaving(left, today, is_foreseen=dry_run)
    for staying in done.staying:
        who = f"{staying.staff_no}, {staying.name}"
        click.echo(
            f"{who}, stays: that he or she leaves on {staying.left_on} was taken back. Correct the "
            "list; or, if it is right after all, record it with “tracker people leave”."
        )
    would_be = "would be " if dry_run else ""
    told = f"{done.added:,} {would_be}added, {done.changed:,} {would_be}changed, {done.unchanged:,} unchanged"
    click.echo(f"Inspectors: {told}.")
    for each in done.rechecked:
        was = "; questioned" if each.questioned else ""
        click.echo(f"{each.inspection}, {each.staff_no} at {each.provider}: {each.before} before, {each.now} now{was}.")
