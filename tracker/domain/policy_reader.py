"""Takes a policy's values out of its TOML table, and says of each bad one which key it is and how to mend it."""

from collections.abc import Iterator
from typing import Any

from tracker.domain.facts import Nature

LONGEST_YEARS = 100
METRES = 1_000


class Reader:
    """Takes values out of the TOML table by dotted key, and keeps every problem that it meets."""

    def __init__(self, table: dict[str, Any]) -> None:
        self.table = table
        self.problems: list[str] = []
        self.taken: set[str] = set()

    def value(self, key: str) -> Any:  # noqa: ANN401 (TOML values are of any type)
        """Return whatever stands at the key, or None."""
        self.taken.add(key)
        where: Any = self.table
        for part in key.split("."):
            where = where.get(part) if isinstance(where, dict) else None
        return where

    def has(self, key: str) -> bool:
        """Whether there is such a table: a policy of an earlier form may lack a rule, which then finds nothing."""
        where: Any = self.table
        for part in key.split("."):
            where = where.get(part) if isinstance(where, dict) else None
        return where is not None

    def text(self, key: str) -> str:
        """Return a text that may not be empty."""
        value = self.value(key)
        if not isinstance(value, str) or not value.strip():
            self.problems.append(f"{key}: is missing; give a text")
            return ""
        return value

    def number(self, key: str, *, needed: bool = True, least: int = 0) -> int | None:
        """Return a whole number of years, months or persons."""
        value = self.value(key)
        if value is None and not needed:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= LONGEST_YEARS:
            self.problems.append(f"{key}: give a whole number from {least} to {LONGEST_YEARS}")
            return None
        return value

    def metres(self, key: str, most: int) -> int | None:
        """Return a distance, given in kilometres, in whole metres; None where there is none."""
        value = self.value(key)
        if value is None:
            return None
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value * METRES <= most:
            self.problems.append(f"{key}: give a distance in kilometres, above 0 and up to {most / METRES:g}")
            return None
        return round(value * METRES)

    def some(self, key: str, allowed: tuple[str, ...]) -> list[str]:
        """Return a list of one or more of the allowed words."""
        value = self.value(key)
        if not isinstance(value, list) or not value or any(each not in allowed for each in value):
            self.problems.append(f"{key}: give a list of one or more of {', '.join(allowed)}")
            return []
        return value

    def flag(self, key: str) -> bool:
        """Return a yes or no; no where there is none."""
        value = self.value(key)
        if value is not None and not isinstance(value, bool):
            self.problems.append(f"{key}: write true or false")
        return value is True

    def choice(self, key: str, allowed: tuple[str, ...]) -> str:
        """Return one of the allowed words."""
        value = self.value(key)
        if value not in allowed:
            self.problems.append(f"{key}: give one of {', '.join(allowed)}")
            return ""
        return str(value)

    def natures(self, key: str) -> frozenset[Nature] | None:
        """Return a list of natures, or None where there is none."""
        value = self.value(key)
        if value is None:
            return None
        known = set(map(str, Nature))
        if not isinstance(value, list) or any(each not in known for each in value):
            self.problems.append(f"{key}: give a list of natures out of {', '.join(sorted(known))}")
            return None
        return frozenset(Nature(each) for each in value)

    def same_set(self, key: str, expected: set[str]) -> None:
        """Hold a list to just these words."""
        value = self.value(key)
        if not isinstance(value, list) or set(map(str, value)) != expected:
            self.problems.append(f"{key}: must list {', '.join(sorted(expected))}")

    def end(self) -> None:
        """Name every key that nothing asked for: it would have no effect."""
        for key in _leaves(self.table):
            if key not in self.taken:
                self.problems.append(f"{key}: is no key of a policy; remove it or mend its spelling")


def _leaves(table: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"
