"""An entry has one form in bytes, for ever: whatever else is read is refused with its reason."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.test_tree_canonical import KEYS, TEXT, VALUES
from tracker.domain.entry import Entry, entry_bytes, parse_entry
from tracker.domain.tree import canonical

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
GOOD: dict[str, Any] = {
    "v": 1,
    "seq": 7,
    "at": "2026-03-02T09:30:00.000000Z",
    "actor": "person:S0042",
    "event": "declaration:recorded",
    "subjects": ["declaration:DEC-7K3M-9Q2X", "inspector:S0042", "provider:gias:100000"],
    "data": {"connections": 2, "nil": False},
    "private": {"note": "ab" * 32},
}
REF = TEXT.filter(lambda text: text == text.strip() and text and "\n" not in text)
ENTRIES = st.builds(
    Entry,
    seq=st.integers(1, 2**53 - 1),
    at=st.datetimes(timezones=st.just(UTC)),
    actor=st.builds("{}:{}".format, st.sampled_from(["person", "system"]), REF),
    event=st.from_regex(r"[a-z][a-z0-9_-]*:[a-z][a-z0-9_-]*", fullmatch=True),
    subjects=st.lists(st.builds("provider:{}".format, REF), min_size=1, max_size=3).map(tuple),
    data=st.dictionaries(KEYS, VALUES, max_size=3),
    private=st.dictionaries(KEYS.filter(bool), st.binary(min_size=32, max_size=32).map(bytes.hex), max_size=3),
)


def written(entry: Entry) -> bytes:
    return entry_bytes(
        entry.seq,
        entry.at,
        actor=entry.actor,
        event=entry.event,
        subjects=entry.subjects,
        data=entry.data,
        private=entry.private,
    )


def test_the_form_of_version_1_never_changes() -> None:
    entry = parse_entry(canonical(GOOD))
    assert entry.at == AT
    assert written(entry) == (
        b'{"actor":"person:S0042","at":"2026-03-02T09:30:00.000000Z","data":{"connections":2,"nil":false},'
        b'"event":"declaration:recorded","private":{"note":"' + b"ab" * 32 + b'"},"seq":7,'
        b'"subjects":["declaration:DEC-7K3M-9Q2X","inspector:S0042","provider:gias:100000"],"v":1}'
    )


@given(ENTRIES)
def test_reading_undoes_writing(entry: Entry) -> None:
    assert parse_entry(written(entry)) == entry


@given(ENTRIES, st.data())
def test_one_changed_byte_is_another_entry_or_none(entry: Entry, data: st.DataObject) -> None:
    raw = bytearray(written(entry))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        changed = parse_entry(bytes(raw))
    except ValueError:
        return
    assert changed != entry
    assert written(changed) == raw


def test_an_instant_is_written_in_utc_with_six_decimals() -> None:
    summer = datetime(2026, 7, 1, 0, 30, 0, 5, tzinfo=timezone(timedelta(hours=1)))
    assert (
        json.loads(written(parse_entry(canonical(GOOD | {"at": "2026-06-30T23:30:00.000005Z"}))))["at"]
        == (
            json.loads(entry_bytes(1, summer, actor="system:x", event="a:b", subjects=["c:d"], data={}, private={}))[
                "at"
            ]
        )
    )


def test_an_instant_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        entry_bytes(1, AT.replace(tzinfo=None), actor="system:x", event="a:b", subjects=["c:d"], data={}, private={})


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"v": 2}, "v is not 1"),
        ({"v": True}, "v is not 1"),
        ({"seq": 0}, "seq"),
        ({"seq": True}, "seq"),
        ({"seq": "7"}, "seq"),
        ({"at": "2026-03-02T09:30:00Z"}, "at is not"),
        ({"at": "2026-03-02T09:30:00.000000+00:00"}, "at is not"),
        ({"at": "2026-02-30T09:30:00.000000Z"}, "day"),
        ({"at": "2026-03-02T24:30:00.000000Z"}, "hour"),
        ({"at": "٢026-03-02T09:30:00.000000Z"}, "at is not"),
        ({"at": 5}, "at is not"),
        ({"actor": "S0042"}, "actor"),
        ({"actor": "person:"}, "actor"),
        ({"actor": "robot:1"}, "actor"),
        ({"actor": "person:a\nb"}, "actor"),
        ({"actor": None}, "actor"),
        ({"event": "recorded"}, "event"),
        ({"event": "Declaration:recorded"}, "event"),
        ({"event": "declaration:recorded\n"}, "event"),
        ({"subjects": []}, "subjects"),
        ({"subjects": "provider:gias:1"}, "subjects"),
        ({"subjects": {"provider:gias:1": 1}}, "subjects"),
        ({"subjects": ["gias"]}, "subject is not"),
        ({"subjects": ["provider: gias"]}, "subject is not"),
        ({"subjects": [1]}, "subject is not"),
        ({"data": []}, "data or private"),
        ({"private": []}, "data or private"),
        ({"private": {"note": "AB" * 32}}, "commitments"),
        ({"private": {"note": "ab" * 31}}, "commitments"),
        ({"private": {"note": 1}}, "commitments"),
        ({"private": {"": "ab" * 32}}, "commitments"),
        ({"more": 1}, "exactly the keys"),
    ],
)
def test_what_is_not_an_entry_is_refused_with_its_reason(change: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_entry(canonical(GOOD | change))


@pytest.mark.parametrize("key", sorted(GOOD))
def test_every_key_is_needed(key: str) -> None:
    with pytest.raises(ValueError, match="exactly the keys"):
        parse_entry(canonical({name: value for name, value in GOOD.items() if name != key}))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"[]",
        b"\xff",
        b"\xef\xbb\xbf" + canonical(GOOD),
        canonical(GOOD) + b" ",
        canonical(GOOD) + b"\n",
        b" " + canonical(GOOD),
        canonical(GOOD) + canonical(GOOD),
        json.dumps(GOOD).encode(),
        canonical(GOOD).replace(b'"seq":7', b'"seq":7,"seq":7'),
        canonical(GOOD).replace(b'"seq":7', b'"seq":7.0'),
        canonical(GOOD).replace(b'"seq":7', b'"seq":07'),
        canonical(GOOD).replace(b'"nil":false', b'"nil":-0'),
        canonical(GOOD).replace(b'"nil":false', b'"nil":NaN'),
        canonical(GOOD).replace(b'"nil":false', b'"nil":1.5'),
        canonical(GOOD).replace(b'"nil":false', b'"nil":1e3'),
        canonical(GOOD).replace(b'"nil":false', b'"nil":9007199254740992'),
        canonical(GOOD).replace(b'"nil":false', b'"nil":' + b"9" * 5000),
        canonical(GOOD).replace(b'"nil":false', b'"nil":"\\u0041"'),
        canonical(GOOD).replace(b'"nil":false', b'"nil":"\\ud800"'),
        canonical(GOOD).replace(b'"nil":false', b'"nil":"\xed\xa0\x80"'),
        canonical(GOOD).replace(b'"nil":false', b'"nil":"\\/"'),
        canonical(GOOD).replace(b'"nil":false', '"\ue000":1,"\U0001f600":1'.encode()),
        canonical(GOOD).replace(b'"nil":false', b'"nil":' + b"[" * 100_000 + b"]" * 100_000),
    ],
)
def test_any_other_spelling_of_an_entry_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_entry(raw)
