"""Importing a register writes only what changed, keeps what vanished, and checks again whom it touches."""

import json
from datetime import date, timedelta

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
    read,
)
from tests.support.world import SCHEDULER, SYSTEM, Stage, employed_at
from tracker.domain.errors import BadFileError, NotPermittedError
from tracker.domain.facts import Status, Verdict
from tracker.domain.lifecycle import State
from tracker.domain.register import Kind
from tracker.models import (
    AreaOf,
    ConnectionKey,
    FormerName,
    GroupRow,
    HistoryEntry,
    HistorySubject,
    LinkRow,
    MembershipRow,
    ProviderKey,
    ProviderRow,
)
from tracker.queries import registers
from tracker.services.checks import loaded
from tracker.services.keys import rebuild_keys
from tracker.services.registers import ImportRegister, import_register, preview_register

LATER = AT + timedelta(days=30)
APRIL = "extract20260401.csv"


def provider(session: Session, ref: str) -> ProviderRow:
    return session.scalars(
        select(ProviderRow).where(ProviderRow.ref == ref).execution_options(populate_existing=True)
    ).one()


def memberships(session: Session, ref: str) -> list[tuple[str, date | None, date | None, int]]:
    row = MembershipRow
    chosen = select(row.group_ref, row.joined_on, row.left_on, row.period).where(row.provider_ref == ref)
    return [tuple(each) for each in session.execute(chosen.order_by(row.id))]  # type: ignore[misc]


def keys(session: Session, ref: str) -> set[str]:
    return set(session.scalars(select(ProviderKey.key).where(ProviderKey.provider == ref)))


def area(session: Session, ref: str) -> str | None:
    return session.scalar(select(AreaOf.area).where(AreaOf.ref == ref))


def test_the_four_files_make_the_register(session: Session) -> None:
    first = imported(session, Kind.GIAS, *SCHOOLS)
    assert (first.rows, first.added, first.changed, first.gone, first.rejected) == (4, 4, 0, 0, ())
    assert first.notes == ("1 local authorities are drawn from the establishments: 1 added.",)
    imported(session, Kind.GIAS_LINKS, *LINKS)
    imported(session, Kind.GIAS_GROUPS, *GROUPS)
    imported(session, Kind.GIAS_GROUP_LINKS, *MEMBERS)
    assert provider(session, "gias:900001").status is Status.CLOSED
    assert provider(session, "la:990").name == "Wenshire"
    assert area(session, "gias:900001") == area(session, "gias:900002") == "line:gias:900001"
    assert area(session, "gias:900004") is None
    # The sponsor bears the trust's name in another case: one body, and the trust stands for it.
    assert keys(session, "gias:900002") == keys(session, "gias:900003") == {"group:9001"}
    assert area(session, "group:9002") == area(session, "group:9001") == "line:group:9001"
    assert memberships(session, "gias:900003") == [("group:9001", date(1900, 1, 1), None, 1)]


def test_only_what_changed_is_written_and_a_former_name_is_kept(session: Session) -> None:
    import_all(session)
    vale = {**SCHOOLS[2], "EstablishmentName": "Vale and Dale Academy"}
    new = {"URN": "900005", "EstablishmentName": "New School", "LA (code)": "991", "LA (name)": "Oakshire"}
    summary = imported(session, Kind.GIAS, *SCHOOLS[:2], vale, SCHOOLS[3], new, at=LATER)
    assert (summary.added, summary.changed, summary.gone) == (1, 1, 0)
    former = select(FormerName.name, FormerName.source).where(FormerName.ref == "gias:900003")
    assert session.execute(former).all() == [("Vale Academy", summary.ref)]
    assert provider(session, "la:991").name == "Oakshire"
    assert rebuild_keys(session).rows == 0


def test_a_name_that_a_link_gives_is_a_former_name_unless_only_its_case_differs(session: Session) -> None:
    imported(session, Kind.GIAS, *SCHOOLS)
    imported(session, Kind.GIAS_LINKS, {**LINKS[0], "LinkName": "RIDGE  academy"}, LINKS[1])
    rows = session.execute(select(FormerName.ref, FormerName.name, FormerName.source)).all()
    assert rows == [("gias:900001", "Hilltop Primary", "link")]


def test_what_vanished_is_gone_and_comes_back_when_it_is_listed_again(session: Session) -> None:
    import_all(session)
    fewer = imported(session, Kind.GIAS, *SCHOOLS[:3], at=LATER, fewer=True)
    assert (fewer.added, fewer.changed, fewer.gone) == (0, 0, 1)
    assert provider(session, "gias:900004").gone_at == LATER
    assert imported(session, Kind.GIAS, *SCHOOLS[:3], at=LATER).gone == 0
    back = imported(session, Kind.GIAS, *SCHOOLS, at=LATER)
    assert (back.added, back.changed, back.gone) == (0, 1, 0)
    assert provider(session, "gias:900004").gone_at is None
    assert rebuild_keys(session).rows == 0


