"""The scheduler's room, that every module of routes joins."""

from flask import Blueprint

blueprint = Blueprint("scheduler", __name__, url_prefix="/inspections")
