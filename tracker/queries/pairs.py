"""What is asked of a check: who, where and when."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Pair:
    """An inspector and an inspection to check against each other. `inspector_id` is None for one nobody knows.

    `assignment` is the number of the assignment where there is one, whatever its state; `is_held` tells whether it is
    a confirmed place, and `on` is the day of the check. `inspection` is the number of the inspection where one is
    planned: what the provider objected to of the inspector for it holds for every assignment of the two.
    """

    inspector_id: int | None
    staff_no: str
    provider: str
    starts_on: date
    ends_on: date
    role: str = ""
    assignment: int | None = None
    is_held: bool = False
    on: date | None = None
    inspection: int | None = None
