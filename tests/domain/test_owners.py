"""Owners whom a register names by text alone: the same text is one owner, and every other text another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.facts import GROUPS
from tracker.domain.owners import company_in, names_nobody, owner_ref

TEXTS = st.text(min_size=1, max_size=40)


def test_an_owner_is_known_by_the_text_in_any_case_and_with_any_spaces() -> None:
    ref = owner_ref("Hill View Care And Education Limited")
    assert ref == owner_ref(" hill view care and  EDUCATION limited ")
    assert ref.startswith("owner:hill-view-care-and-education-limited-")
    assert ref.startswith(GROUPS)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Elm Care Ltd", "Elm Care Limited"),
        ("Elm Care Ltd", "Elm Care Ltd."),
        ("Elm Care Ltd 09900006", "Elm Care Ltd"),
        ("Elm & Oak", "Elm and Oak"),
        (f"{'Very ' * 20}Long Limited", f"{'Very ' * 20}Long Ltd"),
        ("!!!", "???"),
    ],
)
def test_two_texts_stay_two_until_a_person_links_them(one: str, other: str) -> None:
    assert owner_ref(one) != owner_ref(other)


@given(TEXTS, TEXTS)
def test_two_texts_share_a_reference_only_where_case_and_spaces_are_all_that_differ(one: str, other: str) -> None:
    same = one.casefold().split() == other.casefold().split()
    assert (owner_ref(one) == owner_ref(other)) is same


@given(TEXTS)
def test_a_reference_can_stand_in_a_file_an_address_and_a_key(text: str) -> None:
    ref = owner_ref(text)
    assert ref.isascii()
    assert len(ref) <= 70
    assert not set(ref.removeprefix("owner:")) - set("abcdefghijklmnopqrstuvwxyz0123456789-")


@pytest.mark.parametrize(
    ("text", "name", "number"),
    [
        ("Elm Homes Limited 09900001", "Elm Homes Limited", "09900001"),
        ("N E Care Limited 9900002", "N E Care Limited", "09900002"),
        ("Oak Care Limited Company Number 09900003", "Oak Care Limited", "09900003"),
        ("Wen Homes Limited comp number 09900004", "Wen Homes Limited", "09900004"),
        ("Elm LLP (OC990001)", "Elm LLP", "OC990001"),
        ("Elm Ltd (company no. 09900005)", "Elm Ltd", "09900005"),
        ("No. 57 Limited", "No. 57 Limited", ""),
        ("Care 4 Wen", "Care 4 Wen", ""),
        ("Wen Place (2008) Ltd", "Wen Place (2008) Ltd", ""),
        ("09900001", "09900001", ""),
    ],
)
def test_a_company_number_behind_a_name_is_no_part_of_it(text: str, name: str, number: str) -> None:
    assert company_in(text) == (name, number)


@pytest.mark.parametrize("text", ["Owned by an individual", "owned by  an INDIVIDUAL", "Individual", "sole trader"])
def test_whoever_is_not_named_is_not_one_owner_with_all_the_others(text: str) -> None:
    assert names_nobody(text)
    assert not names_nobody(f"{text} Limited")
