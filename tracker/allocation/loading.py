"""From the database to columns: the connections in force, the inspections of a period, and the worlds around both."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from tracker.allocation.columns import (
    CODES,
    Connections,
    Inspections,
    Ints,
    Snapshot,
    begins_of,
    numbered,
    places,
    provider_keys,
    rulings,
    target_keys,
)
from tracker.domain.dates import PartialDate
from tracker.domain.facts import Holder, Nature, Verdict, World
from tracker.domain.horizon import Horizon, Terms, ends, opens, terms
from tracker.domain.policy import REACHES, Policy
from tracker.queries.collector import collector_paused
from tracker.queries.driver import Statement
from tracker.queries.policies import PoliciesInForce
from tracker.queries.surroundings import worlds_of

_INSPECTORS = Statement("""
    SELECT inspector.id, inspector.staff_no, inspector.engagement, CAST(standing.made_on AS text)
    FROM inspector LEFT JOIN declaration_in_force AS standing ON standing.inspector_id = inspector.id
    WHERE inspector.left_on IS NULL OR CAST(inspector.left_on AS text) > {first}
    ORDER BY inspector.id
""")
_INSPECTIONS = Statement("""
    SELECT id, reference, provider, CAST(starts_on AS text), CAST(ends_on AS text) FROM inspection
    WHERE CAST(ends_on AS text) >= {first} AND CAST(starts_on AS text) <= {last} AND called_off_at IS NULL
    ORDER BY provider, id
""")
_CONNECTIONS = Statement("""
    SELECT connection.ref, standing.inspector_id, connection.target, connection.nature, connection.holder,
        connection.began_on, connection.ended_on,
        CASE WHEN connection.nature = 'other' THEN
            (SELECT grade.verdict FROM connection_grade AS grade
             WHERE grade.connection_id = coalesce(connection.restates_id, connection.id)
             ORDER BY grade.id DESC LIMIT 1) END
    FROM declaration_in_force AS standing JOIN connection ON connection.declaration_id = standing.declaration_id
    WHERE connection.ended_on IS NULL OR connection.ended_on >= {since}
    ORDER BY connection.id
""")


@dataclass(frozen=True, slots=True)
class Inspectors:
    """Inspectors, a row each: who may be sent, under which policy, and when the declaration in force was made."""

    numbers: Sequence[int]
    staff_nos: Sequence[str]
    policy: Ints
    made_on: Sequence[date | None]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A snapshot, and what of it needs no key: the inspectors' declarations, and which providers are on a register."""

    snapshot: Snapshot
    inspectors: Inspectors
    policies: tuple[Policy, ...]
    inspections: Sequence[int]
    worlds: Sequence[World]


def load(session: Session, book: PoliciesInForce, first: date, last: date) -> Loaded:
    """Load all that decides who may go to the inspections that touch a period, from `first` to `last`."""
    with collector_paused():
        return _load(session, book, first, last)


def _load(session: Session, book: PoliciesInForce, first: date, last: date) -> Loaded:
    period = {"first": first.isoformat(), "last": last.isoformat()}
    inspectors, policies = _inspectors(_INSPECTORS.answer(session, {"first": period["first"]}), book)
    numbers, inspections, providers = _inspections(_INSPECTIONS.answer(session, period))
    # What ended in a year before all periods counts no more; the others are judged by the day.
    earliest = date.fromordinal(int(inspections.starts.min(initial=first.toordinal())))
    since = earliest.year - max((each.longest_years for each in policies), default=0) - 1
    declared = _CONNECTIONS.answer(session, {"since": f"{since:04}"})
    connections, targets = _connections(declared, inspectors, policies, inspections)
    worlds = worlds_of(session, [*targets, *providers])
    of_targets, of_providers = worlds[: len(targets)], worlds[len(targets) :]
    keys: dict[str, int] = {}
    kinds: dict[str, int] = {}
    held = provider_keys(providers, of_providers, keys)
    snapshot = Snapshot(
        staff_nos=inspectors.staff_nos,
        targets=targets,
        providers=providers,
        connections=connections,
        inspections=inspections,
        target_keys=target_keys(targets, of_targets, keys),
        provider_keys=held,
        target_places=places(targets, of_targets, kinds),
        provider_places=places(providers, of_providers, kinds),
        rulings=rulings(policies),
    )
    return Loaded(snapshot, inspectors, policies, numbers, of_providers)


def _inspectors(rows: Sequence[Any], book: PoliciesInForce) -> tuple[Inspectors, tuple[Policy, ...]]:
    known: dict[Policy, int] = {}
    by_engagement = {each: book.of(each)[1] for each in {row[2] for row in rows}}
    policy = numbered([by_engagement[row[2]] for row in rows], known)
    made = [date.fromisoformat(row[3]) if row[3] else None for row in rows]
    return Inspectors([row[0] for row in rows], [row[1] for row in rows], policy, made), tuple(known)


