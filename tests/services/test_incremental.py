"""Whatever happens, in whatever order: what is stored of every open assignment is what a fresh check would say."""

from random import Random

import pytest
from sqlalchemy.orm import Session

from tests.support.life import Life
from tests.support.world import Stage
from tracker.domain.check import check
from tracker.domain.findings import heaviest
from tracker.domain.lifecycle import State, is_covered
from tracker.queries import policies
from tracker.queries.facts import facts_for
from tracker.queries.open_places import open_places
from tracker.services.keys import rebuild_keys
from tracker.services.weighing import decisions_on

SEEDS, ACTS = 3, 30


def stale(life: Life) -> list[str]:
    """Return the open assignments of which a fresh check would say something else, or that should be in question."""
    session, today = life.session, life.stage.now.date()
    book = policies.all_in_force(session, today)
    found = []
    for places in open_places(session, today, size=100):
        for place in places:
            policy = book.of(place.engagement)[1]
            (facts,) = facts_for(session, [place.pair])
            findings = check(facts, policy).findings
            if place.fingerprints != tuple(sorted(each.fingerprint for each in findings)):
                found.append(f"{place.pair}: {[each.sentence for each in findings]}")
            ruled = decisions_on(session, [place.number]).get(place.number, [])
            left = [x for x in findings if not is_covered(x.fingerprint, x.verdict, ruled, policy.decisions)]
            covered = not left
            if place.in_the_way is not heaviest(x.verdict for x in left):
                found.append(f"{place.pair}: {place.in_the_way} is kept as in the way")
            if place.state is State.CONFIRMED and not covered:
                found.append(f"{place.pair}: confirmed, and not covered")
    return found


@pytest.mark.parametrize("seed", range(SEEDS))
def test_after_any_act_every_open_assignment_is_as_a_fresh_check_has_it(session: Session, seed: int) -> None:
    life = Life(Stage(session), Random(seed).choice)
    life.begin()
    done = []
    for _ in range(ACTS):
        done.append(life.act())
        assert stale(life) == [], done
    assert rebuild_keys(session).rows == 0
    assert stale(life) == []
