"""`tracker suggest`: who may go to an inspection, best first."""

import click


@click.command()
@click.argument("reference")
@click.option("--limit", type=click.IntRange(1, 1_000), default=20, show_default=True, help="how many to name")
def suggest(reference: str, limit: int) -> None:
    """Name who may go to inspection REFERENCE, best first: staff number, name, verdict, distance, load, and why."""
    from tracker.allocation.suggestions import suggestions
    from tracker.cli.common import now, open_database
    from tracker.database import reading

    config, sessions = open_database()
    with reading(sessions) as session:
        found = suggestions(session, reference, now(config).date(), limit=limit)
    for each in found:
        metres = each.candidate.metres
        distance = "distance not known" if metres is None else f"{metres / 1000:,.0f} km"
        load = f"{each.load} inspection{'' if each.load == 1 else 's'} in that week"
        rules = ", ".join(each.candidate.outcome.rules)
        why = f" ({rules})" if rules else ""
        click.echo(f"{each.candidate.staff_no}  {each.name}: {each.candidate.outcome.verdict}{why}; {distance}; {load}")
    if not found:
        click.echo("Nobody may go: whoever has not left is on the team, or has a real conflict.")
