"""`tracker check` on the publishers' real files, held against the plain second opinion, row by row."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from tests.support.command import done
from tests.support.near_pairs import TODAY, Asked, Crowd, Person
from tests.support.oracle import Answer
from tests.support.policy import EXAMPLE
from tests.support.raw_register import raw_register
from tests.support.real_check import command_says, oracle_says, write_files
from tracker.domain.facts import Verdict
from tracker.domain.register import Kind
from tracker.services.registers import ImportSummary

Real = tuple[str, dict[Kind, ImportSummary]]
Told = tuple[Verdict, set[Answer]]
ALL_RULES = {
    *("direct", "succession", "shared-line", "associated", "group", "same-group", "maintained-by", "neighbour"),
    *("no-declaration", "out-of-date", "awaiting-review", "unknown-provider"),
}


@pytest.fixture(scope="module")
def told(real_register: Real, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Person, Asked, Told]]:
    """What the command says of two pairs of every shape, and of some random near ones."""
    folder = tmp_path_factory.mktemp("told")
    people = list(Crowd(raw_register(), seed=1).people(each=2, more=20))
    staff, declared, asked = write_files(folder, people)
    database = folder / "tracker.sqlite"
    with closing(sqlite3.connect(real_register[0].removeprefix("sqlite:///"))) as register:
        register.execute("VACUUM INTO ?", (str(database),))
    url, clock = f"sqlite:///{database}", {"clock": f"{TODAY}T09:00:00+00:00"}
    done(url, "policy", "adopt", EXAMPLE, **clock)
    done(url, "inspectors", "import", staff, **clock)
    done(url, "declarations", "import", declared, **clock)
    lines = done(url, "check", asked, "--format", "jsonl", **clock).splitlines()
    with closing(sqlite3.connect(database)) as connection:
        places = {ref: str(place - 1) for ref, place in connection.execute("SELECT ref, position FROM connection")}
    rows = [(person, each) for person in people for each in person.asked]
    return list(_joined(rows, [json.loads(line) for line in lines], places))


def _joined(
    rows: list[tuple[Person, Asked]], lines: list[dict[str, Any]], places: dict[str, str]
) -> Iterator[tuple[Person, Asked, Told]]:
    for (person, asked), line in zip(rows, lines, strict=True):
        said = (line["staff_no"], line["provider"], line["starts_on"], line["shape"])
        assert said == (person.staff_no, asked.provider, asked.starts_on.isoformat(), asked.shape)
        yield person, asked, command_says(line, places)


def test_every_row_is_answered_as_the_oracle_answers_from_its_own_reading(
    told: list[tuple[Person, Asked, Told]],
) -> None:
    differences = [
        (person, asked, answer, opinion)
        for person, asked, answer in told
        if answer != (opinion := oracle_says(raw_register(), person, asked))
    ]
    assert differences == []


def test_the_rows_meet_every_rule_every_verdict_and_every_shape(told: list[tuple[Person, Asked, Told]]) -> None:
    assert len(told) >= 150
    assert {rule for _, _, (_, answers) in told for rule, _, _ in answers} == ALL_RULES
    assert {verdict for _, _, (verdict, _) in told} == set(Verdict)
    shapes = Counter(asked.shape for _, asked, _ in told)
    assert {"four links on", "four links back", "cycle", "one side only", "halves of a split"} <= set(shapes)
    assert {"twin: United Learning", "group: Federation, open", "link: Sixth Form Centre School"} <= set(shapes)
    assert sum(name.startswith("link: Result of Amalgamation") for name in shapes) >= 3
