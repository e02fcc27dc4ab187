"""A register as an extract of it says: its records, the rows that cannot be taken, and how much may vanish at once."""

import hashlib
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from tracker.domain.facts import Status
from tracker.domain.tree import canonical, leaf_hash

# The registers, as providers, links, groups and memberships bear them; most are named as the file is.
GIAS = "gias"
GROUPS = "gias-groups"
AUTHORITIES = "authorities"
# Local authorities that no file of authorities named, but establishments do.
DRAWN_AUTHORITIES = "gias-authorities"
SEAL_BYTES = 16
# How the name of one ends whom the publisher does not name; what stands before is what the register does say.
WITHHELD = ", name withheld"


class Kind(StrEnum):
    """Which file of which register, as the command names it."""

    GIAS = "gias"
    GIAS_LINKS = "gias-links"
    GIAS_GROUPS = "gias-groups"
    GIAS_GROUP_LINKS = "gias-group-links"
    EARLY_YEARS = "ofsted-early-years"
    SOCIAL_CARE = "ofsted-social-care"
    SOCIAL_CARE_OWNERS = "ofsted-social-care-owners"
    FE_SKILLS = "ofsted-fe-skills"
    AUTHORITIES = "authorities"

    @property
    def description(self) -> str:
        """What the file is, in words."""
        return _WORDS[self][0]

    @property
    def contents(self) -> str:
        """What the file holds, and what it should come after, for the person who chooses it."""
        return _WORDS[self][1]

    @property
    def rows(self) -> str:
        """What the rows of the file are."""
        return _WORDS[self][2]

    @property
    def needs(self) -> "tuple[Kind, ...]":
        """The kinds without which this one is refused."""
        return _NEEDS.get(self, ())


# What the file is; what it holds and comes after; what its rows are.
_WORDS = {
    Kind.GIAS: (
        "GIAS establishments",
        "The file edubasealldata: every school and college, open and closed. First of the GIAS files.",
        "establishments",
    ),
    Kind.GIAS_LINKS: (
        "GIAS links between establishments",
        "The file links_edubasealldata: who came before whom. After the establishments.",
        "links",
    ),
    Kind.GIAS_GROUPS: ("GIAS groups", "The file allgroupsdata: trusts, federations and sponsors.", "groups"),
    Kind.GIAS_GROUP_LINKS: (
        "GIAS members of groups",
        "The file alllinksdata: which establishment is in which group. After the establishments and the groups.",
        "memberships",
    ),
    Kind.EARLY_YEARS: (
        "Ofsted early years and childcare",
        "Nurseries, childminders and their registered persons. Best after GIAS or the local authorities.",
        "settings",
    ),
    Kind.SOCIAL_CARE: (
        "Ofsted children’s social care",
        "Children’s homes, fostering and adoption agencies. Best after GIAS or the local authorities.",
        "providers of social care",
    ),
    Kind.SOCIAL_CARE_OWNERS: (
        "Owners of children’s social care",
        "Who owns which home, for editions of the social care file that do not say it. After children’s social care.",
        "owners",
    ),
    Kind.FE_SKILLS: (
        "Ofsted further education and skills",
        "Colleges and training providers. Those that GIAS lists, too, are linked with it by their UKPRN.",
        "colleges and training providers",
    ),
    Kind.AUTHORITIES: (
        "Local authorities",
        "Codes and names; without this file they are taken from the GIAS establishments.",
        "local authorities",
    ),
}
_NEEDS = {
    Kind.GIAS_LINKS: (Kind.GIAS,),
    Kind.GIAS_GROUP_LINKS: (Kind.GIAS, Kind.GIAS_GROUPS),
    Kind.SOCIAL_CARE_OWNERS: (Kind.SOCIAL_CARE,),
}


class ProviderRecord(NamedTuple):
    """A provider as a register has it; `other_numbers` are `scheme:value`, separated by spaces.

    `easting` and `northing` are metres on the British National Grid.
    """

    ref: str
    register: str
    name: str
    status: Status
    kind: str = ""
    type_group: str = ""
    phase: str = ""
    opened_on: date | None = None
    closed_on: date | None = None
    authority: str | None = None
    authority_name: str = ""
    town: str = ""
    postcode: str = ""
    easting: int | None = None
    northing: int | None = None
    other_numbers: str = ""
    region: str = ""

    @property
    def key(self) -> str:
        """By what the register knows it again."""
        return self.ref


