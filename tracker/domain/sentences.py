"""The plain English of a finding: one sentence a fact, the same on every screen, in every file and to every reader.

A holder is named by circle only (the inspector, close family, someone close), because schedulers read these sentences.
"""

from datetime import date

from tracker.domain.dates import in_words
from tracker.domain.facts import Circle, Connection, Nature, Objection, Provider, Visit
from tracker.domain.findings import Reason
from tracker.domain.groups import Belonging
from tracker.domain.horizon import Timing
from tracker.domain.succession import Step

_WHO = {
    Circle.SELF: "the inspector",
    Circle.FAMILY: "a close family member of the inspector",
    Circle.WIDER: "someone close to the inspector",
}

# Past, current and ahead, each followed by the target's name.
_DOES = {
    Nature.EMPLOYMENT: ("worked at", "works at", "is to work at"),
    Nature.GOVERNANCE: ("held a governing role at", "holds a governing role at", "is to hold a governing role at"),
    Nature.OWNERSHIP: ("had a financial interest in", "has a financial interest in", "is to have an interest in"),
    Nature.CONSULTANCY: ("gave advice or training to", "gives advice or training to", "is to advise or train"),
    Nature.SOUGHT_WORK: ("sought work at", "is seeking work at", "is to seek work at"),
    Nature.SERVICE_USE: ("used the services of", "uses the services of", "is to use the services of"),
    Nature.RELATIONSHIP: (
        "had a close personal tie to someone at",
        "has a close personal tie to someone at",
        "is to have a close personal tie to someone at",
    ),
    Nature.DISPUTE: ("was in dispute with", "is in dispute with", "is to be in dispute with"),
    Nature.COMPETITION: ("competed with", "competes with", "is to compete with"),
    Nature.GIFT: ("took a gift or hospitality from", "took a gift or hospitality from", "is to take a gift from"),
    Nature.PUBLIC_POSITION: ("took a public position on", "took a public position on", "is to take a position on"),
    Nature.OTHER: ("had another connection with", "has another connection with", "is to have a connection with"),
}


def connection_reason(connection: Connection, when: Timing) -> Reason:
    """Return the declared connection as the first fact of a chain."""
    does = _DOES[connection.nature][(Timing.PAST, Timing.CURRENT, Timing.AHEAD).index(when)]
    name = connection.target_name
    return Reason(
        "connection",
        (connection.ref, connection.target),
        f"{_WHO[connection.holder.circle]} {does} {name} {_dates(connection, when)}",
        f"{_short(connection)}{does} {name} {_last_date(connection, when)}",
        connection_content(connection),
    )


def connection_content(connection: Connection) -> tuple[str, ...]:
    """Return what a connection says, free of row numbers and names: the same when it is declared again unchanged."""
    return (
        connection.nature,
        connection.holder,
        connection.target,
        connection.began_on.text,
        connection.ended_on.text if connection.ended_on else "",
        connection.grade or "",
    )


def _short(connection: Connection) -> str:
    return {Circle.SELF: "", Circle.FAMILY: "family: ", Circle.WIDER: "someone close: "}[connection.holder.circle]


def _dates(connection: Connection, when: Timing) -> str:
    began = connection.began_on
    if connection.is_event and connection.ended_on is None:
        return f"{'on' if began.text.count('-') == 2 else 'in'} {began.in_words()}"  # noqa: PLR2004 (year-month-day)
    if connection.ended_on is not None:
        return f"from {began.in_words()} until {connection.ended_on.in_words()}"
    return f"from {began.in_words()}" if when is Timing.AHEAD else f"(since {began.in_words()})"


def _last_date(connection: Connection, when: Timing) -> str:
    if connection.ended_on is None:
        return _dates(connection, when)
    return f"until {connection.ended_on.in_words()}"


def succession_reason(step: Step, earlier: str, later: str, *, onwards: bool) -> Reason:
    """Return one hop of a succession line, told in the direction in which the chain runs."""
    kind = step.link.kind.casefold()
    if "split" in kind:
        became = "was split, partly into"
    elif "merge" in kind:
        became = "was merged into"
    else:
        became = "was amalgamated into" if "amalgamat" in kind else "became"
    words = f"{became} {later}" if onwards else f"formerly {earlier}"
    return Reason("link", (step.earlier, step.later), f"{earlier} {became} {later}", words, (step.earlier, step.later))


def association_reason(one: str, other: str, kind: str, names: tuple[str, str]) -> Reason:
    """Return a link of another kind between two providers."""
    return Reason(
        "link",
        (one, other),
        f"the register links {names[0]} with {names[1]} ({kind})",
        f"linked with {names[1]} ({kind})",
        (min(one, other), max(one, other), kind),
    )


