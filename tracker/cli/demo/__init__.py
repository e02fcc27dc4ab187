"""`tracker demo`: an invented, lifelike world, made through the same doors as a real one, and served on loopback."""

from datetime import datetime

import click

from tracker.cli.days import DAY


@click.command()
@click.option("--port", type=click.IntRange(1, 65_535), help="Port to listen on; TRACKER_PORT, or 8000, or the next.")
@click.option("--no-serve", is_flag=True, help="Make the world and print the sign-ins; do not serve.")
@click.option("--today", type=DAY, help="The day on which it plays; its clock stands still.")
def demo(port: int | None, no_serve: bool, today: datetime | None) -> None:  # noqa: FBT001 (a flag)
    """Make an invented world in the database, if that is empty, and serve it to whoever wants to look around."""
    from tracker.cli.demo import serving

    config, engine = serving.prepare(port, today)
    try:
        serving.furnish(config, engine)
        serving.print_sign_ins(engine)
    finally:
        engine.dispose()
    if not no_serve:
        serving.serve(config)
