"""An import says exactly of whom a check would be told something else than before."""

import io
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.support.extracts import (
    AT,
    GROUPS,
    LINKS,
    MEMBERS,
    ROWS,
    SCHOOLS,
    csv_bytes,
    import_all,
    import_every_kind,
    imported,
)
from tests.support.ofsted import HOMES, OWNERS, SETTINGS
from tests.support.world import SYSTEM
from tracker.domain.errors import OutOfDateError
from tracker.domain.owners import owner_ref
from tracker.domain.register import Extract, Kind, Known
from tracker.importers.registers import LAYOUTS, read_register
from tracker.models import ProviderRow, RegisterImport
from tracker.queries.seals import KEPT_IN as SEALED
from tracker.queries.seals import known_rows
from tracker.services import registers as acts
from tracker.services.keys import Refreshed, rebuild_keys, refresh_keys
from tracker.services.registers import ImportRegister, import_register

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
VALE_TRUST = owner_ref("Vale Trust 09900003")


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


@pytest.mark.parametrize(
    ("kind", "rows", "touched"),
    [
        (Kind.GIAS_LINKS, ({**LINKS[0], "LinkName": "Ridge", "LinkEstablishedDate": "02-09-2023"}, LINKS[1]), set()),
        (Kind.GIAS_LINKS, (*LINKS, {"URN": "900003", "LinkURN": "900004"}), {"gias:900003", "gias:900004"}),
        (Kind.GIAS_LINKS, LINKS[:1], {"gias:900001", "gias:900002"}),
        (Kind.GIAS_GROUPS, ({"Group Town": "Elsewhere", "UKPRN": ""}, GROUPS[1]), set()),
        (Kind.GIAS_GROUPS, ({"Group Status": "Closed", "Closed Date": "01-01-2026"}, GROUPS[1]), {"group:9001"}),
        (Kind.GIAS_GROUP_LINKS, MEMBERS[1:], {"group:9001", "gias:900002"}),
        (
            Kind.GIAS_GROUP_LINKS,
            (MEMBERS[0], {**MEMBERS[1], "Joined date": "01-05-2019"}),
            {"group:9001", "gias:900003"},
        ),
        (Kind.GIAS_GROUP_LINKS, ({**MEMBERS[0], "EstablishmentName": "Ridge School"}, MEMBERS[1]), set()),
        (Kind.EARLY_YEARS, ({"Provider town": "Elsewhere", "Telephone Number": "01632 960999"}, *SETTINGS[1:]), set()),
        (Kind.EARLY_YEARS, ({"Postcode": "B1 1AA"}, *SETTINGS[1:]), {"ofsted-ey:EY900001"}),
        (
            Kind.EARLY_YEARS,
            tuple({**row, "Registered_Person_Name": "Acorns"} for row in SETTINGS[:2]) + SETTINGS[2:],
            {"rp:RP900001"},
        ),
        (
            Kind.EARLY_YEARS,
            (SETTINGS[0], {**SETTINGS[1], "Registered person URN": "2599003"}, *SETTINGS[2:]),
            {"ofsted-ey:EY900002", "rp:RP900001", "rp:2599003"},
        ),
        (Kind.SOCIAL_CARE, (*HOMES[:2], {**HOMES[2], "Name": "Vale"}), {"ofsted-sc:1999003"}),
        (Kind.SOCIAL_CARE_OWNERS, OWNERS[:2], {"ofsted-sc:1999003", VALE_TRUST}),
        (Kind.AUTHORITIES, ({"name": "Wenshire Council"}, ROWS[Kind.AUTHORITIES][1]), {"la:990"}),
    ],
)
def test_each_kind_touches_whom_it_says_something_else_of(
    session: Session, refreshed: list[set[str]], kind: Kind, rows: tuple[dict[str, str], ...], touched: set[str]
) -> None:
    import_every_kind(session)
    refreshed.clear()
    imported(session, kind, *rows, at=LATER, fewer=True)
    assert set().union(*refreshed) == touched


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind in SEALED])
def test_a_later_release_that_reads_rows_otherwise_reads_all_of_them_and_changes_none(
    session: Session, refreshed: list[set[str]], monkeypatch: pytest.MonkeyPatch, kind: Kind
) -> None:
    import_every_kind(session)
    before = known_rows(session, kind)
    monkeypatch.setitem(LAYOUTS, kind, replace(LAYOUTS[kind], version=LAYOUTS[kind].version + 1))
    refreshed.clear()
    summary = imported(session, kind, *ROWS[kind], at=LATER)
    assert (summary.added, summary.changed, summary.gone) == (0, 0, 0)
    assert not set().union(*refreshed)
    assert known_rows(session, kind).seals.isdisjoint(before.seals)


def test_what_another_import_changed_meanwhile_is_read_again(session: Session) -> None:
    imported(session, Kind.GIAS, *SCHOOLS)
    content = csv_bytes(Kind.GIAS, *SCHOOLS)
    stale = known_rows(session, Kind.GIAS)
    imported(session, Kind.GIAS, *SCHOOLS[:3], {**LONE_OAK, "EstablishmentName": "Lone Ash School"}, at=LATER)

    def read_again(known: Known) -> Extract:
        return read_register(Kind.GIAS, io.BytesIO(content), "x.csv", known=known)

    with pytest.raises(OutOfDateError, match="The register was changed while the file was read"):
        import_register(session, SYSTEM, ImportRegister(read_again(stale)), at=LATER)
    summary = import_register(session, SYSTEM, ImportRegister(read_again(stale), read_again=read_again), at=LATER)
    assert (summary.added, summary.changed, summary.gone) == (0, 1, 0)
    assert session.scalar(select(ProviderRow.name).where(ProviderRow.ref == "gias:900004")) == "Lone Oak School"


def test_a_region_that_a_file_first_names_is_kept_and_touches_nobody(
    session: Session, refreshed: list[set[str]]
) -> None:
    import_every_kind(session)
    refreshed.clear()
    named = [{**row, "GOR (name)": "North East"} for row in ROWS[Kind.GIAS]]
    again = imported(session, Kind.GIAS, *named, at=LATER)
    assert (again.added, again.changed) == (0, len(named))
    assert not set().union(*refreshed)
    assert set(session.scalars(select(ProviderRow.region).where(ProviderRow.register == "gias"))) == {"North East"}
