"""One check with its reasons, and the rules alone, against the bare driver's query for the keys."""

from collections.abc import Iterator, Sequence
from itertools import cycle, islice

from sqlalchemy.orm import Session

from tests.bench.setting import Setting, raw, session_of
from tests.bench.timing import Figure, in_turns
from tests.support.statements import counted
from tracker.domain.check import check
from tracker.domain.facts import Facts
from tracker.domain.policy import Policy
from tracker.queries.driver import Statement
from tracker.queries.facts import facts_for
from tracker.queries.glances import TOUCHING, of_one
from tracker.queries.pairs import Pair

# The same key query that the check sends, without anything else.
KEYS = Statement(of_one(TOUCHING))
TARGETS = {"sqlite": 4.0, "postgres": 1.6}
MOST_STATEMENTS = 2.0


def checks(setting: Setting) -> Iterator[Figure]:
    """One check, session open: row 4."""
    engine, world = setting.world()
    with session_of(engine) as session:
        some = world.pairs[: setting.size.checks * 20]
        touched = [each for each, facts in zip(some, facts_for(session, some), strict=True) if facts.connections]
        others = [each for each in some if each not in set(touched)]
        for name, pairs in (("that shares no key", others), ("with reasons", touched)):
            yield _one_check(setting, session, name, list(islice(cycle(pairs), setting.size.checks)), world.policy)
        with counted(engine) as sent:
            check(facts_for(session, touched[:1])[0], world.policy)
        yield Figure("one check with reasons", "statements", len(sent), 1, "one query", MOST_STATEMENTS)


def _one_check(setting: Setting, session: Session, name: str, pairs: Sequence[Pair], policy: Policy) -> Figure:
    def ours() -> None:
        for pair in pairs:
            check(facts_for(session, [pair])[0], policy)

    values = [{"provider": each.provider, "inspector": each.inspector_id} for each in pairs]
    with raw(setting.world()[0]) as driver:
        statement = KEYS.written_for(setting.kind)

        def yardstick() -> None:
            for each in values:
                driver.rows(statement, each)

        taken = in_turns(ours, yardstick, rounds=setting.size.rounds, calls=len(pairs))
    return Figure(f"one check {name}", "µs", *taken, "bare driver, key query", TARGETS[setting.kind])


def rules(setting: Setting) -> Iterator[Figure]:
    """The rules alone, facts in hand: what of a check is no database's."""
    engine, world = setting.world()
    with session_of(engine) as session, raw(engine) as driver:
        known = facts_for(session, world.pairs[: setting.size.checks * 20])
        touched = list(islice(cycle([each for each in known if each.connections]), setting.size.checks))
        clear = list(islice(cycle([each for each in known if not each.connections]), setting.size.checks))
        pair = world.pairs[0]
        statement, values = KEYS.written_for(setting.kind), {"provider": pair.provider, "inspector": pair.inspector_id}

        def yardstick() -> None:
            for _ in range(setting.size.checks):
                driver.rows(statement, values)

        for name, facts in (("without connections", clear), ("with connections", touched)):

            def ours(some: Sequence[Facts] = facts) -> None:
                for each in some:
                    check(each, world.policy)

            taken = in_turns(ours, yardstick, rounds=setting.size.rounds, calls=setting.size.checks)
            yield Figure(f"the rules alone, a pair {name}", "µs", *taken, "bare driver, key query")
