"""Who inspects, as the inspectorate's staff list says."""

from dataclasses import dataclass, field
from datetime import date

TITLES = ("HMI", "OI", "RI", "EYRI", "SCRI")
ENGAGEMENTS = ("staff", "contracted")
# What of a staff list is personal: entries commit to it by salted words, which can be erased.
PERSONAL = ("name", "email", "home_postcode", "employer", "easting", "northing")


@dataclass(frozen=True, slots=True)
class InspectorDetails:
    """One inspector of the staff list. `remits` are separated by `;`.

    `employer` is a reference, `scheme:value`, or `org:` and a name; empty for none, and None where the list does
    not say.
    `left_on` is the day from which he or she inspects no more, None where the list says nothing of it.
    `row` is where the list has it.
    `easting` and `northing` are metres on the British National Grid, where the home postcode tells them.
    """

    staff_no: str
    name: str
    email: str
    title: str
    engagement: str
    remits: str
    home_postcode: str
    employer: str | None = None
    easting: int | None = None
    northing: int | None = None
    left_on: date | None = None
    row: int = field(default=0, compare=False)