def _inspections(rows: Sequence[Any]) -> tuple[list[int], Inspections, list[str]]:
    known: dict[str, int] = {}
    provider = numbered([row[2] for row in rows], known)
    day = {text: date.fromisoformat(text).toordinal() for row in rows for text in row[3:]}
    starts, ended = (np.fromiter((day[row[place]] for row in rows), dtype=np.int32) for place in (3, 4))
    columns = Inspections([row[1] for row in rows], provider, starts, ended, begins_of(provider, len(known)))
    return [row[0] for row in rows], columns, list(known)


def _connections(
    rows: Sequence[Any], inspectors: Inspectors, policies: Sequence[Policy], inspections: Inspections
) -> tuple[Connections, list[str]]:
    """Return those connections that can count for one of the inspections, and what they are to."""
    place = {number: place for place, number in enumerate(inspectors.numbers)}
    rows = [row for row in rows if row[1] in place]
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * 8
    refs, owners, targets, natures, holders, began, ended, grades = columns
    inspector = np.fromiter((place[each] for each in owners), dtype=np.int32)
    policy = inspectors.policy[inspector]
    kinds: dict[tuple[int, str, str, str | None], int] = {}
    kind = numbered(list(zip(policy.tolist(), natures, holders, grades, strict=True)), kinds)
    of = [_terms(policies[number], nature, holder, grade) for number, nature, holder, grade in kinds]
    horizon = _horizon(kind, [each[0] for each in of], began, ended)
    covered = np.array([each[1] for each in of], dtype=np.int32)[kind] if of else kind
    counts = np.array([each[0] is not None for each in of], dtype=bool)[kind] if of else kind.astype(bool)
    if len(inspections.starts):
        counts &= (horizon.opens <= inspections.ends.max()) & (horizon.late_until >= inspections.starts.min())
    chosen = np.flatnonzero(counts)
    rows_kept = chosen.tolist()
    known: dict[str, int] = {}
    target = numbered([targets[row] for row in rows_kept], known)
    kept = Connections(
        ref=[refs[row] for row in rows_kept],
        inspector=inspector[chosen],
        target=target,
        policy=policy[chosen],
        covered=covered[chosen],
        horizon=Horizon(*(column[chosen] for column in horizon)),
    )
    return kept, list(known)


def _terms(policy: Policy, nature: str, holder: str, grade: str | None) -> tuple[Terms | None, int]:
    """Return the terms of such connections, and a bit for each rule that the policy has for them."""
    what, circle = Nature(nature), Holder(holder).circle
    found = terms(what, circle, Verdict(grade) if grade else None, policy)
    return found, sum(1 << CODES[rule] for rule in REACHES if policy.reaches[rule].covers(what, circle))


def _horizon(kind: Ints, of: Sequence[Terms | None], began: Sequence[str], ended: Sequence[str | None]) -> Horizon:
    """Return the horizons of connections; what follows from a day is worked out once for each day that occurs."""
    first_of = {text: PartialDate.parse(text) for text in set(began)}
    codes: dict[str, int] = {}
    begin = numbered(began, codes)
    firsts = [first_of[text].first for text in codes]
    # An event without an end lasts as long as its beginning; anything else without one lasts for ever.
    events = np.array([each is not None and each.ahead_years is None for each in of], dtype=bool)
    is_event = events[kind].tolist() if len(of) else []
    known: dict[tuple[str | None, str | None], int] = {}
    when = zip(ended, began, is_event, strict=True)
    last = numbered([(end, start if event and end is None else None) for end, start, event in when], known)
    lasts = [_last(*each) for each in known]
    plain = [each or Terms(0, 0, 0, None, None, None) for each in of]
    opened = _table(
        [each.ahead_years for each in plain], lambda years: [opens(day, years) for day in firsts], len(firsts)
    )
    closed = [
        _table(
            [(each.soon_years, each.late_years) for each in plain],
            lambda years, which=which: [ends(day, *years)[which] for day in lasts],
            len(lasts),
        )
        for which in range(3)
    ]
    weights = np.array([each[:3] for each in plain], dtype=np.int32).reshape(-1, 3)[kind]
    ordinals = np.array([day.toordinal() for day in firsts], dtype=np.int32)
    return Horizon(
        opened[kind, begin],
        ordinals[begin],
        *(table[kind, last] for table in closed),
        *(np.ascontiguousarray(weights[:, place]) for place in range(3)),
    )


def _last(ended: str | None, began: str | None) -> date:
    if ended is not None:
        return PartialDate.parse(ended).last
    return date.max if began is None else PartialDate.parse(began).last


def _table(asked: Iterable[Any], days: Any, width: int) -> Ints:  # noqa: ANN401 (a function of years)
    """Return a row of days for each kind; kinds that ask alike are worked out once."""
    made: dict[Any, list[int]] = {}
    rows = []
    for each in asked:
        if each not in made:
            made[each] = days(each)
        rows.append(made[each])
    return np.array(rows, dtype=np.int32).reshape(len(rows), width)
