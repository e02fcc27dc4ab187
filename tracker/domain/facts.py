"""What a check is told: the assignment, the inspector's declaration, and the part of the world around both."""

import json
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any, Self

from tracker.domain.dates import PartialDate, Span


class Nature(StrEnum):
    """What kind of connection it is (policy, section 1)."""

    EMPLOYMENT = "employment"
    GOVERNANCE = "governance"
    OWNERSHIP = "ownership"
    CONSULTANCY = "consultancy"
    SOUGHT_WORK = "sought_work"
    SERVICE_USE = "service_use"
    RELATIONSHIP = "relationship"
    DISPUTE = "dispute"
    COMPETITION = "competition"
    GIFT = "gift"
    PUBLIC_POSITION = "public_position"
    OTHER = "other"


class Circle(StrEnum):
    """How close a holder is to the inspector; the most that a scheduler is told of a holder."""

    SELF = "self"
    FAMILY = "family"
    WIDER = "wider"


class Holder(StrEnum):
    """Whose connection it is. The relation is kept, never the relative's name."""

    SELF = "self"
    PARTNER = "partner"
    CHILD = "child"
    PARENT = "parent"
    SIBLING = "sibling"
    HOUSEHOLD = "household"
    OTHER_RELATIVE = "other_relative"
    CLOSE_FRIEND = "close_friend"
    BUSINESS_ASSOCIATE = "business_associate"

    @property
    def circle(self) -> Circle:
        """How close the holder is: the inspector, close family, or wider."""
        if self is Holder.SELF:
            return Circle.SELF
        wider = {Holder.OTHER_RELATIVE, Holder.CLOSE_FRIEND, Holder.BUSINESS_ASSOCIATE}
        return Circle.WIDER if self in wider else Circle.FAMILY


class Verdict(StrEnum):
    """What a check answers, in rising order of weight."""

    CLEAR = "clear"
    UNDETERMINED = "undetermined"
    PERCEIVED = "perceived"
    REAL = "real"

    @property
    def weight(self) -> int:
        """The verdict's place in the order clear, undetermined, perceived, real: 0 to 3."""
        return _WEIGHTS[self]


_WEIGHTS = {verdict: weight for weight, verdict in enumerate(Verdict)}


class Status(StrEnum):
    """Whether a provider or a group is open; one that is only proposed to close is still open."""

    OPEN = "open"
    CLOSING = "open, but proposed to close"
    PROPOSED = "proposed to open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider as its register has it. `ref` is `scheme:value`; `authority` is a local authority's code."""

    ref: str
    name: str
    status: Status = Status.OPEN
    closed_on: date | None = None
    authority: str | None = None
    type_group: str = ""
    phase: str = ""
    easting: int | None = None
    northing: int | None = None

    @property
    def is_closed(self) -> bool:
        """Whether it has closed; a future closing that is only proposed does not count."""
        return self.status is Status.CLOSED


@dataclass(frozen=True, slots=True)
class Link:
    """One row of the register's links: `of` says that `to` is its `kind` (such as `Successor`)."""

    of: str
    to: str
    kind: str


@dataclass(frozen=True, slots=True)
class Group:
    """A trust, federation, sponsor or owner as its register has it."""

    ref: str
    name: str
    kind: str
    status: Status = Status.OPEN
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """A provider's membership of a group; None for a date that the register does not know."""

    provider: str
    group: str
    joined_on: date | None = None
    left_on: date | None = None


@dataclass(frozen=True, slots=True)
class World:
    """The part of the registers that a check needs: providers, links, groups and memberships."""

    providers: tuple[Provider, ...] = ()
    links: tuple[Link, ...] = ()
    groups: tuple[Group, ...] = ()
    memberships: tuple[Membership, ...] = ()

    def with_all(self, other: "World") -> "World":
        """Return both parts as one, each fact once, in a stable order."""
        return World(
            *(tuple(dict.fromkeys((*getattr(self, field.name), *getattr(other, field.name)))) for field in fields(self))
        )


@dataclass(frozen=True, slots=True)
class Connection:
    """A declared fact: nature, holder, target and dates. `grade` is a reviewer's, for nature `other` only."""

    ref: str
    nature: Nature
    holder: Holder
    target: str
    target_name: str
    began_on: PartialDate
    ended_on: PartialDate | None = None
    grade: Verdict | None = None

    @property
    def span(self) -> Span:
        """The days it ran, read so that it lasts longest; an event without an end lasts as long as its beginning."""
        last = self.ended_on.last if self.ended_on else None
        if last is None and self.is_event:
            last = self.began_on.last
        return Span(self.began_on.first, last)

    @property
    def is_event(self) -> bool:
        """Whether it is a happening (a gift, a public stand) and not a state."""
        return self.nature in (Nature.GIFT, Nature.PUBLIC_POSITION)


@dataclass(frozen=True, slots=True)
class Standing:
    """The declaration in force: its reference and the day on which it was made."""

    ref: str
    made_on: date


@dataclass(frozen=True, slots=True)
class Facts:
    """All that one check rests on; frozen, and the same again after a round trip through JSON."""

    inspector: str
    provider: str
    starts_on: date
    ends_on: date
    declaration: Standing | None
    connections: tuple[Connection, ...] = ()
    world: World = World()
    role: str = ""

    @property
    def span(self) -> Span:
        """The days of the assignment, both ends included."""
        return Span(self.starts_on, self.ends_on)

    def to_json(self) -> dict[str, Any]:
        """Return the facts as plain JSON values, empty fields left out."""
        return {
            name: each for name in _FIELDS[Facts] if (each := _plain(getattr(self, name))) not in (None, "", [], {})
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """Return the facts that `to_json` wrote."""
        declaration = value.get("declaration")
        return cls(
            inspector=value["inspector"],
            provider=value["provider"],
            starts_on=date.fromisoformat(value["starts_on"]),
            ends_on=date.fromisoformat(value["ends_on"]),
            declaration=declaration and Standing(declaration["ref"], date.fromisoformat(declaration["made_on"])),
            connections=tuple(_connection(each) for each in value.get("connections", ())),
            world=world_from_json(value.get("world", {})),
            role=value.get("role", ""),
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
            if plain or type(plain) is int:
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


_AS_THEY_ARE = (str, int, type(None))
_FIELDS: dict[type, tuple[str, ...]] = {
    kind: tuple(field.name for field in fields(kind))
    for kind in (Facts, World, Provider, Link, Group, Membership, Connection, Standing)
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
