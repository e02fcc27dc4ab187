"""What new days would mean for whoever is on the teams: other findings, and other inspections on the same days."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from tracker.domain.check import check
from tracker.domain.facts import Facts, Verdict
from tracker.domain.findings import Finding
from tracker.domain.fitting import leaves
from tracker.domain.lifecycle import OPEN, State, in_the_way
from tracker.domain.moving import Days
from tracker.models import Assignment, Inspection, Inspector, ProviderRow
from tracker.queries import policies
from tracker.queries.facts import facts_for
from tracker.queries.open_places import OpenPlace, open_places
from tracker.queries.parts import in_parts
from tracker.services.moving import open_of
from tracker.services.weighing import decisions_on

BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Busy:
    """Another inspection that an inspector is on, on one of the new days."""

    reference: str
    provider: str
    starts_on: date
    ends_on: date
    state: State


@dataclass(frozen=True, slots=True)
class Effect:
    """What new days would mean for one of a team: the verdict, what would be found that is not found now, and more."""

    assignment: str
    name: str
    role: str
    state: State
    before: Verdict
    after: Verdict
    found: tuple[Finding, ...]
    is_questioned: bool
    leaves: bool
    busy: tuple[Busy, ...]

    @property
    def is_as_before(self) -> bool:
        """Whether there is nothing to look at: no other verdict, nothing new, nowhere else, and no leaving."""
        return self.before is self.after and not (self.found or self.is_questioned or self.leaves or self.busy)


def effects(session: Session, moves: Mapping[int, Days], today: date) -> dict[int, list[Effect]]:
    """Return what new days would mean for the teams of these inspections, by number. Writes nothing.

    Each is judged as if it alone were moved, but for who is on two of them at once: a check is made again in the act.
    """
    found: dict[int, list[Effect]] = {number: [] for number in moves}
    book = policies.all_in_force(session, today)
    for places in open_places(session, today, size=BATCH, only=open_of(session, list(moves))):
        pairs = [_on_new_days(each, moves) for each in places]
        known = _Known(session, [each.pair.inspector_id or 0 for each in pairs], moves)
        ruled = decisions_on(session, [each.number for each in places])
        for place, facts in zip(pairs, facts_for(session, [each.pair for each in pairs]), strict=True):
            policy = book.of(place.engagement)[1]
            outcome = check(_without_itself(facts, known.references[place.pair.inspection or 0]), policy)
            fingerprints = ((each.fingerprint, each.verdict) for each in outcome.findings)
            left = in_the_way(fingerprints, ruled.get(place.number, ()), policy.decisions)
            new = tuple(each for each in outcome.findings if each.fingerprint not in (place.fingerprints or ()))
            found[place.pair.inspection or 0].append(
                known.effect(
                    place,
                    after=outcome.verdict,
                    found=new,
                    is_questioned=place.state is State.CONFIRMED and left is not Verdict.CLEAR,
                )
            )
    return found


def _on_new_days(place: OpenPlace, moves: Mapping[int, Days]) -> OpenPlace:
    starts_on, ends_on = moves[place.pair.inspection or 0]
    return replace(place, pair=replace(place.pair, starts_on=starts_on, ends_on=ends_on))


def _without_itself(facts: Facts, reference: str) -> Facts:
    # On its old days the inspection would come before its own new ones.
    return replace(facts, visits=tuple(each for each in facts.visits if each.reference != reference))


class _Known:
    """Who is on the teams, where they are besides, and when; those that are moved are on their new days."""

    def __init__(self, session: Session, inspectors: Sequence[int], moves: Mapping[int, Days]) -> None:
        self.moves = moves
        self.references: dict[int, str] = {}
        for some in in_parts(list(moves)):
            named = select(Inspection.id, Inspection.reference).where(Inspection.id.in_(some))
            self.references.update((row[0], row[1]) for row in session.execute(named))
        self.assignments: dict[int, tuple[str, Verdict]] = {}
        self.stays: dict[int, list[tuple[int, Busy]]] = {}
        people = select(Inspector.id, Inspector.name, Inspector.left_on).where(Inspector.id.in_(set(inspectors)))
        self.people = {row[0]: (row[1], row[2]) for row in session.execute(people)}
        for inspector, inspection, number, ref, verdict, *told in session.execute(_stays(inspectors, moves)):
            reference, provider, first, last, state = told
            first, last = moves.get(inspection, (first, last))
            self.assignments[number] = ref, verdict
            busy = Busy(reference, provider, first, last, state)
            self.stays.setdefault(inspector, []).append((inspection, busy))

    def effect(self, place: OpenPlace, *, after: Verdict, found: tuple[Finding, ...], is_questioned: bool) -> Effect:
        """Return what new days mean for one of a team, as far as it is not what a check finds."""
        inspector, inspection = place.pair.inspector_id or 0, place.pair.inspection or 0
        starts_on, ends_on = place.pair.starts_on, place.pair.ends_on
        name, left_on = self.people[inspector]
        ref, verdict = self.assignments[place.number]
        return Effect(
            assignment=ref,
            name=name,
            role=place.pair.role,
            state=place.state,
            before=verdict,
            after=after,
            found=found,
            is_questioned=is_questioned,
            leaves=leaves(left_on, ends_on),
            busy=tuple(
                each
                for other, each in self.stays[inspector]
                if other != inspection and each.starts_on <= ends_on and each.ends_on >= starts_on
            ),
        )


def _stays(inspectors: Sequence[int], moves: Mapping[int, Days]) -> Any:  # noqa: ANN401 (a select of many columns)
    earliest, latest = min(first for first, _ in moves.values()), max(last for _, last in moves.values())
    near = (Inspection.starts_on <= latest) & (Inspection.ends_on >= earliest)
    return (
        select(
            Assignment.inspector_id,
            Assignment.inspection_id,
            Assignment.id,
            Assignment.ref,
            Assignment.verdict,
            Inspection.reference,
            func.coalesce(ProviderRow.name, Inspection.provider),
            Inspection.starts_on,
            Inspection.ends_on,
            Assignment.state,
        )
        .join(Inspection, Inspection.id == Assignment.inspection_id)
        .outerjoin(ProviderRow, ProviderRow.ref == Inspection.provider)
        .where(Assignment.inspector_id.in_(set(inspectors)), Assignment.state.in_(OPEN))
        .where(or_(near, Inspection.id.in_(list(moves))))
        .order_by(Inspection.starts_on, Assignment.id)
    )


def digest_of(was: Days, found: Sequence[Effect]) -> str:
    """Return a digest that is another as soon as new days would mean something else, or the old ones are others."""
    told = [list(_told(each)) for each in found]
    return sha256(json.dumps([[str(day) for day in was], told]).encode()).hexdigest()


def _told(effect: Effect) -> Iterator[str]:
    yield from (effect.assignment, effect.state, str(effect.before), str(effect.after), str(effect.leaves))
    yield str(effect.is_questioned)
    yield from (each.fingerprint for each in effect.found)
    yield from (f"{each.reference} {each.starts_on} {each.ends_on} {each.state}" for each in effect.busy)
