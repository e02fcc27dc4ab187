"""Long lists, page by page: which page the address asks for, and where it begins."""

from dataclasses import dataclass

from flask import request

SIZE = 20
MOST_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Asked:
    """The page that the address asks for (?page=), the first where it asks for none or for nonsense."""

    number: int
    size: int = SIZE

    @property
    def start(self) -> int:
        """How many lines come before it."""
        return (self.number - 1) * self.size

    def of(self, lines: int) -> int:
        """Return how many pages so many lines need."""
        return max(1, -(-lines // self.size))


def asked(size: int = SIZE) -> Asked:
    """Return the page that the current address asks for."""
    text = request.args.get("page", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else 1
    return Asked(max(1, number), size)
