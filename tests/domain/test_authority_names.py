"""Local authorities by the names that files give them: found where there is one, never guessed where there are more."""

import pytest

from tracker.domain.authorities import Authority, codes_by_name, folded
from tracker.domain.facts import Status

KNOWN = (
    Authority("201", ("City of London",)),
    Authority("342", ("St. Helens",)),
    Authority("801", ("Bristol, City of",)),
    Authority("839", ("Bournemouth, Christchurch and Poole",)),
    Authority("840", ("County Durham",)),
    Authority("882", ("Southend-on-Sea",)),
    Authority("894", ("Telford and Wrekin", "The Wrekin")),
    Authority("835", ("Dorset",), Status.CLOSED),
    Authority("838", ("Dorset",)),
    Authority("909", ("Cumbria",), Status.CLOSED),
    Authority("998", ("Twinton",)),
    Authority("999", ("Twinton",)),
)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("City of London", "201"),
        ("CITY OF  LONDON", "201"),
        ("St Helens", "342"),
        ("Bristol", "801"),
        ("Bristol City of", "801"),
        ("Durham", "840"),
        ("Southend on Sea", "882"),
        ("Telford & Wrekin", "894"),
        ("the wrekin", "894"),
        ("Poole", "839"),
        ("Dorset", "838"),
        ("Cumbria", "909"),
        ("Twinton", None),
        ("London", None),
        ("Hull", None),
        ("Not Recorded", None),
    ],
)
def test_a_name_finds_the_one_authority_that_bears_or_bore_it(name: str, code: str | None) -> None:
    assert codes_by_name(KNOWN).get(folded(name)) == code


def test_an_authority_of_its_own_comes_before_what_another_spelling_stands_for() -> None:
    poole = Authority("836", ("Poole",), Status.CLOSED)
    assert codes_by_name((*KNOWN, poole))[folded("Poole")] == "836"
