"""What joins registers: authorities by name, colleges by UKPRN, and homes that are schools, in whichever order."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import permutations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.extracts import AT, SCHOOLS, csv_bytes, imported, read
from tests.support.ofsted import COLLEGES, COUNCILS, HOMES, SETTINGS
from tests.support.world import SYSTEM, Stage, employed_at
from tracker.domain.facts import Status, Verdict
from tracker.domain.register import Kind
from tracker.models import AreaOf, FormerName, LinkRow, ProviderRow
from tracker.services.keys import rebuild_keys
from tracker.services.registers import ImportRegister, import_register

LATER = AT + timedelta(days=30)


def provider(session: Session, ref: str) -> ProviderRow:
    return session.scalars(
        select(ProviderRow).where(ProviderRow.ref == ref).execution_options(populate_existing=True)
    ).one()


def links(session: Session, kind: str) -> set[tuple[str, str]]:
    row = LinkRow
    listed = select(row.of_ref, row.to_ref).where(row.kind == kind, row.gone_at.is_(None))
    return {(each[0], each[1]) for each in session.execute(listed)}


def notes_with(words: str, notes: Iterable[str]) -> list[str]:
    return [note for note in notes if words in note]


def test_a_setting_is_placed_in_the_authority_that_its_register_names(session: Session) -> None:
    imported(session, Kind.GIAS, *SCHOOLS)
    imported(session, Kind.EARLY_YEARS, *SETTINGS)
    assert provider(session, "ofsted-ey:EY900001").authority == "990"
    assert provider(session, "ofsted-ey:900004").authority == "990"


def test_an_unknown_authority_is_named_in_the_note_with_how_many_name_it(session: Session) -> None:
    imported(session, Kind.GIAS, *SCHOOLS)
    rows = ({}, {"Provider URN": "EY900002", "Local authority": "Cumbria"}, {"Provider URN": "EY900003"})
    summary = imported(session, Kind.EARLY_YEARS, *rows, {"Provider URN": "EY900004", "Local authority": "Cumbria"})
    (note,) = notes_with("not known", summary.notes)
    assert note.startswith("2 providers name a local authority that is not known, and have none: Cumbria (2).")
    assert provider(session, "ofsted-ey:EY900002").authority is None
    assert provider(session, "ofsted-ey:EY900002").authority_name == "Cumbria"


@pytest.mark.parametrize("kind", [Kind.GIAS, Kind.AUTHORITIES])
def test_authorities_that_become_known_later_take_in_whom_they_name(session: Session, kind: Kind) -> None:
    first = imported(session, Kind.EARLY_YEARS, *SETTINGS)
    assert "4 providers name a local authority, and none is known yet" in first.notes[1]
    then = imported(session, kind, *(SCHOOLS if kind is Kind.GIAS else COUNCILS), at=LATER)
    assert notes_with("4 providers of registers that name no codes are placed", then.notes)
    assert provider(session, "ofsted-ey:EY900001").authority == "990"
    assert rebuild_keys(session).rows == 0


def test_another_name_of_an_authority_finds_it_also_once_it_was_renamed(session: Session) -> None:
    imported(session, Kind.AUTHORITIES, *COUNCILS)
    by_other = {"Provider URN": "EY900002", "Local authority": "Old Wenshire"}
    imported(session, Kind.EARLY_YEARS, {}, by_other)
    assert provider(session, "ofsted-ey:EY900002").authority == "990"
    imported(session, Kind.AUTHORITIES, {**COUNCILS[0], "name": "Greater Wenshire"}, COUNCILS[1], at=LATER)
    assert provider(session, "ofsted-ey:EY900001").authority == "990"
    names = set(session.scalars(select(FormerName.name).where(FormerName.ref == "la:990")))
    assert names == {"Wenshire", "Wenshire County Council", "Old Wenshire"}


def test_an_authority_that_no_school_names_any_more_gives_way_to_the_new_one_of_its_name(session: Session) -> None:
    imported(session, Kind.GIAS, *SCHOOLS)
    imported(session, Kind.EARLY_YEARS, *SETTINGS)
    moved = [{**row, "LA (code)": "998"} for row in SCHOOLS]
    summary = imported(session, Kind.GIAS, *moved, at=LATER)
    assert notes_with("1 local authorities are drawn from the establishments: 1 added, 1 gone.", summary.notes)
    assert provider(session, "ofsted-ey:EY900001").authority == "998"
    assert imported(session, Kind.EARLY_YEARS, *SETTINGS, at=LATER).changed == 0
    assert provider(session, "ofsted-ey:EY900001").authority == "998"


def test_what_the_file_of_authorities_says_is_never_overwritten_by_what_the_schools_say(session: Session) -> None:
    council = {"name": "Wenshire Council"}
    for first, second in permutations(((Kind.AUTHORITIES, (council, COUNCILS[1])), (Kind.GIAS, SCHOOLS))):
        for kind, rows in (first, second):
            summary = imported(session, kind, *rows, at=LATER)
        assert provider(session, "la:990").name == "Wenshire Council"
        assert provider(session, "la:990").register == "authorities"
        assert (summary.gone, provider(session, "la:990").gone_at) == (0, None)


def test_an_authority_drawn_from_the_schools_counts_as_added_when_the_file_first_names_it(session: Session) -> None:
    imported(session, Kind.GIAS, *SCHOOLS)
    assert provider(session, "la:990").register == "gias-authorities"
    summary = imported(session, Kind.AUTHORITIES, *COUNCILS)
    assert (summary.added, summary.changed) == (2, 0)


def test_an_authority_that_ended_is_closed_and_in_one_line_with_its_successor(session: Session) -> None:
    imported(session, Kind.AUTHORITIES, *COUNCILS)
    ended = provider(session, "la:991")
    assert (ended.status, ended.closed_on) == (Status.CLOSED, date(2023, 3, 31))
    assert links(session, "Successor") == {("la:991", "la:990")}
    areas = dict(session.execute(select(AreaOf.ref, AreaOf.area)).all())
    assert areas["la:990"] == areas["la:991"]


@pytest.mark.parametrize("order", list(permutations((Kind.GIAS, Kind.FE_SKILLS))))
def test_a_college_is_linked_with_every_establishment_of_its_ukprn_whichever_comes_first(
    session: Session, order: tuple[Kind, Kind]
) -> None:
    twin = {"URN": "900005", "EstablishmentName": "Hilltop Sixth Form", "UKPRN": "19900001"}
    rows = {Kind.GIAS: (*SCHOOLS, twin), Kind.FE_SKILLS: COLLEGES}
    for kind in order:
        summary = imported(session, kind, *rows[kind])
    assert notes_with("2 links join further education and skills with GIAS by their UKPRN: 2 added", summary.notes)
    both = {("ukprn:19900001", "gias:900001"), ("ukprn:19900001", "gias:900005")}
    assert links(session, "Same UKPRN") == both
    for kind in order:
        assert imported(session, kind, *rows[kind], at=LATER).changed == 0
    assert links(session, "Same UKPRN") == both
    renumbered = {**twin, "UKPRN": "19900009"}
    imported(session, Kind.GIAS, *SCHOOLS, renumbered, at=LATER)
    assert links(session, "Same UKPRN") == {("ukprn:19900001", "gias:900001"), ("ukprn:19900009", "gias:900005")}
    assert rebuild_keys(session).rows == 0


def test_a_home_that_is_a_school_is_linked_with_it_until_its_register_says_otherwise(session: Session) -> None:
    imported(session, Kind.SOCIAL_CARE, *HOMES)
    school = {("ofsted-sc:1999003", "gias:900003")}
    assert links(session, "Linked education URN") == school
    # One that is not listed says nothing of it.
    imported(session, Kind.SOCIAL_CARE, *HOMES[:2], at=LATER, fewer=True)
    assert links(session, "Linked education URN") == school
    imported(session, Kind.SOCIAL_CARE, *HOMES[:2], {**HOMES[2], "Linked education URN": ""}, at=LATER)
    assert links(session, "Linked education URN") == set()
    assert rebuild_keys(session).rows == 0


def test_the_same_provider_on_two_registers_is_a_link_that_a_check_sees(session: Session) -> None:
    imported(session, Kind.GIAS, *SCHOOLS)
    stage = Stage(session, now=AT)
    stage.policy()
    ines = stage.inspector(remits="social care")
    stage.declares(ines, employed_at("gias:900003", "2024"))
    assignment = stage.proposes(stage.inspection(provider="ofsted-sc:1999003"), ines)
    assert assignment.verdict is Verdict.UNDETERMINED
    summary = imported(session, Kind.SOCIAL_CARE, *HOMES, at=stage.tick())
    assert [(each.assignment, each.before, each.now) for each in summary.verdicts] == [
        (assignment.ref, Verdict.UNDETERMINED, Verdict.PERCEIVED)
    ]


def test_circles_of_links_are_kept_and_what_they_join_is_one_line(session: Session) -> None:
    imported(session, Kind.GIAS, *SCHOOLS)
    circle = [
        {"URN": one, "LinkURN": other, "LinkType": kind}
        for one, other in (("900001", "900002"), ("900002", "900003"), ("900003", "900001"))
        for kind in ("Successor", "Predecessor")
    ]
    summary = imported(session, Kind.GIAS_LINKS, *circle)
    assert (summary.added, summary.rejected) == (6, ())
    areas = dict(session.execute(select(AreaOf.ref, AreaOf.area)).all())
    assert len({areas[f"gias:90000{number}"] for number in (1, 2, 3)}) == 1
    assert rebuild_keys(session).rows == 0


@pytest.mark.parametrize(
    "name", ["\\N", "Back\\slash \\.", "Ysgol Tŷ’r Felin", 'O\'Neill "House"', "a,b;c|d", "-", "1e5"]
)
def test_a_name_is_kept_as_it_stands_whatever_signs_it_has(session: Session, name: str) -> None:
    row = {"URN": "900009", "EstablishmentName": name}
    content = csv_bytes(Kind.GIAS, *SCHOOLS, row, encoding="utf-8")
    summary = import_register(session, SYSTEM, ImportRegister(read(Kind.GIAS, content)), at=AT)
    if name == "-":
        assert [each.reason for each in summary.rejected] == ["has no EstablishmentName"]
        return
    assert provider(session, "gias:900009").name == name
    later = csv_bytes(Kind.GIAS, *SCHOOLS, {**row, "Town": f"{name} Town"}, encoding="utf-8")
    assert import_register(session, SYSTEM, ImportRegister(read(Kind.GIAS, later)), at=LATER).changed == 1
    assert (provider(session, "gias:900009").name, provider(session, "gias:900009").town) == (name, f"{name} Town")


def test_an_inspection_planned_before_its_register_came_gets_the_remit_and_one_that_is_over_keeps_it(
    session: Session,
) -> None:
    stage = Stage(session)
    ahead = stage.inspection("INS-1", "gias:900004")
    over = stage.inspection("INS-2", "gias:900004", starts_on=date(2026, 2, 2), ends_on=date(2026, 2, 3))
    assert {ahead.remit, over.remit} == {"schools"}
    *others, oak = SCHOOLS
    kind = {"EstablishmentTypeGroup (name)": "Independent schools"}
    summary = imported(session, Kind.GIAS, *others, {**oak, **kind})
    assert notes_with("1 inspections planned before now have the remit", summary.notes)
    session.expire_all()
    assert (ahead.remit, over.remit) == ("independent", "schools")
    assert not notes_with("have the remit", imported(session, Kind.GIAS, *others, {**oak, **kind}, at=LATER).notes)
