"""Imports once all that the command imports, so that Python keeps the bytecode and no later start waits for it."""

import contextlib
import importlib
import pkgutil

import tracker

# What is imported only when a command or a database needs it.
LATE = (
    "granian",
    "rich.progress",
    "alembic.command",
    "sqlalchemy.dialects.sqlite",
    "sqlalchemy.dialects.postgresql.psycopg",
)


def main() -> None:
    """Import the application's modules and the late ones; a broken one is for the command itself to report."""
    ours = [module.name for module in pkgutil.walk_packages(tracker.__path__, "tracker.", onerror=lambda _name: None)]
    for name in (*LATE, *ours):
        with contextlib.suppress(Exception):
            importlib.import_module(name)


if __name__ == "__main__":
    main()
