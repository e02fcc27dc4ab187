"""What a check is told: the assignment, the inspector's declaration, and the part of the world around both."""

from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum

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
    def register(self) -> str:
        """The register that knows it: the scheme of its reference."""
        return self.ref.partition(":")[0]

    @property
    def location(self) -> tuple[int, int] | None:
        """Its easting and northing in metres on the British National Grid; None where either is missing, or 0."""
        return (self.easting, self.northing) if self.easting and self.northing else None

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


# The schemes of groups: trusts, federations and sponsors; registered persons; owners that are named by text alone.
GROUPS = ("group:", "rp:", "owner:")
ORGANISATION = "org:"


def folded(target: str) -> str:
    """Return a target as it is compared: an organisation's name casefolded, its spaces collapsed; others unchanged."""
    return " ".join(target.casefold().split()) if target.startswith(ORGANISATION) else target


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
class OrganisationLink:
    """A reviewer's word that an organisation on no register belongs with a provider or a group, the `target`."""

    organisation: str
    target: str


@dataclass(frozen=True, slots=True)
class World:
    """The part of the registers that a check needs, and what reviewers linked to it."""

    providers: tuple[Provider, ...] = ()
    links: tuple[Link, ...] = ()
    groups: tuple[Group, ...] = ()
    memberships: tuple[Membership, ...] = ()
    organisation_links: tuple[OrganisationLink, ...] = ()

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
    visits: tuple[Visit, ...] = ()
    # None while the place is not confirmed: nobody is asked yet.
    confirmation: Confirmation | None = None

    @property
    def span(self) -> Span:
        """The days of the assignment, both ends included."""
        return Span(self.starts_on, self.ends_on)
