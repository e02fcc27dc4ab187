"""A crowd of invented people written as the contract's files, and what the oracle expects of each of their rows."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.support.near_pairs import Asked, Person
from tests.support.oracle import Answer, expected, worst
from tests.support.raw_register import RawRegister
from tracker.domain.dates import PartialDate
from tracker.domain.facts import Connection, Facts, Holder, Nature, Standing, Verdict


def write_files(folder: Path, people: Iterable[Person]) -> tuple[Path, Path, Path]:
    """Write the staff list, the declarations and the assignments; return the three files."""
    staff, declared, asked = ([] for _ in range(3))
    for each in people:
        address = f"{each.staff_no.lower()}@example.org"
        staff.append((each.staff_no, f"Inspector {each.staff_no}", address, "HMI", "staff", "schools", ""))
        if each.declared_on:
            key = (each.staff_no, each.declared_on)
            declared += [(*key, x.nature, x.holder, x.target, x.began_on, x.ended_on, "") for x in each.said]
        asked += [(each.staff_no, x.provider, x.starts_on, x.ends_on, x.shape) for x in each.asked]
    heads = (
        "staff_no,name,email,title,engagement,remits,home_postcode",
        "staff_no,declared_at,nature,holder,target,began_on,ended_on,note",
        "staff_no,provider,starts_on,ends_on,shape",
    )
    names = ("inspectors.csv", "declarations.csv", "assignments.csv")
    made = [
        _write(folder / name, head, rows)
        for name, head, rows in zip(names, heads, (staff, declared, asked), strict=True)
    ]
    return made[0], made[1], made[2]


def _write(path: Path, head: str, rows: Sequence[tuple[Any, ...]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head.split(","))
        writer.writerows(rows)
    return path


def facts_of(raw: RawRegister, person: Person, asked: Asked) -> Facts:
    """Return what the oracle is told: a connection is named by its place in the declaration."""
    said = person.said if person.declared_on else ()
    connections = tuple(
        Connection(
            str(place),
            Nature(each.nature),
            Holder(each.holder),
            each.target,
            "",
            PartialDate.parse(each.began_on),
            PartialDate.parse(each.ended_on) if each.ended_on else None,
        )
        for place, each in enumerate(said)
    )
    standing = Standing("declared", person.declared_on) if person.declared_on else None
    world = raw.around([asked.provider, *(each.target for each in said)])
    return Facts(person.staff_no, asked.provider, asked.starts_on, asked.ends_on, standing, connections, (world,))


def oracle_says(raw: RawRegister, person: Person, asked: Asked) -> tuple[Verdict, set[Answer]]:
    """Return the verdict and every finding as (rule, verdict, place of the connection)."""
    answers = expected(facts_of(raw, person, asked))
    return worst(answers), answers


def command_says(line: dict[str, Any], places: dict[str, str]) -> tuple[Verdict, set[Answer]]:
    """Return the same of one line of `tracker check --format jsonl`; `places` are those of the connections by ref."""
    found = {(x["rule"], Verdict(x["verdict"]), places.get(x["connection"] or "", "")) for x in line["findings"]}
    return Verdict(line["verdict"]), found
