"""The policy's blueprint."""

from flask import Blueprint

blueprint = Blueprint("policy", __name__, url_prefix="/policy")
