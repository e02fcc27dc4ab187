"""How a connection reaches a provider: by a key that its target and the provider share, or by a place nearby."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tracker.domain import sentences
from tracker.domain.facts import GROUPS, Connection, Facts, Provider, Verdict
from tracker.domain.findings import Reason
from tracker.domain.groups import Belonging, Groups
from tracker.domain.horizon import Horizon, is_current_or_ahead, meet
from tracker.domain.keys import OwnKey, TargetKey, holds_of, reach_of
from tracker.domain.places import can_be_neighbour, distance
from tracker.domain.policy import Policy
from tracker.domain.succession import Lines, Step

NOW, THEN = "now", "then"


class Case:
    """The facts of one check, made ready for the rules: its days as ordinals, and the provider with its area."""

    __slots__ = ("_assignment", "area", "ends", "facts", "policy", "provider", "starts")

    def __init__(self, facts: Facts, policy: Policy) -> None:
        self.facts = facts
        self.policy = policy
        self.starts = facts.starts_on.toordinal()
        self.ends = facts.ends_on.toordinal()
        self.area = facts.area(facts.provider)
        # None where no imported register knows it.
        self.provider = self.area.by_ref.get(facts.provider)
        self._assignment: Reason | None = None

    @property
    def assignment(self) -> Reason:
        """The inspection itself, the last fact of every chain."""
        if self._assignment is None:
            ref = self.facts.provider
            self._assignment = sentences.assignment_reason(
                ref, self.name(ref), self.facts.starts_on, self.facts.ends_on
            )
        return self._assignment

    def name(self, ref: str) -> str:
        """Return a provider's name, or its reference where no register knows it."""
        found = self.area.by_ref.get(ref) or self.facts.area(ref).by_ref.get(ref)
        return found.name if found else f"{ref} (on no imported register)"

    def name_of_target(self, ref: str) -> str:
        """Return the name of a provider or of a group's body."""
        if not ref.startswith(GROUPS):
            return self.name(ref)
        groups = self.facts.area(ref).made(Groups)
        return groups.name(groups.body(ref))

    def steps(self, path: tuple[Step, ...], *, onwards: bool) -> tuple[Reason, ...]:
        """Return the hops of a path as facts."""
        return tuple(
            sentences.succession_reason(step, self.name(step.earlier), self.name(step.later), onwards=onwards)
            for step in path
        )

    def membership(self, belonging: Belonging, when: str) -> Reason:
        """Return a membership as a fact."""
        area = self.area if belonging.provider in self.area.refs else self.facts.area(belonging.provider)
        return sentences.membership_reason(
            belonging, self.name(belonging.provider), area.made(Groups).name(belonging.body), when
        )


class Approach:
    """A declared connection, seen from one assignment: its horizon, its target's area, and what that reaches."""

    __slots__ = ("case", "circle", "connection", "here", "horizon", "reach")

    def __init__(self, case: Case, connection: Connection, horizon: Horizon) -> None:
        self.case = case
        self.connection = connection
        self.horizon = horizon
        self.here = case.facts.area(connection.target)
        self.reach = reach_of(self.here, connection.target)
        self.circle = connection.holder.circle

    @property
    def target(self) -> Provider | None:
        """The connection's target, where it is a provider on a register."""
        return self.here.by_ref.get(self.connection.target)

    def covers(self, rule: str) -> bool:
        """Tell whether the policy's rule is for connections of this nature and holder."""
        return self.case.policy.reaches[rule].covers(self.connection.nature, self.circle)


@dataclass(slots=True)
class Hit:
    """A way in which a connection reaches the assigned provider: the rule, and the keys that the two share.

    `when` is whether the memberships hold during the assignment (`now`) or held while the connection ran (`then`);
    `verdict` the rule's own answer, where it is neither the nature's nor the policy's.
    """

    rule: str
    of: Approach
    key: TargetKey | None = None
    own: OwnKey | None = None
    when: str = NOW
    verdict: Verdict | None = None
    metres: float | None = None

    @property
    def between(self) -> tuple[Reason, ...]:
        """The facts between the connection and the assignment."""
        return CHAINS[self.rule](self, self.of.case)


def hits(of: Approach) -> Iterator[Hit]:
    """Yield every way in which a connection reaches the provider and that the policy has a rule for."""
    case = of.case
    held = holds_of(case.area, case.facts.provider)
    for rule, keys in of.reach.by_rule:
        if of.covers(rule) and not (rule == "same-group" and case.facts.provider in of.reach.line):
            yield from _shared(of, rule, keys, held)
    if of.covers("neighbour"):
        yield from _nearby(of, of.target, case.provider)


def _shared(of: Approach, rule: str, keys: tuple[TargetKey, ...], held: dict[str, tuple[OwnKey, ...]]) -> Iterator[Hit]:
    """Yield a hit for each slot of the keys that are shared in time: now where any is, else then."""
    both = [(key, own) for key in keys if key.key in held for own in held[key.key]]
    seen: set[str] = set()
    spans = ((NOW, of.case.starts, of.case.ends), (THEN, of.horizon.first, of.horizon.last))
    for when, first, last in spans if both else ():
        for key, own in both:
            if key.slot not in seen and in_time(key, own, first, last):
                seen.add(key.slot)
                yield Hit(rule, of, key, own, when)


