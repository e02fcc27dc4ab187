"""The rules of the check: each says how a connection reaches a provider, or what silence means (policy, 4 and 5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from tracker.domain import sentences
from tracker.domain.dates import in_words, months_after
from tracker.domain.facts import Connection, Facts, Provider, Verdict
from tracker.domain.findings import Finding, Reason
from tracker.domain.grades import grade, timing
from tracker.domain.groups import MAINTAINING, Belonging, Groups
from tracker.domain.policy import Policy
from tracker.domain.succession import Lines, Step


@dataclass(frozen=True, slots=True)
class Hit:
    """A way in which a connection reaches the assigned provider: the rule, and the facts between the two."""

    rule: str
    between: tuple[Reason, ...] = ()


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

    def name(self, ref: str) -> str:
        """Return a provider's name, or its reference where no register knows it."""
        return self.providers[ref].name if ref in self.providers else f"{ref} (on no imported register)"

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
    if not connection.target.startswith(("group:", "rp:")):
        return
    body = case.groups.body(connection.target)
    for when, span in (("now", case.facts.span), ("then", connection.span)):
        for each in case.groups.belongings(case.facts.provider):
            if each.body == body and each.days.meets(span):
                yield Hit("group", (_membership(case, each, when),))
                return


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


REACHES = (direct, succession, shared_line, associated, group, same_group, maintained_by)


def connections(case: Case) -> Iterator[Finding]:
    """Every way in which every declared connection reaches the provider, where the policy gives it a grade.

    A connection that a reviewer has yet to grade gives one finding, `awaiting-review`, whatever ways it has.
    """
    for connection in case.facts.connections:
        verdict = grade(connection, case.facts.span, case.policy)
        if verdict is None:
            continue
        for reach in REACHES:
            hits = [hit for hit in reach(case, connection) if _covered(case, connection, hit.rule)]
            if hits and verdict is Verdict.UNDETERMINED:
                yield _found(case, connection, Hit("awaiting-review", hits[0].between), verdict)
                break
            for hit in hits:
                yield _found(case, connection, hit, case.policy.reaches[hit.rule].ceiling or verdict)


def _covered(case: Case, connection: Connection, rule: str) -> bool:
    return case.policy.reaches[rule].covers(connection.nature, connection.holder.circle)


def _found(case: Case, connection: Connection, hit: Hit, verdict: Verdict) -> Finding:
    first = sentences.connection_reason(connection, timing(connection, case.facts.span, case.policy))
    return Finding(hit.rule, verdict, (first, *hit.between, _assignment(case)), connection.ref)


def no_declaration(case: Case) -> Iterator[Finding]:
    """The inspector has no declaration in force: silence is never clear."""
    if case.facts.declaration is None:
        reason = Reason(
            "declaration", (), "the inspector has made no declaration that is in force", "no declaration", ("none",)
        )
        yield Finding("no-declaration", Verdict.UNDETERMINED, (reason, _assignment(case)))


def out_of_date(case: Case) -> Iterator[Finding]:
    """The declaration in force was made too long before the assignment starts."""
    standing = case.facts.declaration
    if standing and months_after(standing.made_on, case.policy.valid_months) < case.facts.starts_on:
        made = in_words(standing.made_on)
        reason = Reason(
            "declaration",
            (standing.ref,),
            f"the inspector's declaration was made on {made}, more than {case.policy.valid_months} months before",
            f"declared on {made}",
            (standing.made_on.isoformat(),),
        )
        yield Finding("out-of-date", Verdict.UNDETERMINED, (reason, _assignment(case)))


def unknown_provider(case: Case) -> Iterator[Finding]:
    """The assigned provider is on no imported register, so nothing can be said of its past or its groups."""
    if case.facts.provider not in case.providers:
        ref = case.facts.provider
        reason = Reason(
            "assignment", (ref,), f"the provider {ref} is on no imported register", "on no register", (ref,)
        )
        yield Finding("unknown-provider", Verdict.UNDETERMINED, (reason,))


def _assignment(case: Case) -> Reason:
    facts = case.facts
    return sentences.assignment_reason(facts.provider, case.name(facts.provider), facts.starts_on, facts.ends_on)


RULES = (connections, no_declaration, out_of_date, unknown_provider)
