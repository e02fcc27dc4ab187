"""Runs the situations of tests/cases, which a policy owner can read, through the check and through the slow oracle.

A file holds one rule's situations: an optional `[providers]` and `[groups]` by short name (all fields optional) for
the whole file, then `[[case]]` tables. `tests/cases/README.md` says what a case may hold.
"""

import tomllib
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.support.oracle import expected, worst
from tests.support.policy import example_policy
from tracker.domain.check import check
from tracker.domain.dates import PartialDate
from tracker.domain.facts import (
    Connection,
    Facts,
    Group,
    Holder,
    Link,
    Membership,
    Nature,
    Provider,
    Standing,
    Status,
    Verdict,
    World,
)

CASES = Path(__file__).parents[1] / "cases"
RULES = {
    "direct",
    "succession",
    "shared-line",
    "associated",
    "group",
    "same-group",
    "maintained-by",
    "no-declaration",
    "out-of-date",
    "awaiting-review",
    "unknown-provider",
}
KEYS = {"name", "assignment", "declared_on", "connections", "expect", "providers", "groups", "links", "members"}
ASSIGNMENT = {"starts_on": date(2026, 3, 3), "ends_on": date(2026, 3, 4)}
DECLARED_ON = date(2026, 1, 10)
NEVER = "never"


def all_cases() -> list[Any]:
    """Return every case of every file as a pytest parameter, its file's providers and groups joined to its own."""
    found = []
    for path in sorted(CASES.glob("*.toml")):
        file = tomllib.loads(path.read_text(encoding="utf-8"))
        for case in file["case"]:
            joined = {kind: {**file.get(kind, {}), **case.get(kind, {})} for kind in ("providers", "groups")}
            found.append(pytest.param({**case, **joined}, id=f"{path.stem}: {case['name']}"))
    return found


def facts_of(case: dict[str, Any]) -> Facts:
    """Return the facts of one case; a name that no table has stands for something that is on no register."""
    assert set(case) <= KEYS
    assignment = {**ASSIGNMENT, **case["assignment"]}
    declared_on = case.get("declared_on", DECLARED_ON)
    return Facts(
        inspector="inspector:1",
        provider=ref_of(case, assignment["provider"]),
        starts_on=assignment["starts_on"],
        ends_on=assignment["ends_on"],
        declaration=None if declared_on == NEVER else Standing("declaration:1", declared_on),
        connections=tuple(connection(case, number, each) for number, each in enumerate(case.get("connections", ()))),
        areas=(world_of(case),),
    )


def ref_of(case: dict[str, Any], name: str) -> str:
    """Return the reference of a short name; `la:201` and its like are references already."""
    if ":" in name:
        return name
    if name in case["groups"]:
        return str(case["groups"][name].get("ref", f"group:{name}"))
    return str(case["providers"].get(name, {}).get("ref", f"gias:{name}"))


def connection(case: dict[str, Any], number: int, given: dict[str, Any]) -> Connection:
    ended_on, grade = given.get("ended_on"), given.get("grade")
    return Connection(
        ref=f"connection:{number}",
        nature=Nature(given.get("nature", "employment")),
        holder=Holder(given.get("holder", "self")),
        target=ref_of(case, given["target"]),
        target_name=given["target"],
        began_on=PartialDate.parse(given.get("began_on", "2015-09-01")),
        ended_on=PartialDate.parse(ended_on) if ended_on else None,
        grade=Verdict(grade) if grade else None,
    )


def world_of(case: dict[str, Any]) -> World:
    providers = [_named(case, name, given) for name, given in case["providers"].items()]
    groups = [{"kind": "Multi-academy trust", **_named(case, name, given)} for name, given in case["groups"].items()]
    links = [{**each, "of": ref_of(case, each["of"]), "to": ref_of(case, each["to"])} for each in case.get("links", ())]
    members = [
        {**each, "provider": ref_of(case, each["provider"]), "group": ref_of(case, each["group"])}
        for each in case.get("members", ())
    ]
    return World(
        tuple(Provider(**each) for each in providers),
        tuple(Link(**each) for each in links),
        tuple(Group(**each) for each in groups),
        tuple(Membership(**each) for each in members),
    )


def _named(case: dict[str, Any], name: str, given: dict[str, Any]) -> dict[str, Any]:
    """Return a provider's or group's fields; one with a closing day is closed where no status says otherwise."""
    status = given.get("status", "closed" if "closed_on" in given else "open")
    title = name.replace("_", " ").title()
    return {"name": title, **given, "ref": ref_of(case, name), "status": Status(status)}


@pytest.mark.parametrize("case", all_cases())
def test_a_situation_is_answered_as_the_policy_says(case: dict[str, Any]) -> None:
    wanted = sorted((each["rule"], each["verdict"]) for each in case["expect"])
    outcome = check(facts_of(case), example_policy())
    assert sorted({(each.rule, str(each.verdict), each.connection) for each in outcome.findings}) == sorted(
        (rule, str(verdict), ref) for rule, verdict, ref in expected(facts_of(case))
    )
    assert sorted({(each.rule, str(each.verdict)) for each in outcome.findings}) == wanted
    assert outcome.verdict is worst(("", Verdict(verdict), "") for _, verdict in wanted)


def test_every_rule_has_at_least_two_situations_that_it_finds_and_every_name_is_used_once() -> None:
    cases = [param.values[0] for param in all_cases()]
    found = Counter(rule for case in cases for rule in {each["rule"] for each in case["expect"]})
    assert set(found) == RULES
    assert min(found.values()) >= 2
    assert max(Counter(case["name"] for case in cases).values()) == 1