def in_time(key: TargetKey, own: OwnKey, first: int, last: int) -> bool:
    """Tell whether the target's and the provider's hold on a key share a day with each other and with these days.

    Three spans have a day in common just where each two of them have one.
    """
    return bool(
        meet(key.first, key.last, own.first, own.last)
        & meet(key.first, key.last, first, last)
        & meet(own.first, own.last, first, last)
    )


def _nearby(of: Approach, here: Provider | None, there: Provider | None) -> Iterator[Hit]:
    """Yield the hit of a provider of the same register and phase nearby, while the connection lasts or lies ahead."""
    case = of.case
    if here is None or there is None or not can_be_neighbour(there) or there.ref in of.reach.line:
        return
    threshold = case.policy.neighbour_metres.get(here.register)
    alike = (here.register, here.phase.casefold()) == (there.register, there.phase.casefold())
    if threshold is None or not alike or not is_current_or_ahead(of.horizon, case.starts, case.ends):
        return
    metres = distance(here, there)
    if metres is not None and metres <= threshold:
        yield Hit("neighbour", of, metres=metres)
    elif metres is None and here.authority and here.authority == there.authority:
        yield Hit("neighbour-unknown", of, verdict=Verdict.UNDETERMINED)


def _direct(_hit: Hit, _case: Case) -> tuple[Reason, ...]:
    """The target is the provider itself."""
    return ()


def _succession(hit: Hit, case: Case) -> tuple[Reason, ...]:
    """The provider came after, or before, the target, over any number of hops."""
    lines, here, there = hit.of.here.made(Lines), hit.of.connection.target, case.facts.provider
    return case.steps(lines.line(here)[there], onwards=there in lines.onwards(here))


def _shared_line(hit: Hit, case: Case) -> tuple[Reason, ...]:
    """Neither reaches the other, but they have a predecessor, or else a successor, in common: the nearest is told."""
    lines, here, there = hit.of.here.made(Lines), hit.of.connection.target, case.facts.provider
    for walk, onwards in ((lines.backwards, False), (lines.onwards, True)):
        mine, theirs = walk(here), walk(there)
        shared = sorted(mine.keys() & theirs.keys(), key=lambda ref: (len(mine[ref]) + len(theirs[ref]), ref))
        if shared:
            out = case.steps(mine[shared[0]], onwards=onwards)
            return (*out, *case.steps(theirs[shared[0]][::-1], onwards=not onwards))
    return ()


def _associated(hit: Hit, case: Case) -> tuple[Reason, ...]:
    """A link of another kind joins the target and the provider themselves."""
    here, there = hit.of.connection.target, case.facts.provider
    link = hit.of.here.made(Lines).associated(here)[there]
    return (sentences.association_reason(here, there, link.kind, (case.name(here), case.name(there))),)


def _group(hit: Hit, case: Case) -> tuple[Reason, ...]:
    """The target is a group that the provider is in during the assignment, or was in while the connection ran."""
    return _membership_of_own(hit, case)


def _same_group(hit: Hit, case: Case) -> tuple[Reason, ...]:
    """The target, or one of its succession line, and the provider are, or then were, members of one group."""
    lines, here, mine = hit.of.here.made(Lines), hit.of.connection.target, _belonging(hit.key)
    way = case.steps(lines.line(here)[mine.provider], onwards=mine.provider in lines.onwards(here))
    return (*way, case.membership(mine, hit.when), *_membership_of_own(hit, case))


def _membership_of_own(hit: Hit, case: Case) -> tuple[Reason, ...]:
    """Return the provider's own membership; none where what was given as the provider is the group itself."""
    itself = hit.own is not None and hit.own.belonging is None
    return () if itself else (case.membership(_belonging(hit.own), hit.when),)


def _belonging(key: TargetKey | OwnKey | None) -> Belonging:
    assert key is not None  # noqa: S101 (only keys of members come here)
    assert key.belonging is not None  # noqa: S101
    return key.belonging


def _maintained_by(hit: Hit, case: Case) -> tuple[Reason, ...]:
    """The target is the local authority that maintains the provider, or maintained it when it closed."""
    provider = case.provider
    assert provider is not None  # noqa: S101 (what holds the authority's key is on a register)
    return (sentences.maintenance_reason(hit.of.connection, provider),)


def _organisation(hit: Hit, case: Case) -> tuple[Reason, ...]:
    """The target is an organisation that a reviewer linked to the provider, or to a group that it is or was in."""
    target = hit.key.slot if hit.key else ""
    said = sentences.organisation_reason(hit.of.connection, target, case.name_of_target(target))
    if hit.own is None or hit.own.belonging is None:
        return (said,)
    return (said, case.membership(hit.own.belonging, hit.when))


def _neighbour(hit: Hit, case: Case) -> tuple[Reason, ...]:
    """The target is a provider of the same register and phase nearby; or nobody can tell how near it is."""
    here, there = hit.of.target, case.provider
    assert here is not None  # noqa: S101 (both neighbours are on a register)
    assert there is not None  # noqa: S101
    threshold = case.policy.neighbour_metres[here.register]
    if hit.metres is None:
        return (sentences.unlocated_reason(here, there, threshold),)
    return (sentences.neighbour_reason(here, there, hit.metres, threshold),)


CHAINS: dict[str, Callable[[Hit, Case], tuple[Reason, ...]]] = {
    "direct": _direct,
    "succession": _succession,
    "shared-line": _shared_line,
    "associated": _associated,
    "group": _group,
    "same-group": _same_group,
    "maintained-by": _maintained_by,
    "organisation": _organisation,
    "neighbour": _neighbour,
    "neighbour-unknown": _neighbour,
}
