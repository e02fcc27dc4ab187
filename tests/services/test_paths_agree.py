"""However it is asked, one answer: each pair alone, in a list, as candidates, in the matrix, and by the slow oracle."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.support.paths_agree import as_candidates, as_choices, as_columns, by_oracle, in_a_list, one_by_one
from tests.support.population import Population, population, put_population
from tests.support.world import Stage

SEEDS = 6


def held(engine: Engine, everyone: Population) -> None:
    with engine.connect() as connection, connection.begin() as outer:
        with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
            Stage(session).policy()
            put_population(session, everyone)
            wanted = by_oracle(everyone)
            asks = (one_by_one, in_a_list, as_candidates, as_choices, as_columns)
            alone, *others = (ask(session, everyone) for ask in asks)
        outer.rollback()
    assert set(alone) == set(wanted)
    assert others == [alone] * len(others)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_every_path_says_what_the_oracle_says_of_a_random_population(engine: Engine, seed: int) -> None:
    held(engine, population(Random(seed).choice, people=10, planned=14))


@pytest.mark.parametrize("without", ["people", "planned", "declarations"])
def test_every_path_answers_where_there_is_nobody_nothing_planned_or_nothing_declared(
    engine: Engine, without: str
) -> None:
    everyone = population(Random(1).choice, people=3, planned=3)
    silent = tuple(replace(each, made_on=None, connections=()) for each in everyone.people)
    nobody = tuple(replace(each, team=()) for each in everyone.planned)
    less = {
        "people": Population(everyone.world, (), nobody),
        "planned": Population(everyone.world, everyone.people, ()),
        "declarations": Population(everyone.world, silent, everyone.planned),
    }
    held(engine, less[without])


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_path_says_what_the_oracle_says(engine: Engine, data: st.DataObject) -> None:
    held(engine, population(lambda options: data.draw(st.sampled_from(options)), people=3, planned=4))
