"""`tracker db upgrade` restates what entries of an earlier version do not tell, once; until then `verify` says so."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from tests.support.command import done, refused
from tests.support.databases import Fresh
from tests.support.tampering import found
from tests.support.world import SYSTEM, Stage, staged
from tracker.database import make_engine, reading, writing
from tracker.domain.access import Role
from tracker.services import people
from tracker.services.history import Private, Recording
from tracker.services.passwords import LOWEST_COST
from tracker.services.people import AddPerson
from tracker.services.restating import restate

LATER = {"clock": "2026-04-01T09:00:00+00:00"}
# What entries tell since then.
PERSONAL, TOLD = {"name", "particulars"}, {"sign_in", "title", "engagement", "remits", "remit"}
ADA = "ada@example.org"
CHANGES = {
    "UPDATE account SET email = 'thief@example.org'": "signs in with another address or password",
    "UPDATE account SET name = 'Tess Thief'": "bears another name than was kept with entry",
    "UPDATE inspector SET title = 'RI'": "inspector T100 has the title 'RI'",
    "UPDATE inspector SET email = 'thief@example.org'": "inspector T100 has another email",
    "UPDATE inspection SET remit = 'social care'": "INS-1 says something else in its column remit",
}


@contextmanager
def _earlier(monkeypatch: pytest.MonkeyPatch, *, lacks: set[str]) -> Iterator[None]:
    """Let acts leave entries as an earlier version left them."""
    keep, keep_many, append = Recording.keep, Recording.keep_many, Recording.append

    def kept(self: Recording, value: object) -> Private | None:
        return None if value == "Ada Ministrator" else keep(self, value)

    def kept_many(self: Recording, values: Sequence[Any]) -> Sequence[Private | None]:
        is_personal = any(isinstance(each, dict) and "home_postcode" in each for each in values)
        return [None] * len(values) if is_personal else keep_many(self, values)

    def left(
        self: Recording, event: str, subjects: Sequence[str], data: Mapping[str, Any],
        private: Mapping[str, Private] | None = None,
    ) -> int:  # fmt: skip
        rest = {name: words for name, words in (private or {}).items() if name not in PERSONAL}
        return append(self, event, subjects, {name: data[name] for name in data if name not in lacks}, rest)

    with monkeypatch.context() as patched:
        for name, patch in (("keep", kept), ("keep_many", kept_many), ("append", left)):
            patched.setattr(Recording, name, patch)
        yield


def _peopled(session: Session) -> Stage:
    stage = staged(session)
    stage.inspector()
    stage.inspection()
    ada = AddPerson("Ada Ministrator", ADA, "three words here", (Role.ADMINISTRATOR,))
    people.add(session, SYSTEM, ada, at=stage.tick(), cost=LOWEST_COST)
    return stage


def test_what_earlier_entries_do_not_tell_is_restated_once_and_found_from_then_on(
    fresh: Fresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, whose = fresh(), "1 account, 1 inspector and 1 inspection"
    engine = make_engine(url)
    with _earlier(monkeypatch, lacks=TOLD), writing(sessionmaker(engine)) as session:
        _peopled(session)
    assert f"Of {whose}, no entry tells all that is kept" in done(url, "history", "verify", **LATER)
    with engine.connect() as connection, Session(connection) as session:
        for change in CHANGES:
            session.execute(text(change))
        assert found(session) is None

    assert f"Earlier entries do not tell all of {whose}: it is restated" in done(url, "db", "upgrade", **LATER)

    assert done(url, "db", "upgrade", **LATER) == "The database is up to date.\n"
    said = done(url, "history", "verify", **LATER)
    assert "whole" in said
    assert "no entry tells" not in said
    for change, says in CHANGES.items():
        with engine.connect() as connection, Session(connection) as session:
            session.execute(text(change))
            assert says in (found(session) or "")
    with engine.begin() as connection:
        connection.execute(text("UPDATE account SET name = 'Tess Thief'"))
    assert "bears another name" in refused(url, "history", "verify", **LATER)
    engine.dispose()


def test_what_is_told_already_is_not_restated_as_it_was_tampered_with(
    fresh: Fresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = make_engine(fresh())
    sessions = sessionmaker(engine)
    with _earlier(monkeypatch, lacks=set()), writing(sessions) as session:
        stage = _peopled(session)
    for change in ("UPDATE inspector SET title = 'RI'", "UPDATE account SET email = 'thief@example.org'"):
        with engine.connect() as connection, Session(connection) as session:
            session.execute(text(change))
            restated = restate(session, SYSTEM, at=stage.tick())
            assert (len(restated.accounts), len(restated.inspectors), len(restated.inspections)) == (1, 1, 0)
            assert "has the title" in (found(session) or "") or "signs in with" in (found(session) or "")
    engine.dispose()


def test_a_row_of_which_no_entry_tells_is_not_restated(fresh: Fresh) -> None:
    engine = make_engine(fresh())
    sessions = sessionmaker(engine)
    with writing(sessions) as session:
        stage = _peopled(session)
        session.execute(text(
            "INSERT INTO inspector (staff_no, name, email, title, engagement, remits, home_postcode, added_at) "
            "SELECT 'T999', 'Gus Ghost', email, title, engagement, remits, home_postcode, added_at FROM inspector"
        ))  # fmt: skip
        assert restate(session, SYSTEM, at=stage.tick()).said == ""
    with reading(sessions) as session:
        assert "no entry speaks of inspector T999" in (found(session) or "")
    engine.dispose()