def membership_reason(belonging: Belonging, name: str, group: str, when: str) -> Reason:
    """Return a provider's membership of a body, `now` (on a day of the assignment) or `then` (while it ran)."""
    verb = "is in" if when == "now" else "was in"
    first, last = belonging.days.first, belonging.days.last
    return Reason(
        "membership",
        (belonging.provider, belonging.membership.group),
        f"{name} {verb} {group}{_since(first, last)}",
        f"{verb} {group}" if when == "now" else f"then in {group}",
        (belonging.provider, belonging.body, when, str(first or ""), str(last or "")),
    )


def maintenance_reason(connection: Connection, provider: Provider) -> Reason:
    """Return that a local authority, the connection's target, maintains a provider, or did when it closed."""
    verb = "maintained" if provider.is_closed else "maintains"
    refs = (connection.target, provider.ref)
    words = f"{verb} {provider.name}"
    return Reason("maintenance", refs, f"{connection.target_name} {words}", words, refs)


def organisation_reason(connection: Connection, target: str, name: str) -> Reason:
    """Return a reviewer's link between an organisation on no register and a provider or a group."""
    refs = (connection.target, target)
    said = f"a reviewer linked {connection.target_name} with {name}"
    return Reason("organisation", refs, said, f"linked with {name}", refs)


def neighbour_reason(here: Provider, there: Provider, metres: float, threshold: int) -> Reason:
    """Return how near two providers are, with the method and the policy's threshold."""
    km, limit = f"{metres / 1000:.2f}", f"{threshold / 1000:g}"
    return Reason(
        "distance",
        (here.ref, there.ref),
        f"{there.name} is {km} km from {here.name} in a straight line on the British National Grid, "
        f"within the {limit} km that the policy calls near",
        f"{km} km from {there.name}",
        (here.ref, there.ref, f"{metres:.0f}", str(threshold)),
    )


def unlocated_reason(here: Provider, there: Provider, threshold: int) -> Reason:
    """Return that nobody can tell how near two providers of one authority are, and whose location is missing."""
    missing = [each for each in (here, there) if each.location is None]
    names = " and ".join(each.name for each in missing)
    has = "has" if len(missing) == 1 else "have"
    return Reason(
        "distance",
        (here.ref, there.ref),
        f"{here.name} and {there.name} are in one local authority, and {names} {has} no location in the register, so "
        f"that nobody can tell whether they are within the {threshold / 1000:g} km that the policy calls near",
        f"distance from {there.name} not known",
        (here.ref, there.ref, *(each.ref for each in missing), str(threshold)),
    )


def visit_reason(visit: Visit, name: str) -> Reason:
    """Return an earlier inspection in which the inspector takes part."""
    when = in_words(visit.ends_on)
    return Reason(
        "visit",
        (visit.reference, visit.provider),
        f"the inspector takes part in {visit.reference}, the inspection of {name} that ends on {when}",
        f"inspected {name} until {when}",
        (visit.reference, visit.provider, visit.ends_on.isoformat()),
    )


def unconfirmed_reason(starts_on: date) -> Reason:
    """Return that the inspector has yet to confirm for this inspection, which is near."""
    return Reason(
        "confirmation",
        (),
        "the inspector has not yet confirmed that there is no connection beyond those declared",
        "not confirmed by the inspector",
        (starts_on.isoformat(),),
    )


def objection_reason(objection: Objection) -> Reason:
    """Return that the provider objected, and when; never in which words."""
    when = in_words(objection.received_on)
    return Reason(
        "objection", (objection.ref,), f"the provider objected on {when}", f"objected on {when}", (objection.ref,)
    )


def _since(first: date | None, last: date | None) -> str:
    if first and last:
        return f" (from {in_words(first)} until {in_words(last)})"
    if last:
        return f" (until {in_words(last)})"
    return f" (since {in_words(first)})" if first else ""


def assignment_reason(provider: str, name: str, starts_on: date, ends_on: date) -> Reason:
    """Return the last fact of a chain: the inspection itself."""
    when = f"on {in_words(starts_on)}" if starts_on == ends_on else _days(starts_on, ends_on)
    return Reason("assignment", (provider,), f"{name} is to be inspected {when}", "to be inspected", (provider,))


def _days(first: date, last: date) -> str:
    if (first.year, first.month) == (last.year, last.month):
        return f"from {first.day} to {in_words(last)}"
    return f"from {in_words(first)} to {in_words(last)}"
