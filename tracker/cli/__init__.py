"""The command line: one module a group of commands, imported only when it is used, so that each starts quickly."""

import sys
from errno import EPIPE
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import click

# Command -> where it is, as module:attribute.
COMMANDS = {
    "demo": "demo:demo",
    "serve": "serve:serve",
    "db": "db:db",
    "register": "register:register",
    "inspectors": "inspectors:inspectors",
    "declarations": "declarations:declarations",
    "governors": "governors:governors",
    "inspections": "plans:inspections",
    "assignments": "plans:assignments",
    "suggest": "suggest:suggest",
    "allocate": "allocate:allocate",
    "check": "check:check",
    "recheck": "check:recheck",
    "matrix": "matrix:matrix",
    "policy": "policy:policy",
    "history": "history:history",
    "people": "people:people",
    "notices": "notices:notices",
    "retention": "retention:retention",
    "witness": "witness:witness",
    "words": "words:words",
}


class Failed(click.ClickException):
    """Something was found or failed: one line on standard error, and exit status 1."""

    def show(self, file: Any = None) -> None:  # noqa: ANN401 (click's signature)
        """Print the line as it is, without a word before it."""
        click.echo(" ".join(self.message.split()), err=True, file=file)


class Commands(click.Group):
    """The commands of the table; what a person can expect to go wrong is said in one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        """List the commands whose module is there."""
        return [name for name, place in COMMANDS.items() if find_spec(f"tracker.cli.{place.partition(':')[0]}")]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(f"tracker.cli.{module}"), attribute)
        return command

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 (click's signature)
        """Run the command, and say an expected failure plainly."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            _refuse_rows(error)
            sentence = _plainly(error)
            if sentence is None:
                raise
            raise Failed(sentence) from error


def _refuse_rows(error: Exception) -> None:
    """Name every bad row of a file that is refused for its rows; every other error is left."""
    from tracker.domain.errors import BadRowsError

    if isinstance(error, BadRowsError):
        from tracker.cli.common import refuse_rows

        refuse_rows(error)


def _plainly(error: Exception) -> str | None:
    """Return the sentence of an error that a person can mend, None for one that is a fault of the tracker."""
    from config import BadSettingError
    from tracker.domain.errors import TrackerError

    if isinstance(error, TrackerError | BadSettingError):
        return str(error)
    if isinstance(error, OSError) and error.errno != EPIPE:
        return f"{error.filename or 'Standard output'}: {error.strerror}"
    # Only a command that imported the database can meet its errors.
    if "sqlalchemy" in sys.modules:
        from sqlalchemy.exc import ArgumentError, OperationalError

        if isinstance(error, OperationalError):
            return f"The database did not answer: {error.orig}"
        if isinstance(error, ArgumentError):
            return f"TRACKER_DATABASE_URL: {error}"
    return None


@click.command(cls=Commands)
@click.version_option(package_name="tracker", message="%(version)s", version="0.1.0")
def main() -> None:
    """Check inspectors' connections against the providers that they are to inspect, and keep the proof."""