class LinkRecord(NamedTuple):
    """A link as a register has it: `of_ref` says that `to_ref`, which it calls `to_name`, is its `kind`."""

    of_ref: str
    to_ref: str
    kind: str
    to_name: str = ""
    established_on: date | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """By what the register knows it again."""
        return self.of_ref, self.to_ref, self.kind


class GroupRecord(NamedTuple):
    """A trust, federation, sponsor or owner as a register has it."""

    ref: str
    name: str
    kind: str
    status: Status
    opened_on: date | None = None
    closed_on: date | None = None
    town: str = ""
    postcode: str = ""
    other_numbers: str = ""

    @property
    def key(self) -> str:
        """By what the register knows it again."""
        return self.ref


class MembershipRecord(NamedTuple):
    """A membership as a register lists it today; `provider_name` is what the extract calls the member."""

    provider_ref: str
    group_ref: str
    joined_on: date | None = None
    provider_name: str = ""

    @property
    def key(self) -> tuple[str, str, date | None]:
        """By what the register knows it again."""
        return self.provider_ref, self.group_ref, self.joined_on


Record = ProviderRecord | LinkRecord | GroupRecord | MembershipRecord


class Sealed(NamedTuple):
    """A record, the line of the file on which its row begins, and the row's seal."""

    line: int
    seal: str
    record: Record


class Rejected(NamedTuple):
    """A row that cannot be taken: its line in the file (the header is line 1), what it is about, and why."""

    line: int
    identifier: str
    reason: str


@dataclass(frozen=True, slots=True)
class Known:
    """The rows that the last extract of a kind listed: the seal and the key of each.

    `imports` is how many imports of any kind there were, which tells whether this is still so.
    """

    imports: int = 0
    rows: Sequence[tuple[str, Any]] = ()
    seals: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Listed:
    """What the rows of an extract list beside their own records; None where this edition says nothing of a part."""

    links: tuple[LinkRecord, ...] | None = None
    groups: tuple[GroupRecord, ...] | None = None
    memberships: tuple[MembershipRecord, ...] | None = None
    authorities: tuple[ProviderRecord, ...] = ()
    # Names that providers bear elsewhere or bore, by reference.
    other_names: tuple[tuple[str, str], ...] = ()
    # How many providers name each local authority, where a file gives no codes.
    authority_names: Mapping[str, int] = field(default_factory=dict)


class Waiting(Protocol):
    """Rows that are read again and again, one by one: they may be more than the memory should hold."""

    def __len__(self) -> int:
        """How many they are."""

    def __iter__(self) -> Iterator[Sealed]:
        """Each of them."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What an extract lists: rows that are known by their seal, and as records those that are not.

    `kept` are the keys of rejected rows that can be told apart: what is known of them stays as it is.
    """

    rows: int
    fresh: Waiting
    unchanged: frozenset[str] = frozenset()
    rejected: tuple[Rejected, ...] = ()
    kept: frozenset[Hashable] = frozenset()
    listed: Listed = field(default_factory=Listed)
    notes: tuple[str, ...] = ()

    @property
    def records(self) -> tuple[Record, ...]:
        """The records of the rows that were not known."""
        return tuple(each.record for each in self.fresh)


@dataclass(frozen=True, slots=True)
class Extract:
    """A publisher's file, read: which, when it was drawn (None where its name does not say), and what it lists."""

    kind: Kind
    file_name: str
    file_digest: str
    extract_on: date | None
    snapshot: Snapshot
    # What was known when it was read; None where every row was read as if it were new.
    known: Known | None = None


def digest(record: Record) -> str:
    """Return a digest of all that a record says, by which its next edition is compared."""
    return hashlib.blake2b(repr(tuple(record)).encode(), digest_size=SEAL_BYTES).hexdigest()


def names_digest(rows: Iterable[tuple[str, str]]) -> str | None:
    """Return a digest of what these were called until an import, each with its reference; None for none."""
    listed = sorted(map(list, rows))
    return leaf_hash(canonical(listed)).hex() if listed else None


def same_name(one: str, other: str) -> bool:
    """Tell whether two names differ at most in case and spaces."""
    return one.casefold().split() == other.casefold().split()


def too_many_gone(gone: int, known: int, *, percent: int = 20) -> bool:
    """Tell whether so many would be gone that the extract is likely a part of one: more than 20 in 100."""
    return gone * 100 > known * percent


def most_common(counts: Mapping[str, int]) -> str:
    """Return the name that occurs most; the first in the alphabet among equals."""
    return min(counts, key=lambda name: (-counts[name], name), default="")
