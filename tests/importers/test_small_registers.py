"""Further education by UKPRN, and the file of local authorities that an inspectorate writes itself."""

from datetime import date

import pytest

from tests.support.extracts import csv_bytes, read
from tests.support.ofsted import COLLEGES, COUNCILS
from tracker.domain.facts import Status
from tracker.domain.register import Kind, LinkRecord, ProviderRecord, Snapshot


def snapshot(kind: Kind, *rows: dict[str, str]) -> Snapshot:
    return read(kind, csv_bytes(kind, *rows)).snapshot


def test_a_college_is_known_by_its_ukprn_and_found_by_ofsteds_own_number() -> None:
    college, _ = snapshot(Kind.FE_SKILLS, *COLLEGES).records
    assert college == ProviderRecord(
        ref="ukprn:19900009",
        register="ofsted-fe-skills",
        name="Wen College",
        status=Status.OPEN,
        kind="General further education college",
        type_group="Colleges",
        authority_name="Wenshire",
        other_numbers="ofsted-fe:59001",
        region="South East",
    )


def test_a_college_of_two_inspections_is_one_college() -> None:
    found = snapshot(Kind.FE_SKILLS, {}, {"Inspection number": "10000009", "Date published": "01/02/2025"})
    assert len(found.records) == 1
    assert found.rejected == ()


def test_a_spreadsheets_ukprn_is_the_same_number() -> None:
    (college,) = snapshot(Kind.FE_SKILLS, {"Provider UKPRN": "19900009.0"}).records
    assert college.key == "ukprn:19900009"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"Provider UKPRN": ""}, "has no Provider UKPRN"),
        ({"Provider UKPRN": "59001"}, "has the Provider UKPRN “59001”, not 8 digits"),
        ({"Provider name": ""}, "has no Provider name"),
        ({"Provider status": "Asleep"}, "has the unknown Provider status “Asleep”"),
    ],
)
def test_a_college_that_cannot_be_taken_says_why(changes: dict[str, str], reason: str) -> None:
    (only,) = snapshot(Kind.FE_SKILLS, {}, {"Provider UKPRN": "19900001", **changes}).rejected
    assert (only.line, only.reason) == (3, reason)


def test_an_authority_may_have_ended_and_have_a_successor_and_other_names() -> None:
    found = snapshot(Kind.AUTHORITIES, *COUNCILS)
    assert found.records == (
        ProviderRecord(
            "la:990", "authorities", "Wenshire", Status.OPEN, "Local authority", authority="990", authority_name=""
        ),
        ProviderRecord(
            "la:991",
            "authorities",
            "Oakshire",
            Status.CLOSED,
            "Local authority",
            closed_on=date(2023, 3, 31),
            authority="991",
        ),
    )
    assert found.listed.links == (LinkRecord("la:991", "la:990", "Successor"),)
    assert found.listed.other_names == (("la:990", "Wenshire County Council"), ("la:990", "Old Wenshire"))


@pytest.mark.parametrize("header", ["LA (code),LA (name)", "LA code,LA name", "Code,Name", "CODE,NAME"])
def test_a_list_of_codes_and_names_is_enough(header: str) -> None:
    (only,) = read(Kind.AUTHORITIES, f"{header}\r\n201,City of London\r\n".encode()).snapshot.records
    assert (only.key, only.name) == ("la:201", "City of London")  # type: ignore[union-attr]


def test_an_authority_that_was_split_has_two_successors() -> None:
    links = snapshot(Kind.AUTHORITIES, {"successor": "991; 992"}).listed.links
    assert links == (LinkRecord("la:990", "la:991", "Successor"), LinkRecord("la:990", "la:992", "Successor"))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"code": "E09000001"}, "has the code “E09000001”, not 3 digits"),
        ({"name": ""}, "has no name"),
        ({"closed_on": "in spring"}, "has the closed_on “in spring”, not a day as dd-mm-yyyy"),
        ({"successor": "Oakshire"}, "has the successor “Oakshire”, not 3 digits"),
        ({"code": "991", "successor": "991"}, "is its own successor"),
        ({"status": "tired"}, "has the unknown status “tired”"),
    ],
)
def test_an_authority_that_cannot_be_taken_says_why(changes: dict[str, str], reason: str) -> None:
    (only,) = snapshot(Kind.AUTHORITIES, {}, {"code": "991", **changes}).rejected
    assert (only.line, only.reason) == (3, reason)
