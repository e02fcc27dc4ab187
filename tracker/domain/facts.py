"""What a check is told: the assignment, the inspector's declaration, and the part of the world around both."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import reduce
from typing import Any

from tracker.domain.dates import PartialDate, Span
from tracker.domain.once import once
from tracker.domain.world import (
    GROUPS,
    ORGANISATION,
    Group,
    Link,
    Membership,
    OrganisationLink,
    Provider,
    Status,
    World,
    folded,
)

__all__ = [
    "GROUPS",
    "ORGANISATION",
    "Circle",
    "Confirmation",
    "Connection",
    "Facts",
    "Group",
    "Holder",
    "Link",
    "Membership",
    "Nature",
    "Objection",
    "OrganisationLink",
    "Provider",
    "Standing",
    "Status",
    "Verdict",
    "Visit",
    "World",
    "folded",
]


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
        return _CIRCLES[self]


_WIDER = (Holder.OTHER_RELATIVE, Holder.CLOSE_FRIEND, Holder.BUSINESS_ASSOCIATE)
_CIRCLES = {each: Circle.WIDER if each in _WIDER else Circle.FAMILY for each in Holder} | {Holder.SELF: Circle.SELF}


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


@dataclass(frozen=True)
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

    @once
    def made(self) -> dict[object, Any]:
        """What was worked out of it, by what else went into that: it never changes."""
        return {}


@dataclass(frozen=True, slots=True)
class Standing:
    """The declaration in force: its reference and the day on which it was made."""

    ref: str
    made_on: date


@dataclass(frozen=True, slots=True)
class Visit:
    """An inspection, past or planned, and whether the inspector takes part in it (as more than an observer)."""

    reference: str
    provider: str
    starts_on: date
    ends_on: date
    took_part: bool


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Whether the inspector has confirmed for this inspection, by the day on which a confirmed place was checked."""

    checked_on: date
    given: bool


@dataclass(frozen=True, slots=True)
class Objection:
    """That the provider objected to the inspector for this inspection, and when that came in. Its words are no fact."""

    ref: str
    received_on: date


@dataclass(frozen=True, slots=True)
class Facts:
    """All that one check rests on; frozen, and the same again after a round trip through JSON.

    `areas` are the parts of the world around the provider and around each connection's target. Each is complete: all
    that links of any kind join, with the memberships of that, and with every group that is one body with one of them.
    """

    inspector: str
    provider: str
    starts_on: date
    ends_on: date
    declaration: Standing | None
    connections: tuple[Connection, ...] = ()
    areas: tuple[World, ...] = ()
    role: str = ""
    visits: tuple[Visit, ...] = ()
    # None while the place is not confirmed: nobody is asked yet.
    confirmation: Confirmation | None = None
    # Empty while nobody is assigned: a provider objects to a person for an inspection.
    objections: tuple[Objection, ...] = ()

    @property
    def world(self) -> World:
        """The areas as one."""
        return reduce(World.with_all, self.areas) if self.areas else World()

    def area(self, ref: str) -> World:
        """Return the area that speaks of a provider, group or organisation; an empty one where none does."""
        for each in self.areas:
            if ref in each.refs:
                return each
        return World()
