"""Owners of settings and homes: who owns what today, who owned it before, and since when."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.extracts import AT, ROWS, import_all, imported
from tests.support.ofsted import HOMES, OWNERS, SETTINGS
from tests.support.world import Stage, employed_at
from tracker.domain.errors import BadFileError
from tracker.domain.facts import Verdict
from tracker.domain.owners import owner_ref
from tracker.domain.register import Kind
from tracker.models import GroupRow, MembershipRow, ProviderRow
from tracker.services.keys import rebuild_keys

LATER = AT + timedelta(days=40)
APRIL = "early_years_20260401.csv"
ACORN, BIG, CLUB, CHILDMINDER = SETTINGS
ELM = owner_ref("Elm Care Limited")
Owned = list[tuple[str, date | None, date | None]]


def owners_of(session: Session, provider: str) -> Owned:
    row = MembershipRow
    chosen = select(row.group_ref, row.joined_on, row.left_on).where(row.provider_ref == provider).order_by(row.id)
    return [(each[0], each[1], each[2]) for each in session.execute(chosen)]


def group(session: Session, ref: str) -> GroupRow:
    return session.scalars(select(GroupRow).where(GroupRow.ref == ref).execution_options(populate_existing=True)).one()


def test_the_first_owner_that_is_known_was_always_the_owner(session: Session) -> None:
    summary = imported(session, Kind.EARLY_YEARS, *SETTINGS)
    assert (summary.added, summary.gone) == (4, 0)
    assert "2 owners are named: 2 added. They own 3 providers: 3 newly." in summary.notes
    assert owners_of(session, "ofsted-ey:EY900001") == [("rp:RP900001", None, None)]
    assert owners_of(session, "ofsted-ey:900004") == []
    assert (group(session, "rp:RP900001").kind, group(session, "rp:RP900001").name) == (
        "Registered person",
        "Acorn Nurseries Limited",
    )
    assert rebuild_keys(session).rows == 0


def test_a_setting_that_moved_keeps_its_former_owner_with_the_end(session: Session) -> None:
    imported(session, Kind.EARLY_YEARS, *SETTINGS)
    sold = {**BIG, "Registered person URN": "RP900009", "Registered_Person_Name": "Beech Childcare Limited"}
    imported(session, Kind.EARLY_YEARS, ACORN, sold, CLUB, CHILDMINDER, name=APRIL, at=LATER, fewer=True)
    # It was the former owner's at most until the later extract, and the new one's at the earliest since the one before.
    assert owners_of(session, "ofsted-ey:EY900002") == [
        ("rp:RP900001", None, date(2026, 4, 1)),
        ("rp:RP900009", date(2026, 3, 1), None),
    ]
    again = imported(session, Kind.EARLY_YEARS, ACORN, sold, CLUB, CHILDMINDER, name=APRIL, at=LATER)
    assert (again.added, again.changed, again.gone) == (0, 0, 0)
    assert len(owners_of(session, "ofsted-ey:EY900002")) == 2
    assert rebuild_keys(session).rows == 0


def test_a_setting_that_came_back_to_its_owner_has_a_second_period(session: Session) -> None:
    imported(session, Kind.EARLY_YEARS, *SETTINGS)
    sold = {**BIG, "Registered person URN": "RP900009"}
    imported(session, Kind.EARLY_YEARS, ACORN, sold, CLUB, CHILDMINDER, name=APRIL, at=LATER, fewer=True)
    imported(session, Kind.EARLY_YEARS, *SETTINGS, name="x20260501.csv", at=LATER + timedelta(days=40), fewer=True)
    assert owners_of(session, "ofsted-ey:EY900002") == [
        ("rp:RP900001", None, date(2026, 4, 1)),
        ("rp:RP900009", date(2026, 3, 1), date(2026, 5, 1)),
        ("rp:RP900001", date(2026, 4, 1), None),
    ]


def test_what_is_no_longer_listed_is_no_longer_owned_and_stays_as_history(session: Session) -> None:
    imported(session, Kind.EARLY_YEARS, *SETTINGS)
    imported(session, Kind.EARLY_YEARS, ACORN, BIG, CHILDMINDER, name=APRIL, at=LATER, fewer=True)
    assert owners_of(session, "ofsted-ey:VC900003") == [("rp:2599003", None, date(2026, 4, 1))]
    assert group(session, "rp:2599003").gone_at == LATER
    assert rebuild_keys(session).rows == 0


def test_a_row_that_cannot_be_read_ends_nothing(session: Session) -> None:
    imported(session, Kind.EARLY_YEARS, *SETTINGS)
    summary = imported(session, Kind.EARLY_YEARS, ACORN, BIG, {**CLUB, "Provider status": "?"}, CHILDMINDER, at=LATER)
    assert (summary.changed, summary.gone, len(summary.rejected)) == (0, 0, 1)
    assert owners_of(session, "ofsted-ey:VC900003") == [("rp:2599003", None, None)]
    row = session.scalars(select(ProviderRow).where(ProviderRow.ref == "ofsted-ey:VC900003")).one()
    assert row.gone_at is None


def test_an_edition_that_redacts_the_owners_is_refused_unless_told(session: Session) -> None:
    imported(session, Kind.EARLY_YEARS, *SETTINGS)
    hidden = {"Registered person URN": "REDACTED", "Registered_Person_Name": "REDACTED"}
    rows = [{**row, **hidden} for row in SETTINGS]
    with pytest.raises(BadFileError, match="3 of 3 known memberships of owners are not in this file"):
        imported(session, Kind.EARLY_YEARS, *rows, at=LATER)
    imported(session, Kind.EARLY_YEARS, *rows, at=LATER, fewer=True)
    assert owners_of(session, "ofsted-ey:EY900001")[0][2] == date(2026, 3, 1)


def test_a_name_that_is_kept_back_from_now_on_is_not_kept_here_either(session: Session) -> None:
    imported(session, Kind.EARLY_YEARS, *SETTINGS)
    withheld = {**ACORN, "Provider name": "REDACTED", "Registered_Person_Name": "REDACTED"}
    withheld_too = {**BIG, "Registered_Person_Name": "REDACTED"}
    summary = imported(session, Kind.EARLY_YEARS, withheld, withheld_too, CLUB, CHILDMINDER, at=LATER)
    assert summary.changed == 1
    assert not [note for note in summary.notes if "former name" in note]
    assert group(session, "rp:RP900001").name == "Registered person RP900001, name withheld"
    back = imported(session, Kind.EARLY_YEARS, *SETTINGS, at=LATER)
    assert back.changed == 1
    assert not [note for note in back.notes if "former name" in note]


def test_owners_of_homes_are_one_matter_whichever_file_says_it_last(session: Session) -> None:
    imported(session, Kind.SOCIAL_CARE, *HOMES)
    imported(session, Kind.SOCIAL_CARE_OWNERS, *OWNERS)
    assert owners_of(session, "ofsted-sc:SC900002") == [(ELM, None, None)]
    rows = [{**row, "Organisation which owns the provider": "Ash Care Ltd"} for row in HOMES]
    imported(session, Kind.SOCIAL_CARE, *rows, name="sc20260401.csv", at=LATER, fewer=True)
    assert owners_of(session, "ofsted-sc:SC900002") == [
        (ELM, None, date(2026, 4, 1)),
        (owner_ref("ash care ltd"), date(2026, 3, 1), None),
    ]
    # An edition without owners says nothing of them.
    imported(session, Kind.SOCIAL_CARE, *HOMES, at=LATER)
    assert owners_of(session, "ofsted-sc:SC900002")[1][2] is None


def test_owners_of_homes_ask_for_the_homes_first_and_keep_those_of_strangers(session: Session) -> None:
    with pytest.raises(BadFileError, match="Import the providers of social care first"):
        imported(session, Kind.SOCIAL_CARE_OWNERS, *OWNERS)
    imported(session, Kind.SOCIAL_CARE, *HOMES)
    summary = imported(session, Kind.SOCIAL_CARE_OWNERS, *OWNERS, {"URN": "SC999999"})
    assert (summary.added, summary.rejected) == (4, ())
    assert summary.notes[-1].startswith("1 memberships name a provider that is on no imported register")
    assert owners_of(session, "ofsted-sc:SC999999") == [(ELM, None, None)]


def test_an_owner_joins_two_settings_in_a_check(session: Session) -> None:
    import_all(session)
    stage = Stage(session, now=AT)
    stage.policy()
    ines = stage.inspector(remits="early years")
    imported(session, Kind.EARLY_YEARS, *SETTINGS, at=stage.tick())
    stage.declares(ines, employed_at("ofsted-ey:EY900001", "2020"))
    assignment = stage.proposes(stage.inspection(provider="ofsted-ey:EY900002"), ines)
    assert assignment.verdict is Verdict.PERCEIVED
    sold = {**BIG, "Registered person URN": "RP900009", "Postcode": "B1 1AA"}
    summary = imported(
        session, Kind.EARLY_YEARS, ACORN, sold, CLUB, CHILDMINDER, name=APRIL, at=stage.tick(), fewer=True
    )
    # It was checked again. Both were the first owner's while the job ran: the former membership is not forgotten.
    assert [(each.assignment, each.now) for each in summary.verdicts] == [(assignment.ref, Verdict.PERCEIVED)]
    stage.declares(ines, employed_at("rp:RP900009", "2020"))
    session.refresh(assignment)
    assert assignment.verdict is Verdict.REAL


def test_every_kind_has_its_rows_here() -> None:
    assert set(ROWS) == set(Kind)
