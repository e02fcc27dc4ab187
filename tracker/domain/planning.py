"""Inspections and places as a file lists them, each with the number of its row."""

from dataclasses import dataclass
from datetime import date


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
