"""A register as an extract of it says: its records, the rows that cannot be taken, and what an import would change."""

import hashlib
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from operator import attrgetter
from typing import Generic, TypeVar

from tracker.domain.facts import Status

K = TypeVar("K", bound=Hashable)
GIAS = "gias"
GROUPS = "gias-groups"
AUTHORITIES = "authorities"
DIGEST_LENGTH = 32


class Kind(StrEnum):
    """Which file of which register, as the command names it."""

    GIAS = "gias"
    GIAS_LINKS = "gias-links"
    GIAS_GROUPS = "gias-groups"
    GIAS_GROUP_LINKS = "gias-group-links"

    @property
    def description(self) -> str:
        """What the file is, in words."""
        return _TITLES[self]


_TITLES = {
    Kind.GIAS: "GIAS establishments",
    Kind.GIAS_LINKS: "GIAS links between establishments",
    Kind.GIAS_GROUPS: "GIAS groups",
    Kind.GIAS_GROUP_LINKS: "GIAS members of groups",
}


@dataclass(frozen=True, slots=True)
class ProviderRecord:
    """A provider as a register has it; `other_numbers` are `scheme:value`, separated by spaces."""

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

    @property
    def key(self) -> str:
        """By what the register knows it again."""
        return self.ref


@dataclass(frozen=True, slots=True)
class LinkRecord:
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


@dataclass(frozen=True, slots=True)
class GroupRecord:
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


@dataclass(frozen=True, slots=True)
class MembershipRecord:
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


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that cannot be taken: its line in the file (the header is line 1), what it is about, and why."""

    line: int
    identifier: str
    reason: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What an extract lists: `records` with their `lines`, and for establishments the `authorities` drawn from them."""

    records: tuple[Record, ...]
    lines: tuple[int, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    authorities: tuple[ProviderRecord, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows the extract has, without its header."""
        return len(self.records) + len(self.rejected)


@dataclass(frozen=True, slots=True)
class Extract:
    """A publisher's file, read: which, when it was drawn (None where its name does not say), and what it lists."""

    kind: Kind
    file_name: str
    file_digest: str
    extract_on: date | None
    snapshot: Snapshot


_NAMES = {
    kind: tuple(field.name for field in fields(kind))
    for kind in (ProviderRecord, LinkRecord, GroupRecord, MembershipRecord)
}
_READERS = {kind: attrgetter(*names) for kind, names in _NAMES.items()}


def values(record: Record) -> dict[str, object]:
    """Return what a record says by the name of each field."""
    kind = type(record)
    return dict(zip(_NAMES[kind], _READERS[kind](record), strict=True))


def digest(record: Record) -> str:
    """Return a digest of all that a record says, so that a re-import finds what changed without comparing columns."""
    return hashlib.sha256(repr(_READERS[type(record)](record)).encode()).hexdigest()[:DIGEST_LENGTH]


@dataclass(frozen=True, slots=True)
class Known:
    """What is kept of a record: its number, its digest, and whether the last extract lacked it."""

    id: int
    digest: str
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class Difference(Generic[K]):
    """What an extract changes. `changed` holds those that came back, too."""

    added: tuple[K, ...]
    changed: tuple[K, ...]
    gone: tuple[K, ...]


def difference(known: Mapping[K, Known], listed: Mapping[K, str]) -> Difference[K]:
    """Compare what is kept with the digests of what is listed; the order of both is kept."""
    return Difference(
        added=tuple(key for key in listed if key not in known),
        changed=tuple(
            key for key, its in listed.items() if key in known and (known[key].digest != its or known[key].is_gone)
        ),
        gone=tuple(key for key, kept in known.items() if not kept.is_gone and key not in listed),
    )


def same_name(one: str, other: str) -> bool:
    """Tell whether two names differ at most in case and spaces."""
    return one.casefold().split() == other.casefold().split()


def too_many_gone(gone: int, known: int, *, percent: int = 20) -> bool:
    """Tell whether so many would be gone that the extract is likely a part of one: more than 20 in 100."""
    return gone * 100 > known * percent


def most_common(names: Iterable[str]) -> str:
    """Return the name that occurs most; the first in the alphabet among equals."""
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return min(counts, key=lambda name: (-counts[name], name), default="")
