"""The rules of the check: what the connections reach, what is known of the declaration, and what is near at hand."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from tracker.domain import sentences
from tracker.domain.dates import in_words, months_after
from tracker.domain.facts import Verdict, Visit
from tracker.domain.findings import Finding, Reason
from tracker.domain.horizon import UNDETERMINED, VERDICTS, capped, horizon, timing, weight
from tracker.domain.reaches import Approach, Case, hits
from tracker.domain.schemes import is_group
from tracker.domain.succession import Lines


def connections(case: Case) -> Iterator[Finding]:
    """Every way in which every declared connection reaches the provider, where the policy gives it a grade.

    A connection that a reviewer has yet to grade gives one finding, `awaiting-review`, whatever ways it has.
    """
    for connection in case.facts.connections:
        of = horizon(connection, case.policy)
        heavy = weight(of, case.starts, case.ends) if of is not None else 0
        if of is None or not heavy:
            continue
        first: Reason | None = None
        for hit in hits(Approach(case, connection, of)):
            first = first or sentences.connection_reason(connection, timing(of, case.starts, case.ends))
            chain = (first, *hit.between, case.assignment)
            if heavy == UNDETERMINED:
                yield Finding("awaiting-review", Verdict.UNDETERMINED, chain, connection.ref)
                break
            yield Finding(hit.rule, hit.verdict or _verdict(case, hit.rule, heavy), chain, connection.ref)


def _verdict(case: Case, rule: str, heavy: int) -> Verdict:
    """Return the verdict of a connection's weight by a rule, which may answer no more than its ceiling."""
    ceiling = case.policy.reaches[rule].ceiling
    return VERDICTS[heavy if ceiling is None else capped(heavy, ceiling.weight)]


def no_declaration(case: Case) -> Iterator[Finding]:
    """The inspector has no declaration in force: silence is never clear."""
    if case.facts.declaration is None:
        reason = Reason(
            "declaration", (), "the inspector has made no declaration that is in force", "no declaration", ("none",)
        )
        yield Finding("no-declaration", Verdict.UNDETERMINED, (reason, case.assignment))


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
        yield Finding("out-of-date", Verdict.UNDETERMINED, (reason, case.assignment))


def unknown_provider(case: Case) -> Iterator[Finding]:
    """The assigned provider is on no imported register, so nothing can be said of its past or its groups."""
    if case.provider is None:
        ref = case.facts.provider
        says = f"the provider {ref} is on no imported register"
        if is_group(ref):
            name = case.name_of_target(ref)
            named = ref if name == ref else f"{name} ({ref})"
            says = f"the assignment names a group, {named}, and no provider: give the provider that is to be inspected"
        reason = Reason("assignment", (ref,), says, "on no register", (ref,))
        yield Finding("unknown-provider", Verdict.UNDETERMINED, (reason,))


def familiarity(case: Case) -> Iterator[Finding]:
    """The inspector took part in the most recent inspections of the provider or of its line, all in a row."""
    wanted = case.policy.familiar_visits
    if not wanted or len(case.facts.visits) < wanted:
        return
    line = case.area.made(Lines).line(case.facts.provider)
    latest = latest_visits((each for each in case.facts.visits if each.provider in line), case.facts.starts_on, wanted)
    if len(latest) == wanted and all(each.took_part for each in latest):
        reasons = (sentences.visit_reason(each, case.name(each.provider)) for each in latest)
        yield Finding("familiarity", Verdict.PERCEIVED, (*reasons, case.assignment))


def latest_visits(visits: Iterable[Visit], starts_on: date, wanted: int) -> list[Visit]:
    """Return the most recent inspections that ended before a day, at most so many.

    Of two on the same days, the one that the inspector took part in counts as the later: the careful side.
    """
    before = [each for each in visits if each.ends_on < starts_on]
    return sorted(before, key=lambda each: (each.ends_on, each.starts_on, each.took_part, each.reference))[-wanted:]


def not_confirmed(case: Case) -> Iterator[Finding]:
    """The place is confirmed and its inspection is near, and the inspector has not confirmed for it."""
    asked, days = case.facts.confirmation, case.policy.confirm_days
    if asked is None or days is None or asked.given:
        return
    if asked.checked_on >= case.facts.starts_on - timedelta(days=days):
        reason = sentences.unconfirmed_reason(case.facts.starts_on)
        yield Finding("not-confirmed", Verdict.UNDETERMINED, (reason, case.assignment))


def objection(case: Case) -> Iterator[Finding]:
    """The provider objected to the inspector: each objection stands until it is decided, and none decides another."""
    for each in sorted(case.facts.objections, key=lambda said: (said.received_on, said.ref)):
        yield Finding("objection", Verdict.PERCEIVED, (sentences.objection_reason(each), case.assignment))


RULES = (connections, no_declaration, out_of_date, unknown_provider, familiarity, not_confirmed, objection)
