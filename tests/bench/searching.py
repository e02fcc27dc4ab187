"""The search as one types, against SQLite's own full-text search by prefixes over the same names."""

import sqlite3
from collections.abc import Callable, Iterator
from random import Random
from statistics import median

from sqlalchemy.orm import sessionmaker

from tests.bench.invented import registers
from tests.bench.setting import Setting, session_of, settle
from tests.bench.timing import Figure, seconds
from tests.bench.world import put, put_registers
from tracker.database import writing
from tracker.domain.facts import World
from tracker.domain.search import asked
from tracker.models import SearchEntry
from tracker.queries.entries import search_entries
from tracker.queries.providers import search

SHOWN, SHORTEST = 20, 3
SLOWEST = 0.5
FOUND = "SELECT ref FROM names WHERE names MATCH ? ORDER BY bm25(names) LIMIT ?"


def searches(setting: Setting) -> Iterator[Figure]:
    """What is typed of a name, from three letters to the whole of it, answered with the best twenty: row 10."""
    world = registers(setting.size.names)
    engine = setting.engine()
    with writing(sessionmaker(engine)) as session:
        put_registers(session, world)
        entries = search_entries(session, world, None)
        put(session, SearchEntry, [{name: getattr(each, name) for name in each.__slots__} for each in entries])
    settle(engine)
    full_text = _full_text(world)
    questions = _typed(world, setting.size.questions)
    with session_of(engine) as session:
        ways: list[Callable[[str], object]] = [
            lambda text: search(session, text, limit=SHOWN),
            lambda text: full_text.execute(FOUND, (_prefixes(text), SHOWN)).fetchall(),
        ]
        ours, yardstick = _answers(ways, questions, setting.size.rounds)
    full_text.close()
    for name, share in (("half of", 0.5), ("99 of 100", 0.99)):
        figures = (
            median(_quantile(each, share) for each in ours),
            median(_quantile(each, share) for each in yardstick),
        )
        target = SLOWEST if share > SLOWEST else None
        yield Figure(f"search in {setting.size.names:,}, {name} answers within", "ms", *figures, "FTS5 bm25", target)


def _answers(
    ways: list[Callable[[str], object]], questions: list[str], rounds: int
) -> tuple[list[list[float]], list[list[float]]]:
    """Return for each way and each round how long every question took; the ways answer each question in turns."""
    taken: tuple[list[list[float]], list[list[float]]] = ([], [])
    for number in range(rounds + 1):
        for side in taken:
            side.append([])
        for place, text in enumerate(questions):
            for which in (0, 1) if (place + number) % 2 == 0 else (1, 0):
                taken[which][-1].append(seconds(lambda which=which, text=text: ways[which](text)))  # type: ignore[misc]
    # The first round is for the caches.
    return taken[0][1:], taken[1][1:]


def _quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def _full_text(world: World) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE names USING fts5(ref UNINDEXED, name, prefix='2 3')")
    connection.executemany("INSERT INTO names VALUES (?, ?)", [(each.ref, each.name) for each in world.providers])
    connection.execute("INSERT INTO names (names) VALUES ('optimize')")
    return connection


def _prefixes(text: str) -> str:
    return " ".join(f'"{each}"*' for each in asked(text))


def _typed(world: World, number: int) -> list[str]:
    """Return what stands in the field at some moment of typing a provider's name."""
    rng = Random(7)
    named = [rng.choice(world.providers).name for _ in range(number)]
    return [name[: rng.randint(min(SHORTEST, len(name)), len(name))] for name in named]
