"""The decision-maker's room, that every module of routes joins."""

from flask import Blueprint

blueprint = Blueprint("decisions", __name__, url_prefix="/decisions")
