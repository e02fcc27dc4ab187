"""The slow, plain second opinion on a check, written from the policy's page alone and sharing no code with the rules.

It tries every day and every pair where the rules are clever, so that agreement between the two means something.
Where the page is open, the oracle reads it so:

- A reviewer's grade of an `other` connection stands as given for every holder, within the periods of its row.
- A connection ran from the first day that `began_on` can mean to the last that `ended_on` can mean, or for ever;
  an event without an end ran until the last day that `began_on` can mean.
- A link or a membership of a provider that is on no register still counts; that provider is taken as not closed.
- A target that is no group's reference is a provider, also when no register has it (its links still count).
- Where the target is the assigned provider itself, only `direct` applies of the first two steps, and `same-group`
  does not (the provider is in the target's line). A provider's link to itself is ignored.
- A sponsor and every open single- or multi-academy trust of its name are one body, and so are two sponsors that
  share such a trust; two trusts of one name without a sponsor are two bodies, and so are two such sponsors alone.
- A membership whose end lies before its beginning has no days.
- An organisation that is linked to a provider counts as a group with that one member, always; only the provider
  itself, not its line, is reached. Linked to a group, it reaches as that group does, its sponsor's twin too.
- A neighbour needs both providers on a register; one that is proposed to open is not open. Two providers without
  a phase have equal ones; two without a local authority are not in the same one. A location is missing where
  either coordinate is.
- The most recent inspections are those that ended last, and of these that began last; one that has not ended before
  the assignment starts is not past. Of two that ran on the same days either may be called the later.
- Each rule judges each connection by itself: two equal connections give two findings.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from tests.support.oracle_grades import EVENT_YEARS, WIDER, grade, is_current_or_ahead, ran, years_on
from tests.support.oracle_world import arrow, bodies, line_of, member_days, reach, share_a_day
from tracker.domain.facts import Connection, Facts, Nature, Provider, Status, Verdict, World

Answer = tuple[str, Verdict, str]

NEIGHBOURLY = {"employment", "governance", "ownership", "competition", "service_use"}
NEAR_METRES = {"gias": 5_000, "ofsted-ey": 8_000, "ofsted-sc": 8_000}


def expected(facts: Facts) -> set[Answer]:
    """Return every finding as (rule, verdict, connection or nothing), judged by the policy's page."""
    answers = set(_of_declaration(facts))
    # Open in the policy's page: however many objections, they are one answer here; the case file counts them.
    if facts.objections:
        answers.add(("objection", Verdict.PERCEIVED, ""))
    if _is_familiar(facts):
        answers.add(("familiarity", Verdict.PERCEIVED, ""))
    for connection in facts.connections:
        answers |= _of_connection(facts, connection)
    return answers


def worst(answers: Iterable[Answer]) -> Verdict:
    """Return the verdict of these findings: the worst of them, or clear."""
    order = [Verdict.CLEAR, Verdict.UNDETERMINED, Verdict.PERCEIVED, Verdict.REAL]
    return order[max((order.index(verdict) for _, verdict, _ in answers), default=0)]


def _of_declaration(facts: Facts) -> Iterator[Answer]:
    if facts.declaration is None:
        yield "no-declaration", Verdict.UNDETERMINED, ""
    elif facts.starts_on > years_on(facts.declaration.made_on, 1):
        yield "out-of-date", Verdict.UNDETERMINED, ""
    if _registered(facts.world, facts.provider) is None:
        yield "unknown-provider", Verdict.UNDETERMINED, ""
    asked = facts.confirmation
    if asked and not asked.given and asked.checked_on + timedelta(days=1) >= facts.starts_on:
        yield "not-confirmed", Verdict.UNDETERMINED, ""


def _is_familiar(facts: Facts) -> bool:
    line = line_of(facts.world, facts.provider)
    past = [each for each in facts.visits if each.provider in line and each.ends_on < facts.starts_on]
    recent = sorted(past, key=lambda each: (each.ends_on, each.starts_on, each.took_part))[-2:]
    return [each.took_part for each in recent] == [True, True]


