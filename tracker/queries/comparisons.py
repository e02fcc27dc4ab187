"""What another policy would change for the open assignments: judged in memory, batch by batch; nothing is written."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.check import check
from tracker.domain.comparing import Difference, Judged, Tally, difference
from tracker.domain.facts import Facts, Verdict
from tracker.domain.lifecycle import OPEN, Ruled, Ruling
from tracker.domain.policy import Policy
from tracker.models import Assignment, Decision, Inspection
from tracker.queries import policies
from tracker.queries.facts import facts_for
from tracker.queries.open_places import OpenPlace, open_places
from tracker.queries.policies import STAFF, PoliciesInForce

BATCH = 1_000
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A policy that might be adopted from a day on; `today` is the day of the question."""

    policy: Policy
    on: date
    today: date


@dataclass(frozen=True, slots=True)
class Batch:
    """Some assignments: how many there were, how many go from which verdict to which, and those that would differ."""

    seen: int
    flows: Counter[tuple[Verdict, Verdict]]
    differences: list[Difference]


@dataclass(slots=True)
class Comparison:
    """The whole comparison: its tally, the first of the differences, and how many assignments it is not about.

    `ended` are open today and over by the policy's first day, `untouched` are of engagements that it does not judge.
    """

    tally: Tally = field(default_factory=Tally)
    shown: list[Difference] = field(default_factory=list)
    ended: int = 0
    untouched: int = 0


def compare(
    session: Session, candidate: Candidate, *, most: int, progress: Progress = lambda _done: None
) -> Comparison:
    """Return what a policy would change, with at most so many of the differences; `progress` is told how many are done.

    Before is what a re-check would store today, after what one would store on the policy's first day under it. The
    session must see one state of the database throughout (`database.reading`).
    """
    found, seen = Comparison(ended=open_count(session, candidate.today) - open_count(session, candidate.on)), 0
    for batch in batches(session, candidate):
        found.tally.add(batch.flows, batch.differences)
        found.shown += batch.differences[: max(0, most - len(found.shown))]
        found.untouched += batch.seen - batch.flows.total()
        seen += batch.seen
        progress(seen)
    return found


def open_count(session: Session, on: date) -> int:
    """Return how many open assignments there are of inspections that have not ended by a day."""
    query = select(func.count()).select_from(Assignment).join(Assignment.inspection)
    return session.scalar(query.where(Assignment.state.in_(OPEN), Inspection.ends_on >= on)) or 0


def batches(session: Session, candidate: Candidate) -> Iterator[Batch]:
    """Judge the open assignments of the policy's first day under both policies, batch by batch, in a stable order."""
    books = _Books(policies.all_in_force(session, candidate.today), policies.all_in_force(session, candidate.on))
    for places in open_places(session, candidate.on, size=BATCH):
        yield _batch(session, candidate, books, places)


@dataclass(frozen=True, slots=True)
class _Books:
    """The policies adopted so far that judge today, and those that would judge on the policy's first day without it."""

    today: PoliciesInForce
    then: PoliciesInForce

    def would_judge(self, policy: Policy, engagement: str) -> bool:
        """Tell whether a policy, once it is the latest, judges inspectors of this engagement."""
        if engagement in policy.engagements:
            return True
        named = any(engagement in policies.parsed(row.toml).engagements for row in self.then.rows)
        return not named and STAFF in policy.engagements


def _batch(session: Session, candidate: Candidate, books: _Books, places: Sequence[OpenPlace]) -> Batch:
    judged = [each for each in places if books.would_judge(candidate.policy, each.engagement)]
    ruled = _rulings(session, [each.number for each in judged])
    flows: Counter[tuple[Verdict, Verdict]] = Counter()
    found = []
    for place, facts in zip(judged, facts_for(session, [each.pair for each in judged]), strict=True):
        said = ruled.get(place.number, ())
        now = _judged(_seen_on(facts, candidate.today), books.today.of(place.engagement)[1], said)
        then = _judged(facts, candidate.policy, said)
        flows[now.outcome.verdict, then.outcome.verdict] += 1
        is_later = candidate.on > candidate.today
        anyway = _judged(facts, books.then.of(place.engagement)[1], said) if is_later else now
        each = difference(str(place.number), place.engagement, place.state, now=now, then=then, anyway=anyway)
        if each is not None:
            found.append(each)
    return Batch(len(places), flows, _named(session, found))


def _seen_on(facts: Facts, day: date) -> Facts:
    """Return the facts as they are on an earlier day: nothing of them but the day of the check depends on it."""
    asked = facts.confirmation
    return facts if asked is None else replace(facts, confirmation=replace(asked, checked_on=day))


def _judged(facts: Facts, policy: Policy, ruled: Sequence[Ruled]) -> Judged:
    return Judged.by(check(facts, policy), policy, ruled)


def _rulings(session: Session, numbers: Sequence[int]) -> dict[int, list[Ruled]]:
    found: dict[int, list[Ruled]] = {}
    columns = (Decision.assignment_id, Decision.fingerprint, Decision.outcome, Decision.decided_by)
    for row in session.execute(select(*columns).where(Decision.assignment_id.in_(numbers)).order_by(Decision.id)):
        ruled = Ruled(row.fingerprint, Ruling(row.outcome), row.decided_by)
        found.setdefault(row.assignment_id, []).append(ruled)
    return found


def _named(session: Session, differences: Sequence[Difference]) -> list[Difference]:
    """Return the differences with the public references of their assignments in place of the numbers."""
    numbers = [int(each.assignment) for each in differences]
    query = select(Assignment.id, Assignment.ref).where(Assignment.id.in_(numbers))
    refs = {str(number): ref for number, ref in session.execute(query)} if numbers else {}
    return [replace(each, assignment=refs[each.assignment]) for each in differences]
