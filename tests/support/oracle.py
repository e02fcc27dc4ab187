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
- Each rule judges each connection by itself: two equal connections give two findings.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from tracker.domain.dates import PartialDate
from tracker.domain.facts import Connection, Facts, Group, Link, Membership, Nature, Status, Verdict, World

Answer = tuple[str, Verdict, str]
Days = tuple[date, date]

FAMILY = {"partner", "child", "parent", "sibling", "household"}
WIDER = {"other_relative", "close_friend", "business_associate"}
# nature: (grade while current or ahead, years of `real`, years of `perceived`); section 3, for the inspector's own
TABLE: dict[str, tuple[Verdict, int | None, int]] = {
    "employment": (Verdict.REAL, 3, 6),
    "governance": (Verdict.REAL, 3, 6),
    "ownership": (Verdict.REAL, 3, 6),
    "consultancy": (Verdict.REAL, 3, 6),
    "sought_work": (Verdict.REAL, 1, 6),
    "service_use": (Verdict.REAL, None, 5),
    "relationship": (Verdict.PERCEIVED, None, 2),
    "dispute": (Verdict.REAL, 3, 6),
    "competition": (Verdict.REAL, None, 2),
}
EVENT_YEARS = {"gift": 1, "public_position": 2}
OTHER_YEARS = 2
FAMILY_YEARS = 2
UNKNOWN_DAY = date(1900, 1, 1)
NO_GROUPS = {"Children's Centres Group", "Children's Centres Collaboration"}
TRUSTS = {"Multi-academy trust", "Single-academy trust"}


def expected(facts: Facts) -> set[Answer]:
    """Return every finding as (rule, verdict, connection or nothing), judged by the policy's page."""
    answers = set(_of_declaration(facts))
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
    elif facts.starts_on > _years_on(facts.declaration.made_on, 1):
        yield "out-of-date", Verdict.UNDETERMINED, ""
    if not any(provider.ref == facts.provider for provider in facts.world.providers):
        yield "unknown-provider", Verdict.UNDETERMINED, ""


def _of_connection(facts: Facts, connection: Connection) -> set[Answer]:
    ungraded = connection.nature is Nature.OTHER and connection.grade is None
    judged = replace(connection, grade=Verdict.REAL) if ungraded else connection
    grade = _grade(judged, facts.starts_on, facts.ends_on)
    if grade is None or grade is Verdict.CLEAR:
        return set()
    found = {(rule, verdict, connection.ref) for rule, verdict in _reaches(facts, judged, grade)}
    if ungraded and found:
        return {("awaiting-review", Verdict.UNDETERMINED, connection.ref)}
    return found


# Sections 2 and 3: days and grades.


