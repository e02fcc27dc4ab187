"""The preview of what a connection stops is just what the check then finds, provider by provider."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.population import population, put_population
from tests.support.world import TODAY, Stage
from tracker.database import make_engine
from tracker.domain.check import check
from tracker.domain.facts import Holder, Nature, Verdict
from tracker.domain.register import Kind
from tracker.domain.statement import Statement, stated
from tracker.models import ConnectionRow, ProviderRow
from tracker.queries import policies
from tracker.queries.facts import facts_for
from tracker.queries.pairs import Pair
from tracker.queries.previews import found_by
from tracker.services.registers import ImportSummary

# Provider -> the weightiest verdict that one connection gives, as the check tells it.
Found = dict[str, Verdict]


def checked(session: Session, inspector_id: int, day: date, providers: list[str]) -> dict[str, Found]:
    """Return what checks of an inspector against all these providers find, by connection."""
    policy = policies.in_force(session, day)[1]
    result: dict[str, Found] = {}
    pairs = [Pair(inspector_id, "", ref, day, day) for ref in providers]
    for pair, facts in zip(pairs, facts_for(session, pairs), strict=True):
        # The heaviest finding comes first.
        for each in check(facts, policy).findings:
            if each.connection:
                result.setdefault(each.connection, {}).setdefault(pair.provider, each.verdict)
    return result


def previewed(session: Session, inspector_id: int, statement: Statement, day: date) -> Found | None:
    (found,) = found_by(session, inspector_id, [statement], day)
    return None if found is None else {ref: each.verdict for ref, each in found.items()}


def test_random_worlds_are_previewed_as_they_are_checked(session: Session) -> None:
    stops = 0
    for seed in range(1, 13):
        with session.begin_nested() as sandbox:
            Stage(session).policy()
            everyone = population(Random(seed).choice, people=8, planned=0)
            put_population(session, everyone)
            refs = [each.ref for each in everyone.world.providers]
            for person in everyone.people:
                if person.made_on is None:
                    continue
                told = checked(session, person.number, TODAY, refs)
                for each in person.connections:
                    ended = each.ended_on.text if each.ended_on else ""
                    statement = Statement(each.nature, each.holder, each.target, each.began_on.text, ended)
                    found = previewed(session, person.number, statement, TODAY)
                    if found is None:
                        # No register knows the target: the form refuses it.
                        continue
                    assert found == told.get(each.ref, {}), (seed, statement)
                    stops += len(found)
            sandbox.rollback()
        session.expunge_all()
    assert stops > 100


@pytest.fixture(scope="module")
def real(
    real_register: tuple[str, dict[Kind, ImportSummary]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """A copy of the database with the publisher's four files, and a policy in force."""
    database = tmp_path_factory.mktemp("previewed") / "tracker.sqlite"
    with closing(sqlite3.connect(real_register[0].removeprefix("sqlite:///"))) as register:
        register.execute("VACUUM INTO ?", (str(database),))
    engine = make_engine(f"sqlite:///{database}")
    with Session(engine, expire_on_commit=False) as session:
        stage = Stage(session)
        stage.policy()
        yield stage
    engine.dispose()


def statements(session: Session, chance: Random) -> list[Statement]:
    """Return statements of every nature, with targets of every shape that the real register has."""
    shapes = {
        "SELECT ref FROM provider WHERE status = 'open' AND phase = 'Primary' AND easting > 0": 4,
        "SELECT of_ref FROM provider_link WHERE kind LIKE '%plit%'": 2,
        "SELECT of_ref FROM provider_link WHERE kind LIKE 'Successor%merge%'": 2,
        "SELECT of_ref FROM provider_link WHERE kind = 'Other'": 1,
        "SELECT provider_ref FROM membership": 3,
        "SELECT group_ref FROM membership GROUP BY group_ref HAVING count(*) > 20": 2,
        "SELECT ref FROM provider WHERE ref LIKE 'la:%'": 2,
        "SELECT ref FROM provider WHERE easting IS NULL AND authority IS NOT NULL AND status = 'open'": 2,
    }
    known = set(session.scalars(select(ProviderRow.ref)))
    natures = iter([*Nature] * 3)
    made = []
    for query, number in shapes.items():
        refs = sorted(
            {
                row[0]
                for row in session.connection().exec_driver_sql(query)
                if row[0].startswith("group:") or row[0] in known
            }
        )
        for target in chance.sample(refs, number):
            values = {"nature": next(natures), "holder": chance.choice([Holder.SELF, Holder.SELF, Holder.PARTNER])}
            ended = chance.choice(["", "", "2025-07", "2021"])
            made.append(stated(target=target, began_on="2012-09", ended_on=ended, note="Words.", **values))
    return made


def test_the_real_register_is_previewed_as_it_is_checked(real: Stage) -> None:
    session = real.session
    ines = real.inspector()
    said = statements(session, Random(7))
    before = [previewed(session, ines.id, each, TODAY) for each in said]
    filed = real.declares(ines, *said).declaration
    refs = session.scalars(
        select(ConnectionRow.ref).where(ConnectionRow.declaration_id == filed.id).order_by(ConnectionRow.position)
    ).all()
    told = checked(session, ines.id, TODAY, list(session.scalars(select(ProviderRow.ref))))
    for statement, ref, found in zip(said, refs, before, strict=True):
        assert found == told.get(ref, {}), statement
    assert sum(len(found or {}) for found in before) > 300
