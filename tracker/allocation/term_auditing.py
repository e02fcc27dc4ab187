"""A second look at a plan, by other lines than those that made it: each place by the check, and by the rules alone."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tracker.allocation.term_loading import Term
from tracker.domain.check import check
from tracker.domain.facts import Verdict
from tracker.domain.fitting import Bar, Case, Stay, why_not
from tracker.domain.lifecycle import LEAD, TEAM
from tracker.queries.facts import facts_for
from tracker.queries.pairs import Pair
from tracker.queries.policies import PoliciesInForce
from tracker.queries.stays import teams

BATCH = 1_000
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Placed:
    """A place as a plan fills it: the rows of the inspector and of the inspection, and lead or team."""

    person: int
    opening: int
    role: str


@dataclass(frozen=True, slots=True)
class Audit:
    """The check's verdict for each place, in order; and by their numbers the places that cannot be, with why."""

    verdicts: Sequence[Verdict]
    faults: Mapping[int, Bar]


def placed(person: Sequence[int], opening: Sequence[int], seat: Sequence[int]) -> list[Placed]:
    """Return a plan's places, the soonest inspection's first, its lead before its team."""
    rows = sorted(zip(opening, seat, person, strict=True))
    return [Placed(who, where, TEAM if kind else LEAD) for where, kind, who in rows]


def audited(session: Session, book: PoliciesInForce, term: Term, places: Sequence[Placed], progress: Progress) -> Audit:
    """Check every place of a plan anew, one by one, and say which break a rule."""
    verdicts: list[Verdict] = []
    for start in range(0, len(places), BATCH):
        verdicts += _verdicts(session, book, term, places[start : start + BATCH])
        progress(len(verdicts), len(places))
    return Audit(verdicts, dict(_broken(session, term, places, verdicts)))


def _verdicts(session: Session, book: PoliciesInForce, term: Term, places: Sequence[Placed]) -> Iterator[Verdict]:
    people = [term.people[each.person] for each in places]
    openings = [term.openings[each.opening] for each in places]
    pairs = [
        Pair(who.number, who.staff_no, where.provider, where.starts_on, where.ends_on, each.role)
        for who, where, each in zip(people, openings, places, strict=True)
    ]
    for who, facts in zip(people, facts_for(session, pairs), strict=True):
        yield check(facts, book.of(who.engagement)[1]).verdict


def _broken(
    session: Session, term: Term, places: Sequence[Placed], verdicts: Sequence[Verdict]
) -> Iterator[tuple[int, Bar]]:
    """Yield what breaks a rule when the places are taken one after the other, beside all that stands.

    A place that cannot be stands in the way of no other.
    """
    stays = defaultdict[int, list[Stay]](list)
    for had in term.had:
        stays[had.inspector].append(had.stay)
    there = teams(session, [term.openings[each.opening].number for each in places])
    for number, (each, verdict) in enumerate(zip(places, verdicts, strict=True)):
        person, opening = term.people[each.person], term.openings[each.opening]
        kin = term.kin[opening.provider]
        days = (opening.starts_on, opening.ends_on)
        seat = Stay(opening.reference, opening.provider, *days, each.role, kin.line, kin.groups_on(opening.starts_on))
        case = Case(
            rules=term.rules,
            today=term.ask.today,
            person=person,
            seat=seat,
            remit=opening.remit,
            place=kin.place,
            size=opening.size,
            team=there[opening.number],
            stays=stays[person.number],
        )
        bar = Bar.REAL if verdict is Verdict.REAL else why_not(case)
        if bar is not None:
            yield number, bar
            continue
        stays[person.number].append(seat)
        there[opening.number].append((person.staff_no, each.role))
