"""`tracker people`: accounts and their roles."""

import sys

import click
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from tracker.cli.common import now, open_database, open_to_write, system_actor
from tracker.cli.leaving import leave, stay
from tracker.database import writing
from tracker.domain.access import Permission, Role
from tracker.models import Account
from tracker.services import people as services


class RoleName(click.Choice[str]):
    """A role as the README names it; with _ for -, as the records keep it, it is taken too."""

    name = "role"

    def __init__(self) -> None:
        super().__init__([_name(role) for role in Role])

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the role's name."""
        return super().convert(value.replace("_", "-"), param, ctx)


def _name(role: str) -> str:
    return str(role).replace("_", "-")


def _role(name: str) -> Role:
    return Role(name.replace("-", "_"))


ROLE = RoleName()
ACTOR = system_actor(Permission.MANAGE_PEOPLE)


@click.group()
def people() -> None:
    """Add people, grant and revoke their roles, and record which inspectors leave."""


people.add_command(leave)
people.add_command(stay)


def _password(from_input: bool) -> str:  # noqa: FBT001 (a command's flag)
    if from_input:
        return sys.stdin.readline().rstrip("\r\n")
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return password


@people.command()
@click.option("--name", required=True, help="The person's name.")
@click.option("--email", required=True, help="The address to sign in with.")
@click.option("--role", "roles", type=ROLE, multiple=True, required=True, help="A role; may be given several times.")
@click.option("--inspector", "staff_no", metavar="STAFF_NO", help="Which inspector this person is.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking for it.")
def add(name: str, email: str, roles: tuple[str, ...], staff_no: str | None, password_stdin: bool) -> None:  # noqa: FBT001 (a flag)
    """Add an account with its roles."""
    config, sessions = open_to_write()
    command = services.AddPerson(
        name=name,
        email=email,
        password=_password(password_stdin),
        roles=tuple(map(_role, roles)),
        staff_no=staff_no,
    )
    with writing(sessions) as session:
        account = services.add(session, ACTOR, command, at=now(config), cost=config.password_cost)
    click.echo(f"Added {account.email} as {account.ref}: {', '.join(roles)}.")


@people.command()
@click.option("--email", required=True, help="Whose account.")
@click.option("--role", type=ROLE, required=True, help="Which role.")
def grant(email: str, role: str) -> None:
    """Grant a role to an account."""
    config, sessions = open_to_write()
    with writing(sessions) as session:
        services.grant(session, ACTOR, services.ChangeRole(email, _role(role)), at=now(config))
    click.echo(f"Granted {role} to {email}.")


@people.command()
@click.option("--email", required=True, help="Whose account.")
@click.option("--inspector", "staff_no", metavar="STAFF_NO", required=True, help="Which inspector this person is.")
def identify(email: str, staff_no: str) -> None:
    """Give an account that was added without one its staff number, once, so that it can have the role inspector."""
    config, sessions = open_to_write()
    with writing(sessions) as session:
        found = services.identify(session, ACTOR, services.Identify(email, staff_no), at=now(config))
    click.echo(f"The account {email} is that of the inspector {found.staff_no}, {found.name}.")


@people.command()
@click.option("--email", required=True, help="Whose account.")
@click.option("--role", type=ROLE, required=True, help="Which role.")
def revoke(email: str, role: str) -> None:
    """Revoke a role of an account; the next request knows it."""
    config, sessions = open_to_write()
    with writing(sessions) as session:
        services.revoke(session, ACTOR, services.ChangeRole(email, _role(role)), at=now(config))
    click.echo(f"Revoked {role} of {email}.")


@people.command()
@click.option("--email", required=True, help="Whose account.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking for it.")
def password(email: str, password_stdin: bool) -> None:  # noqa: FBT001 (a flag)
    """Set a password, lift the lock of an account, and end its open sessions."""
    config, sessions = open_to_write()
    with sessions() as session:
        # Nobody types a password twice to be told that it is nobody's.
        services.account_of(session, email)
    command = services.SetPassword(email, _password(password_stdin))
    with writing(sessions) as session:
        services.set_password(session, ACTOR, command, at=now(config), cost=config.password_cost)
    click.echo(f"Set the password of {email}; open sessions are ended.")
    click.echo("What it leaves open stands on the first pages of schedulers and decision-makers.")


@people.command()
@click.option("--email", required=True, help="Whose account.")
def close(email: str) -> None:
    """Close the account of somebody who has left: its sessions end, and nobody signs in with it any more."""
    config, sessions = open_to_write()
    with writing(sessions) as session:
        account = services.close(session, ACTOR, email, at=now(config))
    click.echo(f"Closed the account of {account.email}; open sessions are ended.")


@people.command()
@click.option("--email", required=True, help="Whose account.")
def reopen(email: str) -> None:
    """Open a closed account again, with the roles and the password that it had."""
    config, sessions = open_to_write()
    with writing(sessions) as session:
        account = services.reopen(session, ACTOR, email, at=now(config))
    click.echo(f"The account of {account.email} is open again.")


@people.command(name="list")
def list_() -> None:
    """List the accounts: reference, address, roles, and which inspector each is."""
    _, sessions = open_database()
    every = select(Account).options(selectinload(Account.grants), joinedload(Account.inspector)).order_by(Account.email)
    with sessions() as session:
        for account in session.scalars(every):
            roles = ", ".join(_name(each.role) for each in account.grants if each.revoked_at is None) or "no role"
            inspector = f"  inspector {account.inspector.staff_no}" if account.inspector else ""
            state = "  demonstration" if account.is_demonstration else ""
            state += "  closed" if account.disabled_at else ""
            click.echo(f"{account.ref}  {account.email}  {roles}{inspector}{state}")
