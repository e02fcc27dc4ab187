"""What new days, and calling off, would mean for whom: other findings, and other inspections on the same days.

For the teams, and for whoever is on an inspection around: judged as the act judges, in the world that would be.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.access import Actor
from tracker.domain.facts import Verdict
from tracker.domain.findings import Finding
from tracker.domain.fitting import leaves
from tracker.domain.lifecycle import OPEN, State
from tracker.models import Assignment, Inspection, Inspector, ProviderRow
from tracker.queries import policies
from tracker.queries.open_places import open_places
from tracker.queries.supposed import Supposed
from tracker.services.checks import around_all
from tracker.services.judging import Judged, judged
from tracker.services.moving import days_of, open_of

BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Placed:
    """An inspection that an inspector is on, and how that stands."""

    reference: str
    provider: str
    starts_on: date
    ends_on: date
    state: State


@dataclass(frozen=True, slots=True)
class Effect:
    """What changes would mean for one of a team: the verdict, what would be found that is not found now, and more."""

    assignment: str
    name: str
    role: str
    state: State
    before: Verdict
    after: Verdict
    found: tuple[Finding, ...]
    is_questioned: bool
    leaves: bool = False
    busy: tuple[Placed, ...] = ()

    @property
    def is_as_before(self) -> bool:
        """Whether there is nothing to look at: no other verdict, nothing new, nowhere else, and no leaving."""
        return self.before is self.after and not (self.found or self.is_questioned or self.leaves or self.busy)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What changes would mean for somebody on an inspection that is none of those that change."""

    on: Placed
    effect: Effect


@dataclass(frozen=True, slots=True)
class Effects:
    """What changes would mean: for the teams of those that are moved, by number, and on other inspections.

    Elsewhere nobody stands for whom nothing changes, nor the one who asks: another scheduler looks after that.
    """

    teams: dict[int, list[Effect]]
    elsewhere: tuple[Elsewhere, ...] = ()

    @property
    def questioned(self) -> tuple[int, int]:
        """How many confirmed places of the teams would be questioned, and how many elsewhere."""
        own = sum(each.is_questioned for team in self.teams.values() for each in team)
        return own, sum(each.effect.is_questioned for each in self.elsewhere)


def effects(session: Session, supposed: Supposed, actor: Actor, on: date) -> Effects:
    """Return what these changes together would mean, by a check on a day (`on`, in UTC, as of any check).

    Writes nothing, and says what the act would do: both judge by the same function.
    """
    days = supposed.days
    teams: dict[int, list[Effect]] = {number: [] for number in days}
    elsewhere: list[Elsewhere] = []
    book = policies.all_in_force(session, on)
    for places in open_places(session, on, size=BATCH, only=_touched(session, supposed)):
        found = list(judged(session, places, book, supposed))
        known = _Known(session, found, supposed)
        for each in found:
            visit, effect = known.effect(each)
            number = each.place.pair.inspection or 0
            if number in days:
                teams[number].append(known.in_the_team(each, effect))
            elif not effect.is_as_before and each.place.pair.inspector_id != actor.inspector_id:
                elsewhere.append(Elsewhere(visit, effect))
    return Effects(teams, tuple(sorted(elsewhere, key=lambda each: (each.on.starts_on, each.on.reference))))


def _touched(session: Session, supposed: Supposed) -> set[int]:
    """Return whom the act would check again, by number."""
    since = [(row.provider, min(row.ends_on, ends_on)) for row, (_, ends_on) in supposed.moves]
    since += [(row.provider, row.ends_on) for row in supposed.off]
    return open_of(session, list(supposed.days)) | around_all(session, since)


