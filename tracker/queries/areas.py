"""The parts of the world that checks need, as they are kept: each is read and made ready once, for it never changes."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.facts import Provider, Status, World
from tracker.domain.plain import world_from_json
from tracker.queries.driver import Statement, day

# An area's digest names its content, so that one that was read before is the same; a verdict is never kept.
_READ: dict[str, World] = {}
MOST_READ = 20_000

_AREAS = Statement("SELECT key, digest, world FROM area WHERE key IN (SELECT value ->> 0 FROM {given keys})")
_WHERE = Statement("""
    SELECT asked.ref, area_of.area, area.digest, provider.name, provider.status, provider.closed_on,
        provider.authority, provider.type_group, provider.phase, provider.easting, provider.northing
    FROM (SELECT value ->> 0 AS ref FROM {given refs}) AS asked
    LEFT JOIN area_of ON area_of.ref = asked.ref
    LEFT JOIN area ON area.key = area_of.area
    LEFT JOIN provider ON provider.ref = asked.ref AND area_of.ref IS NULL
""")


@dataclass(frozen=True, slots=True)
class Kept:
    """Where the world around a provider, group or organisation is to be had: an area by key and digest, or `alone`."""

    key: str | None
    digest: str | None
    alone: World


@dataclass(slots=True)
class Around:
    """The areas that some pairs need; those not read before are read together, in one statement."""

    areas: dict[str, World] = field(default_factory=dict)

    def missing(self, kept: Iterable[Kept]) -> set[str]:
        """Take the areas that were read before, and return the keys of the others."""
        wanted: set[str] = set()
        for each in kept:
            if each.key is None or each.key in self.areas:
                continue
            found = _READ.get(each.digest or "")
            if found is None:
                wanted.add(each.key)
            else:
                self.areas[each.key] = found
        return wanted

    def take(self, key: str, digest: str, text: str) -> None:
        """Take an area as it was read."""
        self.areas[key] = _read(digest, text)

    def world(self, kept: Kept) -> World:
        """Return the world of a place; an empty one where no register knows it."""
        return kept.alone if kept.key is None else self.areas.get(kept.key, kept.alone)


def _read(digest: str, text: str) -> World:
    found = _READ.get(digest)
    if found is None:
        if len(_READ) >= MOST_READ:
            _READ.clear()
        found = _READ[digest] = world_from_json(json.loads(text))
    return found


def kept(ref: str, columns: Sequence[Any]) -> Kept:
    """Return where a place's world is to be had: `columns` are its area's key and digest, then its register's own."""
    key, digest, *own = columns
    if key is not None or own[0] is None:
        return Kept(key, digest, World())
    return Kept(None, None, _alone(ref, tuple(own)))


@lru_cache(maxsize=100_000)
def _alone(ref: str, columns: tuple[Any, ...]) -> World:
    """Return the world of a provider that nothing is linked to and that is in no group."""
    name, status, closed_on, *rest = columns
    return World((Provider(ref, name, Status(status), day(closed_on), *rest),))


def areas(session: Session, refs: Iterable[str]) -> dict[str, World]:
    """Return the world around each of these providers, groups and organisations; an empty one for a stranger."""
    rows = _WHERE.rows(session, refs=[[ref] for ref in sorted(set(refs))])
    places = {ref: kept(ref, columns) for ref, *columns in rows}
    around = Around()
    read_areas(session, around, around.missing(places.values()))
    return {ref: around.world(each) for ref, each in places.items()}


def read_areas(session: Session, around: Around, keys: Iterable[str]) -> None:
    """Read areas by their keys."""
    wanted = [[key] for key in sorted(keys)]
    if wanted:
        for key, digest, text in _AREAS.rows(session, keys=wanted):
            around.take(key, digest, text)
