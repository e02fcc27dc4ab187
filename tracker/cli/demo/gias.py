"""The four files of the schools' register, in its publisher's own columns, encoding, line ends and dates."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TextIO

from tracker.cli.demo.places import Authority

ENCODING = "cp1252"
UNKNOWN = "01-01-1900"
PHASES = {
    "Not applicable": "0",
    "Nursery": "1",
    "Primary": "2",
    "Middle deemed primary": "3",
    "Middle deemed secondary": "5",
    "Secondary": "4",
    "16 plus": "6",
    "All-through": "7",
}
STATUSES = {"Open": "1", "Closed": "2", "Open, but proposed to close": "3", "Proposed to open": "4"}
# Type -> its code, and the name and code of its type group.
TYPES = {
    "Community school": ("1", "Local authority maintained schools", "4"),
    "Voluntary aided school": ("2", "Local authority maintained schools", "4"),
    "Voluntary controlled school": ("3", "Local authority maintained schools", "4"),
    "Foundation school": ("5", "Local authority maintained schools", "4"),
    "Community special school": ("7", "Special schools", "5"),
    "Other independent special school": ("10", "Independent schools", "3"),
    "Other independent school": ("11", "Independent schools", "3"),
    "Pupil referral unit": ("14", "Local authority maintained schools", "4"),
    "Local authority nursery school": ("15", "Local authority maintained schools", "4"),
    "Further education": ("18", "Colleges", "1"),
    "Academy sponsor led": ("28", "Academies", "10"),
    "Sixth form centres": ("31", "Colleges", "1"),
    "Academy converter": ("34", "Academies", "10"),
    "Free schools": ("35", "Free Schools", "11"),
    "Academy special converter": ("44", "Academies", "10"),
    "Children's centre": ("47", "Other types", "9"),
}
GROUP_KINDS = {
    "Federation": ("1", ""),
    "Trust": ("2", ""),
    "School sponsor": ("5", "SP"),
    "Multi-academy trust": ("6", "TR"),
    "Umbrella trust": ("7", "UT"),
    "Children's Centres Group": ("8", ""),
    "Single-academy trust": ("10", "TR"),
}


@dataclass(slots=True)
class School:
    """An establishment as it stands in the register on the day of the extract."""

    urn: int
    name: str
    authority: Authority
    town: str
    postcode: str
    street: str
    easting: int | None
    northing: int | None
    kind: str
    phase: str
    status: str = "Open"
    opened_on: date | None = None
    closed_on: date | None = None
    pupils: int | None = None

    @property
    def ref(self) -> str:
        """Its reference among all registers."""
        return f"gias:{self.urn}"

    @property
    def is_open(self) -> bool:
        """Whether it can be inspected."""
        return self.status.startswith("Open")


@dataclass(frozen=True, slots=True)
class LinkRecord:
    """A link between two establishments, recorded at one of them."""

    of: School
    to: School
    kind: str
    on: date | None


@dataclass(slots=True)
class GroupRecord:
    """A trust, federation or sponsor, and since when each of its members belongs to it (None: not known)."""

    uid: int
    name: str
    kind: str
    opened_on: date | None
    closed_on: date | None = None
    members: list[tuple[School, date | None]] = field(default_factory=list)

    @property
    def ref(self) -> str:
        """Its reference among all registers."""
        return f"group:{self.uid}"


@dataclass(frozen=True, slots=True)
class Files:
    """Where the four files were written, by the kind that `tracker register import` knows them by."""

    by_kind: dict[str, Path]


def write(
    folder: Path, day: date, schools: Sequence[School], links: Sequence[LinkRecord], groups: Sequence[GroupRecord]
) -> Files:
    """Write the four files into a folder; their names bear the day of the extract."""
    made = {
        "gias": ("edubasealldata", [_school(each) for each in schools], csv.QUOTE_MINIMAL),
        "gias-links": ("links_edubasealldata", [_link(each) for each in links], csv.QUOTE_ALL),
        "gias-groups": ("allgroupsdata", [_group(each) for each in groups], csv.QUOTE_MINIMAL),
        "gias-group-links": ("alllinksdata", list(_members(groups)), csv.QUOTE_MINIMAL),
    }
    paths = {}
    for kind, (name, rows, quoting) in made.items():
        paths[kind] = folder / f"{name}{day:%Y%m%d}.csv"
        with paths[kind].open("w", encoding=ENCODING, newline="") as file:
            _write(file, rows, quoting)
    return Files(paths)


def _write(file: TextIO, rows: Sequence[dict[str, str]], quoting: int) -> None:
    # The publisher quotes either everything or what needs it; `quoting` is one of the csv module's own constants.
    quote_all = quoting == csv.QUOTE_ALL
    writer = csv.DictWriter(
        file, rows[0], lineterminator="\r\n", quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL
    )
    writer.writeheader()
    writer.writerows(rows)


def _day(day: date | None, unknown: str = "") -> str:
    return f"{day:%d-%m-%Y}" if day else unknown


def _school(school: School) -> dict[str, str]:
    code, group, group_code = TYPES[school.kind]
    return {
        "URN": str(school.urn),
        "LA (code)": school.authority.code,
        "LA (name)": school.authority.name,
        "EstablishmentNumber": str(2000 + school.urn % 7000),
        "EstablishmentName": school.name,
        "TypeOfEstablishment (code)": code,
        "TypeOfEstablishment (name)": school.kind,
        "EstablishmentTypeGroup (code)": group_code,
        "EstablishmentTypeGroup (name)": group,
        "EstablishmentStatus (code)": STATUSES[school.status],
        "EstablishmentStatus (name)": school.status,
        "OpenDate": _day(school.opened_on),
        "CloseDate": _day(school.closed_on),
        "PhaseOfEducation (code)": PHASES[school.phase],
        "PhaseOfEducation (name)": school.phase,
        "NumberOfPupils": "" if school.pupils is None else str(school.pupils),
        "UKPRN": str(99_000_000 + school.urn % 100_000),
        "LastChangedDate": _day(school.closed_on or school.opened_on),
        "Street": school.street,
        "Locality": "",
        "Address3": "",
        "Town": school.town,
        "County (name)": school.authority.name,
        "Postcode": school.postcode,
        "Easting": "" if school.easting is None else str(school.easting),
        "Northing": "" if school.northing is None else str(school.northing),
        "RSCRegion (name)": school.authority.region,
        "Country (name)": "England",
    }


def _link(link: LinkRecord) -> dict[str, str]:
    return {
        "URN": str(link.of.urn),
        "LinkURN": str(link.to.urn),
        "LinkName": link.to.name,
        "LinkType": link.kind,
        "LinkEstablishedDate": _day(link.on),
    }


def _head(group: GroupRecord) -> dict[str, str]:
    code, prefix = GROUP_KINDS[group.kind]
    is_company = prefix in ("TR", "UT")
    return {
        "Group UID": str(group.uid),
        "Group ID": f"{prefix}{group.uid % 100_000:05}" if prefix else "",
        "Group Name": group.name,
        "Companies House Number": f"990{group.uid % 100_000:05}" if is_company else "",
        "Group Type (code)": code,
        "Group Type": group.kind,
        "Closed Date": _day(group.closed_on),
        "Open date": "" if is_company else _day(group.opened_on),
        "Incorporated on (open date)": _day(group.opened_on) if is_company else "",
        "Group Status (code)": "CLOSED" if group.closed_on else "OPEN",
        "Group Status": "Closed" if group.closed_on else "Open",
    }


def _group(group: GroupRecord) -> dict[str, str]:
    first = group.members[0][0] if group.members else None
    address = {
        "Group Street": first.street if first else "",
        "Group Locality": "",
        "Group Address 3": "",
        "Group Town": first.town if first else "",
        "Group County": "Not recorded",
        "Group Postcode": first.postcode if first else "",
        "UKPRN": "",
    }
    return {**_head(group), **address}


def _members(groups: Iterable[GroupRecord]) -> Iterable[dict[str, str]]:
    for group in groups:
        for school, joined_on in group.members:
            code = TYPES[school.kind][0]
            yield {
                "URN": str(school.urn),
                **_head(group),
                "Joined date": _day(joined_on, UNKNOWN),
                "EstablishmentName": school.name,
                "TypeOfEstablishment (code)": code,
                "TypeOfEstablishment (name)": school.kind,
                "PhaseOfEducation (code)": PHASES[school.phase],
                "PhaseOfEducation (name)": school.phase,
                "LA (code)": school.authority.code,
                "LA (name)": school.authority.name,
            }
