"""How a connection reaches a provider: one function a rule (policy, section 4)."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from tracker.domain import sentences
from tracker.domain.facts import GROUPS, Connection, Facts, OrganisationLink, Provider, Status, Verdict
from tracker.domain.findings import Reason
from tracker.domain.grades import Timing, timing
from tracker.domain.groups import MAINTAINING, Belonging, Groups
from tracker.domain.places import distance
from tracker.domain.policy import Policy
from tracker.domain.succession import Lines, Step


@dataclass(frozen=True, slots=True)
class Hit:
    """A way in which a connection reaches the assigned provider: the rule, and the facts between the two.

    `verdict` is the rule's own answer, where it is neither the nature's nor the policy's.
    """

    rule: str
    between: tuple[Reason, ...] = ()
    verdict: Verdict | None = None


@dataclass(frozen=True)
class Case:
    """The facts of one check, made ready for the rules."""

    facts: Facts
    policy: Policy

    @cached_property
    def providers(self) -> dict[str, Provider]:
        """The providers around the check, by reference."""
        return {each.ref: each for each in self.facts.world.providers}

    @cached_property
    def lines(self) -> Lines:
        """The succession lines around the check."""
        return Lines(self.facts.world)

    @cached_property
    def groups(self) -> Groups:
        """The groups around the check."""
        return Groups(self.facts.world)

    @cached_property
    def assignment(self) -> Reason:
        """The inspection itself, the last fact of every chain."""
        facts = self.facts
        return sentences.assignment_reason(facts.provider, self.name(facts.provider), facts.starts_on, facts.ends_on)

    def name(self, ref: str) -> str:
        """Return a provider's name, or its reference where no register knows it."""
        return self.providers[ref].name if ref in self.providers else f"{ref} (on no imported register)"

    def name_of_target(self, ref: str) -> str:
        """Return the name of a provider or of a group's body."""
        return self.groups.name(self.groups.body(ref)) if ref.startswith(GROUPS) else self.name(ref)

    def organisation_links(self, ref: str) -> tuple[OrganisationLink, ...]:
        """Return what reviewers linked an organisation to, in a stable order."""
        found = (each for each in self.facts.world.organisation_links if each.organisation == ref)
        return tuple(sorted(found, key=lambda each: each.target))

    def steps(self, path: tuple[Step, ...], *, onwards: bool) -> tuple[Reason, ...]:
        """Return the hops of a path as facts."""
        return tuple(
            sentences.succession_reason(step, self.name(step.earlier), self.name(step.later), onwards=onwards)
            for step in path
        )


def direct(case: Case, connection: Connection) -> Iterator[Hit]:
    """The target is the provider itself."""
    if connection.target == case.facts.provider:
        yield Hit("direct")


def succession(case: Case, connection: Connection) -> Iterator[Hit]:
    """The provider came after, or before, the target, over any number of hops."""
    here, there = connection.target, case.facts.provider
    if here == there:
        return
    if there in case.lines.onwards(here):
        yield Hit("succession", case.steps(case.lines.onwards(here)[there], onwards=True))
    elif there in case.lines.backwards(here):
        yield Hit("succession", case.steps(case.lines.backwards(here)[there], onwards=False))


def shared_line(case: Case, connection: Connection) -> Iterator[Hit]:
    """Neither reaches the other, but they have a predecessor or a successor in common."""
    here, there = connection.target, case.facts.provider
    if there in case.lines.line(here):
        return
    ways = ((case.lines.backwards, False), (case.lines.onwards, True))
    for walk, onwards in ways:
        mine, theirs = walk(here), walk(there)
        shared = sorted(mine.keys() & theirs.keys(), key=lambda ref: (len(mine[ref]) + len(theirs[ref]), ref))
        if shared:
            out = case.steps(mine[shared[0]], onwards=onwards)
            back = case.steps(theirs[shared[0]][::-1], onwards=not onwards)
            yield Hit("shared-line", (*out, *back))
            return


def associated(case: Case, connection: Connection) -> Iterator[Hit]:
    """A link of another kind joins the target and the provider themselves."""
    here, there = connection.target, case.facts.provider
    link = case.lines.association(here, there) if here != there else None
    if link is not None:
        names = (case.name(here), case.name(there))
        yield Hit("associated", (sentences.association_reason(here, there, link.kind, names),))


