"""Ofsted's registers of children's social care: two header rows, linked schools, and owners by their name alone."""

import pytest

from tests.support.extracts import csv_bytes, read
from tests.support.ofsted import HOME, HOMES, OWNERS
from tracker.domain.errors import BadFileError
from tracker.domain.facts import Status
from tracker.domain.owners import owner_ref
from tracker.domain.register import GroupRecord, Kind, LinkRecord, MembershipRecord, ProviderRecord, Snapshot


def snapshot(*rows: dict[str, str], kind: Kind = Kind.SOCIAL_CARE) -> Snapshot:
    return read(kind, csv_bytes(kind, *rows)).snapshot


def test_providers_are_read_below_two_header_rows() -> None:
    home, withheld, school = snapshot(*HOMES).records
    assert home == ProviderRecord(
        ref="ofsted-sc:SC900001",
        register="ofsted-social-care",
        name="Elm House",
        status=Status.OPEN,
        kind="Children's home",
        authority_name="Wenshire",
        town="Wenbridge",
        postcode="EC2Y 8BB",
        easting=532305,
        northing=181744,
    )
    assert isinstance(withheld, ProviderRecord)
    assert (withheld.name, withheld.town, withheld.easting) == ("Children's home SC900002, name withheld", "", None)
    assert isinstance(school, ProviderRecord)
    assert school.ref == "ofsted-sc:1999003"


def test_the_school_that_a_provider_is_too_is_a_link_and_no_merge() -> None:
    assert snapshot(*HOMES).listed.links == (LinkRecord("ofsted-sc:1999003", "gias:900003", "Linked education URN"),)


def test_rows_of_padding_are_passed_over_and_dashes_are_no_values() -> None:
    dashes = dict.fromkeys(HOME, "-")
    found = snapshot({}, dashes, dict.fromkeys(HOME, " "), {"URN": "SC900002", "Town": "-", "Postcode": " "})
    assert (found.rows, found.rejected) == (2, ())
    last = found.records[-1]
    assert isinstance(last, ProviderRecord)
    assert (last.town, last.postcode) == ("", "")


def test_the_same_words_again_are_no_fault_and_other_words_are() -> None:
    found = snapshot({}, {"Places": "6"}, {"Name": "Elm Lodge"})
    assert len(found.records) == 1
    assert "1 rows say again what another row says." in found.notes
    assert [(each.line, each.reason) for each in found.rejected] == [(5, "is listed twice")]


def test_a_file_of_inspections_is_refused_with_what_it_looks_like_and_what_to_give() -> None:
    with pytest.raises(BadFileError) as refused:
        snapshot({}, {"Event number": "10000002"}, {"URN": "SC900002"})
    assert str(refused.value) == (
        "This looks like a file of inspections, a row for each, not Ofsted children’s social care "
        "(ofsted-social-care). 1 row names a provider again, with another inspection. Whoever was not inspected in its "
        "time would be missing: give the list of providers, from the same page of the publisher."
    )


def test_a_file_whose_title_says_inspections_is_refused_though_it_names_nobody_twice() -> None:
    title = b"Inspection information"
    titled = csv_bytes(Kind.SOCIAL_CARE, {}).replace(b"information,,", b"information," + title + b",", 1)
    with pytest.raises(BadFileError, match="This looks like a file of inspections, a row for each"):
        read(Kind.SOCIAL_CARE, titled)
    latest = titled.replace(title, b"Latest Full Inspection")
    assert len(read(Kind.SOCIAL_CARE, latest).snapshot.records) == 1


def test_one_provider_that_a_list_names_twice_by_mistake_does_not_make_it_a_file_of_inspections() -> None:
    rows = [{"URN": f"SC90{number:04}", "Event number": str(number)} for number in range(150)]
    found = snapshot(*rows, {**rows[0], "Event number": "7777"})
    assert len(found.records) == 150


@pytest.mark.parametrize("column", ["Organisation which owns the provider", "Organisation name", "Owner"])
def test_newer_editions_name_the_owner_beside_the_provider(column: str) -> None:
    listed = snapshot({column: "Elm Care Limited"}, {"URN": "SC900002", column: "REDACTED"}).listed
    assert listed.groups == (GroupRecord(owner_ref("elm care limited"), "Elm Care Limited", "Owner", Status.OPEN),)
    assert listed.memberships == (MembershipRecord("ofsted-sc:SC900001", owner_ref("Elm Care Limited")),)
    assert snapshot({}).listed.groups is None


def test_owners_in_a_file_of_their_own_are_one_whatever_the_case() -> None:
    listed = snapshot(*OWNERS, kind=Kind.SOCIAL_CARE_OWNERS).listed
    assert listed.groups == (
        GroupRecord(owner_ref("Elm Care Limited"), "Elm Care Limited", "Owner", Status.OPEN),
        GroupRecord(
            owner_ref("Vale Trust 09900003"),
            "Vale Trust",
            "Owner",
            Status.OPEN,
            other_numbers="companies-house:09900003",
        ),
    )
    assert [(each.provider_ref, each.group_ref) for each in listed.memberships or ()] == [
        ("ofsted-sc:SC900001", owner_ref("Elm Care Limited")),
        ("ofsted-sc:SC900002", owner_ref("Elm Care Limited")),
        ("ofsted-sc:1999003", owner_ref("Vale Trust 09900003")),
    ]


@pytest.mark.parametrize(
    ("owner", "reason"),
    [
        ("", "names no Owner"),
        ("REDACTED", "names no Owner"),
        ("Owned by an individual", "has the Owner “Owned by an individual”, which names nobody"),
    ],
)
def test_an_owner_that_is_nobody_is_rejected(owner: str, reason: str) -> None:
    found = snapshot({}, {"URN": "SC900002", "Owner": owner}, kind=Kind.SOCIAL_CARE_OWNERS)
    assert [(each.line, each.identifier, each.reason) for each in found.rejected] == [(3, "SC900002", reason)]
    assert len(found.listed.memberships or ()) == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"URN": "home"}, "has the URN “HOME”, not a number such as SC123456"),
        ({"Linked education URN": "yes"}, "has the Linked education URN “yes”, not a number"),
        ({"Registration status": "Unheard of"}, "has the unknown Registration status “Unheard of”"),
    ],
)
def test_a_provider_that_cannot_be_taken_says_why(changes: dict[str, str], reason: str) -> None:
    (only,) = snapshot({}, {"URN": "SC900002", **changes}).rejected
    # Two header rows stand above.
    assert (only.line, only.reason) == (4, reason)
