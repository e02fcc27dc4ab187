"""A declaration while it is being written: its lines, which may still lack answers, and what they lack."""

import json
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from tracker.domain.errors import RefusedError
from tracker.domain.facts import Nature
from tracker.domain.statement import Statement, stated


class Step(StrEnum):
    """The answers that one connection needs, in the order in which they are asked."""

    NATURE = "nature"
    HOLDER = "holder"
    DATES = "dates"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Line:
    """One connection as far as it is told. None: not asked yet. `key` stays when other lines go."""

    key: int
    target: str
    nature: str | None = None
    holder: str | None = None
    began_on: str | None = None
    ended_on: str | None = None
    note: str | None = None

    @property
    def missing(self) -> Step | None:
        """The first step that still lacks its answer, None where the line is whole."""
        if self.nature is None:
            return Step.NATURE
        if self.holder is None:
            return Step.HOLDER
        if self.began_on is None or self.ended_on is None:
            return Step.DATES
        # What no list foresees can be graded by its words alone.
        if self.note is None or (self.nature == Nature.OTHER and not self.note):
            return Step.NOTE
        return None

    def statement(self) -> Statement:
        """Return the line as a statement; raise RefusedError that names the field that is missing or wrong."""
        if self.missing is not None:
            message = f"A connection still lacks an answer ({self.missing}): open it and finish it, or remove it"
            raise RefusedError(message, field=self.missing)
        return stated(
            nature=self.nature or "",
            holder=self.holder or "",
            target=self.target,
            began_on=self.began_on or "",
            ended_on=self.ended_on or "",
            note=self.note or "",
        )


@dataclass(frozen=True, slots=True)
class Writing:
    """What an inspector has entered: `based_on` is the declaration that it is to replace, None where there is none.

    `has_connections` is the answer to “Do you have anything to declare?”, None before it was given.
    """

    based_on: str | None
    has_connections: bool | None = None
    lines: tuple[Line, ...] = ()
    next_key: int = 1

    def line(self, key: int) -> Line | None:
        """Return the line of that key, or None."""
        return next((line for line in self.lines if line.key == key), None)

    def added(self, target: str, nature: str) -> tuple["Writing", Line]:
        """Return the writing with one more line, and that line."""
        line = Line(self.next_key, target, nature)
        return replace(self, has_connections=True, lines=(*self.lines, line), next_key=self.next_key + 1), line

    def changed(self, line: Line) -> "Writing":
        """Return the writing with that line in place of the one of the same key."""
        return replace(self, lines=tuple(line if each.key == line.key else each for each in self.lines))

    def removed(self, key: int) -> "Writing":
        """Return the writing without the line of that key; without any, the question is open again."""
        lines = tuple(each for each in self.lines if each.key != key)
        return replace(self, lines=lines, has_connections=True if lines else None)

    @property
    def is_whole(self) -> bool:
        """Whether it can be filed: nothing to declare, or at least one connection and none that lacks an answer."""
        if self.lines:
            return all(line.missing is None for line in self.lines)
        return self.has_connections is False

    def to_json(self) -> str:
        """Return the writing as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @staticmethod
    def from_json(text: str) -> "Writing":
        """Read a writing back from JSON."""
        plain = json.loads(text)
        return Writing(**{**plain, "lines": tuple(Line(**line) for line in plain["lines"])})


def rewritten(based_on: str, statements: tuple[Statement, ...]) -> Writing:
    """Return a writing that begins with what a declaration stated, to be amended."""
    lines = tuple(
        Line(key, each.target, each.nature, each.holder, each.began_on, each.ended_on, each.note)
        for key, each in enumerate(statements, start=1)
    )
    return Writing(based_on, True if lines else None, lines, len(lines) + 1)
