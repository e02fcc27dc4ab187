"""What a matrix finds without any connection: of declarations, of providers on no register, of familiar faces."""

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
from sqlalchemy.orm import Session

from tracker.allocation.columns import CODES, NOBODY, Longs
from tracker.allocation.loading import Loaded
from tracker.allocation.matrix import Found
from tracker.allocation.reaching import pairs_of
from tracker.domain.dates import months_after
from tracker.domain.facts import Visit
from tracker.domain.horizon import PERCEIVED, UNDETERMINED
from tracker.domain.rules import latest_visits
from tracker.domain.succession import Lines
from tracker.queries.surroundings import Held, inspected_at

NO_DECLARATION, OUT_OF_DATE, UNKNOWN, FAMILIAR = (
    CODES[rule] for rule in ("no-declaration", "out-of-date", "unknown-provider", "familiarity")
)


def standing(session: Session, loaded: Loaded) -> Iterator[Found]:
    """Yield the findings that need no connection, a block a rule."""
    starts = loaded.snapshot.inspections.starts
    made = loaded.inspectors.made_on
    without = np.flatnonzero(np.array([each is None for each in made], dtype=bool))
    every = np.arange(len(starts))
    yield _found(*_product(without, every), NO_DECLARATION, UNDETERMINED)
    yield _found(*_late(loaded), OUT_OF_DATE, UNDETERMINED)
    known = [ref in world.by_ref for ref, world in zip(loaded.snapshot.providers, loaded.worlds, strict=True)]
    strange = np.flatnonzero(~np.array(known, dtype=bool)[loaded.snapshot.inspections.provider])
    yield _found(*_product(np.arange(len(made)), strange), UNKNOWN, UNDETERMINED)
    rows = np.array(list(_familiar(session, loaded)), dtype=np.int64).reshape(-1, 2)
    yield _found(rows[:, 0], rows[:, 1], FAMILIAR, PERCEIVED)


def _found(inspector: Longs, inspection: Longs, rule: int, weight: int) -> Found:
    same = [np.full(len(inspector), value, dtype=np.int32) for value in (NOBODY, rule, weight)]
    return Found(inspector.astype(np.int32), inspection.astype(np.int32), *same)


def _product(inspectors: Longs, inspections: Longs) -> tuple[Longs, Longs]:
    return np.repeat(inspectors, len(inspections)), np.tile(inspections, len(inspectors))


def _late(loaded: Loaded) -> tuple[Longs, Longs]:
    """Return the pairs of which the inspector's declaration was made too long before the inspection starts."""
    starts, inspectors = loaded.snapshot.inspections.starts, loaded.inspectors
    order = np.argsort(starts, kind="stable")
    months = [loaded.policies[each].valid_months for each in inspectors.policy.tolist()]
    until = [
        months_after(made, valid).toordinal() if made else int(np.iinfo(np.int32).max)
        for made, valid in zip(inspectors.made_on, months, strict=True)
    ]
    # Each inspector's are all those that start after a day: the end of a row of all inspections by day.
    begins = np.searchsorted(starts[order], np.array(until, dtype=np.int64), side="right")
    counts = len(starts) - begins
    whose = np.repeat(np.arange(len(until)), counts)
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    return whose, order[np.arange(total) - np.repeat(ends - counts - begins, counts)]


def _familiar(session: Session, loaded: Loaded) -> Iterator[tuple[int, int]]:
    """Yield the pairs of which the inspector took part in the latest inspections of the provider's line."""
    place = {number: each for each, number in enumerate(loaded.inspectors.numbers)}
    inspections, providers = loaded.snapshot.inspections, loaded.snapshot.providers
    lines = [
        list(world.made(Lines).line(ref)) if world.links else [ref]
        for ref, world in zip(providers, loaded.worlds, strict=True)
    ]
    held = inspected_at(session, {ref for line in lines for ref in line})
    for provider, line in enumerate(lines):
        visits = [each for ref in line for each in held.get(ref, ())]
        if not visits:
            continue
        _, rows = pairs_of(inspections.begins, np.array([provider], dtype=np.int32))
        for row in rows.tolist():
            starts_on = date.fromordinal(int(inspections.starts[row]))
            for number in {each for visit in visits for each in visit.team}:
                if number in place and _is_familiar(visits, number, starts_on, loaded, place[number]):
                    yield place[number], row


def _is_familiar(visits: Sequence[Held], number: int, starts_on: date, loaded: Loaded, inspector: int) -> bool:
    wanted = loaded.policies[int(loaded.inspectors.policy[inspector])].familiar_visits
    if not wanted:
        return False
    seen = (Visit(each.reference, each.provider, each.starts_on, each.ends_on, number in each.team) for each in visits)
    latest = latest_visits(seen, starts_on, wanted)
    return len(latest) == wanted and all(each.took_part for each in latest)
