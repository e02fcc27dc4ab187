"""Reads the situations of tests/cases, which a policy's owner can read, into the facts of a check.

A file holds an optional `[providers]` and `[groups]` by short name for all its situations, then `[[case]]` tables;
`tests/cases/README.md` says what a case may hold. A key or a name that stands for nothing is refused.
"""

import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

from tracker.domain.dates import PartialDate
from tracker.domain.facts import (
    ORGANISATION,
    Confirmation,
    Connection,
    Facts,
    Group,
    Holder,
    Link,
    Membership,
    Nature,
    Objection,
    OrganisationLink,
    Provider,
    Standing,
    Status,
    Verdict,
    Visit,
    World,
    folded,
)

Case = dict[str, Any]

RULES = (
    *("direct", "succession", "shared-line", "associated", "group", "same-group", "maintained-by", "organisation"),
    *("neighbour", "neighbour-unknown", "familiarity"),
    *("no-declaration", "out-of-date", "awaiting-review", "unknown-provider", "not-confirmed", "objection"),
)
CASES = Path(__file__).parents[1] / "cases"
ASSIGNMENT = {"starts_on": date(2026, 3, 3), "ends_on": date(2026, 3, 4), "role": "team"}
DECLARED_ON = date(2026, 1, 10)
NEVER = "never"
NO_PART = ("observer", "absent")
NOTHING = "nothing"
# The only short name that stands for something on no register.
NOWHERE = "nowhere"
_NAMED = {"providers": Provider, "groups": Group}
_KEYS = {
    "assignment": {"provider", "starts_on", "ends_on", "role"},
    "connections": {"nature", "holder", "target", "began_on", "ended_on", "grade", "gives", "says"},
    "links": {"of", "to", "kind"},
    "members": {"provider", "group", "joined_on", "left_on"},
    "organisation_links": {"organisation", "target"},
    "visits": {"provider", "starts_on", "ends_on", "role"},
    "confirmation": {"checked_on", "given"},
    "expect": {"rule", "verdict", "says", "path", "words"},
    **{name: {field.name for field in fields(kind)} for name, kind in _NAMED.items()},
}
_CASE = {*_KEYS, "name", "declared_on", "withdrawn", "misses", "findings", "objections"}


def all_cases(folder: Path = CASES) -> list[Case]:
    """Return every case of every file: `file` names it, and its providers and groups are joined to the case's own."""
    return [case for path in sorted(folder.glob("*.toml")) for case in _read(path)]


def _read(path: Path) -> list[Case]:
    file = tomllib.loads(path.read_text(encoding="utf-8"))
    joined = [
        {**case, **{kind: {**file.get(kind, {}), **case.get(kind, {})} for kind in _NAMED}} for case in file["case"]
    ]
    for case in joined:
        _refuse_what_has_no_effect(case)
    _only(path.name, file, {*_NAMED, "case"}, "the file")
    return [{**case, "file": path.stem} for case in joined]


def _refuse_what_has_no_effect(case: Case) -> None:
    name = str(case.get("name", "a case without a name"))
    _only(name, case, _CASE, "the case")
    for table, keys in _KEYS.items():
        given = case.get(table, ())
        rows = given.values() if table in _NAMED else [given] if isinstance(given, dict) else given
        for row in rows:
            _only(name, row, keys, table)
    if standing_of(case) is None and case.get("connections"):
        raise ValueError(f"{name}: no declaration is in force, so that there can be no connections")


def _only(name: str, table: Iterable[str], keys: set[str], what: str) -> None:
    unknown = set(table) - keys
    if unknown:
        raise ValueError(f"{name}: {what} has no {', '.join(sorted(unknown))}")


def findings_and_near_misses(cases: Iterable[Case]) -> tuple[Counter[str], Counter[str]]:
    """Count the cases that find each rule, and the cases that nearly find it."""
    listed = list(cases)
    found = Counter(rule for case in listed for rule in {each["rule"] for each in case["expect"]})
    return found, Counter(case["misses"] for case in listed if "misses" in case)


