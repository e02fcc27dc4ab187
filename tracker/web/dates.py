"""Form fields for dates: three inputs, any number of which may arrive, and an error that names the one to mend."""

import calendar
from datetime import date
from typing import Any

from wtforms.utils import unset_value

from tracker.domain.dates import PartialDate
from tracker.web.fields import Component, Params, Shown

PARTS = ("day", "month", "year")
WIDTHS = {"day": 2, "month": 2, "year": 4}
_MONTHS = {name.casefold(): number for number, name in enumerate(calendar.month_name) if name} | {
    name.casefold(): number for number, name in enumerate(calendar.month_abbr) if name
}
YEAR_DIGITS = 4
LAST_MONTH, LAST_DAY = 12, 31


class _WrongPartError(ValueError):
    """A part of a date is missing or wrong; `parts` names which."""

    def __init__(self, says: str, *parts: str) -> None:
        super().__init__(says)
        self.parts = parts


class PartialDateField(Shown):
    """A date as far as it is known: a year, a month and year, or a day. `what` begins its errors: "The date …"."""

    widget = Component("date-input", "govukDateInput")
    is_whole = False

    def __init__(self, label: str = "", *, what: str = "The date", **kwargs: Any) -> None:  # noqa: ANN401 (WTForms' own)
        self.what = what
        self.parts = dict.fromkeys(PARTS, "")
        self.wrong: tuple[str, ...] = ()
        super().__init__(label, **kwargs)

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:  # noqa: ANN401 (WTForms')
        """Take the three parts, however many of each were sent."""
        super().process(None, data, extra_filters)
        if not formdata:
            return
        sent = {part: formdata.getlist(f"{self.name}-{part}") for part in PARTS}
        self.parts = {part: str(values[0]).strip() if values else "" for part, values in sent.items()}
        self.raw_data = list(self.parts.values())
        self.data = None
        try:
            self.data = self.read()
        except _WrongPartError as error:
            self.wrong = error.parts
            self.process_errors = [f"{self.what} {error}"]

    def process_data(self, value: PartialDate | date | str | None) -> None:
        """Show a date that is known already."""
        text = value.text if isinstance(value, PartialDate) else str(value or "")
        self.data = PartialDate.parse(text) if text else None
        year, month, day = (*text.split("-"), "", "", "")[:3]
        self.parts = {"day": day.lstrip("0"), "month": month.lstrip("0"), "year": year}

    def read(self) -> Any:  # noqa: ANN401 (a partial date, or a day in the class below)
        """Return the date that the parts make, None where all are empty; raise for one that is none."""
        day, month, year = self.parts.values()
        if not (day or month or year):
            return None
        if not year:
            raise _WrongPartError("must include a year", "year")
        if not month and (day or self.is_whole):
            raise _WrongPartError("must include a month", "month")
        if not day and self.is_whole:
            raise _WrongPartError("must include a day", "day")
        text = _year(year) + (f"-{_month(month):02}" if month else "") + (f"-{_day(day):02}" if day else "")
        try:
            return PartialDate.parse(text)
        except ValueError:
            raise _WrongPartError("must be a real date", "day" if day else "year") from None

    @property
    def target(self) -> str:
        """The first input in error; the first of all where the whole date is missing."""
        return f"{self.id}-{(*self.wrong, *PARTS)[0]}"

    def params(self) -> Params:
        """Add the three inputs."""
        wrong = self.wrong or (PARTS if self.errors else ())
        items = [
            {
                "name": part,
                "value": self.parts[part],
                "classes": f"govuk-input--width-{WIDTHS[part]}{' govuk-input--error' if part in wrong else ''}",
            }
            for part in PARTS
        ]
        params = self.grouped()
        del params["name"]
        params["fieldset"]["role"] = "group"
        return {**params, "namePrefix": self.name, "items": items}


class DayField(PartialDateField):
    """A day in full; `data` is a date."""

    is_whole = True

    def read(self) -> date | None:
        """Return the day."""
        found: PartialDate | None = super().read()
        return found.first if found else None

    def process_data(self, value: PartialDate | date | str | None) -> None:
        """Show a day that is known already."""
        super().process_data(value)
        self.data = self.data.first if self.data else None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= YEAR_DIGITS else None


def _year(text: str) -> str:
    if _number(text) is None or len(text) != YEAR_DIGITS:
        raise _WrongPartError("must have a year of four numbers, like 2019", "year")
    return text


def _month(text: str) -> int:
    number = _MONTHS.get(text.casefold()) or _number(text)
    if number is None or not 1 <= number <= LAST_MONTH:
        raise _WrongPartError("must have a month from 1 to 12, or its name", "month")
    return number


def _day(text: str) -> int:
    number = _number(text)
    if number is None or not 1 <= number <= LAST_DAY:
        raise _WrongPartError("must have a day from 1 to 31", "day")
    return number
