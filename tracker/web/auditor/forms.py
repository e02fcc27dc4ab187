"""The auditor's forms."""

import re
from datetime import datetime, time

from flask import request
from wtforms.validators import ValidationError

from tracker.domain.uk_time import instant_of
from tracker.web.clock import today
from tracker.web.dates import DayField
from tracker.web.fields import Form, TextField

TIME = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])")
LAST = time(23, 59, 59, 999_999)


def is_time(_form: Form, field: TextField) -> None:
    """Refuse what is no time of day; none at all is one."""
    if field.data and not TIME.fullmatch(field.data):
        raise ValidationError("The time must be hours and minutes, like 14:30")


def time_field(label: str, otherwise: str) -> TextField:
    """Return a field for a time of day; left empty, it means the beginning or the end of the day."""
    return TextField(
        label,
        longest=5,
        validators=[is_time],
        classes="govuk-input--width-5",
        hint=f"For example, 14:30. Leave it empty for {otherwise} of the day",
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
        found = TIME.fullmatch(self.time.data or "")
        at = time(int(found[1]), int(found[2]), 59, 999_999) if found else LAST
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
