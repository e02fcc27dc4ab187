"""The search's index is never out of date, never of another database, and built once however many wait for it."""

from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from tests.support.command import done
from tests.support.databases import Fresh
from tests.support.extracts import AT, GROUPS, LINKS, MEMBERS, SCHOOLS, csv_bytes, import_all, imported
from tests.support.world import put_register
from tracker.database import begin_write, make_engine, writing
from tracker.domain.register import Kind
from tracker.models import RegisterState
from tracker.queries.providers import search
from tracker.queries.searching import keeping
from tracker.queries.searching.building import built

RENAMED = ({**SCHOOLS[0], "EstablishmentName": "Summit Primary School"}, *SCHOOLS[1:])
CLOSED = (*SCHOOLS[:3], {**SCHOOLS[3], "EstablishmentStatus (name)": "Closed", "CloseDate": "31-08-2025"})
VALE_BECAME_LONE_OAK = {
    "URN": "900003",
    "LinkURN": "900004",
    "LinkName": "Lone Oak School",
    "LinkType": "Successor",
}
# Hilltop, and Ridge, which it became.
BOTH = ["gias:900001", "gias:900002"]
TRUST = {"Group Name": "Beech Trust"}


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A database with the small register, committed."""
    made = make_engine(database_url)
    with writing(sessionmaker(made)) as session:
        import_all(session)
    yield made
    made.dispose()


def found(engine: Engine, words: str) -> list[tuple[str, str, str]]:
    """Search in a session of its own."""
    with Session(engine) as session:
        return [(each.ref, each.status, each.note) for each in search(session, words)]


def refs(engine: Engine, words: str) -> list[str]:
    return [ref for ref, _, _ in found(engine, words)]


def change(engine: Engine, kind: Kind, *rows: dict[str, str]) -> None:
    with writing(sessionmaker(engine)) as session:
        imported(session, kind, *rows, at=AT, fewer=True)


# What is imported, what is then typed, and what is found by it that was not before.
CHANGES: dict[str, tuple[Kind, list[dict[str, str]], str, tuple[str, str, str]]] = {
    "new": (
        Kind.GIAS,
        [*SCHOOLS, {"URN": "900005", "EstablishmentName": "Elm School"}],
        "elm",
        ("gias:900005", "Open", ""),
    ),
    "renamed": (Kind.GIAS, [*RENAMED], "summit", ("gias:900001", "Closed 31 August 2023", "")),
    "closed": (Kind.GIAS, [*CLOSED], "lone oak", ("gias:900004", "Closed 31 August 2025", "")),
    "linked": (
        Kind.GIAS_LINKS,
        [*LINKS, VALE_BECAME_LONE_OAK],
        "vale academy lone",
        ("gias:900004", "Open", "formerly Vale Academy (900003)"),
    ),
    "group renamed": (Kind.GIAS_GROUPS, [TRUST, *GROUPS[1:]], "beech", ("group:9001", "Open", "")),
}


@pytest.mark.parametrize("what", CHANGES)
def test_the_next_search_sees_what_was_imported_in_whatever_process(
    engine: Engine, database_url: str, what: str
) -> None:
    kind, rows, words, expected = CHANGES[what]
    # Another engine has an index of its own, as another process has.
    other = make_engine(database_url)
    for each in (engine, other):
        assert expected not in found(each, words)
    change(engine, kind, *rows)
    for each in (engine, other):
        assert expected in found(each, words)
    other.dispose()


def test_an_import_by_command_is_seen_by_the_server_that_runs(
    engine: Engine, database_url: str, tmp_path: Path
) -> None:
    assert found(engine, "summit") == []
    file = tmp_path / "edubasealldata20260302.csv"
    file.write_bytes(csv_bytes(Kind.GIAS, *RENAMED))
    done(database_url, "register", "import", "gias", file)
    assert refs(engine, "summit") == BOTH
    assert [note for _, _, note in found(engine, "hilltop")] == [
        "formerly Hilltop Primary (900001)",
        "formerly Hilltop Primary",
    ]


def test_an_import_is_seen_within_its_own_transaction_and_by_nobody_once_it_is_rolled_back(engine: Engine) -> None:
    assert found(engine, "summit") == []
    with Session(engine) as session:
        begin_write(session)
        imported(session, Kind.GIAS, *RENAMED)
        assert [each.ref for each in search(session, "summit")] == BOTH
        assert found(engine, "summit") == []
        session.rollback()
        assert search(session, "summit") == []
    assert found(engine, "summit") == []
    assert refs(engine, "hilltop") == BOTH


def test_an_import_that_changes_nothing_leaves_the_index_as_it_is(engine: Engine) -> None:
    with Session(engine) as session:
        before = keeping.current(session)
    for kind, rows in ((Kind.GIAS, SCHOOLS), (Kind.GIAS_LINKS, LINKS), (Kind.GIAS_GROUP_LINKS, MEMBERS)):
        change(engine, kind, *rows)
    with Session(engine) as session:
        assert keeping.current(session) is before


def test_the_index_of_another_database_never_answers_though_it_bears_the_same_token(fresh: Fresh) -> None:
    one, other = make_engine(fresh()), make_engine(fresh())
    with Session(one) as first, Session(other) as second:
        put_register(first)
        # Two copies of one file.
        first.query(RegisterState).one().names = second.query(RegisterState).one().names
        first.commit()
        assert [each.ref for each in search(first, "lone oak")] == ["gias:900004"]
        assert search(second, "lone oak") == []
    one.dispose()
    other.dispose()


def test_an_index_built_while_another_commits_is_known_by_what_it_holds(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def built_late(session: Session) -> object:
        monkeypatch.setattr(keeping, "built", built)
        change(engine, Kind.GIAS, *RENAMED)
        return built(session)

    monkeypatch.setattr(keeping, "built", built_late)
    found(engine, "hilltop")
    assert refs(engine, "summit") == BOTH
    change(engine, Kind.GIAS, *SCHOOLS)
    assert ("gias:900001", "Closed 31 August 2023", "formerly Summit Primary School") in found(engine, "summit")


def test_a_transaction_that_began_before_an_import_goes_on_with_what_it_sees(engine: Engine) -> None:
    with Session(engine) as session:
        session.connection(
            execution_options={"isolation_level": "REPEATABLE READ"} if "postgresql" in str(engine.url) else {}
        )
        assert search(session, "summit") == []
        change(engine, Kind.GIAS, *RENAMED)
        assert refs(engine, "summit") == BOTH
        assert search(session, "summit") == []


def test_one_builds_and_the_others_wait_for_it(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    builds, answers, together = [], [], Barrier(8)

    def counted(session: Session) -> object:
        builds.append(1)
        return built(session)

    def ask() -> None:
        together.wait()
        answers.append(found(engine, "lone oak"))

    monkeypatch.setattr(keeping, "built", counted)
    threads = [Thread(target=ask) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(builds) == 1
    assert answers == [[("gias:900004", "Open", "")]] * 8


def test_a_build_that_fails_is_tried_again_by_the_next(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_session: Session) -> object:
        raise ConnectionError

    monkeypatch.setattr(keeping, "built", broken)
    with pytest.raises(ConnectionError):
        found(engine, "lone oak")
    monkeypatch.setattr(keeping, "built", built)
    assert refs(engine, "lone oak") == ["gias:900004"]


def test_no_more_than_two_indexes_of_a_database_are_kept(engine: Engine) -> None:
    for rows in (RENAMED, SCHOOLS, CLOSED, SCHOOLS):
        change(engine, Kind.GIAS, *rows)
        found(engine, "lone oak")
    assert len(keeping._SHELVES[engine]._kept) == 2


def test_every_act_that_changes_the_registers_renews_the_token(engine: Engine) -> None:
    seen = []
    for kind, rows in (
        (Kind.GIAS, RENAMED),
        (Kind.GIAS_LINKS, [*LINKS, VALE_BECAME_LONE_OAK]),
        (Kind.GIAS_GROUPS, [TRUST, *GROUPS[1:]]),
        (Kind.GIAS_GROUP_LINKS, MEMBERS[:1]),
    ):
        change(engine, kind, *rows)
        with Session(engine) as session:
            seen.append(session.scalars(select(RegisterState.names)).one())
    assert len(set(seen)) == len(seen)
