"""How every command reads a day."""

from datetime import datetime

import click

WRITTEN = "%Y-%m-%d"


class _Day(click.ParamType[datetime]):
    name = "YYYY-MM-DD"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the midnight at which the day begins; what is written otherwise is refused with how to write it."""
        if isinstance(value, datetime):
            return value
        text = str(value).strip()
        try:
            return datetime.strptime(text, WRITTEN)  # noqa: DTZ007 (a day of the calendar has no zone)
        except ValueError:
            self.fail(f"{text} is no day that can be read: {cure(text)}", param, ctx)


def cure(text: str) -> str:
    """Return how to write a day that was written otherwise: just so, where it is plain which day is meant."""
    for form in ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %B %Y", "%d %b %Y", "%Y/%m/%d"):
        try:
            meant = datetime.strptime(text, form)  # noqa: DTZ007 (as above)
        except ValueError:
            continue
        return f"write it as {meant:{WRITTEN}}"
    return "write it as year, month and day, such as 2026-12-14"


DAY = _Day()
