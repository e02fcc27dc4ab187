"""The findings of a period as rows of words, as a file of them has it; with their sentences where these are wanted."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import numpy as np
from sqlalchemy.orm import Session

from tracker.allocation.columns import NOBODY, RULES, Progress
from tracker.allocation.loading import Loaded, load
from tracker.allocation.matrix import Found, matrix
from tracker.allocation.standing import standing
from tracker.domain.check import check
from tracker.domain.horizon import VERDICTS
from tracker.queries.facts import facts_for
from tracker.queries.pairs import Pair
from tracker.queries.policies import PoliciesInForce

BATCH = 2_000


class Row(NamedTuple):
    """One finding: who, where and when, the rule, its verdict, and the connection, which may be none."""

    staff_no: str
    inspection: str
    provider: str
    starts_on: str
    ends_on: str
    rule: str
    verdict: str
    connection: str


def findings(
    session: Session, book: PoliciesInForce, first: date, last: date, progress: Progress
) -> Iterator[tuple[Loaded, Found]]:
    """Yield the findings of every inspector against every inspection from `first` to `last`, a block at a time.

    `progress` is told how many connections of how many were looked at.
    """
    loaded = load(session, book, first, last)
    yield from ((loaded, found) for found in standing(session, loaded))
    yield from ((loaded, found) for found in matrix(loaded.snapshot, progress))


def rows(loaded: Loaded, found: Found) -> Iterator[Row]:
    """Yield the findings of a block in words."""
    snapshot = loaded.snapshot
    inspections = snapshot.inspections
    provider = inspections.provider[found.inspection]
    starts, ends = inspections.starts[found.inspection], inspections.ends[found.inspection]
    day = {each: date.fromordinal(each).isoformat() for each in np.unique(np.concatenate((starts, ends))).tolist()}
    columns = (found.inspector, found.inspection, provider, starts, ends, found.rule, found.weight, found.connection)
    for who, where, at, begins, finishes, rule, weight, which in zip(*(x.tolist() for x in columns), strict=True):
        yield Row(
            snapshot.staff_nos[who],
            inspections.reference[where],
            snapshot.providers[at],
            day[begins],
            day[finishes],
            RULES[rule],
            VERDICTS[weight],
            "" if which == NOBODY else snapshot.connections.ref[which],
        )


def sentences(session: Session, loaded: Loaded, found: Found) -> Iterator[str]:
    """Yield the sentence of each finding of a block, in order, by checking its pair: a chain is not made twice."""
    snapshot = loaded.snapshot
    inspections = snapshot.inspections
    wanted = list(dict.fromkeys(zip(found.inspector.tolist(), found.inspection.tolist(), strict=True)))
    said: dict[tuple[int, int], dict[tuple[str, str], list[str]]] = {}
    for start in range(0, len(wanted), BATCH):
        some = wanted[start : start + BATCH]
        pairs = [
            Pair(
                loaded.inspectors.numbers[who],
                snapshot.staff_nos[who],
                snapshot.providers[inspections.provider[where]],
                date.fromordinal(int(inspections.starts[where])),
                date.fromordinal(int(inspections.ends[where])),
            )
            for who, where in some
        ]
        for (who, where), facts in zip(some, facts_for(session, pairs), strict=True):
            policy = loaded.policies[int(loaded.inspectors.policy[who])]
            told = said.setdefault((who, where), {})
            for each in check(facts, policy).findings:
                told.setdefault((each.rule, each.connection), []).append(each.sentence)
    columns = (found.inspector, found.inspection, found.rule, found.connection)
    for who, where, rule, which in zip(*(column.tolist() for column in columns), strict=True):
        connection = "" if which == NOBODY else snapshot.connections.ref[which]
        yield said[who, where][RULES[rule], connection].pop(0)
