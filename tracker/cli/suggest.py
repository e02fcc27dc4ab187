"""`tracker suggest`: who may go to an inspection, best first."""

from typing import TYPE_CHECKING

import click

from tracker.domain.lifecycle import ROLES

if TYPE_CHECKING:
    from tracker.allocation.suggestions import Choice


@click.command()
@click.argument("reference")
@click.option("--role", type=click.Choice(ROLES), help="in which role; the lead while there is none, then the team")
@click.option("--limit", type=click.IntRange(1, 1_000), default=20, show_default=True, help="how many to name")
def suggest(reference: str, role: str | None, limit: int) -> None:
    """Name who may go to inspection REFERENCE, best first: staff number, name, verdict, distance, load, and why."""
    from tracker.allocation.suggestions import Seeking, choices, planned, role_wanted
    from tracker.cli.common import now, open_database
    from tracker.database import reading
    from tracker.domain.allocation_rules import parse
    from tracker.queries import policies

    config, sessions = open_database()
    rules, today = parse(config.allocation.read_text(encoding="utf-8")), now(config).date()
    with reading(sessions) as session:
        inspection = planned(session, reference)
        wanted = role or role_wanted(session, inspection)
        book = policies.all_in_force(session, today)
        found = choices(session, Seeking(inspection, wanted, rules), book, today)
    for each in found.free[:limit]:
        click.echo(_line(each))
    if not found.free:
        click.echo(f"Nobody may go as {wanted}: nobody is qualified, free on those days and without a real conflict.")
    if found.real:
        click.echo(f"{len(found.real):,} cannot go: a real conflict.")


def _line(each: "Choice") -> str:
    from tracker.domain.choosing import in_mid_sentence

    person = each.known.person
    distance = "distance not known" if each.kilometres is None else f"{each.kilometres:,} km"
    load = f"{person.week} inspection{'' if person.week == 1 else 's'} in that week, {person.term} in that term"
    rules = ", ".join(each.outcome.rules)
    why = f" ({rules})" if rules else ""
    bends = "".join(f"; {in_mid_sentence(says)}" for says in each.bends)
    return f"{each.known.staff_no}  {each.known.name}: {each.outcome.verdict}{why}; {distance}; {load}{bends}"