def _of_connection(facts: Facts, connection: Connection) -> set[Answer]:
    ungraded = connection.nature is Nature.OTHER and connection.grade is None
    judged = replace(connection, grade=Verdict.REAL) if ungraded else connection
    graded = grade(judged, facts.starts_on, facts.ends_on)
    if graded is None or graded is Verdict.CLEAR:
        return set()
    found = {(rule, verdict, connection.ref) for rule, verdict in _reaches(facts, judged, graded)}
    if ungraded and found:
        return {("awaiting-review", Verdict.UNDETERMINED, connection.ref)}
    return found


def _registered(world: World, ref: str) -> Provider | None:
    return next((each for each in world.providers if each.ref == ref), None)


# Section 4: how a connection reaches further.


def _reaches(facts: Facts, connection: Connection, graded: Verdict) -> Iterator[tuple[str, Verdict]]:
    world, provider, target = facts.world, facts.provider, connection.target
    if target == provider:
        yield "direct", graded
    else:
        yield from _by_links(world, provider, target, graded)
    if _in_group(facts, connection, target):
        yield "group", graded
    if not any(group.ref == target for group in world.groups) and _same_group(facts, connection):
        yield "same-group", Verdict.PERCEIVED
    mine = _registered(world, provider)
    if connection.nature in (Nature.EMPLOYMENT, Nature.GOVERNANCE, Nature.CONSULTANCY) and (
        mine and f"la:{mine.authority}" == target and mine.type_group == "Local authority maintained schools"
    ):
        yield "maintained-by", Verdict.PERCEIVED
    if target.startswith("org:") and any(
        _plain(link.organisation) == _plain(target)
        and (link.target == provider or _in_group(facts, connection, link.target))
        for link in world.organisation_links
    ):
        yield "organisation", Verdict.PERCEIVED
    yield from _nearby(facts, connection)


def _by_links(world: World, provider: str, target: str, graded: Verdict) -> Iterator[tuple[str, Verdict]]:
    pairs = reach(world)
    if (target, provider) in pairs or (provider, target) in pairs:
        yield "succession", graded
    else:
        everyone = {ref for pair in pairs for ref in pair}
        before = any((each, target) in pairs and (each, provider) in pairs for each in everyone)
        after = any((target, each) in pairs and (provider, each) in pairs for each in everyone)
        if before or after:
            yield "shared-line", Verdict.PERCEIVED
    if any({link.of, link.to} == {target, provider} and not arrow(world, link) for link in world.links):
        yield "associated", Verdict.PERCEIVED


def _in_group(facts: Facts, connection: Connection, group: str) -> bool:
    body = next((body for body in bodies(facts.world) if group in body), None)
    if body is None:
        return False
    days = member_days(facts.world, body, facts.provider)
    return share_a_day(days, [(facts.starts_on, facts.ends_on)]) or share_a_day(days, [ran(connection)])


def _same_group(facts: Facts, connection: Connection) -> bool:
    world, provider, target = facts.world, facts.provider, connection.target
    tie_of_wider = connection.nature is Nature.RELATIONSHIP and str(connection.holder) in WIDER
    line = line_of(world, target)
    if str(connection.nature) in EVENT_YEARS or tie_of_wider or provider in line:
        return False
    assignment = (facts.starts_on, facts.ends_on)
    for body in bodies(world):
        mine = member_days(world, body, provider)
        for ref in line:
            theirs = member_days(world, body, ref)
            if any(share_a_day(mine, theirs, [span]) for span in (assignment, ran(connection))):
                return True
    return False


def _nearby(facts: Facts, connection: Connection) -> Iterator[tuple[str, Verdict]]:
    here, there = _registered(facts.world, facts.provider), _registered(facts.world, connection.target)
    if str(connection.nature) not in NEIGHBOURLY or str(connection.holder) in WIDER:
        return
    if not is_current_or_ahead(connection, facts.starts_on, facts.ends_on) or here is None or there is None:
        return
    register = here.ref.split(":")[0]
    if register not in NEAR_METRES or there.ref.split(":")[0] != register or here.phase != there.phase:
        return
    if here.status not in (Status.OPEN, Status.CLOSING) or here.ref in line_of(facts.world, there.ref):
        return
    if here.easting and here.northing and there.easting and there.northing:
        squared = (here.easting - there.easting) ** 2 + (here.northing - there.northing) ** 2
        if squared <= NEAR_METRES[register] ** 2:
            yield "neighbour", Verdict.PERCEIVED
    elif here.authority and here.authority == there.authority:
        yield "neighbour-unknown", Verdict.UNDETERMINED


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
