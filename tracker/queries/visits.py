"""Who takes part in which inspections around a provider: what the rule of familiarity needs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from tracker.domain.facts import Visit, World
from tracker.domain.lifecycle import HELD, OBSERVER
from tracker.queries.areas import Around
from tracker.queries.driver import Statement, numbers
from tracker.queries.pairs import Pair

_HELD = ", ".join(f"'{each}'" for each in HELD)
# The areas that are still to be read come along: a second journey to the database costs more than both.
_VISITS = Statement(f"""
    SELECT 'area', area.key, area.digest, area.world, NULL, NULL
    FROM area WHERE area.key IN (SELECT value ->> 0 FROM {{given keys}})
    UNION ALL
    SELECT 'visit', visit.reference, visit.provider, CAST(visit.starts_on AS text), CAST(visit.ends_on AS text),
        (SELECT {{joined place.inspector_id}} FROM assignment AS place WHERE place.inspection_id = visit.id
         AND place.state IN ({_HELD}) AND place.role <> '{OBSERVER}')
    FROM inspection AS visit
    WHERE visit.provider IN (
        SELECT value ->> 0 FROM {{given providers}} UNION
        SELECT there.ref FROM area_of AS here JOIN area_of AS there ON there.area = here.area
        WHERE here.ref IN (SELECT value ->> 0 FROM {{given providers}}))
    AND EXISTS (SELECT 1 FROM assignment AS place WHERE place.inspection_id = visit.id AND place.state IN ({_HELD}))
""")  # noqa: S608 (words of our own)

Inspected = Mapping[str, Sequence["Held"]]


@dataclass(frozen=True, slots=True)
class Held:
    """An inspection that has a team, and the numbers of the inspectors who take part in it, as observers do not."""

    reference: str
    provider: str
    starts_on: date
    ends_on: date
    team: frozenset[int]


def inspected(session: Session, providers: Iterable[str], around: Around, keys: Iterable[str]) -> Inspected:
    """Return the inspections that have a team, by provider: of these and of all that links join to them.

    The areas of these keys are read with the same statement.
    """
    found: dict[str, list[Held]] = {}
    asked = {"providers": [[ref] for ref in sorted(providers)], "keys": [[key] for key in sorted(keys)]}
    for kind, *row in _VISITS.rows(session, **asked):
        if kind == "area":
            around.take(*row[:3])
        else:
            found.setdefault(row[1], []).append(_held(*row))
    return found


def _held(reference: str, provider: str, starts_on: str, ends_on: str, team: str | None) -> Held:
    first, last = date.fromisoformat(starts_on), date.fromisoformat(ends_on)
    return Held(reference, provider, first, last, frozenset(numbers(team)))


def visits(pair: Pair, world: World, every: Inspected) -> tuple[Visit, ...]:
    """Return the inspections before that of a pair, at its provider and at all that links join to it, in order."""
    found = (
        Visit(each.reference, each.provider, each.starts_on, each.ends_on, pair.inspector_id in each.team)
        for ref in {pair.provider, *(end for link in world.links for end in (link.of, link.to))}
        for each in every.get(ref, ())
        if each.ends_on < pair.starts_on
    )
    return tuple(sorted(found, key=lambda each: (each.ends_on, each.starts_on, each.reference)))
