"""Words near to a typed one are found just where a plain count of edits says so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.slow_search import edits
from tracker.domain.near import beginning, near

LETTERS = "abc"
WORDS = st.lists(st.text(LETTERS + " é", max_size=6), unique=True, max_size=12).map(sorted)


@given(WORDS, st.text(LETTERS, max_size=5), st.integers(0, 2))
def test_those_words_are_near_that_so_few_edits_make_of_it(words: list[str], typed: str, most: int) -> None:
    found = {words[first] for first, _, length in near(words, typed, most) if len(words[first]) == length}
    wholly = {word for word in words if edits(typed, word) <= most}
    begun = {word for first, last, _ in near(words, typed, most) for word in words[first:last]}
    assert begun == {
        word for word in words if any(edits(typed, word[:length]) <= most for length in range(len(word) + 1))
    }
    # What only goes on behind the end of what was typed is answered among the words that begin so.
    assert found <= wholly <= begun


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("hiltop", "hilltop"),
        ("hillltop", "hilltop"),
        ("hilktop", "hilltop"),
        ("hlilltop", "hilltop"),
        ("ihlltop", "hilltop"),
        ("illtop", "hilltop"),
        ("hilltpo", "hilltop"),
        ("hillto", "hilltop"),
        ("oakprimary", "oak primary"),
        ("oa kprimary", "oak primary"),
    ],
)
def test_one_mistake_anywhere_is_near(typed: str, word: str) -> None:
    words = sorted((word, "lone oak", "vale"))
    assert {words[place] for first, last, _ in near(words, typed, 1) for place in range(first, last)} == {word}


def test_the_words_with_a_common_beginning_stand_between_two_places() -> None:
    words = ["", "oak", "oakham", "oaks", "vale"]
    assert [words[slice(*beginning(words, start))] for start in ("", "oak", "oaks", "p")] == [
        words,
        ["oak", "oakham", "oaks"],
        ["oaks"],
        [],
    ]
