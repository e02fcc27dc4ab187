"""Leads: connections that the registers suggest and a declaration lacks. Each is a question; none is ever a finding.

A lead rests on facts alone and is put to the inspector, who knows; the check never reads one.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from tracker.domain.dates import in_words
from tracker.domain.declaration import NATURES
from tracker.domain.facts import ORGANISATION, Circle, Connection, Holder, Nature, World, folded
from tracker.domain.groups import Groups
from tracker.domain.lead import ANSWERS, Answer, Kind, Lead
from tracker.domain.succession import Lines

__all__ = ["ANSWERS", "Answer", "Former", "Governor", "GovernorDetails", "Inspected", "Kind", "Known", "Lead", "leads"]
TIMES = 2
_TITLES = frozenset(
    (
        *("mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "dame", "lady", "lord"),
        *("rev", "reverend", "cllr", "councillor"),
    )
)
_GONE_ON = frozenset({Nature.GIFT, Nature.PUBLIC_POSITION})
_WHOSE = {Circle.SELF: "", Circle.FAMILY: " of close family or household", Circle.WIDER: " of somebody close to you"}


@dataclass(frozen=True, slots=True)
class Former:
    """A connection that an earlier declaration stated as lasting, and the one in force states no longer."""

    connection: Connection
    stated_on: date


@dataclass(frozen=True, slots=True)
class Inspected:
    """How often an inspector took part in inspections of a provider, and when the last one ended."""

    provider: str
    name: str
    times: int
    last_on: date


@dataclass(frozen=True, slots=True)
class Governor:
    """Somebody whom a provider's published list of governors names."""

    provider: str
    provider_name: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class GovernorDetails:
    """One line of a published list of governors."""

    provider: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Known:
    """What leads are drawn from: one inspector, the declaration in force, and the registers around its connections.

    `made_on` is None where there is no declaration: then nothing is missing from it, and nothing is asked. `since`
    gives the day on which a connection was first declared, by its reference; else it is that of the declaration.
    """

    name: str
    employer: str
    employer_name: str
    made_on: date | None
    connections: tuple[Connection, ...] = ()
    former: tuple[Former, ...] = ()
    inspected: tuple[Inspected, ...] = ()
    governors: tuple[Governor, ...] = ()
    worlds: Mapping[str, World] = field(default_factory=dict)
    since: Mapping[str, date] = field(default_factory=dict)

    @property
    def targets(self) -> frozenset[str]:
        """Everything that a connection in force names."""
        return frozenset(each.target for each in self.connections)


def leads(known: Known, today: date) -> tuple[Lead, ...]:
    """Return every lead, in a stable order."""
    if known.made_on is None:
        return ()
    found = [each for rule in (_employer, _ended, _inspected, _governor) for each in rule(known)]
    for connection in known.connections:
        if connection.nature not in _GONE_ON and (connection.span.last is None or connection.span.last >= today):
            found += _of_current(known, connection)
    unique = {each.fingerprint: each for each in found}
    order = list(Kind)
    return tuple(sorted(unique.values(), key=lambda each: (order.index(each.kind), each.target, each.content)))


def likeness(connection: Connection) -> tuple[str, ...]:
    """Return by what one statement of a connection is known again in another: its nature, whose it is, and its target.

    Whose is as near as others may know: how many questions there are must not tell them more.
    """
    return connection.nature, connection.holder.circle, connection.target


def _what(connection: Connection) -> str:
    return f"{NATURES[connection.nature]}{_WHOSE[connection.holder.circle]}"


def _as_written(connection: Connection) -> str:
    """Return what it is with, to be stated anew: an organisation is kept under its folded name."""
    is_organisation = connection.target.startswith(ORGANISATION)
    return f"{ORGANISATION}{connection.target_name}" if is_organisation else connection.target


def _employer(known: Known) -> Iterator[Lead]:
    works = {
        each.target for each in known.connections if each.nature is Nature.EMPLOYMENT and each.holder is Holder.SELF
    }
    employer = folded(known.employer)
    if employer and employer not in works:
        yield Lead(
            Kind.EMPLOYER,
            f"Do you work for {known.employer_name}?",
            f"The staff list names {known.employer_name} as your employer, and your declaration does not.",
            known.employer,
            Nature.EMPLOYMENT,
            (employer,),
        )


