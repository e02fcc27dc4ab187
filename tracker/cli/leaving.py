"""`tracker people leave` and `tracker people stay`: on which day an inspector leaves."""

from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from tracker.cli.days import DAY

if TYPE_CHECKING:
    from tracker.services.leavings import Leaving

WHO = click.option("--inspector", "staff_no", metavar="STAFF_NO", required=True, help="Which inspector.")
REMARK = click.option("--remark", default="", help="A remark that is kept with the history.")


@click.command()
@WHO
@click.option("--on", type=DAY, required=True, help="The first day on which he or she inspects no more.")
@REMARK
@click.option("--dry-run", is_flag=True, help="Say what it would mean, and write nothing.")
def leave(staff_no: str, on: datetime, remark: str, *, dry_run: bool) -> None:
    """Record the day on which an inspector leaves, and release from what begins then or later.

    It closes no account: “tracker people close” does.
    """
    from tracker.cli.common import fail, now, open_database, open_to_write, system_actor
    from tracker.database import reading, writing
    from tracker.domain.access import Permission
    from tracker.domain.errors import RefusedError
    from tracker.domain.leaving import fault_of
    from tracker.domain.uk_time import in_uk
    from tracker.queries.staff import by_staff_no
    from tracker.services import leavings

    config, sessions = open_database() if dry_run else open_to_write()
    day = on.date()
    # The time is asked when it is this command's turn, or it could be before that of the entry before.
    with reading(sessions) if dry_run else writing(sessions) as session:
        at = now(config)
        today = in_uk(at).date()
        if fault := fault_of(day, today):
            fail(f"--on: {fault}")
        if dry_run:
            found = by_staff_no(session, staff_no)
            if found is None:
                fail(f"There is no inspector with staff number {staff_no}.")
            (left,) = leavings.foreseen(session, [(found, day)], today)
            say_leaving(left, today, is_foreseen=True)
            return
        actor = system_actor(Permission.RECORD_LEAVING)
        try:
            done = leavings.record(session, actor, leavings.RecordLeaving(staff_no, day, remark), at=at)
        except RefusedError as error:
            fail(f"{staff_no}: {error}")
        say_leaving(done, today)


@click.command()
@WHO
@REMARK
def stay(staff_no: str, remark: str) -> None:
    """Take back that an inspector leaves; who was released for it stays released."""
    from tracker.cli.common import fail, now, open_to_write, system_actor
    from tracker.database import writing
    from tracker.domain.access import Permission
    from tracker.domain.errors import RefusedError
    from tracker.services import leavings

    config, sessions = open_to_write()
    with writing(sessions) as session:
        command = leavings.WithdrawLeaving(staff_no, remark)
        try:
            done = leavings.withdraw(session, system_actor(Permission.RECORD_LEAVING), command, at=now(config))
        except RefusedError as error:
            fail(f"{staff_no}: {error}")
        who = f"{done.inspector.staff_no}, {done.inspector.name}"
    click.echo(f"{who}: it is taken back that he or she leaves." if done.is_new else f"{who}: no day was on record.")


def say_leaving(done: "Leaving", today: date, *, is_foreseen: bool = False) -> None:
    """Say on which day somebody leaves, what he or she is released from by that, and where a scheduler is to act."""
    from tracker.domain.leaving import MONTHS_BACK, is_long_ago

    who = f"{done.inspector.staff_no}, {done.inspector.name}"
    if not done.is_new:
        click.echo(f"{who}, leaves on {done.left_on} already: nothing was changed.")
        return
    released = "would be released" if is_foreseen else "is released"
    for each in done.released:
        click.echo(f"{each.inspection.reference}: {done.inspector.staff_no} {released}.")
    for each in done.to_replace:
        click.echo(f"{each.inspection.reference}: {done.inspector.staff_no} leaves before it ends: replace.")
    if done.left_on is not None and done.left_on <= today:
        leaves = "would have left" if is_foreseen else "left"
        long_ago = is_long_ago(done.left_on, today)
    else:
        leaves, long_ago = "would leave" if is_foreseen else "leaves", False
    click.echo(f"{who}, {leaves} on {done.left_on}{f', more than {MONTHS_BACK} months ago' if long_ago else ''}.")
