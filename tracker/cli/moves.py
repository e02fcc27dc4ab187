"""`tracker inspections move` and `tracker inspections call-off`."""

from datetime import date, datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.domain.moving import Days

DAY = click.DateTime(["%Y-%m-%d"])
REASON = click.option("--reason", required=True, help="why, in words that are kept with the history")


@click.command()
@click.argument("reference")
@click.option("--from", "first", type=DAY, required=True, help="the new first day")
@click.option("--to", "last", type=DAY, required=True, help="the new last day")
@REASON
@click.option("--dry-run", is_flag=True, help="say what it would mean for the team, and write nothing")
def move(reference: str, first: datetime, last: datetime, reason: str, *, dry_run: bool) -> None:
    """Move inspection REFERENCE to other days, and check its team again for them."""
    from tracker.cli.common import fail, now, open_database, open_to_write, system_actor
    from tracker.database import writing
    from tracker.domain.access import Permission
    from tracker.domain.errors import RefusedError
    from tracker.domain.moving import faults_of_move, span_in_words
    from tracker.domain.uk_time import in_uk
    from tracker.services import moving

    config, sessions = open_database() if dry_run else open_to_write()
    actor, at, days = system_actor(Permission.PLAN_INSPECTIONS), now(config), (first.date(), last.date())
    today = in_uk(at).date()
    with writing(sessions) as session:
        row = moving.planned(session, reference)
        if sentence := moving.fixed(row, today):
            fail(f"{reference}: {sentence}")
        bad = [] if days == moving.days_of(row) else [*faults_of_move(moving.days_of(row), days, today)]
        if bad:
            options = {"starts_on": "--from", "ends_on": "--to"}
            fail("; ".join(f"{options[field]}: {cure}" for field, cure in bad))
        means = _means(session, row.id, days, today)
        command = moving.Move(reference, *days, reason)
        try:
            done = None if dry_run else moving.move(session, actor, command, at=at)
        except RefusedError as error:
            fail(f"{reference}: {error}")
    for each in means:
        click.echo(f"{each[:1].upper()}{each[1:]}.")
    if done is not None and not done.is_new:
        click.echo(f"{reference} is planned for {span_in_words(days)} already: nothing was changed.")
        return
    if dry_run:
        click.echo(f"{reference} would be moved: it would be planned for {span_in_words(days)} then.")
    else:
        click.echo(f"{reference} is moved: it is planned for {span_in_words(days)} now.")


def _means(session: "Session", inspection: int, days: "Days", today: date) -> list[str]:
    """Return what new days would mean, each a sentence without its full stop."""
    from tracker.domain.planning import far_ahead
    from tracker.services.moved_mitigations import left_too_late
    from tracker.services.moving_previews import effects
    from tracker.services.plan_changes import means_of

    moves = {inspection: days}
    means = means_of(effects(session, moves, today)[inspection])
    means += [each.says for each in left_too_late(session, moves, today)[inspection]]
    return [*means, *([far] if (far := far_ahead(days[0], today)) else [])]


@click.command("call-off")
@click.argument("reference")
@REASON
def call_off(reference: str, reason: str) -> None:
    """Call inspection REFERENCE off, and release its team; it cannot be taken back."""
    from tracker.cli.common import fail, now, open_to_write, system_actor
    from tracker.database import writing
    from tracker.domain.access import Permission
    from tracker.domain.errors import RefusedError
    from tracker.services import calling_off

    config, sessions = open_to_write()
    with writing(sessions) as session:
        command = calling_off.CallOff(reference, reason)
        try:
            ended = calling_off.call_off(session, system_actor(Permission.PLAN_INSPECTIONS), command, at=now(config))
        except RefusedError as error:
            fail(f"{reference}: {error}")
    if not ended.is_new:
        click.echo(f"{reference} was called off before: nothing was changed.")
        return
    number = ended.released
    click.echo(f"{reference} is called off; {number:,} {'inspector' if number == 1 else 'inspectors'} released.")
