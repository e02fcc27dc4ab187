"""A declaration while it is being written: its lines, which may still lack answers, and what they lack."""

import json
from collections.abc import Collection, Sequence
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
    """One connection as far as it is told. None: not asked yet. `key` stays when other lines go.

    `entry` is of the form that it came from: sent again, the form changes this line and adds no other.
    """

    key: int
    target: str
    nature: str | None = None
    holder: str | None = None
    began_on: str | None = None
    ended_on: str | None = None
    note: str | None = None
    entry: str = ""

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


class Progress(StrEnum):
    """How far one kind of connection is told."""

    UNANSWERED = "not started"
    UNFINISHED = "to finish"
    UNCONFIRMED = "to confirm"
    TOLD = "told"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Writing:
    """What an inspector has entered: `based_on` is the declaration that it is to replace, None where there is none.

    `has_connections` is the answer to “Do you have anything to declare?”, None before it was given. `nones` are the
    natures of which the inspector said that there is none; `unconfirmed` the keys of lines that were taken over from a
    declaration that is to be renewed, and that the inspector has yet to confirm.
    """

    based_on: str | None
    has_connections: bool | None = None
    lines: tuple[Line, ...] = ()
    next_key: int = 1
    nones: tuple[str, ...] = ()
    unconfirmed: tuple[int, ...] = ()
    # Whether it was asked once which lines still hold.
    is_renewal: bool = False

    def line(self, key: int) -> Line | None:
        """Return the line of that key, or None."""
        return next((line for line in self.lines if line.key == key), None)

    def of(self, nature: str) -> tuple[Line, ...]:
        """Return the lines of a nature."""
        return tuple(line for line in self.lines if line.nature == nature)

    def progress(self, nature: str) -> Progress:
        """Return how far a nature is told."""
        lines = self.of(nature)
        if not lines:
            is_none = nature in self.nones or self.has_connections is False
            return Progress.NONE if is_none else Progress.UNANSWERED
        if any(line.missing is not None for line in lines):
            return Progress.UNFINISHED
        return Progress.UNCONFIRMED if any(line.key in self.unconfirmed for line in lines) else Progress.TOLD

    def answered(self, natures: Collection[str]) -> "Writing":
        """Return the writing with the answer to which natures there are: of all others there is none."""
        nones = tuple(str(each) for each in Nature if each not in natures)
        return replace(self, has_connections=bool(natures), nones=nones)

    def without(self, nature: str) -> "Writing":
        """Return the writing with the answer that there is no connection of a nature; its lines must be gone."""
        nones = tuple(each for each in Nature if each in (*self.nones, nature))
        # With none of any, there is nothing to declare.
        has_any = bool(self.lines) or len(nones) < len(Nature)
        return replace(self, has_connections=has_any, nones=tuple(map(str, nones)))

    def entered(self, entry: str) -> Line | None:
        """Return the line that came from a form, None where the form was not sent before."""
        return next((line for line in self.lines if entry and line.entry == entry), None)

    def added(self, line: Line) -> "Writing":
        """Return the writing with one more line, under the next key."""
        more = (*self.lines, replace(line, key=self.next_key))
        return _telling(replace(self, next_key=self.next_key + 1), more)

    def changed(self, line: Line) -> "Writing":
        """Return the writing with that line in place of the one of the same key; what is changed is confirmed."""
        lines = tuple(line if each.key == line.key else each for each in self.lines)
        return _telling(self.confirmed([line.key]), lines)

    def removed(self, key: int) -> "Writing":
        """Return the writing without the line of that key; where it was the last, the first question is open again."""
        lines = tuple(each for each in self.lines if each.key != key)
        gone = self.confirmed([key])
        return _telling(gone, lines) if lines else replace(gone, lines=(), has_connections=None, nones=())

    def confirmed(self, keys: Collection[int]) -> "Writing":
        """Return the writing with the inspector's word that these lines still hold as they stand."""
        return replace(self, unconfirmed=tuple(key for key in self.unconfirmed if key not in keys))

    @property
    def is_whole(self) -> bool:
        """Whether it can be filed: each nature is told, or there is nothing to declare."""
        done = (Progress.TOLD, Progress.NONE)
        return self.has_connections is not None and all(self.progress(nature) in done for nature in Nature)

    def to_json(self) -> str:
        """Return the writing as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @staticmethod
    def from_json(text: str) -> "Writing":
        """Read a writing back from JSON."""
        plain = json.loads(text)
        lists = {name: tuple(plain.get(name, ())) for name in ("nones", "unconfirmed")}
        return Writing(**{**plain, **lists, "lines": tuple(Line(**line) for line in plain["lines"])})


def _telling(writing: Writing, lines: tuple[Line, ...]) -> Writing:
    """Return a writing with these lines in place of its own: of a nature that lost its last line, there is none."""
    before, now = ({line.nature for line in each} for each in (writing.lines, lines))
    nones = ({*writing.nones} | (before - now)) - now
    kept = tuple(str(each) for each in Nature if each in nones)
    return replace(writing, has_connections=True, lines=lines, nones=kept)


def rewritten(based_on: str, statements: Sequence[Statement]) -> Writing:
    """Return a writing that begins with what a declaration stated, to be amended.

    Of the natures that it does not state, it said that there is none.
    """
    lines = tuple(
        Line(key, each.target, each.nature, each.holder, each.began_on, each.ended_on, each.note)
        for key, each in enumerate(statements, start=1)
    )
    begun = Writing(based_on, lines=lines, next_key=len(lines) + 1)
    if not lines:
        return begun
    return begun.answered([each.nature for each in statements])
