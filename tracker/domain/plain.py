"""Facts as plain JSON values: what a check stores, what an area keeps, and the way back."""

import json
from dataclasses import fields
from datetime import date
from enum import StrEnum
from typing import Any

from tracker.domain.dates import PartialDate
from tracker.domain.facts import (
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
)


def facts_to_json(facts: Facts) -> dict[str, Any]:
    """Return the facts as plain JSON values, empty fields left out."""
    return {name: each for name in _FIELDS[Facts] if (each := _plain(getattr(facts, name))) not in (None, "", [], {})}


def facts_from_json(value: dict[str, Any]) -> Facts:
    """Return the facts that `facts_to_json` wrote."""
    declaration, confirmation = value.get("declaration"), value.get("confirmation")
    # The first checks kept one world; a check of the same facts in one area finds the same.
    areas = value.get("areas", [value["world"]] if "world" in value else [])
    return Facts(
        inspector=value["inspector"],
        provider=value["provider"],
        starts_on=date.fromisoformat(value["starts_on"]),
        ends_on=date.fromisoformat(value["ends_on"]),
        declaration=declaration and Standing(declaration["ref"], date.fromisoformat(declaration["made_on"])),
        connections=tuple(_connection(each) for each in value.get("connections", ())),
        areas=tuple(map(world_from_json, areas)),
        role=value.get("role", ""),
        visits=tuple(
            Visit(**{**each, "starts_on": _day(each, "starts_on"), "ends_on": _day(each, "ends_on")})
            for each in value.get("visits", ())
        ),
        confirmation=confirmation
        and Confirmation(date.fromisoformat(confirmation["checked_on"]), confirmation["given"]),
        objections=tuple(
            Objection(each["ref"], date.fromisoformat(each["received_on"])) for each in value.get("objections", ())
        ),
    )


def _plain(value: object) -> object:
    """Return a fact as JSON values: dates as ISO text, partial dates as they were given, empty fields left out."""
    names = _FIELDS.get(type(value))
    if names is not None:
        # Whole registers pass through here: plain values, which most are, cost no call.
        result = {}
        for name in names:
            each = getattr(value, name)
            plain = each if type(each) in _AS_THEY_ARE else _plain(each)
            if plain or type(plain) in _NEVER_EMPTY:
                result[name] = plain
        return result
    match value:
        case PartialDate():
            return value.text
        case StrEnum():
            return value.value
        case date():
            return value.isoformat()
        case tuple():
            return [_plain(each) for each in value]
        case _:
            return value


_AS_THEY_ARE = (str, int, bool, type(None))
_NEVER_EMPTY = (int, bool)
_FIELDS: dict[type, tuple[str, ...]] = {
    kind: tuple(field.name for field in fields(kind))
    for kind in (
        *(Facts, World, Provider, Link, Group, Membership, OrganisationLink),
        *(Connection, Standing, Visit, Confirmation, Objection),
    )
}


_COMPACT = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def world_to_json(world: World) -> str:
    """Return a part of the world as compact JSON text with sorted keys, so that equal worlds have equal text."""
    return _COMPACT.encode(_plain(world))


def world_from_json(value: dict[str, Any]) -> World:
    """Return the part of the world that `world_to_json` wrote, parsed."""
    return World(
        providers=tuple(
            Provider(**{**each, "status": Status(each["status"]), "closed_on": _day(each, "closed_on")})
            for each in value.get("providers", ())
        ),
        links=tuple(Link(**each) for each in value.get("links", ())),
        groups=tuple(
            Group(**{**each, "status": Status(each["status"]), "closed_on": _day(each, "closed_on")})
            for each in value.get("groups", ())
        ),
        memberships=tuple(
            Membership(each["provider"], each["group"], _day(each, "joined_on"), _day(each, "left_on"))
            for each in value.get("memberships", ())
        ),
        organisation_links=tuple(OrganisationLink(**each) for each in value.get("organisation_links", ())),
    )


def _day(value: dict[str, Any], name: str) -> date | None:
    return date.fromisoformat(value[name]) if value.get(name) else None


def _connection(value: dict[str, Any]) -> Connection:
    return Connection(
        ref=value["ref"],
        nature=Nature(value["nature"]),
        holder=Holder(value["holder"]),
        target=value["target"],
        target_name=value.get("target_name", ""),
        began_on=PartialDate.parse(value["began_on"]),
        ended_on=PartialDate.parse(value["ended_on"]) if "ended_on" in value else None,
        grade=Verdict(value["grade"]) if value.get("grade") else None,
    )
