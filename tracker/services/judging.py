"""Judging open assignments anew: what a check finds of each, and what of it no decision covers. Writes nothing.

The bulk re-check writes what this says, and a preview shows what this says of a world that is only supposed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tracker.domain.check import check
from tracker.domain.facts import Facts, Verdict
from tracker.domain.findings import Finding, Outcome
from tracker.domain.lifecycle import State, in_the_way
from tracker.models import PolicyVersion
from tracker.queries.facts import facts_for
from tracker.queries.open_places import OpenPlace
from tracker.queries.policies import PoliciesInForce
from tracker.queries.supposed import Supposed
from tracker.services.weighing import decisions_on


@dataclass(frozen=True, slots=True)
class Judged:
    """An open assignment and what a check finds of it now; `in_the_way` is the heaviest that no decision covers."""

    place: OpenPlace
    facts: Facts
    outcome: Outcome
    policy: PolicyVersion
    in_the_way: Verdict

    @property
    def differs(self) -> bool:
        """Whether something else is found than by its latest check."""
        return self.place.fingerprints != tuple(sorted(each.fingerprint for each in self.outcome.findings))

    @property
    def new(self) -> tuple[Finding, ...]:
        """What is found that its latest check did not find."""
        known = self.place.fingerprints or ()
        return tuple(each for each in self.outcome.findings if each.fingerprint not in known)

    @property
    def is_questioned(self) -> bool:
        """Whether it is confirmed, and can stay so no longer."""
        return self.place.state is State.CONFIRMED and self.in_the_way is not Verdict.CLEAR

    @property
    def is_as_before(self) -> bool:
        """Whether there is nothing to write."""
        return not (self.differs or self.is_questioned or self.in_the_way is not self.place.in_the_way)


def judged(
    session: Session, places: Sequence[OpenPlace], book: PoliciesInForce, supposed: Supposed | None = None
) -> Iterator[Judged]:
    """Check open assignments under the policies in force, in their order; or as though what is supposed were so."""
    if supposed is not None:
        places = supposed.places(places)
    all_facts = facts_for(session, [each.pair for each in places], supposed)
    ruled = decisions_on(session, [each.number for each in places])
    for place, facts in zip(places, all_facts, strict=True):
        policy_row, policy = book.of(place.engagement)
        outcome = check(facts, policy)
        found = ((each.fingerprint, each.verdict) for each in outcome.findings)
        left = in_the_way(found, ruled.get(place.number, ()), policy.decisions)
        yield Judged(place, facts, outcome, policy_row, left)
