"""All that decides who may go where, as columns of numbers: what the domain says of one, written down for all.

Nothing is judged here. A rule, a policy, an inspector, a target, a provider and a key are each a number: the place in
the list that names it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from tracker.domain.facts import Provider, World
from tracker.domain.horizon import Horizon
from tracker.domain.keys import holds_of, reach_of
from tracker.domain.places import can_be_neighbour
from tracker.domain.policy import NEIGHBOUR_REGISTERS, REACHES, Policy

T = TypeVar("T")
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Flags = NDArray[np.bool_]
# The rules by which a connection reaches a provider; what cannot be placed; what a reviewer has yet to grade; and the
# rules that need no connection.
RULES = (
    *(*REACHES, "neighbour-unknown", "awaiting-review"),
    *("no-declaration", "out-of-date", "unknown-provider", "familiarity"),
)
CODES = {rule: code for code, rule in enumerate(RULES)}
NOBODY = -1
# Told how many are done, of how many.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Keys:
    """A row a key: whose it is, and on which days. A target's bears its rule and its slot besides."""

    whose: Ints
    key: Ints
    first: Ints
    last: Ints
    rule: Ints
    slot: Ints


@dataclass(frozen=True, slots=True)
class Places:
    """A row a provider or target. Equal kinds are of one register and phase, and equal authorities of one of either.

    What is on no register that can have neighbours is of the kind -1; what has no authority is in -1.
    """

    kind: Ints
    register: Ints
    authority: Ints
    easting: Ints
    northing: Ints
    is_located: Flags
    is_open: Flags


@dataclass(frozen=True, slots=True)
class Connections:
    """A row a connection in force; `covered` has a bit for each rule that its policy has for its nature and holder."""

    ref: Sequence[str]
    inspector: Ints
    target: Ints
    policy: Ints
    covered: Ints
    horizon: Horizon


@dataclass(frozen=True, slots=True)
class Inspections:
    """A row an inspection, in the order of their providers: `begins` says where those of each provider begin."""

    reference: Sequence[str]
    provider: Ints
    starts: Ints
    ends: Ints
    begins: Longs


@dataclass(frozen=True, slots=True)
class Rulings:
    """What the policies say of the rules: by policy and rule the heaviest answer, by policy and register the metres."""

    ceilings: Ints
    metres: Ints


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The whole of it, and the lists that give each number its name."""

    staff_nos: Sequence[str]
    targets: Sequence[str]
    providers: Sequence[str]
    connections: Connections
    inspections: Inspections
    target_keys: Keys
    provider_keys: Keys
    target_places: Places
    provider_places: Places
    rulings: Rulings


def begins_of(sorted_numbers: Ints, size: int) -> Longs:
    """Return where the rows of each number begin in a sorted column, and at last where they end."""
    return np.searchsorted(sorted_numbers, np.arange(size + 1, dtype=np.int32))


def numbered(words: Sequence[T], known: dict[T, int]) -> Ints:
    """Return a number for each word, the same for the same; new ones are given as they come."""
    for word in dict.fromkeys(words):
        known.setdefault(word, len(known))
    return np.fromiter(map(known.__getitem__, words), dtype=np.int32, count=len(words))


def _split(rows: Sequence[Sequence[int]], width: int) -> list[Ints]:
    table = np.array(rows, dtype=np.int32).reshape(-1, width)
    return [np.ascontiguousarray(table[:, place]) for place in range(width)]


def provider_keys(refs: Sequence[str], worlds: Sequence[World], known: dict[str, int]) -> Keys:
    """Return the keys that providers hold."""
    rows: list[tuple[int, ...]] = []
    for place, (ref, world) in enumerate(zip(refs, worlds, strict=True)):
        for key, holds in holds_of(world, ref).items():
            number = known.setdefault(key, len(known))
            rows += [(place, number, each.first, each.last, 0, 0) for each in holds]
    return Keys(*_split(rows, 6))


def target_keys(refs: Sequence[str], worlds: Sequence[World], known: dict[str, int]) -> Keys:
    """Return the keys by which targets reach providers, but for those that none holds."""
    rows: list[tuple[int, ...]] = []
    slots: dict[str, int] = {}
    for place, (ref, world) in enumerate(zip(refs, worlds, strict=True)):
        for rule, keys in reach_of(world, ref).by_rule:
            code = CODES[rule]
            rows += [
                (place, known[each.key], each.first, each.last, code, slots.setdefault(each.slot, len(slots)))
                for each in keys
                if each.key in known
            ]
    return Keys(*_split(rows, 6))


def places(refs: Sequence[str], worlds: Sequence[World], known: dict[str, int]) -> Places:
    """Return where providers are, as a neighbour asks."""
    rows = [_place(world.by_ref.get(ref), known) for ref, world in zip(refs, worlds, strict=True)]
    kind, register, authority, easting, northing, is_located, is_open = _split(rows, 7)
    return Places(kind, register, authority, easting, northing, is_located.astype(bool), is_open.astype(bool))


def _place(provider: Provider | None, known: dict[str, int]) -> tuple[int, ...]:
    if provider is None or provider.register not in NEIGHBOUR_REGISTERS:
        return (NOBODY, NOBODY, NOBODY, 0, 0, 0, 0)
    register, location = NEIGHBOUR_REGISTERS.index(provider.register), provider.location
    kind = known.setdefault(f"{register}:{provider.phase.casefold()}", len(known))
    authority = NOBODY
    if provider.authority:
        authority = known.setdefault(f"{kind}:{provider.authority}", len(known))
    located = (*location, 1) if location else (0, 0, 0)
    return (kind, register, authority, *located, int(can_be_neighbour(provider)))


def rulings(policies: Sequence[Policy]) -> Rulings:
    """Return the ceilings and the distances of policies; a rule without a ceiling may answer anything."""
    ceilings = [[_ceiling(each, rule) for rule in RULES] for each in policies]
    metres = [[each.neighbour_metres.get(register, NOBODY) for register in NEIGHBOUR_REGISTERS] for each in policies]
    # The shapes hold where there is no policy, because there is nobody to be judged by one.
    return Rulings(
        np.array(ceilings, dtype=np.int32).reshape(len(policies), len(RULES)),
        np.array(metres, dtype=np.int32).reshape(len(policies), len(NEIGHBOUR_REGISTERS)),
    )


def _ceiling(policy: Policy, rule: str) -> int:
    if rule not in policy.reaches:
        return 1  # what nobody can tell, and what nobody has graded, is undetermined
    most = policy.reaches[rule].ceiling
    return most.weight if most else 3


def taken(columns: Horizon, rows: Any) -> Horizon:  # noqa: ANN401 (whatever chooses rows of an array)
    """Return these rows of a horizon of columns."""
    return Horizon(*(column[rows] for column in columns))