def group(case: Case, connection: Connection) -> Iterator[Hit]:
    """The target is a group that the provider is in during the assignment, or was in while the connection ran."""
    way = _in_group(case, connection.target, connection)
    if way is not None:
        yield Hit("group", (way,))


def _in_group(case: Case, ref: str, connection: Connection) -> Reason | None:
    """Return the provider's membership of a group, during the assignment or, if not, while the connection ran."""
    if not ref.startswith(GROUPS):
        return None
    body = case.groups.body(ref)
    for when, span in (("now", case.facts.span), ("then", connection.span)):
        for each in case.groups.belongings(case.facts.provider):
            if each.body == body and each.days.meets(span):
                return _membership(case, each, when)
    return None


def same_group(case: Case, connection: Connection) -> Iterator[Hit]:
    """The target, or one of its succession line, and the provider are, or then were, members of one group."""
    line = case.lines.line(connection.target)
    theirs = case.groups.belongings(case.facts.provider)
    if not theirs or case.facts.provider in line:
        return
    seen: set[str] = set()
    ours = sorted(line.items(), key=lambda each: (len(each[1]), each[0]))
    for when, span in (("now", case.facts.span), ("then", connection.span)):
        for ref, path in ours:
            for mine in case.groups.belongings(ref):
                for other in theirs:
                    overlap = mine.days.overlap(other.days) if mine.body == other.body else None
                    if mine.body not in seen and overlap is not None and overlap.meets(span):
                        seen.add(mine.body)
                        way = case.steps(path, onwards=ref in case.lines.onwards(connection.target))
                        both = (_membership(case, mine, when), _membership(case, other, when))
                        yield Hit("same-group", (*way, *both))


def maintained_by(case: Case, connection: Connection) -> Iterator[Hit]:
    """The target is the local authority that maintains the provider, or maintained it when it closed."""
    provider = case.providers.get(case.facts.provider)
    if provider is None or not provider.authority or connection.target != f"la:{provider.authority}":
        return
    if provider.type_group.casefold() == MAINTAINING:
        verb = "maintained" if provider.is_closed else "maintains"
        yield Hit(
            "maintained-by",
            (
                Reason(
                    "maintenance",
                    (connection.target, provider.ref),
                    f"{connection.target_name} {verb} {provider.name}",
                    f"{verb} {provider.name}",
                    (connection.target, provider.ref),
                ),
            ),
        )


def _membership(case: Case, belonging: Belonging, when: str) -> Reason:
    return sentences.membership_reason(belonging, case.name(belonging.provider), case.groups.name(belonging.body), when)


def organisation(case: Case, connection: Connection) -> Iterator[Hit]:
    """The target is an organisation that a reviewer linked to the provider, or to a group that it is or was in."""
    for link in case.organisation_links(connection.target):
        said = sentences.organisation_reason(link, connection.target_name, case.name_of_target(link.target))
        if link.target == case.facts.provider:
            yield Hit("organisation", (said,))
        elif (way := _in_group(case, link.target, connection)) is not None:
            yield Hit("organisation", (said, way))


def neighbour(case: Case, connection: Connection) -> Iterator[Hit]:
    """The target is a provider of the same register and phase nearby, while the connection lasts or lies ahead."""
    here, there = case.providers.get(connection.target), case.facts.provider
    other = case.providers.get(there)
    if here is None or other is None or other.status not in (Status.OPEN, Status.CLOSING):
        return
    threshold = case.policy.neighbour_metres.get(here.register)
    alike = (here.register, here.phase.casefold()) == (other.register, other.phase.casefold())
    if threshold is None or not alike or there in case.lines.line(here.ref):
        return
    if timing(connection, case.facts.span, case.policy) not in (Timing.CURRENT, Timing.AHEAD):
        return
    metres = distance(here, other)
    if metres is not None and metres <= threshold:
        yield Hit("neighbour", (sentences.neighbour_reason(here, other, metres, threshold),))
    elif metres is None and here.authority and here.authority == other.authority:
        reason = sentences.unlocated_reason(here, other, threshold)
        yield Hit("neighbour-unknown", (reason,), Verdict.UNDETERMINED)


REACHES = {
    "direct": direct,
    "succession": succession,
    "shared-line": shared_line,
    "associated": associated,
    "group": group,
    "same-group": same_group,
    "maintained-by": maintained_by,
    "organisation": organisation,
    "neighbour": neighbour,
}
