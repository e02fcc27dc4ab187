"""Choosing an inspector: who cannot go and why, which rules of allocating a choice would bend, and who comes first."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.domain.allocation_rules import Again, AllocationRules
from tracker.domain.dates import in_words
from tracker.domain.facts import Verdict
from tracker.domain.fitting import WEEK, Stay, at_group, at_provider, counted
from tracker.domain.lifecycle import LEAD, OBSERVER
from tracker.domain.remits import covers

ORDER = (
    "In order: clear first; then whoever keeps within the limits; then whoever was there least often; then the nearest."
)
# Why somebody is replaced, as a form offers it and as the history keeps it.
WHY = {"ill": "Ill", "conflict": "A conflict of interest", "elsewhere": "Other commitments", "other": "Another reason"}
ON_THE_TEAM = "Already on the team"
BUSY = "Busy on those days"
LEAVES = "Leaves before the inspection ends"
SHUT_OUT = "Account closed: cannot declare or confirm"
KILOMETRE = 1_000


@dataclass(frozen=True, slots=True)
class Times:
    """How often somebody was somewhere within the years that a rule looks at, and on which day last."""

    number: int = 0
    last_on: date | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """What choosing looks at of an inspector, for one inspection.

    `week` and `term` are the other inspections in its week, from Monday to Sunday (the fuller one where it touches
    two), and in its term; `here` what he or she has at the provider's line before or after it, `group` at its groups;
    `apart` the sentences of whom of the team this one is kept apart from; `leaves` tells that he or she leaves before
    it ends, `is_shut_out` that the account is closed.
    """

    title: str
    engagement: str
    remits: str
    week: int = 0
    term: int = 0
    is_busy: bool = False
    is_in_team: bool = False
    here: Times = Times()
    group: Times = Times()
    apart: tuple[str, ...] = ()
    leaves: bool = False
    is_shut_out: bool = False


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why somebody cannot go, and what to do about it in a file that says so."""

    says: str
    cure: str

    def told_of(self, name: str, cure: str = "") -> str:
        """Return it as whoever proposes somebody of this name is told; with another cure, where one fits better."""
        return f"{name} cannot go ({in_mid_sentence(self.says)}): {cure or self.cure}"


def in_mid_sentence(sentence: str) -> str:
    """Return a sentence as it goes on after other words."""
    return sentence[:1].lower() + sentence[1:]


def obstacles(person: Person, role: str, remit: str, rules: AllocationRules) -> Iterator[Obstacle]:
    """Yield all that keeps somebody from going. Whoever observes needs no remit.

    Of somebody who is busy it is told that, and never where.
    """
    if person.is_in_team:
        yield Obstacle(ON_THE_TEAM, "choose somebody else")
    if person.leaves:
        yield Obstacle(LEAVES, "choose somebody else")
    if role != OBSERVER and not covers(person.remits, remit):
        yield Obstacle(f"Does not have the remit “{remit}”", "choose somebody who has it")
    if role == LEAD and not rules.may_lead(person.title, remit):
        says = f"With the title {person.title}, may not lead an inspection of the remit “{remit}”"
        yield Obstacle(says, "choose another lead")
    if person.is_busy:
        yield Obstacle(BUSY, "choose somebody else")


def why_not(person: Person, role: str, remit: str, rules: AllocationRules) -> str:
    """Return why somebody cannot go, as a plain sentence: the first of the obstacles; an empty text for who can."""
    return next((each.says for each in obstacles(person, role, remit, rules)), "")


def load(stays: Sequence[Stay], seat: Stay, rules: AllocationRules) -> tuple[int, int]:
    """Return how many of the stays fall into the week of a place (the fuller one of two), and into its term."""
    weeks = [each - timedelta(days=each.weekday()) for each in (seat.starts_on, seat.ends_on)]
    term, ends = rules.term_of(seat.starts_on), rules.term_ends(seat.starts_on)
    in_week = (sum(each.starts_on < monday + WEEK and each.ends_on >= monday for each in stays) for monday in weeks)
    return max(in_week), sum(term <= each.starts_on <= ends for each in stays)


def visits(stays: Sequence[Stay], seat: Stay, rules: AllocationRules) -> tuple[Times, Times]:
    """Return how often these stays are at the provider's line, and at that one of its groups where it is most often."""
    here = _times(counted(stays, seat, rules.provider.years, at_provider(seat)))
    groups = (_times(counted(stays, seat, rules.group.years, at_group(group))) for group in sorted(seat.groups))
    return here, max(groups, key=lambda times: times.number, default=Times())


def _times(days: Sequence[date]) -> Times:
    return Times(len(days), max(days, default=None))


def kept_apart(staff_no: str, there: Iterable[tuple[str, str]], rules: AllocationRules) -> tuple[str, ...]:
    """Return, for each of the team (staff number and name) whom the rules keep somebody apart from, a sentence."""
    names = dict(there)
    return tuple(
        f"Kept apart from {names[other]}, who is on the team: {pair.why}"
        for pair in rules.apart
        for one, other in (pair.staff, pair.staff[::-1])
        if one == staff_no and other in names
    )


def bends(person: Person, metres: float | None, rules: AllocationRules) -> tuple[str, ...]:
    """Return the rules of allocating that this choice would bend, each as a plain sentence.

    Whoever cannot give the own word, because the account is closed, comes after those who can.
    """
    return (*_bends(person, metres, rules), *person.apart, *((SHUT_OUT,) if person.is_shut_out else ()))


def _bends(person: Person, metres: float | None, rules: AllocationRules) -> Iterator[str]:
    most, far = rules.load_of(person.engagement), rules.most_metres
    if person.week >= most.week:
        yield f"Over the limit: {_counted(person.week)} that week, at most {most.week}"
    if person.term >= most.term:
        yield f"Over the limit: {_counted(person.term)} this term, at most {most.term}"
    if person.here.number >= rules.provider.times:
        yield _again(person.here, rules.provider, "Here")
    if person.group.number >= rules.group.times:
        yield _again(person.group, rules.group, "At its group")
    if metres is not None and far is not None and round(metres) > far:
        yield f"Further away than {far // KILOMETRE} km"


def _counted(number: int) -> str:
    return f"{number} inspection{'' if number == 1 else 's'}"


def _again(times: Times, again: Again, where: str) -> str:
    often = "once" if times.number == 1 else f"{times.number} times"
    most = "once" if again.times == 1 else f"{again.times} times"
    years = "a year" if again.years == 1 else f"{again.years} years"
    last = f", last on {in_words(times.last_on)}" if times.last_on else ""
    return f"{where} {often} in {years}{last}: at most {most}"


Place = tuple[int, bool, int, float, str]


def place(person: Person, staff_no: str, verdict: Verdict, metres: float | None, *, is_bent: bool) -> Place:
    """Return what sorts candidates, as ORDER says it; the staff number makes the order the same each time."""
    visits = max(person.here.number, person.group.number)
    return verdict.weight, is_bent, visits, float("inf") if metres is None else metres, staff_no