def _years_on(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _first(partial: PartialDate) -> date:
    year, month, day = ([int(part) for part in partial.text.split("-")] + [1, 1])[:3]
    return date(year, month, day)


def _last(partial: PartialDate) -> date:
    """Walk on from the first day for as long as the day still fits the text."""
    day = _first(partial)
    while day.isoformat().startswith(partial.text):
        day += timedelta(days=1)
    return day - timedelta(days=1)


def _ran(connection: Connection) -> Days:
    if connection.ended_on is not None:
        return _first(connection.began_on), _last(connection.ended_on)
    if str(connection.nature) in EVENT_YEARS:
        return _first(connection.began_on), _last(connection.began_on)
    return _first(connection.began_on), date.max


def _grade(connection: Connection, starts_on: date, ends_on: date) -> Verdict | None:
    nature, holder = str(connection.nature), str(connection.holder)
    began, ended = _ran(connection)

    def ended_within(years: int) -> bool:
        return ended == date.max or starts_on <= _years_on(ended, years)

    if nature in EVENT_YEARS:
        years = min(EVENT_YEARS[nature], FAMILY_YEARS) if holder in FAMILY else EVENT_YEARS[nature]
        so = holder not in WIDER and began <= ends_on and ended_within(years)
        return Verdict.PERCEIVED if so else None
    now = began <= ends_on and ended >= starts_on
    ahead = ends_on < began <= _years_on(ends_on, 1)
    past = ended < starts_on
    if nature == "other":
        return (
            connection.grade if now or ahead or (past and holder not in WIDER and ended_within(OTHER_YEARS)) else None
        )
    current, real_years, perceived_years = TABLE[nature]
    if now or ahead:
        return Verdict.PERCEIVED if holder in WIDER else current
    if not past or holder in WIDER:
        return None
    if holder in FAMILY:
        return Verdict.PERCEIVED if ended_within(min(perceived_years, FAMILY_YEARS)) else None
    if real_years is not None and ended_within(real_years):
        return Verdict.REAL
    return Verdict.PERCEIVED if ended_within(perceived_years) else None


# Section 4: how a connection reaches further.


def _reaches(facts: Facts, connection: Connection, grade: Verdict) -> Iterator[tuple[str, Verdict]]:
    world, provider, target = facts.world, facts.provider, connection.target
    if target == provider:
        yield "direct", grade
    else:
        yield from _by_links(world, provider, target, grade)
    body = next((body for body in _bodies(world) if target in body), None)
    assignment = (facts.starts_on, facts.ends_on)
    if body:
        spans = _member_days(world, body, provider)
        if _share_a_day(spans, [assignment]) or _share_a_day(spans, [_ran(connection)]):
            yield "group", grade
    if not any(group.ref == target for group in world.groups) and _same_group(facts, connection):
        yield "same-group", Verdict.PERCEIVED
    if connection.nature in (Nature.EMPLOYMENT, Nature.GOVERNANCE, Nature.CONSULTANCY) and any(
        each.ref == provider
        and f"la:{each.authority}" == target
        and each.type_group == "Local authority maintained schools"
        for each in world.providers
    ):
        yield "maintained-by", Verdict.PERCEIVED


def _by_links(world: World, provider: str, target: str, grade: Verdict) -> Iterator[tuple[str, Verdict]]:
    reach = _reach(world)
    if (target, provider) in reach or (provider, target) in reach:
        yield "succession", grade
    else:
        everyone = {ref for pair in reach for ref in pair}
        before = any((each, target) in reach and (each, provider) in reach for each in everyone)
        after = any((target, each) in reach and (provider, each) in reach for each in everyone)
        if before or after:
            yield "shared-line", Verdict.PERCEIVED
    if any({link.of, link.to} == {target, provider} and not _arrow(world, link) for link in world.links):
        yield "associated", Verdict.PERCEIVED


def _arrow(world: World, link: Link) -> tuple[str, str] | None:
    """Return (earlier, later) for a link of succession, None for any other."""
    if link.kind.startswith("Predecessor"):
        return link.to, link.of
    if link.kind.startswith("Successor"):
        return link.of, link.to
    if link.kind != "Result of Amalgamation" and not link.kind.startswith("Merged - "):
        return None
    closed = {each.ref: each.closed_on for each in world.providers if each.status is Status.CLOSED}
    if link.of in closed and link.to not in closed:
        return link.of, link.to
    if link.to in closed and link.of not in closed:
        return link.to, link.of
    if link.of not in closed:
        return None
    of_day, to_day = _known(closed[link.of]), _known(closed[link.to])
    if of_day is None or to_day is None or of_day == to_day:
        return None
    return (link.of, link.to) if of_day < to_day else (link.to, link.of)


def _reach(world: World) -> set[tuple[str, str]]:
    """Return every (earlier, later) over any number of hops, by joining until nothing new comes."""
    arrows = {arrow for link in world.links if link.of != link.to and (arrow := _arrow(world, link))}
    reach = set(arrows)
    while True:
        more = {(one, three) for one, two in reach for again, three in arrows if two == again}
        if more <= reach:
            return reach
        reach |= more


def _same_group(facts: Facts, connection: Connection) -> bool:
    world, provider, target = facts.world, facts.provider, connection.target
    tie_of_wider = connection.nature is Nature.RELATIONSHIP and str(connection.holder) in WIDER
    if str(connection.nature) in EVENT_YEARS or tie_of_wider:
        return False
    reach = _reach(world)
    line = {target} | {one for one, two in reach if two == target} | {two for one, two in reach if one == target}
    if provider in line:
        return False
    assignment = (facts.starts_on, facts.ends_on)
    for body in _bodies(world):
        mine = _member_days(world, body, provider)
        for ref in line:
            theirs = _member_days(world, body, ref)
            if any(_share_a_day(mine, theirs, [span]) for span in (assignment, _ran(connection))):
                return True
    return False


# Groups and their members.


def _known(day: date | None) -> date | None:
    return None if day == UNKNOWN_DAY else day


def _bodies(world: World) -> list[set[str]]:
    """Return the groups as bodies: a sponsor and the open trusts of its name are one."""
    bodies = [{group.ref} for group in world.groups if group.kind not in NO_GROUPS]
    for one in world.groups:
        for two in world.groups:
            if _twins(one, two):
                joined = [body for body in bodies if one.ref in body or two.ref in body]
                bodies = [body for body in bodies if body not in joined] + [set().union(*joined)]
    return bodies


def _twins(sponsor: Group, trust: Group) -> bool:
    is_open = trust.status in (Status.OPEN, Status.CLOSING)
    same_name = " ".join(sponsor.name.casefold().split()) == " ".join(trust.name.casefold().split())
    return sponsor.kind == "School sponsor" and trust.kind in TRUSTS and is_open and same_name


def _member_days(world: World, body: set[str], provider: str) -> list[Days]:
    return [_days(world, each) for each in world.memberships if each.provider == provider and each.group in body]


def _days(world: World, membership: Membership) -> Days:
    ends = [_known(membership.left_on)]
    ends += [g.closed_on for g in world.groups if g.ref == membership.group and g.status is Status.CLOSED]
    ends += [p.closed_on for p in world.providers if p.ref == membership.provider and p.status is Status.CLOSED]
    known = [day for end in ends if (day := _known(end)) is not None]
    return _known(membership.joined_on) or date.min, min(known, default=date.max)


def _share_a_day(*many: list[Days]) -> bool:
    """Tell whether there is a day in each of the lists: if there is, one of the first days is such a day."""
    firsts = {first for spans in many for first, _ in spans}
    return any(all(any(first <= day <= last for first, last in spans) for spans in many) for day in firsts)
