"""Rows of the four GIAS files become records; what cannot be taken is rejected with its line and the reason."""

from datetime import date

import pytest

from tests.support.extracts import csv_bytes, read
from tracker.domain.errors import BadFileError
from tracker.domain.facts import Status
from tracker.domain.register import GroupRecord, Kind, LinkRecord, MembershipRecord, ProviderRecord, Rejected, digest


def rejected(kind: Kind, **changes: str) -> Rejected:
    """How a second row with these changes is rejected beside a good first one."""
    (only,) = read(
        kind, csv_bytes(kind, {"URN": "900099"} if kind is not Kind.GIAS_GROUPS else {}, changes)
    ).snapshot.rejected
    assert only.line == 3
    return only


def record(kind: Kind, **changes: str) -> object:
    (only,) = read(kind, csv_bytes(kind, changes)).snapshot.records
    return only


def test_an_establishment_is_read_whole() -> None:
    assert record(Kind.GIAS) == ProviderRecord(
        ref="gias:900001",
        register="gias",
        name="Hilltop Primary School",
        status=Status.OPEN,
        kind="Community school",
        type_group="Local authority maintained schools",
        phase="Primary",
        opened_on=date(1990, 9, 1),
        closed_on=None,
        authority="990",
        authority_name="Wenshire",
        town="Wenbridge",
        postcode="WE1 1AA",
        easting=400100,
        northing=300200,
        other_numbers="ukprn:19900001 laestab:990/2001",
    )


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("open", Status.OPEN),
        ("CLOSED", Status.CLOSED),
        ("Open, but proposed to close", Status.CLOSING),
        ("Proposed to Open", Status.PROPOSED),
    ],
)
def test_a_status_is_known_in_any_case(text: str, status: Status) -> None:
    found = record(Kind.GIAS, **{"EstablishmentStatus (name)": text})
    assert isinstance(found, ProviderRecord)
    assert found.status is status


def test_placeholders_are_no_values() -> None:
    found = record(
        Kind.GIAS,
        **{
            "LA (code)": "999",
            "LA (name)": "Does not apply",
            "UKPRN": "Not recorded",
            "Town": "REDACTED",
            "Postcode": "redacted",
            "Easting": "0",
            "Northing": "",
            "PhaseOfEducation (name)": "Not applicable",
        },
    )
    assert isinstance(found, ProviderRecord)
    assert (found.authority, found.authority_name, found.town, found.postcode) == (None, "", "", "")
    assert (found.easting, found.northing, found.other_numbers) == (None, None, "")
    assert found.phase == "Not applicable"


def test_authorities_are_drawn_from_the_establishments_by_the_name_they_bear_most() -> None:
    rows = [
        {"URN": str(900001 + n), "LA (code)": code, "LA (name)": name}
        for n, (code, name) in enumerate(
            [("990", "Wenshire CC"), ("990", "Wenshire"), ("990", "Wenshire"), ("991", "Oakshire"), ("000", "None")]
        )
    ]
    drawn = read(Kind.GIAS, csv_bytes(Kind.GIAS, *rows)).snapshot.listed.authorities
    assert [(each.ref, each.name, each.register, each.kind, each.authority) for each in drawn] == [
        ("la:990", "Wenshire", "gias-authorities", "Local authority", "990"),
        ("la:991", "Oakshire", "gias-authorities", "Local authority", "991"),
    ]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"URN": "900099"}, "is listed twice"),
        ({"URN": ""}, "has no URN"),
        ({"URN": "EY900099"}, "has the URN “EY900099”, not a number"),
        ({"URN": "٩٠٠"}, "has the URN “٩٠٠”, not a number"),
        ({"EstablishmentName": " "}, "has no EstablishmentName"),
        ({"EstablishmentName": "REDACTED"}, "has no EstablishmentName"),
        ({"EstablishmentStatus (name)": "Dreamt of"}, "has the unknown EstablishmentStatus (name) “Dreamt of”"),
        ({"CloseDate": "31-02-2020"}, "has the CloseDate “31-02-2020”, not a day as dd-mm-yyyy"),
        ({"OpenDate": "2020-01-31"}, "has the OpenDate “2020-01-31”, not a day as dd-mm-yyyy"),
        ({"Easting": "far"}, "has the Easting “far”, not a number of metres"),
    ],
)
def test_an_establishment_that_cannot_be_taken_says_why(changes: dict[str, str], reason: str) -> None:
    content = csv_bytes(Kind.GIAS, {"URN": "900099"}, changes, encoding="utf-8")
    (only,) = read(Kind.GIAS, content).snapshot.rejected
    assert (only.line, only.reason) == (3, reason)


def test_the_placeholder_day_is_kept_for_the_policy_to_read() -> None:
    found = record(Kind.GIAS_GROUP_LINKS, **{"Joined date": "01-01-1900"})
    assert isinstance(found, MembershipRecord)
    assert found.joined_on == date(1900, 1, 1)


def test_links_are_read_as_they_are_spelt_and_never_to_oneself() -> None:
    assert record(Kind.GIAS_LINKS) == LinkRecord(
        "gias:900001", "gias:900002", "Successor", "Ridge Academy", date(2023, 9, 1)
    )
    found = record(Kind.GIAS_LINKS, LinkEstablishedDate="", LinkType="Merged - change in age range")
    assert isinstance(found, LinkRecord)
    assert (found.kind, found.established_on) == ("Merged - change in age range", None)
    assert rejected(Kind.GIAS_LINKS, LinkURN="900001").reason == "is linked to itself"
    assert rejected(Kind.GIAS_LINKS, LinkType="").reason == "has no LinkType"


def test_groups_are_read_with_their_numbers() -> None:
    assert record(Kind.GIAS_GROUPS) == GroupRecord(
        ref="group:9001",
        name="Birch Trust",
        kind="Multi-academy trust",
        status=Status.OPEN,
        opened_on=date(2012, 9, 1),
        closed_on=None,
        town="Wenbridge",
        postcode="WE1 1AB",
        other_numbers="group-id:TR09001 companies-house:09900001 ukprn:19909001",
    )
    assert rejected(Kind.GIAS_GROUPS).reason == "is listed twice"


def test_a_file_of_which_no_row_can_be_taken_is_refused_with_its_first_reason() -> None:
    with pytest.raises(
        BadFileError, match=r"No row of the file can be taken; the first, line 2 \(x\), has the URN “x”"
    ):
        read(Kind.GIAS, csv_bytes(Kind.GIAS, {"URN": "x"}))


def test_a_digest_is_of_all_that_a_record_says() -> None:
    one, other = record(Kind.GIAS), record(Kind.GIAS, Town="Elsewhere")
    assert isinstance(one, ProviderRecord)
    assert isinstance(other, ProviderRecord)
    assert digest(one) != digest(other)
    assert digest(one) == digest(record(Kind.GIAS))  # type: ignore[arg-type]
