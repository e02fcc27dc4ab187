"""Inspections and places as a file lists them, each with the number of its row."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.domain.facts import Verdict


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One inspection of a file."""

    row: int
    reference: str
    provider: str
    framework: str
    starts_on: date
    ends_on: date
    team_size: int


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One place of a file: who is to go where, and as what."""

    row: int
    inspection: str
    staff_no: str
    role: str


class Fate(StrEnum):
    """What would become of a row."""

    NEW = "new"
    UNCHANGED = "unchanged"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would become of one row: its words, and what is wrong with it, or the verdict of its check and the rules."""

    row: int
    what: str
    fate: Fate
    says: str = ""
    verdict: Verdict | None = None
    rules: tuple[str, ...] = ()
