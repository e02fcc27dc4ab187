"""Canonical bytes are RFC 8785's, as an independent library writes them; what has no such form is refused."""

import json
from enum import StrEnum

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.tree import MAX_INT, canonical, commit

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
# Keys on both sides of the surrogates, where the order of code points and that of UTF-16 part ways.
KEYS = TEXT | st.text(st.sampled_from("az\ue000\uffff\U00010000\U0001f600"))
ATOMS = st.none() | st.booleans() | st.integers(-MAX_INT, MAX_INT) | TEXT
VALUES = st.recursive(ATOMS, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=20)


@given(VALUES)
def test_an_independent_library_writes_the_same_bytes(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(VALUES)
def test_the_bytes_say_the_value_again(value: object) -> None:
    assert json.loads(canonical(value)) == value


def test_keys_stand_in_the_order_of_utf_16() -> None:
    assert canonical({"\ue000": 1, "\U0001f600": 2, "a": 3}) == '{"a":3,"\U0001f600":2,"\ue000":1}'.encode()


def test_only_what_must_be_escaped_is() -> None:
    assert canonical('\x00\x08\x0c\n\r\t"\\/\x7f\u2028é') == '"\\u0000\\b\\f\\n\\r\\t\\"\\\\/\x7f\u2028é"'.encode()


def test_the_words_of_an_enumeration_are_their_text() -> None:
    class Nature(StrEnum):
        EMPLOYED = "employed"

    assert canonical({"nature": Nature.EMPLOYED}) == b'{"nature":"employed"}'


@pytest.mark.parametrize("value", [1.0, float("nan"), (1, 2), {1}, b"bytes", {1: "x"}, {None: 1}, {True: 1}, object()])
def test_what_has_no_canonical_form_here_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="canonical"):
        canonical([value])


@pytest.mark.parametrize("value", [2**53, -(2**53), "\ud800", {"\udfff": 1}, "\udc00\ud800"])
def test_numbers_beyond_53_bits_and_half_characters_are_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"53 bits|surrogates"):
        canonical({"x": value})


def test_a_commitment_is_the_digest_of_its_prefix_salt_and_value() -> None:
    # printf '\x02' + 32 bytes of 0x41 + '"note"', through sha256sum
    assert commit(b"A" * 32, "note") == "cf48e6bfc52364bbbc9a959badc2108ec3b53ca321268127bdb9bd7bee8fb883"


def test_another_salt_or_another_value_is_another_commitment() -> None:
    made = {commit(salt, value) for salt in (b"A" * 32, b"B" * 32) for value in ("", "note", None, ["note"])}
    assert len(made) == 8


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_salt_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        commit(b"A" * length, "note")