def _of_current(known: Known, connection: Connection) -> Iterator[Lead]:
    """Yield what became of the target of a connection that still lasts: a successor, a group, or an end."""
    world = known.worlds.get(connection.target)
    target = world.by_ref.get(connection.target) if world else None
    if world is None or target is None:
        return
    later = sorted(ref for ref in world.made(Lines).onwards(connection.target) if ref in world.by_ref)
    what, content = _what(connection), likeness(connection)
    for ref in _become(known, world, later) if target.is_closed else ():
        name = world.by_ref[ref].name
        yield Lead(
            Kind.CONVERTED,
            f"Did it go on at {name}?",
            f"You stated {what} with {target.name} as lasting. The register says that it has become {name}.",
            ref,
            connection.nature,
            (*content, ref),
        )
    if target.is_closed and not later:
        when = f" on {in_words(target.closed_on)}" if target.closed_on else ""
        yield Lead(
            Kind.CLOSED,
            "When did it end?",
            f"You stated {what} with {target.name} as lasting. The register says that it closed{when}.",
            connection.target,
            connection.nature,
            (*content, str(target.closed_on or "")),
            connection.holder,
        )
    yield from _joined(known, connection, (connection.target, *later))


def _become(known: Known, world: World, later: Sequence[str]) -> list[str]:
    """Return what a closed provider is by today, of all that it became, but for what the declaration follows already.

    That is what is open; of a line that has ended, its last parts. Nobody is asked of the numbers in between.
    """
    onwards = world.made(Lines).onwards
    now = [ref for ref in later if not world.by_ref[ref].is_closed]
    now = now or [ref for ref in later if not onwards(ref)] or list(later)
    followed = {end for ref in later if ref in known.targets for end in (ref, *onwards(ref))}
    return [ref for ref in now if ref not in followed]


def _joined(known: Known, connection: Connection, refs: tuple[str, ...]) -> Iterator[Lead]:
    world = known.worlds[connection.target]
    groups = world.made(Groups)
    since = known.since.get(connection.ref, known.made_on)
    declared = {groups.body(ref) for ref in known.targets}
    for ref in refs:
        for each in groups.belongings(ref) if world.memberships else ():
            first = each.days.first
            if first is None or since is None or first <= since or each.days.last is not None:
                continue
            if each.body not in declared:
                name, group = world.by_ref[ref].name if ref in world.by_ref else ref, groups.name(each.body)
                yield Lead(
                    Kind.JOINED,
                    f"Have you, or has anybody close to you, to do with {group} itself?",
                    f"{name} joined {group} on {in_words(first)}, after you declared your connection.",
                    each.membership.group,
                    None,
                    (connection.target, ref, each.body, first.isoformat()),
                )


def _ended(known: Known) -> Iterator[Lead]:
    for each in known.former:
        connection = each.connection
        yield Lead(
            Kind.ENDED,
            "Does it still last, or when did it end?",
            f"On {in_words(each.stated_on)} you stated {_what(connection)} with {connection.target_name} as "
            "lasting. Your declaration in force does not state it, and nobody knows since when.",
            _as_written(connection),
            connection.nature,
            (*likeness(connection), connection.began_on.text),
            connection.holder,
        )


def _inspected(known: Known) -> Iterator[Lead]:
    for each in known.inspected:
        if each.times >= TIMES and each.provider not in known.targets:
            yield Lead(
                Kind.INSPECTED,
                f"Has anything come of it that connects you with {each.name}?",
                f"You were in the team of {each.times} inspections of {each.name}, the last one until "
                f"{in_words(each.last_on)}. That is no connection by itself.",
                each.provider,
                None,
                (each.provider, str(each.times)),
            )


def _governor(known: Known) -> Iterator[Lead]:
    mine = folded_name(known.name)
    if mine is None:
        return
    for each in known.governors:
        if folded_name(each.name) == mine and each.provider not in known.targets:
            role = f", {each.role}," if each.role else ""
            yield Lead(
                Kind.GOVERNOR,
                "Is that you?",
                f"The published list of {each.provider_name} names{role} somebody of your name.",
                each.provider,
                Nature.GOVERNANCE,
                (each.provider, each.role),
            )


def folded_name(name: str) -> tuple[str, str] | None:
    """Return a name as first and last name, without titles and case; None where either is missing or but an initial."""
    words = [word for word in re.sub(r"[.,]", " ", name.casefold()).split() if word not in _TITLES]
    if len(words) < 2 or len(words[0]) < 2 or len(words[-1]) < 2:  # noqa: PLR2004 (first and last; an initial is one letter)
        return None
    return words[0], words[-1]
