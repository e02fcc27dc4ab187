"""What every template may use: the Design System's macros, own filters, addresses of assets, and who is signed in."""

import hashlib
import json
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, url_for
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader

from tracker.domain.dates import PartialDate
from tracker.domain.dates import in_words as day_in_words
from tracker.domain.facts import ORGANISATION
from tracker.domain.rule_words import RULE_WORDS
from tracker.domain.uk_time import in_uk
from tracker.web.auth import signed_in_actor
from tracker.web.fields import fields_in_error, first_input
from tracker.web.frame import FRAME
from tracker.web.settings import config

PRODUCT = "Conflict of interest tracker"
NOON = 12
# Part of an address, not a safeguard: it only has to differ where the file differs.
DIGEST_LENGTH = 12


def init_app(app: Flask) -> None:
    """Set the templates up. Undefined names cannot be errors: the Design System's macros lean on them."""
    app.jinja_options = {
        **app.jinja_options,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "loader": ChoiceLoader(
            [
                app.create_global_jinja_loader(),
                PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
            ]
        ),
    }
    app.jinja_env.filters.update(
        uk_day=uk_day,
        in_words=in_words,
        moment=moment,
        clock_time=clock_time,
        from_json=json.loads,
        number=number,
        partial=partial,
    )
    app.jinja_env.globals.update(asset=asset, fields_in_error=fields_in_error, first_input=first_input, product=PRODUCT)
    app.jinja_env.globals["names_of_rules"] = RULE_WORDS
    app.context_processor(_who)


def in_words(day: date | datetime | PartialDate | None) -> str:
    """Return a day as a sentence says it, such as `3 March 2026`; an empty text for none."""
    if day is None:
        return ""
    if isinstance(day, PartialDate):
        return day.in_words()
    return day_in_words(in_uk(day).date() if isinstance(day, datetime) else day)


def uk_day(instant: datetime) -> date:
    """Return the day that an instant falls on in the United Kingdom."""
    return in_uk(instant).date()


def partial(text: str | None) -> str:
    """Return a partial date as it is kept, such as `2019-07`, as a sentence says it; an empty text for none."""
    return PartialDate.parse(text).in_words() if text else ""


def number(ref: str) -> str:
    """Return a reference as it stands behind a name: an organisation has no number on any register."""
    return "on no register" if ref.startswith(ORGANISATION) else ref


def clock_time(instant: datetime) -> str:
    """Return the time of day in the United Kingdom, such as `9:05am`."""
    local = in_uk(instant)
    return f"{local.hour % NOON or NOON}:{local.minute:02}{'am' if local.hour < NOON else 'pm'}"


def moment(instant: datetime | None) -> str:
    """Return an instant as a sentence says it, such as `3 March 2026 at 9:05am`; an empty text for none."""
    return f"{in_words(instant)} at {clock_time(instant)}" if instant else ""


def asset(name: str) -> str:
    """Return a static file's address with its digest, so that a browser may keep it for ever."""
    return url_for("static", filename=name, v=_digest(Path(current_app.static_folder or "", name)))


@cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:DIGEST_LENGTH]


def _who() -> dict[str, Any]:
    return {
        "signed_in": signed_in_actor(),
        "is_demonstration": config().demonstration,
        "frame": FRAME,
    }