def test_a_link_that_vanished_joins_no_line_any_more(session: Session) -> None:
    import_all(session)
    other = {"URN": "900003", "LinkURN": "900004", "LinkName": "Lone Oak School", "LinkType": "Other"}
    assert imported(session, Kind.GIAS_LINKS, other, at=LATER, fewer=True).gone == 2
    assert session.scalar(select(func.count()).where(LinkRow.gone_at.is_not(None))) == 2
    assert (area(session, "gias:900001"), area(session, "gias:900002")) == (None, "line:gias:900002")
    assert area(session, "gias:900004") == area(session, "gias:900003") == "line:gias:900003"
    assert rebuild_keys(session).rows == 0


def test_a_link_through_a_stranger_is_kept_and_the_line_runs_through_it(session: Session) -> None:
    imported(session, Kind.GIAS, *SCHOOLS)
    rows = ({"URN": "900004", "LinkURN": "899999"}, {"URN": "899999", "LinkURN": "900003", "LinkName": ""})
    summary = imported(session, Kind.GIAS_LINKS, *rows)
    assert "2 links name a provider that is on no imported register" in summary.notes[0]
    assert area(session, "gias:900003") == area(session, "gias:900004") == area(session, "gias:899999") is not None


def test_a_group_may_vanish_be_renamed_and_come_back(session: Session) -> None:
    import_all(session)
    renamed = {"Group Name": "Beech Trust"}
    summary = imported(session, Kind.GIAS_GROUPS, renamed, at=LATER, fewer=True)
    assert (summary.added, summary.changed, summary.gone) == (0, 1, 1)
    # The trust's name is another now, so that the sponsor is a body of its own.
    assert area(session, "group:9002") is None
    assert set(session.scalars(select(FormerName.name))) == {"Hilltop Primary", "Birch Trust"}
    imported(session, Kind.GIAS_GROUPS, *GROUPS, at=LATER)
    assert session.scalar(select(func.count()).where(GroupRow.gone_at.is_not(None))) == 0
    assert rebuild_keys(session).rows == 0


def test_a_sponsor_that_becomes_another_kind_of_group_leaves_the_trust_of_its_name_a_body_of_its_own(
    session: Session,
) -> None:
    import_all(session)
    imported(session, Kind.GIAS_GROUPS, GROUPS[0], {**GROUPS[1], "Group Type": "Federation"}, at=LATER)
    assert (area(session, "group:9001"), area(session, "group:9002")) == (None, None)
    assert keys(session, "gias:900002") == {"group:9001"}
    assert rebuild_keys(session).rows == 0


def test_a_membership_that_vanished_ended_on_the_day_of_the_extract_and_a_new_one_is_a_second_period(
    session: Session,
) -> None:
    import_all(session)
    imported(session, Kind.GIAS_GROUP_LINKS, MEMBERS[1], name=APRIL, at=LATER + timedelta(days=9), fewer=True)
    left = ("group:9001", date(2023, 9, 1), date(2026, 4, 1), 1)
    assert memberships(session, "gias:900002") == [left]
    imported(session, Kind.GIAS_GROUP_LINKS, *MEMBERS, at=LATER + timedelta(days=19))
    assert memberships(session, "gias:900002") == [left, ("group:9001", date(2023, 9, 1), None, 2)]
    imported(session, Kind.GIAS_GROUP_LINKS, MEMBERS[1], name="no day.csv", at=LATER + timedelta(days=29), fewer=True)
    assert memberships(session, "gias:900002")[1] == ("group:9001", date(2023, 9, 1), date(2026, 4, 30), 2)
    assert rebuild_keys(session).rows == 0


def test_a_joining_day_that_becomes_known_is_set_right_and_another_one_is_another_membership(session: Session) -> None:
    import_all(session)
    known, moved = {**MEMBERS[1], "Joined date": "01-05-2019"}, {"Joined date": "01-01-2025"}
    summary = imported(session, Kind.GIAS_GROUP_LINKS, moved, known, at=LATER, name=APRIL, fewer=True)
    assert (summary.added, summary.changed, summary.gone) == (1, 1, 1)
    assert memberships(session, "gias:900003") == [("group:9001", date(2019, 5, 1), None, 1)]
    assert memberships(session, "gias:900002") == [
        ("group:9001", date(2023, 9, 1), date(2026, 4, 1), 1),
        ("group:9001", date(2025, 1, 1), None, 1),
    ]


def test_a_member_of_an_unknown_group_is_rejected_and_an_unknown_member_kept(session: Session) -> None:
    import_all(session)
    rows = (*MEMBERS, {"URN": "900004", "Group UID": "9999"}, {"URN": "800000", "EstablishmentName": "Elsewhere"})
    summary = imported(session, Kind.GIAS_GROUP_LINKS, *rows)
    (rejected,) = summary.rejected
    assert (rejected.line, rejected.identifier) == (4, "900004")
    assert rejected.reason == "is in group:9999, which is on no imported register of groups"
    assert summary.notes[0].startswith("1 memberships name a provider that is on no imported register")
    assert keys(session, "gias:800000") == {"group:9001"}


