"""How every command reads the number of an entry."""

import click


class _Number(click.ParamType[int]):
    """A whole number, with or without commas between its thousands, as they stand in what the commands print."""

    name = "integer"

    def __init__(self, least: int) -> None:
        self.least = least

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number; what is none, or fits no entry, is refused in plain words."""
        text = str(value).strip().replace(",", "")
        if not (text.isascii() and text.isdigit()) or not self.least <= (number := int(text[:40])) <= MOST_ENTRIES:
            self.fail(
                f"{value} is no number of entries: write a whole number from {self.least}, such as 1324", param, ctx
            )
        return number


# What fits the column of the entries' numbers.
MOST_ENTRIES = 2**63 - 1
ENTRY, SIZE_OR_NONE = _Number(1), _Number(0)
