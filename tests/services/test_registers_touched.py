"""An import says exactly of whom a check would be told something else than before."""

from collections.abc import Iterable
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.support.extracts import AT, ROWS, SCHOOLS, import_all, import_every_kind, imported
from tracker.domain.register import Kind
from tracker.models import RegisterImport
from tracker.services import registers as acts
from tracker.services.keys import Refreshed, rebuild_keys, refresh_keys

LATER = AT + timedelta(days=30)


@pytest.fixture
def refreshed(monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """Of which providers and groups each import says that a check would be told something else."""
    told: list[set[str]] = []

    def refresh(session: Session, touched: Iterable[str]) -> Refreshed:
        told.append(set(touched))
        return refresh_keys(session, touched)

    monkeypatch.setattr(acts, "refresh_keys", refresh)
    return told


def test_a_second_import_of_the_same_files_changes_nothing_and_touches_nobody(
    session: Session, refreshed: list[set[str]]
) -> None:
    import_every_kind(session)
    refreshed.clear()
    for kind, rows in ROWS.items():
        again = imported(session, kind, *rows, at=LATER)
        assert (again.added, again.changed, again.gone) == (0, 0, 0)
    assert refreshed == []
    assert rebuild_keys(session).rows == 0
    assert session.scalar(select(func.count()).select_from(RegisterImport)) == 2 * len(Kind)


HILLTOP, RIDGE, VALE, LONE_OAK = SCHOOLS


@pytest.mark.parametrize(
    ("changes", "touched"),
    [
        ({"Town": "Elsewhere", "Postcode": "WE9 9ZZ", "UKPRN": "19900099", "OpenDate": "01-09-1991"}, set()),
        ({"TypeOfEstablishment (name)": "Foundation school", "EstablishmentNumber": "2999"}, set()),
        ({"EstablishmentName": "Lone Ash School"}, {"gias:900004"}),
        ({"EstablishmentStatus (name)": "Closed", "CloseDate": "31-12-2025"}, {"gias:900004"}),
        ({"PhaseOfEducation (name)": "Secondary"}, {"gias:900004"}),
        ({"Easting": "430101"}, {"gias:900004"}),
        ({"EstablishmentTypeGroup (name)": "Academies"}, {"gias:900004"}),
        ({"LA (code)": "991", "LA (name)": "Oakshire"}, {"gias:900004", "la:991"}),
    ],
)
def test_a_school_is_touched_by_what_a_check_is_told_of_it(
    session: Session, refreshed: list[set[str]], changes: dict[str, str], touched: set[str]
) -> None:
    import_all(session)
    refreshed.clear()
    summary = imported(session, Kind.GIAS, HILLTOP, RIDGE, VALE, {**LONE_OAK, **changes}, at=LATER)
    assert (summary.added, summary.changed, summary.gone) == (0, 1, 0)
    assert refreshed == [touched]
