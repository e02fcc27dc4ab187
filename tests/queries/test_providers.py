"""Providers are found by whatever somebody remembers of them; nothing typed breaks the search."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.support.extracts import AT, SCHOOLS, import_all, imported
from tracker.domain.facts import Status
from tracker.domain.register import Kind
from tracker.domain.search import MOST_WORDS, all_normal, asked, normal
from tracker.models import GroupRow, ProviderRow
from tracker.queries.providers import by_ref, names_of, search
from tracker.services.keys import renew_state

MORE = (
    {"URN": "900010", "EstablishmentName": "St Mary’s & St John's C.E. School", "Town": "Kingsbridge", "UKPRN": ""},
    {"URN": "900011", "EstablishmentName": "Ridgeway 100% School_House", "Town": "Ridge", "UKPRN": ""},
    {"URN": "190010", "EstablishmentName": "Ridge Academy", "EstablishmentStatus (name)": "Closed", "UKPRN": ""},
    {"URN": "900012", "EstablishmentName": "École d'Été", "UKPRN": "900001", "Town": ""},
)
FIRST = (
    ("lone oak", "gias:900004"),
    ("OAK lone", "gias:900004"),
    ("ne oa", "gias:900004"),
    ("oakham", "gias:900004"),
    ("st marys st johns", "gias:900010"),
    ("St. Mary's and St. John's CE", "gias:900010"),
    ("ecole d'ete", "gias:900012"),
    ("100%", "gias:900011"),
    ("school_house", "gias:900011"),
    ("900004", "gias:900004"),
    ("gias:900004", "gias:900004"),
    ("GIAS:900004", "gias:900004"),
    ("ukprn:19900001", "gias:900001"),
    ("19900001", "gias:900001"),
    ("birch trust", "group:9001"),
    ("9001", "group:9001"),
    ("tr09001", "group:9001"),
    ("wenshire", "la:990"),
    ("990", "la:990"),
)
# What is typed with one mistake in it, and what is found first all the same.
MISTYPED = (
    ("hiltop primary", "gias:900001"),
    ("Hilltop Pirmary School", "gias:900001"),
    ("ihlltop", "gias:900001"),
    ("jilltop", "gias:900001"),
    ("lone aok", "gias:900004"),
    ("Loneoak School", "gias:900004"),
    ("Lon eOak School", "gias:900004"),
    ("school lonr", "gias:900004"),
    ("oakhsm", "gias:900004"),
    ("vale acdem", "gias:900003"),
    ("st mary kingsbrideg", "gias:900010"),
    ("ecole dete", "gias:900012"),
    ("birch trsut", "group:9001"),
    ("wenshier", "la:990"),
    ("oka lone", "gias:900004"),
)
OTHERS = (
    (ProviderRow, "ofsted-ey:EY101465", "Birch Day Nursery", ""),
    (ProviderRow, "ofsted-ey:900004", "Acorns Playgroup", "ukprn:10033440"),
    (ProviderRow, "ofsted-sc:SC123456", "Larch House", ""),
    (ProviderRow, "ukprn:10033441", "Wenbridge College", ""),
    (GroupRow, "rp:RP900821", "Birch Nurseries Limited", ""),
    (GroupRow, "owner:larch care", "Larch Care", ""),
)


@pytest.fixture
def register(session: Session) -> Session:
    import_all(session)
    imported(session, Kind.GIAS, *SCHOOLS, *MORE)
    return session


@pytest.fixture
def registers(register: Session) -> Session:
    """The small register, and a few of other registers."""
    for model, ref, name, numbers in OTHERS:
        known = {"register": "ofsted", "kind": "", "status": Status.OPEN, "row_digest": ""}
        register.add(model(ref=ref, name=name, other_numbers=numbers, **known))
    renew_state(register)
    return register


def refs(session: Session, words: str) -> list[str]:
    return [each.ref for each in search(session, words)]


def test_a_part_of_a_name_a_town_or_any_number_finds_it_first(register: Session) -> None:
    assert {words: refs(register, words)[:1] for words, _ in FIRST} == {words: [first] for words, first in FIRST}


def test_an_establishment_number_finds_every_provider_that_bears_it_with_and_without_its_slash(
    register: Session,
) -> None:
    everyone = refs(register, "990/2001")
    assert len(everyone) == 8
    assert set(everyone) == set(refs(register, "9902001"))


def test_a_postcode_finds_with_and_without_its_space(register: Session) -> None:
    for words in ("we1 1aa", "WE11AA", "hilltop we1 1aa", "hilltop WE11AA"):
        assert "gias:900001" in refs(register, words)


def test_every_word_must_match(register: Session) -> None:
    assert refs(register, "hilltop oakham") == []


def test_an_exact_number_comes_first_then_an_exact_name_then_the_beginning_and_open_before_closed(
    register: Session,
) -> None:
    # 900001 is also another school's UKPRN: the provider of that number comes first.
    assert refs(register, "900001")[:2] == ["gias:900001", "gias:900012"]
    assert refs(register, "ridge academy")[:2] == ["gias:900002", "gias:190010"]
    assert refs(register, "ridge")[:3] == ["gias:900002", "gias:900011", "gias:190010"]


def test_a_predecessor_finds_what_it_became_and_says_so(register: Session) -> None:
    for words in ("hilltop primary", "900001", "gias:900001", "hilltop academy"):
        found = {each.ref: each for each in search(register, words)}
        assert found["gias:900002"].note == "formerly Hilltop Primary School (900001)"
        if words != "hilltop academy":
            assert found["gias:900001"].note == ""
    assert search(register, "hilltop academy")[0].detail == (
        "Community school, Wenbridge WE1 1AA, 900002, formerly Hilltop Primary School (900001)"
    )


def test_a_former_name_finds_and_says_so(register: Session) -> None:
    imported(register, Kind.GIAS, *SCHOOLS[:3], {**SCHOOLS[3], "EstablishmentName": "Two Oaks"}, *MORE, at=AT)
    (found,) = search(register, "lone oak")
    assert (found.ref, found.name, found.note) == ("gias:900004", "Two Oaks", "formerly Lone Oak School")


def test_a_closed_one_says_since_when_and_one_no_longer_listed_that_it_is_not(register: Session) -> None:
    found = by_ref(register, "gias:900001")
    assert found is not None
    assert found.status == "Closed 31 August 2023"
    imported(register, Kind.GIAS, *SCHOOLS, *MORE[:3])
    found = by_ref(register, "gias:900012")
    assert found is not None
    assert found.status == "Open; no longer on the register"


def test_groups_can_be_left_out(register: Session) -> None:
    assert {each.ref.partition(":")[0] for each in search(register, "b", only_providers=True)} <= {"gias", "la"}
    assert search(register, "birch trust", only_providers=True) == []


def test_no_more_are_answered_than_were_asked_for(register: Session) -> None:
    assert len(search(register, "school", limit=2)) == 2


def test_one_mistake_anywhere_still_finds_it_first(register: Session) -> None:
    assert {words: refs(register, words)[:1] for words, _ in MISTYPED} == {words: [first] for words, first in MISTYPED}


def test_what_was_found_as_it_was_typed_is_told_from_what_is_nearly_so(register: Session) -> None:
    assert [each.is_near for each in search(register, "hilltop")] == [False, False]
    assert [each.is_near for each in search(register, "hiltop primary school")] == [True, True]
    # By a former name, mistyped: the note says which.
    (ridge,) = (each for each in search(register, "hiltop ridge") if each.ref == "gias:900002")
    assert (ridge.is_near, ridge.note) == (True, "formerly Hilltop Primary School (900001)")


def test_two_mistakes_are_forgiven_in_a_long_word_alone(register: Session) -> None:
    assert refs(register, "kngsbrideg") == ["gias:900010"]
    assert refs(register, "oakhsn") == []


def test_every_word_may_be_mistyped_where_nothing_else_is_found(register: Session) -> None:
    assert refs(register, "scool lome") == ["gias:900004"]


def test_a_number_is_never_mended(register: Session) -> None:
    for words in ("900009", "gias:900040", "990/2002", "we11ab oakham", "tr09002"):
        assert refs(register, words) == []


def test_nothing_is_mended_where_a_name_begins_as_was_typed(register: Session) -> None:
    midge = {"URN": "900013", "EstablishmentName": "Midge Academy", "Town": "Vale"}
    imported(register, Kind.GIAS, *SCHOOLS, *MORE, midge)
    assert refs(register, "ridge acad")[:2] == ["gias:900002", "gias:190010"]
    assert "gias:900013" not in refs(register, "ridge acad")
    assert refs(register, "mirge acad")[0] == "gias:900013"


@pytest.mark.parametrize(("holders", "answers"), [(9, 10), (10, 10)])
def test_words_are_mended_only_where_fewer_than_ten_hold_them_as_typed(
    register: Session, holders: int, answers: int
) -> None:
    larches = [{"URN": f"9001{number:02}", "EstablishmentName": f"The Larch {number}"} for number in range(holders)]
    imported(register, Kind.GIAS, *SCHOOLS, *larches, {"URN": "900200", "EstablishmentName": "A Larck"}, fewer=True)
    found = search(register, "larch")
    assert len(found) == answers
    assert [each.ref for each in found if each.is_near] == (["gias:900200"] if holders < answers else [])


def test_a_name_but_for_a_letter_comes_before_those_that_hold_the_words_as_parts(register: Session) -> None:
    parts = [{"URN": f"9001{number:02}", "EstablishmentName": f"Avale Academya {number}"} for number in range(12)]
    imported(register, Kind.GIAS, *SCHOOLS, *MORE, *parts)
    assert refs(register, "ale academy")[:2] == ["gias:900003", "gias:900100"]


def test_numbers_of_every_register_find_and_so_do_their_beginnings(registers: Session) -> None:
    for words, first in (
        ("EY101465", "ofsted-ey:EY101465"),
        ("ofsted-ey:ey101465", "ofsted-ey:EY101465"),
        ("ey1014", "ofsted-ey:EY101465"),
        ("sc123456", "ofsted-sc:SC123456"),
        ("rp900821", "rp:RP900821"),
        ("10033441", "ukprn:10033441"),
        ("ukprn:10033440", "ofsted-ey:900004"),
        ("ofsted-ey:900004", "ofsted-ey:900004"),
        ("gias:900004", "gias:900004"),
        ("birch RP900821", "rp:RP900821"),
    ):
        assert refs(registers, words)[:1] == [first]


def test_the_same_digits_on_two_registers_find_both_and_with_the_register_named_one(registers: Session) -> None:
    assert set(refs(registers, "900004")) == {"gias:900004", "ofsted-ey:900004"}
    assert refs(registers, "ofsted-ey:900004") == ["ofsted-ey:900004"]
    assert refs(registers, "ofsted-sc:900004") == []


def test_groups_of_every_register_are_left_out_where_only_providers_are_sought(registers: Session) -> None:
    assert set(refs(registers, "birch")) == {"group:9001", "group:9002", "rp:RP900821", "ofsted-ey:EY101465"}
    only = search(registers, "birch", only_providers=True)
    assert [each.ref for each in only] == ["ofsted-ey:EY101465"]
    assert search(registers, "larch care", only_providers=True) == []


def test_a_postcode_finds_by_its_beginning(register: Session) -> None:
    for words in ("we1", "we11", "we1 1", "WE1 1A"):
        assert "gias:900001" in refs(register, words)


def test_what_names_nothing_finds_nothing_and_breaks_nothing(register: Session) -> None:
    for words in (
        "",
        "   ",
        "%",
        "_",
        "\\",
        "'",
        "'; drop table provider; --",
        "日本",
        "\0",
        "x" * 9_999,
        "gias:-",
        "(.*)+$",
        "😀",
        ":",
        "\ud800",
    ):
        assert search(register, words) == []


def test_references_are_answered_where_a_register_has_them(register: Session) -> None:
    assert by_ref(register, "gias:1") is None
    assert names_of(register, ["gias:900004", "group:9001", "la:990", "gias:1"]) == {
        "gias:900004": "Lone Oak School",
        "group:9001": "Birch Trust",
        "la:990": "Wenshire",
    }


@given(st.text(max_size=400))
def test_any_question_becomes_a_few_short_plain_words(question: str) -> None:
    words = asked(question)
    assert len(words) <= MOST_WORDS
    assert all(0 < len(word) <= 60 and "%" not in word and "\\" not in word and "\0" not in word for word in words)


@given(st.lists(st.text(max_size=12), max_size=5))
def test_texts_become_plain_words_at_once_as_they_do_one_by_one(texts: list[str]) -> None:
    assert all_normal(texts) == [normal(text) for text in texts]


@given(st.text(max_size=60))
def test_plain_words_are_their_own_plain_words(text: str) -> None:
    assert normal(normal(text)) == normal(text)
