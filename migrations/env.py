"""Runs the migrations: on a connection handed in, or on the database of the settings."""

from alembic import context

from config import Config
from tracker.database import make_engine
from tracker.models import Base


def run() -> None:
    """Migrate within one transaction, so that a failed migration leaves nothing half-done."""
    connection = context.config.attributes.get("connection")
    if connection is not None:
        context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, compare_type=True)
        with context.begin_transaction():
            context.run_migrations()
        return
    engine = make_engine(Config.from_env().database_url)
    with engine.begin() as own:
        context.config.attributes["connection"] = own
        run()
    engine.dispose()


run()
