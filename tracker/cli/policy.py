"""`tracker policy`: show, list, check, compare and adopt."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.days import DAY

if TYPE_CHECKING:
    from tracker.domain.policy import Policy

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def policy() -> None:
    """The policy: what is a conflict, and for how long."""


@policy.command()
@click.option(
    "--engagement", type=click.Choice(["staff", "contracted"]), default="staff", help="whose policy (staff’s)"
)
@click.option("--version", "ref", metavar="POL-…", help="a version by its reference, in force or not")
def show(engagement: str, ref: str | None) -> None:
    """Print the policy in force, or another version, as TOML: byte for byte as it was adopted."""
    from tracker.cli.common import fail, now, open_database
    from tracker.queries import policies

    config, sessions = open_database()
    today = now(config).date()
    with sessions() as session:
        if ref is None:
            row, _ = policies.in_force(session, today, engagement)
        elif found := policies.version(session, ref, today):
            row = found.row
        else:
            fail(f"There is no policy {ref}: “tracker policy list” lists them")
        click.echo(row.toml.encode(), nl=False)


@policy.command("list")
def list_() -> None:
    """List every version: where it stands, for whom and from when."""
    from tracker.cli.common import now, open_database
    from tracker.queries import policies

    config, sessions = open_database()
    with sessions() as session:
        for each in policies.versions(session, now(config).date()):
            row, whom = each.row, " and ".join(each.engagements)
            click.echo(f"{row.ref}  from {row.effective_on}  {each.place}, for {whom}: {row.name} {row.version}")


@policy.command()
@click.argument("file", type=FILE)
def check(file: Path) -> None:
    """Say whether FILE is a policy, and if not, which lines and keys are at fault, one line each."""
    read = read_policy(file)
    whom = " and ".join(sorted(read.engagements))
    click.echo(f"{file.name} is a policy: {read.name} {read.version}, for {whom}.")


@policy.command()
@click.argument("file", type=FILE)
@click.option("--from", "start", type=DAY, help="the first day it is in force (today), today or later")
@click.option("--reason", default="Adopted from the command line.", help="why")
def adopt(file: Path, start: datetime | None, reason: str) -> None:
    """Adopt FILE. From today on, every open assignment is checked again; from a later day on, that happens then."""
    from tracker.cli.common import now, open_to_write, system_actor
    from tracker.database import writing
    from tracker.domain.access import Permission
    from tracker.services.policies import AdoptPolicy
    from tracker.services.policies import adopt as act

    text, _ = read_text(file)
    config, sessions = open_to_write()
    with writing(sessions) as session:
        at = now(config)
        first: date = start.date() if start else at.date()
        done = act(session, system_actor(Permission.ADOPT_POLICY), AdoptPolicy(text, first, reason), at=at)
    row, verb = done.policy, "Adopted" if done.is_new else "Was adopted already:"
    click.echo(f"{verb} {row.name} {row.version} as {row.ref}, in force from {first}.")
    for each in done.changed:
        was = "; questioned" if each.questioned else ""
        click.echo(f"{each.ref}: {each.before} before, {each.now} now{was}.")
    if first > at.date():
        click.echo(f"The first act on {first}, or “tracker recheck”, checks every open assignment under it.")


@policy.command()
@click.argument("file", type=FILE)
@click.option("--from", "start", type=DAY, help="the day from which it would be in force (today), today or later")
@click.option("--format", "form", type=click.Choice(["table", "csv"]), default="table", help="what to write")
def compare(file: Path, start: datetime | None, form: str) -> None:
    """Re-check open assignments under FILE and list every one whose verdict or rules would change; writes nothing.

    Before: what a re-check would store today. After: what one would store under FILE on its first day.
    """
    from tracker.cli.common import fail, now, open_database, progress
    from tracker.cli.policy_differences import write_csv, write_table
    from tracker.database import reading
    from tracker.queries.comparisons import Candidate, open_count

    read = read_policy(file)
    config, sessions = open_database()
    today = now(config).date()
    first: date = start.date() if start else today
    if first < today:
        fail(f"--from {first}: a policy is adopted from today, {today}, or from a later day")
    write = write_csv if form == "csv" else write_table
    with reading(sessions) as session, progress("Assignments", open_count(session, first)) as done:
        write(session, Candidate(read, first, today), done)


def read_policy(file: Path) -> "Policy":
    """Return the policy that a file holds; fail with what is wrong in it."""
    return read_text(file)[1]


def read_text(file: Path) -> tuple[str, "Policy"]:
    """Return a file's text, byte for byte, and the policy that it is; fail with a line for each thing wrong in it."""
    from tracker.cli.common import fail
    from tracker.domain.errors import BadPolicyError
    from tracker.domain.policy_demands import candidate
    from tracker.domain.toml_faults import MOST_BYTES, decoded

    try:
        with file.open("rb") as opened:
            text = decoded(opened.read(MOST_BYTES + 1))
        return text, candidate(text)
    except BadPolicyError as error:
        *others, last = (f"{file.name}, {problem}" for problem in error.problems)
        for line in others:
            click.echo(line, err=True)
        fail(last)
