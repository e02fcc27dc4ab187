"""The conflict-of-interest tracker for inspectorates."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy import Engine

    from config import Config


def create_app(config: "Config", engine: "Engine | None" = None) -> "Flask":
    """Return the application: the only place where the rooms are joined.

    The imports stand inside, so that whoever needs only the core does not wait for the web.
    """
    from flask import Flask  # noqa: PLC0415 (see above)

    from config import ROOT  # noqa: PLC0415 (see above)
    from tracker.database import db, make_engine  # noqa: PLC0415 (see above)
    from tracker.web import register  # noqa: PLC0415 (see above)

    app = Flask("tracker", template_folder=str(ROOT / "templates"))
    db.init_app(app, engine or make_engine(config.database_url))
    register(app, config)
    return app
