"""The web: joins the rooms to the application, and checks that each is guarded."""

from importlib import import_module

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from config import Config
from tracker.web import (
    access,
    again,
    crowding,
    door,
    errors,
    headers,
    health,
    mitigations,
    notices,
    pages,
    policy,
    provider_picker,
    settings,
    taking_effect,
    templating,
)

# One blueprint an audience, each in its own package, named `blueprint` there.
AUDIENCES: tuple[str, ...] = ("admin", "auditor", "decisions", "inspector", "scheduler")


def register(app: Flask, config: Config) -> None:
    """Set the application up, join every audience, and refuse an endpoint that nobody guards."""
    settings.init_app(app, config)
    templating.init_app(app)
    headers.init_app(app)
    again.init_app(app)
    access.init_app(app)
    crowding.init_app(app, config)
    CSRFProtect(app)
    errors.init_app(app)
    taking_effect.init_app(app)
    app.jinja_env.globals["mitigations_to_do"] = mitigations.to_do_here
    for shared in (door, pages, notices, mitigations, policy, health, provider_picker):
        app.register_blueprint(shared.blueprint)
    for audience in AUDIENCES:
        app.register_blueprint(import_module(f"tracker.web.{audience}").blueprint)
    if config.demonstration:
        app.register_blueprint(door.demonstration)
    access.refuse_unguarded(app)
