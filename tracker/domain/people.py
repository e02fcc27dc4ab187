"""Who inspects, as the inspectorate's staff list says."""

from dataclasses import dataclass

TITLES = ("HMI", "OI", "RI", "EYRI", "SCRI")
ENGAGEMENTS = ("staff", "contracted")


@dataclass(frozen=True, slots=True)
class InspectorDetails:
    """One inspector of the staff list. `remits` are separated by `;`."""

    staff_no: str
    name: str
    email: str
    title: str
    engagement: str
    remits: str
    home_postcode: str
