"""One row of a GIAS file, read as a record; placeholders are no values."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache

from tracker.domain.facts import Status
from tracker.domain.register import (
    AUTHORITIES,
    GIAS,
    GroupRecord,
    LinkRecord,
    MembershipRecord,
    ProviderRecord,
    Record,
    most_common,
)

PLACEHOLDERS = frozenset(
    ("", "-", "redacted", "not applicable", "not recorded", "does not apply", "not under a federation", "unknown")
)
NO_AUTHORITIES = frozenset(("000", "999", "0"))
_STATUSES = {status.value: status for status in Status}
_DATE_LENGTH = len("dd-mm-yyyy")


class UnreadableRow(ValueError):
    """A row that cannot be taken; the text says why, to follow the row's name."""


class Reader:
    """Reads the values of one row after another by their column's name; a column that the file lacks is empty."""

    def __init__(self, places: Mapping[str, int]) -> None:
        self._places = places
        self._same: dict[str, str] = {}
        self.values: list[str] = []

    def text(self, column: str) -> str:
        """Return a value without white space around it and doubled within."""
        place = self._places.get(column)
        if place is None or place >= len(self.values):
            return ""
        value = self.values[place]
        # Towns and types repeat by the thousand: each is cleaned once, and its one copy saves most of the memory.
        text = self._same.get(value)
        if text is None:
            text = self._same[value] = " ".join(value.split())
        return text

    def value(self, column: str) -> str:
        """Return a value, or an empty text where it is a placeholder."""
        text = self.text(column)
        return "" if text.casefold() in PLACEHOLDERS else text

    def number(self, column: str) -> str:
        """Return a number as text; a spreadsheet's `.0` is dropped."""
        return self.value(column).removesuffix(".0")

    def required(self, column: str) -> str:
        """Return a value that must be there."""
        value = self.value(column)
        if not value:
            raise UnreadableRow(f"has no {column}")
        return value

    def digits(self, column: str) -> str:
        """Return a number that must be there, made of digits only."""
        value = self.text(column)
        if not (value.isascii() and value.isdecimal()):
            raise UnreadableRow(f"has no {column}" if not value else f"has the {column} “{value[:40]}”, not a number")
        return value

    def day(self, column: str) -> date | None:
        """Return a day, None where there is none. 1 January 1900 is kept: the policy reads it as unknown."""
        value = self.value(column)
        day = _day(value)
        if value and day is None:
            raise UnreadableRow(f"has the {column} “{value[:40]}”, not a day as dd-mm-yyyy")
        return day

    def metres(self, column: str) -> int | None:
        """Return a coordinate, None where it is missing: empty, zero or redacted."""
        value = self.number(column)
        if value and not (value.isascii() and value.isdecimal()):
            raise UnreadableRow(f"has the {column} “{value[:40]}”, not a number of metres")
        return int(value[:9] or 0) or None

    def status(self, column: str) -> Status:
        """Return a status that must be one of those known."""
        value = self.text(column)
        status = _STATUSES.get(value.casefold())
        if status is None:
            raise UnreadableRow(f"has the unknown {column} “{value[:40]}”")
        return status


@lru_cache(maxsize=50_000)
def _day(text: str) -> date | None:
    day, month, year = text[0:2], text[3:5], text[6:10]
    if len(text) != _DATE_LENGTH or text[2] != "-" or text[5] != "-" or not (day + month + year).isdecimal():
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def establishment(row: Reader) -> ProviderRecord:
    """Return a school or college."""
    authority = row.value("LA (code)")
    known = authority not in NO_AUTHORITIES and bool(authority)
    number, ukprn = row.number("EstablishmentNumber"), row.number("UKPRN")
    numbers = [f"ukprn:{ukprn}"] if ukprn else []
    if known and number:
        numbers.append(f"laestab:{authority}/{number}")
    return ProviderRecord(
        ref=f"gias:{row.digits('URN')}",
        register=GIAS,
        name=row.required("EstablishmentName"),
        status=row.status("EstablishmentStatus (name)"),
        kind=row.value("TypeOfEstablishment (name)"),
        type_group=row.value("EstablishmentTypeGroup (name)"),
        # "Not applicable" is a phase like any other: schools of no phase are compared among themselves.
        phase=row.text("PhaseOfEducation (name)"),
        opened_on=row.day("OpenDate"),
        closed_on=row.day("CloseDate"),
        authority=authority if known else None,
        authority_name=row.value("LA (name)") if known else "",
        town=row.value("Town"),
        postcode=row.value("Postcode").upper(),
        easting=row.metres("Easting"),
        northing=row.metres("Northing"),
        other_numbers=" ".join(numbers),
    )


def authorities(records: Iterable[Record]) -> Iterator[ProviderRecord]:
    """Yield the local authorities that the establishments name, each by the name that it bears most."""
    names: dict[str, list[str]] = defaultdict(list)
    for record in records:
        if isinstance(record, ProviderRecord) and record.authority and record.authority_name:
            names[record.authority].append(record.authority_name)
    for code in sorted(names):
        yield ProviderRecord(
            ref=f"la:{code}",
            register=AUTHORITIES,
            name=most_common(names[code]),
            status=Status.OPEN,
            kind="Local authority",
            authority=code,
        )


def link(row: Reader) -> LinkRecord:
    """Return a link; either end may be on no imported register."""
    of_ref, to_ref = f"gias:{row.digits('URN')}", f"gias:{row.digits('LinkURN')}"
    if of_ref == to_ref:
        raise UnreadableRow("is linked to itself")
    return LinkRecord(
        of_ref=of_ref,
        to_ref=to_ref,
        kind=row.required("LinkType"),
        to_name=row.value("LinkName"),
        established_on=row.day("LinkEstablishedDate"),
    )


def group(row: Reader) -> GroupRecord:
    """Return a trust, federation or sponsor."""
    numbers = (
        ("group-id", row.value("Group ID")),
        ("companies-house", row.number("Companies House Number")),
        ("ukprn", row.number("UKPRN")),
    )
    return GroupRecord(
        ref=f"group:{row.digits('Group UID')}",
        name=row.required("Group Name"),
        kind=row.required("Group Type"),
        status=row.status("Group Status"),
        opened_on=row.day("Open date") or row.day("Incorporated on (open date)"),
        closed_on=row.day("Closed Date"),
        town=row.value("Group Town"),
        postcode=row.value("Group Postcode").upper(),
        other_numbers=" ".join(f"{scheme}:{''.join(value.split())}" for scheme, value in numbers if value),
    )


def membership(row: Reader) -> MembershipRecord:
    """Return a membership as it stands today; the groups' own columns here are not taken, the groups' file is."""
    return MembershipRecord(
        provider_ref=f"gias:{row.digits('URN')}",
        group_ref=f"group:{row.digits('Group UID')}",
        joined_on=row.day("Joined date"),
        provider_name=row.value("EstablishmentName"),
    )
