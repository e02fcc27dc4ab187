"""How long personal words are kept: a schedule as data, read strictly, and the day up to which each field is due."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from tracker.domain.errors import RefusedError

# What stands where words stood that are gone.
ERASED = "(erased under the retention rule)"
LONGEST_YEARS, LONGEST_DAYS = 100, 3_660


class Field(StrEnum):
    """A kind of words that are kept for a time."""

    NOTE = "note"
    WITHDRAWAL = "withdrawal"
    DECISION = "decision"
    MITIGATION = "mitigation"
    QUESTION = "question"
    RELEASE = "release"
    LEAVING = "leaving"
    OBJECTION = "objection"
    REVIEW = "review"
    LEAD = "lead"
    FACTS = "facts"
    PERSON = "person"
    PLAN = "plan"
    DRAFT = "draft"


# Schedules that were written before these were named are read all the same: what they do not name, they keep.
LATER = (Field.LEAVING, Field.PERSON, Field.PLAN)
KEPT = "The schedule does not name it."
# What each field is, and from when its time is counted, as people read it.
TOLD: dict[Field, tuple[str, str]] = {
    Field.NOTE: ("Notes on connections", "the day from which the declaration is no longer in force"),
    Field.WITHDRAWAL: ("Reasons of withdrawals", "the withdrawal"),
    Field.DECISION: ("Reasons of decisions", "the end of the inspection"),
    Field.MITIGATION: ("What decisions asked to be done, and the evidence of it", "the end of the inspection"),
    Field.QUESTION: ("Questions of decision-makers to inspectors, and the answers", "the end of the inspection"),
    Field.RELEASE: ("Reasons of releases, and of moving inspections or calling them off", "the end of the inspection"),
    Field.LEAVING: ("Remarks on when inspectors leave", "the day on which it was recorded"),
    Field.OBJECTION: ("Providers’ objections, and the answers to them", "the end of the inspection"),
    Field.REVIEW: (
        "Reasons of reviewers’ grades and links",
        "the grade or the link, and not while a declaration in force rests on it",
    ),
    Field.LEAD: ("The words of questions that the registers raised", "the answer"),
    Field.FACTS: ("The facts on which a check was made", "the end of the inspection"),
    Field.PERSON: (
        "What was written down of inspectors and accounts, to hold their rows against it",
        "the day on which it was written down anew, the account was closed, or the inspector left",
    ),
    Field.PLAN: ("Plans of who might inspect", "the last day of the period that was planned"),
    Field.DRAFT: ("Drafts that were never filed", "the last time that it was saved"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """How long one field is kept, in years or, for drafts, in days; and why."""

    field: Field
    length: int
    why: str

    @property
    def is_days(self) -> bool:
        """Whether the length is in days."""
        return self.field is Field.DRAFT

    @property
    def period(self) -> str:
        """The length in words."""
        unit = "day" if self.is_days else "year"
        return f"{self.length} {unit}{'' if self.length == 1 else 's'}"

    def due_up_to(self, today: date) -> date:
        """Return the last day on which the time may have begun for words to be due today."""
        if self.is_days:
            return today - timedelta(days=self.length)
        # A 29 February is reached a day early rather than never: the time has passed on 1 March.
        try:
            return today.replace(year=today.year - self.length)
        except ValueError:
            return date(today.year - self.length, 2, 28)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A rule for each field that it names."""

    name: str
    rules: Mapping[Field, Rule]

    @property
    def kept(self) -> tuple[Field, ...]:
        """The fields that it does not name: they are kept without a time."""
        return tuple(field for field in Field if field not in self.rules)


def parse(text: str) -> Schedule:
    """Read a schedule; raise RefusedError that names the table, the key and the cure."""
    try:
        plain = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RefusedError(f"The retention schedule is not TOML: {error}") from error
    name = plain.pop("name", None)
    if not isinstance(name, str) or not name.strip():
        raise RefusedError("The retention schedule has no name: give it one, as in name = “Ours”")
    strangers = sorted(set(plain) - {*Field})
    if strangers:
        raise RefusedError(f"[{strangers[0]}] is no field of the retention schedule: take it out")
    named = [field for field in Field if field in plain or field not in LATER]
    return Schedule(name, {field: _rule(field, plain.get(field)) for field in named})


def _rule(field: Field, table: Any) -> Rule:  # noqa: ANN401 (whatever the file says)
    unit, most = ("days", LONGEST_DAYS) if field is Field.DRAFT else ("years", LONGEST_YEARS)
    if not isinstance(table, dict):
        raise RefusedError(f"The retention schedule says nothing of [{field}]: add it, with {unit} and why")
    strangers = sorted(set(table) - {unit, "why"})
    if strangers:
        raise RefusedError(f"[{field}] has no key {strangers[0]}: it has {unit} and why")
    length, why = table.get(unit), table.get("why")
    if type(length) is not int or not 0 < length <= most:
        raise RefusedError(f"[{field}] {unit}: give a whole number from 1 to {most:,}")
    if not isinstance(why, str) or not why.strip():
        raise RefusedError(f"[{field}] why: say why it is kept so long")
    return Rule(field, length, why.strip())
