"""Takes a policy's values out of its TOML table, and says of each bad one where it stands and how to mend it."""

from collections.abc import Iterator, Mapping
from datetime import date, time
from difflib import get_close_matches
from typing import Any

from tracker.domain.errors import Problem
from tracker.domain.facts import Nature
from tracker.domain.toml_lines import dotted

LONGEST_YEARS = 100
METRES = 1_000
# So much of a bad value is shown with what is wrong with it.
SHOWN = 40
MOST_COMPARED = 100
# A file with more keys that are none is no policy at all; to tell of the first of them is enough.
MOST_UNKNOWN = 50


class Reader:
    """Takes values out of the TOML table by dotted key, and keeps every problem that it meets."""

    # What the text is, and what has all that is asked of it, as problems call them; other rules are read alike.
    called = "a policy"
    model = "the policy in force has it"

    def __init__(self, table: dict[str, Any], lines: Mapping[str, int]) -> None:
        self.table = table
        self.lines = lines
        self.problems: list[Problem] = []
        self.taken: set[str] = set()
        # Keys that a policy may have elsewhere, and that would do nothing where they stand.
        self.idle: dict[str, str] = {}

    def refuse(self, key: str, says: str) -> None:
        """Keep a problem with a key; where its whole table is missing, that is the one problem with all its keys."""
        table = key.rpartition(".")[0]
        while table and not self.has(table):
            key, says = table, f"is missing; add the table with its keys, as {self.model}"
            table = table.rpartition(".")[0]
        self.problems.append(Problem(self.line_of(key), key, says))

    def line_of(self, key: str) -> int:
        """Return the line of a key, or else of the nearest table around it, or of the first one within it."""
        nearest = key
        while nearest:
            if nearest in self.lines:
                return self.lines[nearest]
            within = [line for each, line in self.lines.items() if each.startswith(f"{nearest}.")]
            if within:
                return min(within)
            nearest = nearest.rpartition(".")[0]
        return 1

    def value(self, key: str) -> Any:  # noqa: ANN401 (TOML values are of any type)
        """Return whatever stands at the key, or None."""
        self.taken.add(key)
        return self._at(key)

    def _at(self, key: str) -> Any:  # noqa: ANN401 (as above)
        where: Any = self.table
        for part in key.split("."):
            where = where.get(part) if isinstance(where, dict) else None
        return where

    def has(self, key: str) -> bool:
        """Whether there is such a table: a policy of an earlier form may lack a rule, which then finds nothing."""
        return self._at(key) is not None

    def text(self, key: str) -> str:
        """Return a text that may not be empty."""
        value = self.value(key)
        if not isinstance(value, str) or not value.strip():
            self.refuse(key, f"give a text in quotation marks{_instead_of(value)}")
            return ""
        return value

    def number(self, key: str, *, needed: bool = True, least: int = 0) -> int | None:
        """Return a whole number of years, months, days or persons."""
        value = self.value(key)
        if value is None and not needed:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= LONGEST_YEARS:
            self.refuse(key, f"give a whole number from {least} to {LONGEST_YEARS}{_instead_of(value)}")
            return None
        return value

    def metres(self, key: str, most: int) -> int | None:
        """Return a distance, given in kilometres, in whole metres; None where there is none."""
        value = self.value(key)
        if value is None:
            return None
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value * METRES <= most:
            says = f"give a distance in kilometres, above 0 and up to {most / METRES:g}{_instead_of(value)}"
            self.refuse(key, says)
            return None
        return round(value * METRES)

    def some(self, key: str, allowed: tuple[str, ...]) -> list[str]:
        """Return a list of one or more of the allowed words."""
        value = self.value(key)
        if not isinstance(value, list) or not value or any(each not in allowed for each in value):
            self.refuse(key, f"give a list of one or more of {', '.join(allowed)}{_instead_of(value)}")
            return []
        return value

    def flag(self, key: str) -> bool:
        """Return a yes or no; no where there is none."""
        value = self.value(key)
        if value is not None and not isinstance(value, bool):
            self.refuse(key, f"write true or false{_instead_of(value)}")
        return value is True

    def choice(self, key: str, offered: tuple[str, ...], also: tuple[str, ...] = ()) -> str:
        """Return one of the words that are offered; those of `also` were once allowed and are taken still."""
        value = self.value(key)
        if value not in (*offered, *also):
            words = ", ".join(f'"{each}"' for each in offered)
            self.refuse(key, f"give {'one of ' if len(offered) > 1 else ''}{words}{_instead_of(value)}")
            return ""
        return str(value)

    def natures(self, key: str) -> frozenset[Nature] | None:
        """Return a list of natures, or None where there is none."""
        value = self.value(key)
        if value is None:
            return None
        known = set(map(str, Nature))
        if not isinstance(value, list) or any(not isinstance(each, str) or each not in known for each in value):
            self.refuse(key, f"give a list of natures out of {', '.join(sorted(known))}{_instead_of(value)}")
            return None
        return frozenset(Nature(each) for each in value)

    def same_set(self, key: str, expected: set[str]) -> None:
        """Hold a list to just these words."""
        value = self.value(key)
        given = {each for each in value if isinstance(each, str)} if isinstance(value, list) else set()
        if given != expected or len(value) != len(given):
            self.refuse(key, f"must list {', '.join(sorted(expected))}{_instead_of(value)}")

    def end(self) -> None:
        """Name every key, or whole table, that nothing asked for: it would have no effect."""
        tables = {key.rpartition(".")[0] for key in self.taken} - {""}
        tables |= {table.partition(".")[0] for table in tables}
        unknown: dict[str, None] = {}
        for parts in _leaves(self.table):
            if dotted(parts) not in self.taken:
                # A table that is none has one mistake, not as many as it has keys.
                heads = (dotted(parts[:size]) for size in range(1, len(parts)))
                unknown[next((head for head in heads if head not in tables), dotted(parts))] = None
        for key in list(unknown)[:MOST_UNKNOWN]:
            self.problems.append(Problem(self.line_of(key), key, self._why_unknown(key, tables)))

    def _why_unknown(self, key: str, tables: set[str]) -> str:
        if key in self.idle:
            return self.idle[key]
        table, _, name = key.rpartition(".")
        siblings = {each.rpartition(".")[2]: each for each in self.taken | tables if each.rpartition(".")[0] == table}
        near = get_close_matches(name[:MOST_COMPARED], sorted(siblings), n=1)
        elsewhere = [each for each in sorted(self.taken) if each.rpartition(".")[2] == name]
        if near or len(elsewhere) == 1:
            return f"is no key of {self.called}; did you mean {siblings[near[0]] if near else elsewhere[0]}?"
        there = f"; {table} has {', '.join(sorted(siblings))}" if table and siblings else ""
        return f"is no key of {self.called}{there}; remove it, or mend its spelling"


def _leaves(table: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield the keys of all values, in parts; without recursion, for tables may nest as deep as a line is long."""
    waiting: list[tuple[tuple[str, ...], Any]] = [((), table)]
    while waiting:
        parts, value = waiting.pop()
        if isinstance(value, dict) and (value or not parts):
            waiting.extend(((*parts, name), each) for name, each in reversed(value.items()))
        else:
            yield parts


def _instead_of(value: object) -> str:
    """Return what stands there instead, in words; nothing for what is missing."""
    match value:
        case None:
            return "; it is missing"
        case bool():
            shown = "true" if value else "false"
        case str():
            shown = f"the text “{_short(value)}”" if value.strip() else "an empty text"
        case int():
            # Python refuses to write thousands of digits.
            shown = str(value) if abs(value) < 10**SHOWN else "a number too long to show"
        case float():
            shown = f"{value:g}"
        case list():
            words = [str(each) for each in value if isinstance(each, str)]
            shown = f"the list {_short(', '.join(words))}" if words and len(words) == len(value) else "another list"
        case dict():
            shown = "a table"
        case date() | time():
            shown = f"the date or time {value.isoformat()}"
        case _:
            shown = "something else"
    return f", not {shown}"


def _short(text: str) -> str:
    plain = "".join(sign if sign.isprintable() else "?" for sign in text[: SHOWN + 1])
    return plain if len(text) <= SHOWN else f"{plain[:SHOWN]}…"
