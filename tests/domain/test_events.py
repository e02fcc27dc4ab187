"""Each entry is told as one plain sentence, also one that this version does not know."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tracker.domain.entry import Entry
from tracker.domain.events import EVENTS, sentence

NAMES = {
    "person:P1": "Priya Sharma",
    "person:P2": "Omar Reyes",
    "inspector:T100": "Tom Hale",
    "provider:gias:900002": "Ridge Academy",
}
SUBJECTS = (
    "assignment:ASG-1",
    "inspection:INS-1042",
    "inspector:T100",
    "provider:gias:900002",
    "declaration:DEC-1",
    "person:P2",
)
DATA: dict[str, dict[str, Any]] = {
    "assignment:checked": {"cause": "proposal", "verdict": "real", "findings": [{"rule": "direct"}]},
    "declaration:recorded": {"connections": 2},
    "inspection:planned": {"starts_on": "2026-03-17", "ends_on": "2026-03-18"},
    "role:granted": {"role": "decision_maker"},
    "policy:adopted": {"name": "Example policy", "version": "2026-1", "effective_on": "2026-01-01"},
    "history:verified": {"size": 12345},
    "sign-in:refused": {"attempt": 1, "closed": True},
    "checkpoint:published": {"size": 7, "keepers": 1},
    "register:imported": {"file": "all_links_data.csv", "kind": "gias", "rows": 50515, "added": 3},
}


def _entry(event: str, **data: object) -> Entry:
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    return Entry(1, at, "person:P1", event, SUBJECTS, {**DATA.get(event, {}), **data}, {})


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ("assignment:confirmed", "Priya Sharma confirmed Tom Hale for inspection INS-1042 of Ridge Academy."),
        (
            "assignment:checked",
            (
                "The check of Tom Hale for inspection INS-1042 of Ridge Academy, when it was proposed, "
                "found a real conflict (connection with the provider itself)."
            ),
        ),
        ("declaration:recorded", "Priya Sharma filed declaration DEC-1 of Tom Hale, which states 2 connections."),
        (
            "inspection:planned",
            "Priya Sharma planned inspection INS-1042 of Ridge Academy, from 17 March 2026 to 18 March 2026.",
        ),
        ("role:granted", "Priya Sharma granted Omar Reyes the role of decision maker."),
        (
            "policy:adopted",
            "Priya Sharma adopted the policy “Example policy”, version 2026-1, in force from 1 January 2026.",
        ),
        ("history:verified", "Priya Sharma checked the history and found its first 12,345 entries whole."),
        (
            "register:imported",
            "Priya Sharma imported all_links_data.csv as gias: 50,515 rows, 3 added, 0 changed, 0 gone, 0 rejected.",
        ),
        (
            "sign-in:refused",
            "A sign-in to the account of Omar Reyes, which is closed, was refused.",
        ),
        (
            "checkpoint:published",
            "Priya Sharma signed a checkpoint of the first 7 entries, and gave it to 1 keeper.",
        ),
        ("planet:discovered", "Priya Sharma left the entry “planet:discovered”."),
    ],
)
def test_an_entry_is_told_in_plain_words(event: str, told: str) -> None:
    assert sentence(_entry(event), NAMES) == told


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_is_told_even_if_nothing_is_known_of_it(event: str) -> None:
    bare = Entry(1, datetime(2026, 3, 2, tzinfo=UTC), "system:command-line", event, ("history:whole",), {}, {})

    told = sentence(bare, {})

    assert told.endswith(".")
    assert told[0].isupper()
    assert "{" not in told


def test_words_of_the_data_cannot_be_taken_for_a_place_in_the_sentence() -> None:
    assert "{actor}" in sentence(_entry("policy:adopted", name="{actor}"), NAMES)


@pytest.mark.parametrize("day", range(1, 32))
def test_every_day_of_a_month_is_told_in_words(day: int) -> None:
    told = sentence(_entry("inspection:planned", starts_on=f"2026-12-{day:02}", ends_on="2027-01-30"), NAMES)
    assert f"from {day} December 2026 to 30 January 2027" in told


@pytest.mark.parametrize("text", ["2026-13-01", "2026-02-30", "2026-12-32", "2026-12-00", "REF-2026-12-01"])
def test_what_is_no_day_is_told_as_it_is(text: str) -> None:
    assert text in sentence(_entry("plan:asked", first_on=text, last_on=text), NAMES)