def test_what_builds_upon_another_register_asks_for_that_first(session: Session) -> None:
    for kind, rows in ((Kind.GIAS_LINKS, LINKS), (Kind.GIAS_GROUP_LINKS, MEMBERS)):
        with pytest.raises(BadFileError, match="Import the establishments first: “tracker register import gias FILE”"):
            imported(session, kind, *rows)
    imported(session, Kind.GIAS, *SCHOOLS)
    with pytest.raises(BadFileError, match="Import the groups first: “tracker register import gias-groups FILE”"):
        imported(session, Kind.GIAS_GROUP_LINKS, *MEMBERS)


@pytest.mark.parametrize("kind", list(Kind))
def test_a_part_of_a_register_is_refused_unless_fewer_are_accepted(session: Session, kind: Kind) -> None:
    import_every_kind(session)
    with pytest.raises(BadFileError, match="known rows are not in this file"):
        imported(session, kind, *ROWS[kind][1:], at=LATER)
    assert imported(session, kind, *ROWS[kind][1:], at=LATER, fewer=True).gone == 1


def test_an_extract_older_than_the_last_is_noted(session: Session) -> None:
    imported(session, Kind.GIAS, *SCHOOLS)
    older = imported(session, Kind.GIAS, *SCHOOLS, name="x20251231.csv")
    assert older.notes[0] == "This extract, of 2025-12-31, is older than the one imported before it, of 2026-03-01."


def test_a_preview_says_what_would_change_and_changes_nothing(session: Session) -> None:
    import_all(session)
    before = session.scalar(select(func.max(HistoryEntry.seq)))
    command = ImportRegister(read(Kind.GIAS, csv_bytes(Kind.GIAS, *SCHOOLS, {"URN": "900009"})))
    preview = preview_register(session, SYSTEM, command, at=LATER)
    assert (preview.ref, preview.added, preview.changed, preview.gone) == ("", 1, 0, 0)
    assert session.scalar(select(func.max(HistoryEntry.seq))) == before
    assert session.scalar(select(func.count()).where(ProviderRow.ref == "gias:900009")) == 0


def test_an_import_leaves_its_entry_and_its_record(session: Session) -> None:
    summary = imported(session, Kind.GIAS, *SCHOOLS, {"URN": "none"})
    entry = session.scalars(
        select(HistoryEntry)
        .join(HistorySubject, HistorySubject.seq == HistoryEntry.seq)
        .where(HistorySubject.subject == f"import:{summary.ref}")
    ).one()
    assert entry.event == "register:imported"
    assert json.loads(entry.entry)["data"] == {
        "kind": "gias",
        "file": "extract20260301.csv",
        "digest": summary.extract.file_digest,
        "extract_on": "2026-03-01",
        "rows": 5,
        "added": 4,
        "changed": 0,
        "gone": 0,
        "rejected": 1,
        "names_until": None,
    }
    kept = registers.import_by_ref(session, summary.ref)
    assert kept == registers.latest_imports(session)[Kind.GIAS] == registers.imports(session)[0]
    assert kept is not None
    assert (kept.rows, kept.added, kept.rejects, kept.notes) == (5, 4, summary.rejected, summary.notes)


def test_only_an_administrator_imports(session: Session) -> None:
    command = ImportRegister(read(Kind.GIAS, csv_bytes(Kind.GIAS, *SCHOOLS)))
    for act in (import_register, preview_register):
        with pytest.raises(NotPermittedError):
            act(session, SCHEDULER, command, at=AT)


def test_an_import_checks_again_whom_it_touches(session: Session) -> None:
    import_all(session)
    stage = Stage(session, now=AT)
    stage.policy()
    ines, omar = stage.inspector(), stage.inspector("T200", "Omar Inspector")
    stage.declares(ines, employed_at("gias:900004", "2020"))
    stage.declares(omar)
    inspection = stage.inspection(provider="gias:900003")
    assignment, other = stage.proposes(inspection, ines), stage.proposes(inspection, omar)
    stage.confirms(assignment)
    assert assignment.state is State.CONFIRMED
    # Lone Oak joins the trust in which the inspected academy is.
    joins = {"URN": "900004", "Joined date": "02-03-2026"}
    summary = imported(session, Kind.GIAS_GROUP_LINKS, *MEMBERS, joins, at=stage.tick())
    assert [(each.assignment, each.before, each.now, each.questioned) for each in summary.verdicts] == [
        (assignment.ref, Verdict.CLEAR, Verdict.PERCEIVED, True)
    ]
    row, untouched = loaded(session, assignment.ref), loaded(session, other.ref)
    assert row is not None
    assert untouched is not None
    assert (row.state, row.verdict, untouched.verdict) == (State.QUESTIONED, Verdict.PERCEIVED, Verdict.CLEAR)
    held = session.scalars(select(ConnectionKey.key).where(ConnectionKey.inspector_id == ines.id))
    assert set(held) == {"gias:900004", "group:9001"}
    assert rebuild_keys(session).rows == 0
    assert registers.imports(session)[0].verdicts == summary.verdicts