class _Known:
    """Who is judged, where they are besides, and when; those that are moved are on their new days."""

    def __init__(self, session: Session, found: Sequence[Judged], supposed: Supposed) -> None:
        days, off = supposed.days, {row.id for row in supposed.off}
        numbers = [each.place.number for each in found]
        self.about = {row.id: row for row in session.execute(_about(numbers))}
        self.stays: dict[int, list[tuple[int, Placed]]] = {}
        moved = {each.place.pair.inspector_id or 0 for each in found if each.place.pair.inspection in days}
        if not moved:
            return
        since = min(first for was in supposed.moves for first in (was[1][0], days_of(was[0])[0]))
        for inspector, inspection, reference, provider, *told in session.execute(_stays(moved, since)):
            starts_on, ends_on, state = told
            starts_on, ends_on = days.get(inspection, (starts_on, ends_on))
            if inspection not in off:
                visit = Placed(reference, provider, starts_on, ends_on, state)
                self.stays.setdefault(inspector, []).append((inspection, visit))

    def effect(self, each: Judged) -> tuple[Placed, Effect]:
        """Return what changes mean for somebody by what a check finds, and of which inspection that is."""
        place, about = each.place, self.about[each.place.number]
        visit = Placed(about.reference, about.provider, place.pair.starts_on, place.pair.ends_on, place.state)
        return visit, Effect(
            assignment=about.ref,
            name=about.name,
            role=place.pair.role,
            state=place.state,
            before=about.verdict,
            after=each.outcome.verdict,
            found=each.new,
            is_questioned=each.is_questioned,
        )

    def in_the_team(self, each: Judged, effect: Effect) -> Effect:
        """Return it with what new days mean besides: where else one would be then, and whether one has left."""
        pair = each.place.pair
        busy = (
            visit
            for other, visit in self.stays[pair.inspector_id or 0]
            if other != pair.inspection and visit.starts_on <= pair.ends_on and visit.ends_on >= pair.starts_on
        )
        left_on = self.about[each.place.number].left_on
        return replace(effect, leaves=leaves(left_on, pair.ends_on), busy=tuple(busy))


def _about(numbers: Sequence[int]) -> Any:  # noqa: ANN401 (a select of many columns)
    columns = Assignment.id, Assignment.ref, Assignment.verdict, Inspector.name, Inspector.left_on, Inspection.reference
    return (
        select(*columns, func.coalesce(ProviderRow.name, Inspection.provider).label("provider"))
        .join(Inspector, Inspector.id == Assignment.inspector_id)
        .join(Inspection, Inspection.id == Assignment.inspection_id)
        .outerjoin(ProviderRow, ProviderRow.ref == Inspection.provider)
        .where(Assignment.id.in_(numbers))
    )


def _stays(inspectors: set[int], since: date) -> Any:  # noqa: ANN401 (as above)
    return (
        select(
            Assignment.inspector_id,
            Assignment.inspection_id,
            Inspection.reference,
            func.coalesce(ProviderRow.name, Inspection.provider),
            Inspection.starts_on,
            Inspection.ends_on,
            Assignment.state,
        )
        .join(Inspection, Inspection.id == Assignment.inspection_id)
        .outerjoin(ProviderRow, ProviderRow.ref == Inspection.provider)
        .where(Assignment.inspector_id.in_(inspectors), Assignment.state.in_(OPEN), Inspection.ends_on >= since)
        .order_by(Inspection.starts_on, Assignment.id)
    )


def digest_of(what: Sequence[str], found: Effects) -> str:
    """Return a digest that is another as soon as these changes would mean something else, or `what` is another."""
    teams = [[number, *map(_told, team)] for number, team in sorted(found.teams.items())]
    elsewhere = [[each.on.reference, str(each.on.starts_on), _told(each.effect)] for each in found.elsewhere]
    return sha256(json.dumps([list(what), teams, elsewhere]).encode()).hexdigest()


def _told(effect: Effect) -> list[str]:
    return list(_parts(effect))


def _parts(effect: Effect) -> Iterator[str]:
    yield from (effect.assignment, effect.state, str(effect.before), str(effect.after), str(effect.leaves))
    yield str(effect.is_questioned)
    yield from (each.fingerprint for each in effect.found)
    yield from (f"{each.reference} {each.starts_on} {each.ends_on} {each.state}" for each in effect.busy)