def facts_of(case: Case) -> Facts:
    """Return the facts of one case: the only place where they are put together."""
    assignment = {**ASSIGNMENT, **case["assignment"]}
    asked = case.get("confirmation")
    return Facts(
        inspector="inspector:1",
        provider=ref_of(case, assignment["provider"]),
        starts_on=assignment["starts_on"],
        ends_on=assignment["ends_on"],
        declaration=standing_of(case),
        connections=tuple(_connection(case, *each) for each in enumerate(case.get("connections", ()), start=1)),
        areas=(_world(case),),
        role=assignment["role"],
        visits=tuple(_visit(case, *each) for each in enumerate(case.get("visits", ()), start=1)),
        confirmation=Confirmation(**asked) if asked else None,
        objections=tuple(Objection(f"objection:{n}", day) for n, day in enumerate(case.get("objections", ()), start=1)),
    )


def standing_of(case: Case) -> Standing | None:
    """Return the declaration in force: the latest one made; None where that one was withdrawn, or none was made."""
    made = case.get("declared_on", DECLARED_ON)
    if made == NEVER or case.get("withdrawn"):
        return None
    return Standing("declaration:1", max(made) if isinstance(made, list) else made)


def ref_of(case: Case, name: str) -> str:
    """Return the reference of a short name; `la:201`, `org:Makers` and their like are references already."""
    if ":" in name:
        return folded(name)
    if name in case["groups"]:
        return str(case["groups"][name].get("ref", f"group:{name}"))
    if name not in case["providers"] and name != NOWHERE:
        raise ValueError(f"{case['name']}: no provider or group is called {name}")
    return str(case["providers"].get(name, {}).get("ref", f"gias:{name}"))


def _connection(case: Case, number: int, given: dict[str, Any]) -> Connection:
    ended_on, grade = given.get("ended_on"), given.get("grade")
    return Connection(
        ref=f"connection:{number}",
        nature=Nature(given.get("nature", "employment")),
        holder=Holder(given.get("holder", "self")),
        target=ref_of(case, given["target"]),
        target_name=_title(case, given["target"]),
        began_on=PartialDate.parse(given.get("began_on", "2015-09-01")),
        ended_on=PartialDate.parse(ended_on) if ended_on else None,
        grade=Verdict(grade) if grade else None,
    )


def _visit(case: Case, number: int, given: dict[str, Any]) -> Visit:
    took_part = given.get("role", ASSIGNMENT["role"]) not in NO_PART
    provider, days = ref_of(case, given["provider"]), (given["starts_on"], given["ends_on"])
    return Visit(f"inspection:{number}", provider, *days, took_part=took_part)


def _world(case: Case) -> World:
    def rows(table: str, *names: str) -> list[dict[str, Any]]:
        return [{**each, **{name: ref_of(case, each[name]) for name in names}} for each in case.get(table, ())]

    groups = [{"kind": "Multi-academy trust", **_named(case, "groups", name)} for name in case["groups"]]
    return World(
        tuple(Provider(**_named(case, "providers", name)) for name in case["providers"]),
        tuple(Link(**each) for each in rows("links", "of", "to")),
        tuple(Group(**each) for each in groups),
        tuple(Membership(**each) for each in rows("members", "provider", "group")),
        tuple(OrganisationLink(**each) for each in rows("organisation_links", "organisation", "target")),
    )


def _named(case: Case, table: str, name: str) -> dict[str, Any]:
    """Return a provider's or group's fields; one with a closing day is closed where no status says otherwise."""
    given = case[table][name]
    status = given.get("status", "closed" if "closed_on" in given else "open")
    return {**given, "name": _title(case, name), "ref": ref_of(case, name), "status": Status(status)}


def _title(case: Case, name: str) -> str:
    """Return what something is called: the name it was given, or its short name with capitals."""
    if name.startswith(ORGANISATION):
        return name.removeprefix(ORGANISATION)
    given = {**case["providers"], **case["groups"]}.get(name, {})
    return str(given.get("name", name.replace("_", " ").title()))
