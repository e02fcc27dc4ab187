"""What providers and groups were called at a moment, and how a name that was kept is known to be the right one."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from tests.support.extracts import AT, GROUPS, SCHOOLS, import_all, imported
from tests.support.ofsted import SETTINGS
from tests.support.statements import counted
from tests.support.tampering import found, unguarded
from tests.support.world import Stage
from tracker.domain.register import WITHHELD, Kind
from tracker.models import NameUntil
from tracker.queries.called import Called, providers_called
from tracker.queries.history import names_of, timeline
from tracker.services.history import Recording

VALE, OAK = "gias:900003", "gias:900004"
MAY, JUNE, JULY = (AT + timedelta(days=days) for days in (60, 90, 120))
MOMENT = timedelta(microseconds=1)


def renamed(session: Session, at: datetime, *names: str) -> None:
    """Import the schools again, Vale and whichever come after it by these names."""
    rows = [{**row, "EstablishmentName": name} for row, name in zip(SCHOOLS[2:], names, strict=False)]
    imported(session, Kind.GIAS, *SCHOOLS[:2], *rows, *SCHOOLS[2 + len(rows) :], at=at)


def called(session: Session, *moments: datetime | None, ref: str = VALE) -> Sequence[str]:
    return [providers_called(session, [ref], at)[ref].name for at in moments]


def test_at_each_moment_a_provider_has_the_name_of_then_and_beside_it_the_name_of_now(session: Session) -> None:
    import_all(session)
    renamed(session, MAY, "Vale and Dale Academy")
    renamed(session, JUNE, "Vale Academy")
    # Only its case differs, and yet another page was shown.
    renamed(session, JULY, "VALE Academy")

    assert called(session, AT, MAY - MOMENT) == ["Vale Academy"] * 2
    assert called(session, MAY, JUNE - MOMENT) == ["Vale and Dale Academy"] * 2
    assert called(session, JUNE, JULY - MOMENT) == ["Vale Academy"] * 2
    assert called(session, JULY, None) == ["VALE Academy"] * 2
    assert providers_called(session, [VALE, OAK, "gias:1"], MAY) == {
        VALE: Called("Vale and Dale Academy", "VALE Academy"),
        OAK: Called("Lone Oak School"),
        "gias:1": Called("gias:1"),
    }


def test_a_group_has_the_name_of_then_too(session: Session) -> None:
    import_all(session)
    imported(session, Kind.GIAS_GROUPS, {"Group Name": "Beech Trust"}, GROUPS[1], at=MAY)
    names = [names_of(session, ["group:group:9001"], at) for at in (AT, MAY, None)]
    assert [each["group:group:9001"] for each in names] == ["Birch Trust", "Beech Trust", "Beech Trust"]


def test_a_timeline_as_at_a_moment_tells_the_names_of_then(session: Session) -> None:
    stage = Stage(session)
    stage.policy()
    import_all(session)
    stage.inspection("INS-1", VALE)
    then = stage.now
    renamed(session, MAY, "Vale and Dale Academy")

    told = [timeline(session, "inspection:INS-1", as_at=at).lines[0].sentence for at in (then, None)]
    assert ["Vale Academy" in told[0], "Vale and Dale Academy" in told[1]] == [True, True]


def test_a_provider_that_no_register_listed_was_called_by_its_reference_where_it_was_to_be_inspected(
    session: Session,
) -> None:
    stage = Stage(session)
    stage.policy()
    imported(session, Kind.GIAS, *SCHOOLS[:2])
    stage.inspection("INS-1", VALE)
    imported(session, Kind.GIAS, *SCHOOLS, at=MAY)

    assert called(session, AT, MAY) == [VALE, "Vale Academy"]
    assert session.scalars(select(NameUntil.ref)).all() == [VALE]


def test_what_its_publisher_keeps_back_by_now_is_told_of_no_moment_and_kept_no_more(session: Session) -> None:
    imported(session, Kind.EARLY_YEARS, *SETTINGS)
    ref = "ofsted-ey:EY900001"
    again = {**SETTINGS[0], "Provider name": "Little Oaks Nursery"}
    imported(session, Kind.EARLY_YEARS, again, *SETTINGS[1:], at=MAY)
    assert called(session, AT, MAY, ref=ref) == ["Little Acorns Nursery", "Little Oaks Nursery"]

    imported(session, Kind.EARLY_YEARS, {**again, "Provider name": "REDACTED"}, *SETTINGS[1:], at=JUNE)
    assert [each.endswith(WITHHELD) for each in called(session, AT, MAY, JUNE, ref=ref)] == [True] * 3
    assert session.scalars(select(NameUntil.name)).all() == ["Little Acorns Nursery"]


def test_an_import_that_renames_nobody_writes_no_name_and_asks_for_none(session: Session) -> None:
    import_all(session)
    with counted(session.get_bind().engine) as sent:
        imported(session, Kind.GIAS, *[{**row, "Town": "Wenham"} for row in SCHOOLS], at=MAY)
    assert [each for each in sent if "name_until" in each or "JOIN inspection ON provider" in each] == []
    assert session.scalar(select(func.count()).select_from(NameUntil)) == 0


def test_the_names_of_a_moment_are_asked_for_in_as_many_statements_as_those_of_now(session: Session) -> None:
    import_all(session)
    renamed(session, MAY, "Vale and Dale Academy", "Oaks School")
    refs = [VALE, OAK, "gias:900001", "gias:900002"]
    with counted(session.get_bind().engine) as sent:
        providers_called(session, refs, AT)
        names_of(session, [f"provider:{each}" for each in refs], AT)
    assert len(sent) == 2


@pytest.mark.parametrize(
    ("done", "said"),
    [
        ("DELETE FROM name_until WHERE name = 'Vale and Dale'", "is not what it kept of that"),
        (
            (
                "INSERT INTO name_until (id, ref, name, source) "
                "SELECT 4000, 'gias:900003', 'Fake Academy', source FROM name_until WHERE id = 1"
            ),
            "is not what it kept of that",
        ),
        (
            "INSERT INTO name_until (id, ref, name, source) VALUES (4000, 'gias:900003', 'Fake Academy', 'IMP-0')",
            "no entry speaks of the name borne until an import, number 4000",
        ),
    ],
)
def test_a_name_that_is_lost_or_added_is_found(told: Engine, done: str, said: str) -> None:
    with unguarded(told) as session:
        assert session.scalar(select(func.count()).select_from(NameUntil)) == 3
        session.execute(text(done))
        assert said in (found(session) or "")


def test_what_an_import_of_an_earlier_version_renamed_is_passed_over(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter = Recording.append

    def as_before(history: Recording, event: str, subjects: Sequence[str], data: Mapping[str, Any]) -> int:
        return enter(history, event, subjects, {name: data[name] for name in data if name != "names_until"})

    monkeypatch.setattr(Recording, "append", as_before)
    import_all(session)
    renamed(session, MAY, "Vale and Dale Academy")
    assert session.scalars(select(NameUntil.name)).all() == ["Vale Academy"]
    assert found(session) is None
