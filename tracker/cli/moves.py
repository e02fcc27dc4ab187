"""`tracker inspections move` and `tracker inspections call-off`."""

from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from tracker.cli.days import DAY

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.domain.moving import Days
    from tracker.services.moving_previews import Effects

REASON = click.option("--reason", required=True, help="why, in words that are kept with the history")
DRY_RUN = click.option("--dry-run", is_flag=True, help="say what it would mean for the team, and write nothing")


@click.command()
@click.argument("reference")
@click.option("--from", "first", type=DAY, required=True, help="the new first day")
@click.option("--to", "last", type=DAY, required=True, help="the new last day")
@REASON
@DRY_RUN
def move(reference: str, first: datetime, last: datetime, reason: str, *, dry_run: bool) -> None:
    """Move inspection REFERENCE to other days, and check its team again for them."""
    from tracker.cli.common import fail, now, open_database, open_to_write, system_actor
    from tracker.database import reading, writing
    from tracker.domain.access import Permission
    from tracker.domain.errors import RefusedError
    from tracker.domain.moving import faults_of_move, span_in_words
    from tracker.domain.uk_time import in_uk
    from tracker.queries.supposed import Supposed
    from tracker.services import moving
    from tracker.services.moving_previews import effects
    from tracker.services.plan_changes import means_of

    config, sessions = open_database() if dry_run else open_to_write()
    actor, days = system_actor(Permission.PLAN_INSPECTIONS), (first.date(), last.date())
    with reading(sessions) if dry_run else writing(sessions) as session:
        today = in_uk(at := now(config)).date()
        row = moving.planned(session, reference)
        if sentence := moving.fixed(row, today):
            fail(f"{reference}: {sentence}")
        if bad := [] if days == moving.days_of(row) else [*faults_of_move(moving.days_of(row), days, today)]:
            options = {"starts_on": "--from", "ends_on": "--to"}
            fail("; ".join(f"{options[field]}: {cure}" for field, cure in bad))
        command = moving.Move(reference, *days, reason)
        try:
            is_new = moving.is_to_be_moved(row, command, at=at)
            meant = effects(session, Supposed([(row, days)] if is_new else []), actor, at.date())
            warned = _warnings(session, row.id, days, today)
            if is_new and not dry_run:
                moving.move(session, actor, command, at=at)
        except RefusedError as error:
            fail(f"{reference}: {error}")
    if not is_new:
        click.echo(f"{reference} is planned for {span_in_words(days)} already: nothing was changed.")
        return
    for each in (*means_of(meant.teams[row.id]), *warned):
        click.echo(f"{each[:1].upper()}{each[1:]}.")
    say_elsewhere(meant)
    would_be, then = ("would be", "then") if dry_run else ("is", "now")
    click.echo(f"{reference} {would_be} moved: it {would_be} planned for {span_in_words(days)} {then}.")


def _warnings(session: "Session", inspection: int, days: "Days", today: date) -> list[str]:
    """Return what to look at before a move, each as a sentence without its full stop."""
    from tracker.domain.planning import far_ahead
    from tracker.services.moved_mitigations import left_too_late

    late = left_too_late(session, {inspection: days}, today)[inspection]
    return [*(each.says for each in late), *([far] if (far := far_ahead(days[0], today)) else [])]


@click.command("call-off")
@click.argument("reference")
@REASON
@DRY_RUN
def call_off(reference: str, reason: str, *, dry_run: bool) -> None:
    """Call inspection REFERENCE off, and release its team; it cannot be taken back."""
    from tracker.cli.common import fail, now, open_database, open_to_write, system_actor
    from tracker.database import reading, writing
    from tracker.domain.access import Permission
    from tracker.domain.errors import RefusedError
    from tracker.queries.supposed import Supposed
    from tracker.services import calling_off, moving
    from tracker.services.moving_previews import effects

    config, sessions = open_database() if dry_run else open_to_write()
    actor, command = system_actor(Permission.PLAN_INSPECTIONS), calling_off.CallOff(reference, reason)
    with reading(sessions) if dry_run else writing(sessions) as session:
        at = now(config)
        row = moving.planned(session, reference)
        try:
            is_new = calling_off.is_to_be_called_off(row, command, at=at)
            meant = effects(session, Supposed(off=[row]), actor, at.date())
            released = len(moving.open_of(session, [row.id]))
            if is_new and not dry_run:
                calling_off.call_off(session, actor, command, at=at)
        except RefusedError as error:
            fail(f"{reference}: {error}")
    if not is_new:
        click.echo(f"{reference} was called off before: nothing was changed.")
        return
    say_elsewhere(meant)
    word = "would be" if dry_run else "is"
    click.echo(f"{reference} {word} called off; released{' would be' if dry_run else ''}: {released:,}.")


def say_elsewhere(meant: "Effects") -> None:
    """Say what changes mean on other inspections, up to a hundred of them, and how many places are questioned."""
    from tracker.cli.common import MOST_ROWS
    from tracker.services.plan_changes import means_elsewhere, questioned_in_words

    for each in means_elsewhere(meant)[:MOST_ROWS]:
        click.echo(f"Elsewhere: {each}.")
    if questioned := questioned_in_words(meant):
        click.echo(questioned)
