"""Small invented extracts in the publisher's own columns, and the acts that import them."""

import csv
import io
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy.orm import Session, sessionmaker

from tests.support import ofsted
from tests.support.shared import shared_file
from tests.support.world import SYSTEM
from tracker.database import make_engine, writing
from tracker.domain.register import Extract, Kind, Known
from tracker.importers.registers import read_register
from tracker.queries.seals import known_rows
from tracker.services.registers import ImportRegister, ImportSummary, import_register

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
GIAS = {
    "URN": "900001",
    "LA (code)": "990",
    "LA (name)": "Wenshire",
    "EstablishmentNumber": "2001",
    "EstablishmentName": "Hilltop Primary School",
    "TypeOfEstablishment (name)": "Community school",
    "EstablishmentTypeGroup (name)": "Local authority maintained schools",
    "EstablishmentStatus (name)": "Open",
    "OpenDate": "01-09-1990",
    "CloseDate": "",
    "PhaseOfEducation (name)": "Primary",
    "UKPRN": "19900001",
    "Town": "Wenbridge",
    "Postcode": "WE1 1AA",
    "Easting": "400100",
    "Northing": "300200",
}
LINK = {
    "URN": "900001",
    "LinkURN": "900002",
    "LinkName": "Ridge Academy",
    "LinkType": "Successor",
    "LinkEstablishedDate": "01-09-2023",
}
GROUP = {
    "Group UID": "9001",
    "Group ID": "TR09001",
    "Group Name": "Birch Trust",
    "Companies House Number": "09900001",
    "Group Type": "Multi-academy trust",
    "Closed Date": "",
    "Open date": "01-09-2012",
    "Group Status": "Open",
    "Group Town": "Wenbridge",
    "Group Postcode": "WE1 1AB",
    "UKPRN": "19909001.0",
}
MEMBER = {
    "URN": "900002",
    "Group UID": "9001",
    "Group Name": "Birch Trust",
    "Group Type": "Multi-academy trust",
    "Group Status": "Open",
    "Closed Date": "",
    "Joined date": "01-09-2023",
    "EstablishmentName": "Ridge Academy",
}
TEMPLATES = {
    Kind.GIAS: GIAS,
    Kind.GIAS_LINKS: LINK,
    Kind.GIAS_GROUPS: GROUP,
    Kind.GIAS_GROUP_LINKS: MEMBER,
    **ofsted.TEMPLATES,
}
# Hilltop closed and became Ridge, which is in a trust with Vale; Lone Oak stands alone. No two are near.
SCHOOLS = (
    {"EstablishmentStatus (name)": "Closed", "CloseDate": "31-08-2023"},
    {"URN": "900002", "EstablishmentName": "Ridge Academy", "EstablishmentTypeGroup (name)": "Academies", "UKPRN": ""},
    {
        "URN": "900003",
        "EstablishmentName": "Vale Academy",
        "EstablishmentTypeGroup (name)": "Academies",
        "UKPRN": "",
        "Easting": "410100",
    },
    {"URN": "900004", "EstablishmentName": "Lone Oak School", "Town": "Oakham", "UKPRN": "", "Easting": "430100"},
)
LINKS = ({}, {"URN": "900002", "LinkURN": "900001", "LinkName": "Hilltop Primary", "LinkType": "Predecessor"})
GROUPS = ({}, {"Group UID": "9002", "Group Name": "BIRCH  trust", "Group Type": "School sponsor"})
MEMBERS = ({}, {"URN": "900003", "EstablishmentName": "Vale Academy", "Joined date": "01-01-1900"})
ROWS = {
    Kind.GIAS: SCHOOLS,
    Kind.GIAS_LINKS: LINKS,
    Kind.GIAS_GROUPS: GROUPS,
    Kind.GIAS_GROUP_LINKS: MEMBERS,
    **ofsted.ROWS,
}


def csv_bytes(kind: Kind, *rows: Mapping[str, str], encoding: str = "cp1252") -> bytes:
    """A file of this kind: each row is the kind's sample with these changes."""
    template = {**TEMPLATES[kind], **{name: "" for row in rows for name in row if name not in TEMPLATES[kind]}}
    text = io.StringIO(newline="")
    if kind is Kind.SOCIAL_CARE:
        text.write(f"Provider information{',' * (len(template) - 1)}\r\n")
    writer = csv.DictWriter(text, list(template))
    writer.writeheader()
    writer.writerows({**template, **row} for row in rows)
    return text.getvalue().encode(encoding)


def zipped(**files: bytes) -> bytes:
    """A .zip of these files; an underscore in a name stands for its dot."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_", "."), content)
    return target.getvalue()


def read(kind: Kind, content: bytes, name: str = "extract20260301.csv") -> Extract:
    """Read a file as it would be uploaded."""
    return read_register(kind, io.BytesIO(content), name)


def imported(
    session: Session,
    kind: Kind,
    *rows: Mapping[str, str],
    name: str = "extract20260301.csv",
    at: datetime = AT,
    fewer: bool = False,
) -> ImportSummary:
    """Import a file of these rows."""
    content = csv_bytes(kind, *rows)

    def again(known: Known) -> Extract:
        return read_register(kind, io.BytesIO(content), name, known=known)

    command = ImportRegister(again(known_rows(session, kind)), fewer, again)
    return import_register(session, SYSTEM, command, at=at)


def import_all(session: Session) -> None:
    """Import the four small files of GIAS."""
    imported(session, Kind.GIAS, *SCHOOLS)
    imported(session, Kind.GIAS_LINKS, *LINKS)
    imported(session, Kind.GIAS_GROUPS, *GROUPS)
    imported(session, Kind.GIAS_GROUP_LINKS, *MEMBERS)


def import_every_kind(session: Session) -> None:
    """Import a small file of every register."""
    for kind, rows in ROWS.items():
        imported(session, kind, *rows)


REAL = {
    Kind.GIAS: "edubasealldata*.zip",
    Kind.GIAS_LINKS: "links_edubasealldata*.zip",
    Kind.GIAS_GROUPS: "allgroupsdata*.zip",
    Kind.GIAS_GROUP_LINKS: "alllinksdata*.zip",
}


# Those of the other registers, in the order in which they are imported.
REAL_OTHERS = (
    (Kind.EARLY_YEARS, "early_years_providers*.zip"),
    (Kind.SOCIAL_CARE, "social_care_providers*.zip"),
    (Kind.SOCIAL_CARE_OWNERS, "social_care_ownerships*.zip"),
)


def read_real(kind: Kind, pattern: str = "", known: Known | None = None) -> Extract:
    """Read the publisher's real file of this kind; skips loudly where it is absent."""
    path = shared_file(pattern or REAL[kind])
    with path.open("rb") as source:
        return read_register(kind, source, path.name, known=known)


def import_real(url: str) -> dict[Kind, ImportSummary]:
    """Import the four real files into a database; skips loudly where they are absent."""
    for pattern in REAL.values():
        shared_file(pattern)
    engine = make_engine(url)
    summaries = {}
    for kind in REAL:
        with writing(sessionmaker(engine, expire_on_commit=False)) as session:
            summaries[kind] = import_register(session, SYSTEM, ImportRegister(read_real(kind)), at=AT)
    engine.dispose()
    return summaries
