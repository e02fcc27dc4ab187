"""The part of the registers that a check needs: providers, what links them, their groups, and reviewers' own links."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from tracker.domain.once import once

T = TypeVar("T")


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


@dataclass(frozen=True)
class World:
    """The part of the registers that a check needs, and what reviewers linked to it.

    It never changes, so that what is worked out of it once is kept with it.
    """

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

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing but providers in it, each alone."""
        return not (self.links or self.memberships or self.groups or self.organisation_links)

    @once
    def by_ref(self) -> dict[str, Provider]:
        """The providers by reference."""
        return {each.ref: each for each in self.providers}

    @once
    def refs(self) -> frozenset[str]:
        """All that this part of the world speaks of, whether or not a register has it."""
        ends = (end for link in self.links for end in (link.of, link.to))
        members = (each.provider for each in self.memberships)
        groups = (each.ref for each in self.groups)
        return frozenset((*self.by_ref, *ends, *members, *groups, *(x.organisation for x in self.organisation_links)))

    @once
    def _made(self) -> dict[tuple[object, ...], Any]:
        return {}

    def made(self, make: Callable[..., T], *of: str) -> T:
        """Return what `make` makes of this world (and of a reference in it); it is made once."""
        key = (make, *of)
        made = self._made
        if key not in made:
            made[key] = make(self, *of)
        result: T = made[key]
        return result
