"""The domain's errors: one tree, each with a sentence that a person can act on."""

from dataclasses import dataclass


class TrackerError(Exception):
    """Anything the tracker refuses to do; its text is a plain sentence for the person who asked."""


class NotPermittedError(TrackerError):
    """The actor may not do this, or may not know that the record exists."""


class NotFoundError(TrackerError):
    """There is no such record."""


class OutOfDateError(TrackerError):
    """The record changed after the actor last saw it."""


class IllegalTransitionError(TrackerError):
    """The record is not in a state from which this act is allowed."""


class RefusedError(TrackerError):
    """What was asked breaks a rule; `field` names the part of the request to mend, where one is to blame."""

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class BadFileError(RefusedError):
    """A file cannot be taken: it is not what it should be. Nothing was changed."""


class BadRowError(BadFileError):
    """One row of a file is wrong: which, counting the header as 1, and how to mend it."""

    def __init__(self, row: int, says: str) -> None:
        super().__init__(f"Row {row}: {says}")
        self.row = row
        self.says = says


class BadRowsError(BadFileError):
    """Rows of a file are wrong; `problems` lists them all, in the order of the file."""

    def __init__(self, problems: "tuple[BadRowError, ...]") -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault of a policy's text: the line and the key at fault, where there are any, and how to mend it."""

    line: int | None
    key: str
    says: str

    def __str__(self) -> str:
        """Return it as one line, such as `line 34: natures.gift.perceived_years: give a whole number from 0 to 100`."""
        where = f"line {self.line}: " if self.line else ""
        return f"{where}{self.key}: {self.says}" if self.key else f"{where}{self.says}"


class BadPolicyError(RefusedError):
    """A policy text is not a policy; `problems` lists every key at fault with its line and its cure."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems
