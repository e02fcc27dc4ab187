"""The auditor's forms."""

import re
from collections.abc import Callable
from datetime import datetime, time
from functools import wraps
from typing import ParamSpec

from flask import request
from wtforms.validators import ValidationError

from tracker.domain.uk_time import instant_of
from tracker.web.clock import today
from tracker.web.dates import DayField
from tracker.web.fields import Form, TextField

TIME = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])(?: ?([ap])\.?m\.?)?", re.IGNORECASE)
NOON = 12
P = ParamSpec("P")
LAST = time(23, 59, 59, 999_999)


def time_of(text: str | None) -> time | None:
    """Return a time of day as people and pages write it, “14:30”, “2.30pm” or “2:30 pm”; None for what is none."""
    found = TIME.fullmatch(text or "")
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2]), found[3]
    if half is None:
        return time(hour, minute)
    if not 1 <= hour <= NOON:
        return None
    return time(hour % NOON + (NOON if half.lower() == "p" else 0), minute)


def is_time(_form: Form, field: TextField) -> None:
    """Refuse what is no time of day; none at all is one."""
    if field.data and time_of(field.data) is None:
        raise ValidationError("The time must be hours and minutes, like 14:30 or 2:30pm")


def time_field(label: str, otherwise: str) -> TextField:
    """Return a field for a time of day; left empty, it means the beginning or the end of the day."""
    return TextField(
        label,
        longest=10,
        validators=[is_time],
        classes="govuk-input--width-5",
        hint=f"For example, 14:30 or 2:30pm. Leave it empty for {otherwise} of the day",
        autocomplete="off",
    )


class AsAtForm(Form):
    """A moment of the past, on a clock in the United Kingdom."""

    class Meta:
        """A question by its address: it changes nothing, so it needs no token."""

        csrf = False

    day = DayField("Day", what="The day", hint="For example, 17 3 2026", needed="Enter the day")
    time = time_field("Time", "the end")

    def validate_day(self, field: DayField) -> None:
        """Refuse a day that is to come."""
        if field.data and field.data > today():
            raise ValidationError("The day is to come: nothing is known of it yet. Enter today or an earlier day")

    @property
    def instant(self) -> datetime:
        """The moment that was asked for, to the end of its minute."""
        found = time_of(self.time.data)
        at = found.replace(second=59, microsecond=999_999) if found else LAST
        return instant_of(self.day.data, at)

    @property
    def address(self) -> dict[str, str]:
        """The question as parts of an address, so that links can keep it."""
        parts = {f"day-{part}": value for part, value in self.day.parts.items() if value}
        return {**parts, **({"time": self.time.data} if self.time.data else {})}


def as_at() -> tuple[AsAtForm, datetime | None]:
    """Return the form as the address fills it, and the moment it asks for; None for none, or for nonsense."""
    asked = any(request.args.get(f"day-{part}") for part in ("day", "month", "year")) or bool(request.args.get("time"))
    form = AsAtForm(formdata=request.args if asked else None)
    return form, form.instant if asked and form.validate() else None


def refusing_faults(view: Callable[P, str | bytes]) -> Callable[P, str | bytes | tuple[str | bytes, int]]:
    """Let a page whose question “as at” has a fault say so by its status, too, also where the page was kept."""

    @wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> str | bytes | tuple[str | bytes, int]:
        page = view(*args, **kwargs)
        form, _ = as_at()
        return (page, 422) if form.errors else page

    return answer
