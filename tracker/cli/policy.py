"""`tracker policy`: show, check and adopt."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from tracker.domain.policy import Policy

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def policy() -> None:
    """The policy: what is a conflict, and for how long."""


@policy.command()
def show() -> None:
    """Print the policy in force, as TOML."""
    from tracker.cli.common import now, open_database
    from tracker.queries import policies

    config, sessions = open_database()
    with sessions() as session:
        row, _ = policies.in_force(session, now(config).date())
        click.echo(f"# {row.ref}: {row.name} {row.version}, in force from {row.effective_on}")
        click.echo(row.toml, nl=False)


@policy.command()
@click.argument("file", type=FILE)
def check(file: Path) -> None:
    """Say whether FILE is a policy, and if not, which keys are at fault."""
    read = read_policy(file)
    click.echo(f"{file.name} is a policy: {read.name} {read.version}.")


@policy.command()
@click.argument("file", type=FILE)
@click.option("--from", "start", type=click.DateTime(["%Y-%m-%d"]), help="the first day it is in force (today)")
@click.option("--reason", default="Adopted from the command line.", help="why")
def adopt(file: Path, start: datetime | None, reason: str) -> None:
    """Adopt FILE from a day on, and check every open assignment again."""
    from tracker.cli.common import now, open_database, system_actor
    from tracker.database import writing
    from tracker.domain.access import Permission
    from tracker.services.policies import AdoptPolicy
    from tracker.services.policies import adopt as act

    text, _ = read_text(file)
    config, sessions = open_database()
    at = now(config)
    first: date = start.date() if start else at.date()
    with writing(sessions) as session:
        command = AdoptPolicy(text, first, reason)
        done = act(session, system_actor(Permission.ADOPT_POLICY), command, at=at)
        click.echo(f"Adopted {done.policy.name} {done.policy.version} as {done.policy.ref}, in force from {first}.")
    for each in done.changed:
        click.echo(f"{each.inspection}, {each.staff_no}: {each.before} before, {each.now} now.")


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
