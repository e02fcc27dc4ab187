"""The search as one types, against SQLite's own full-text search by prefixes and PostgreSQL's trigrams."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from random import Random
from statistics import median
from time import perf_counter

from sqlalchemy.orm import sessionmaker

from tests.bench.invented import registers
from tests.bench.setting import Setting, raw, session_of, settle
from tests.bench.timing import Figure, Way, seconds
from tests.bench.world import put_registers
from tests.support.typos import coined, mistyped
from tracker.database import writing
from tracker.domain.facts import World
from tracker.domain.search import asked, normal
from tracker.queries.providers import Found, search
from tracker.queries.searching.building import built
from tracker.services.keys import renew_state

SHOWN, LOOKED_AT, SHORTEST = 20, 10, 3
SLOWEST, RECALLED = 0.5, 0.95
FOUND = "SELECT ref FROM names WHERE names MATCH ? ORDER BY bm25(names) LIMIT ?"
ALIKE = "SELECT ref FROM names ORDER BY name <-> :text LIMIT :limit"
Answer = Callable[[str], object]


def searches(setting: Setting) -> Iterator[Figure]:
    """What is typed of a name, from three letters to the whole of it, answered with the best twenty: row 10."""
    world = _named(registers(setting.size.names))
    engine = setting.engine()
    with writing(sessionmaker(engine)) as session:
        put_registers(session, world)
        renew_state(session)
    settle(engine)
    size = f"search in {setting.size.names:,}"
    with ExitStack() as stack:
        session = stack.enter_context(session_of(engine))
        begun = perf_counter()
        yardstick, against = _YARDSTICKS[setting.kind](stack, setting, world)
        theirs = perf_counter() - begun
        ours = median(seconds(lambda: built(session)) for _ in range(3))
        yield Figure(f"{size}, index built", "s", ours, theirs, against)
        questions = _typed(world, setting.size.questions)
        ways: tuple[Answer, Answer] = (lambda text: search(session, text, limit=SHOWN), yardstick)
        taken = _answers(ways, questions, setting.size.rounds)
        for name, share in (("half of", 0.5), ("99 of 100", 0.99)):
            figures = [_quantile(side, share) for side in taken]
            target = SLOWEST if share > SLOWEST and setting.kind == "sqlite" else None
            yield Figure(f"{size}, {name} answers within", "ms", figures[0], figures[1], against, target)
        found = _recalled(ways[0], world, setting.size.questions)
        yield Figure(f"{size}, found among ten with a typo", "share", found, 1.0, "all of them", least=RECALLED)


def _named(world: World) -> World:
    """Return the world with names of as many different words as the real registers have."""
    names = coined(len(world.providers))
    return replace(
        world, providers=tuple(replace(each, name=name) for each, name in zip(world.providers, names, strict=True))
    )


def _answers(ways: tuple[Answer, Answer], questions: list[str], rounds: int) -> tuple[list[float], list[float]]:
    """Return for each way how long every question takes, the median of all rounds; the ways answer each in turns.

    On a shared machine any answer is held up now and then: counted alone, those would be the slowest of both ways.
    """
    taken: tuple[list[float], list[float]] = ([], [])
    for place, text in enumerate(questions):
        both: tuple[list[float], list[float]] = ([], [])
        for number in range(rounds):
            for which in (0, 1) if (place + number) % 2 == 0 else (1, 0):
                both[which].append(seconds(_asking(ways[which], text)))
        for side, times in zip(taken, both, strict=True):
            side.append(median(times))
    return taken


def _asking(way: Answer, text: str) -> Way:
    return lambda: way(text)


def _quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def _full_text(stack: ExitStack, _setting: Setting, world: World) -> tuple[Answer, str]:
    """Return the answers of SQLite's full-text search."""
    connection = stack.enter_context(closing(sqlite3.connect(":memory:")))
    connection.execute("CREATE VIRTUAL TABLE names USING fts5(ref UNINDEXED, name, prefix='2 3')")
    connection.executemany("INSERT INTO names VALUES (?, ?)", [(each.ref, each.name) for each in world.providers])
    connection.execute("INSERT INTO names (names) VALUES ('optimize')")
    return lambda text: connection.execute(FOUND, (_prefixes(text), SHOWN)).fetchall(), "FTS5 bm25"


def _trigrams(stack: ExitStack, setting: Setting, world: World) -> tuple[Answer, str]:
    """Return the answers of PostgreSQL by the likeness of trigrams, the likest first."""
    bare = stack.enter_context(raw(setting.engine()))
    bare.cursor.execute("CREATE EXTENSION pg_trgm")
    bare.cursor.execute("CREATE TABLE names (ref text, name text)")
    with bare.cursor.copy("COPY names FROM STDIN") as copy:
        for each in world.providers:
            copy.write_row((each.ref, each.name))
    bare.cursor.execute("CREATE INDEX names_trigrams ON names USING gist (name gist_trgm_ops)")
    bare.cursor.execute("ANALYZE names")
    statement = bare.statement(ALIKE)
    return lambda text: bare.rows(statement, {"text": text, "limit": SHOWN}), "pg_trgm"


_YARDSTICKS = {"sqlite": _full_text, "postgres": _trigrams}


def _prefixes(text: str) -> str:
    return " ".join(f'"{each}"*' for each in asked(text))


def _typed(world: World, number: int) -> list[str]:
    """Return what stands in the field at some moment of typing a provider's name."""
    rng = Random(7)
    named = [rng.choice(world.providers).name for _ in range(number)]
    return [name[: rng.randint(min(SHORTEST, len(name)), len(name))] for name in named]


def _recalled(ours: Callable[[str], list[Found]], world: World, number: int) -> float:
    """Return of how many names with one typo the provider, or one of the very same name, is among the first ten."""
    rng, found = Random(8), 0
    for _ in range(number):
        name = rng.choice(world.providers).name
        answers = ours(mistyped(rng, name))[:LOOKED_AT]
        found += any(normal(each.name) == normal(name) for each in answers)
    return found / number
