"""Whatever is changed in the rows that checks rest on, and that no import changed, is found; on both databases."""

from random import Random

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from tests.support.extracts import GROUPS, LINKS, MEMBERS, ROWS, SCHOOLS, csv_bytes, import_all, imported, read
from tests.support.life import Life
from tests.support.tampering import found, undone, unguarded
from tests.support.world import SYSTEM, Stage
from tracker.domain.access import Actor
from tracker.domain.errors import BadFileError, NotPermittedError, RefusedError
from tracker.domain.register import Kind
from tracker.domain.row_digest import Part
from tracker.models import LinkRow, ProviderRow, RegisterImport
from tracker.queries.register_rows import parts, state_of
from tracker.queries.untold import untold
from tracker.services.registers import ImportRegister, import_register, preview_register
from tracker.services.restating import restate, restate_rows

PROVIDERS, LINKED, GROUPED, JOINED = (
    f"the {what} of the register {register} (table {table}) do not stand as it left them"
    for what, register, table in (
        ("providers", "gias", "provider"),
        ("links", "gias", "provider_link"),
        ("groups", "gias-groups", "provider_group"),
        ("memberships", "gias", "membership"),
    )
)
INTO_LINKS = (
    "INSERT INTO provider_link (register, of_ref, to_ref, kind, to_name, row_digest) SELECT {}, of_ref, 'gias:900004', "
    "kind, to_name, row_digest FROM provider_link WHERE register = 'gias' LIMIT 1"
)
DAMAGE = {
    "a provider is put elsewhere": ("UPDATE provider SET easting = easting + 1 WHERE ref = 'gias:900004'", PROVIDERS),
    "a provider is opened again": ("UPDATE provider SET status = 'open' WHERE ref = 'gias:900001'", PROVIDERS),
    "a provider is said to have closed later": (
        "UPDATE provider SET closed_on = '2024-08-31' WHERE ref = 'gias:900001'",
        PROVIDERS,
    ),
    "a provider has no place any more": ("UPDATE provider SET northing = NULL WHERE ref = 'gias:900004'", PROVIDERS),
    "a provider bears another name": ("UPDATE provider SET name = 'X' WHERE ref = 'gias:900002'", PROVIDERS),
    "a provider has another phase": ("UPDATE provider SET phase = 'Secondary' WHERE ref = 'gias:900002'", PROVIDERS),
    "a provider is in no authority": ("UPDATE provider SET authority = NULL WHERE ref = 'gias:900002'", PROVIDERS),
    "a provider is said to be listed no more": (
        "UPDATE provider SET gone_at = '2026-03-01 00:00:00.000000' WHERE ref = 'gias:900003'",
        PROVIDERS,
    ),
    "a provider is put on another register": (
        "UPDATE provider SET register = 'ofsted-fe-skills' WHERE ref = 'gias:900004'",
        PROVIDERS,
    ),
    "a row is sealed as if it said what tomorrow's file will": (
        "UPDATE provider SET row_digest = 'x' WHERE ref = 'gias:900004'",
        PROVIDERS,
    ),
    "two providers change their places": (
        "UPDATE provider SET easting = 840200 - easting WHERE ref IN ('gias:900003', 'gias:900004')",
        PROVIDERS,
    ),
    "all links of a register are deleted": ("DELETE FROM provider_link WHERE register = 'gias'", LINKED),
    "a link is deleted": (
        "DELETE FROM provider_link WHERE id = (SELECT min(id) FROM provider_link WHERE register = 'gias')",
        LINKED,
    ),
    "a link is slipped in": (INTO_LINKS.format("register"), LINKED),
    "a link is slipped in by a register of its own": (
        INTO_LINKS.format("'mine'"),
        "no entry speaks of the links of the register mine, and the database holds 1",
    ),
    "a group is closed": ("UPDATE provider_group SET status = 'closed' WHERE ref = 'group:9001'", GROUPED),
    "a group is deleted": ("DELETE FROM provider_group WHERE ref = 'group:9001'", GROUPED),
    "a member is said to have joined later": ("UPDATE membership SET joined_on = '2025-09-01'", JOINED),
    "a membership is ended": (
        "UPDATE membership SET left_on = '2025-09-01' WHERE left_on IS NULL AND register = 'gias'",
        JOINED,
    ),
    "a membership is deleted": ("DELETE FROM membership WHERE register = 'gias'", JOINED),
    "a former name is deleted": ("DELETE FROM former_name", "the former names (table former_name) do not stand"),
    "the verdicts that an import changed are hidden": (
        "UPDATE register_import SET details = '{}' WHERE id = 3",
        "(register:imported) is not as it was written: the record of the import says something else in its column det",
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_an_import_did_not_change_is_found(told: Engine, damage: str) -> None:
    act, says = DAMAGE[damage]
    with unguarded(told) as session:
        assert found(session) is None
        session.execute(text(act))
        assert says in (found(session) or "")


def test_what_stands_otherwise_is_named_with_its_entry_and_what_to_do(told: Engine) -> None:
    with unguarded(told) as session:
        session.execute(text("DELETE FROM provider_link"))
        said = found(session) or ""
    assert said.startswith("entry ")
    assert "(register:imported) is not as it was written" in said
    assert "Put them back from a copy of the database; or, if they are right as they are, say so" in said


def test_all_that_imports_do_in_any_order_leaves_the_history_whole(session: Session) -> None:
    """Several registers write the same tables, take rows over from each other, and fill in each other's authorities."""
    random = Random(12)
    stage = Stage(session)
    stage.policy()
    for _ in range(3):
        kinds = list(ROWS) if parts(session) else [Kind.GIAS, *(each for each in ROWS if each is not Kind.GIAS)]
        if parts(session):
            random.shuffle(kinds)
        for kind in kinds:
            imported(session, kind, *random.sample(ROWS[kind], len(ROWS[kind])), at=stage.tick(), fewer=True)
            assert found(session) is None
            imported(session, kind, ROWS[kind][0], at=stage.tick(), fewer=True)
            assert found(session) is None
    assert untold(session).rows == {}


def test_an_authority_that_another_file_takes_over_leaves_both_registers_whole(session: Session) -> None:
    imported(session, Kind.EARLY_YEARS, *ROWS[Kind.EARLY_YEARS])
    imported(session, Kind.GIAS, *SCHOOLS)
    assert Part("provider", "gias-authorities") in parts(session)
    imported(session, Kind.AUTHORITIES, *ROWS[Kind.AUTHORITIES])
    assert Part("provider", "gias-authorities") not in parts(session)
    assert found(session) is None


@pytest.mark.parametrize("seed", [1, 2])
def test_a_random_life_leaves_the_history_whole(session: Session, seed: int) -> None:
    life = Life(Stage(session), Random(seed).choice)
    life.begin()
    for _ in range(40):
        life.act()
    assert found(session) is None
    assert untold(session).rows == {}


def test_an_import_that_is_refused_or_only_tried_changes_nothing_of_what_is_told(session: Session) -> None:
    import_all(session)
    before = {part: state_of(session, part) for part in parts(session)}
    lacking = ImportRegister(read(Kind.GIAS, csv_bytes(Kind.GIAS, SCHOOLS[0])))
    for act in (preview_register, import_register):
        with pytest.raises(BadFileError, match="known rows are not in this file"):
            act(session, SYSTEM, lacking, at=Stage(session).tick())
    preview_register(session, SYSTEM, ImportRegister(lacking.extract, accept_fewer=True), at=Stage(session).tick())
    assert {part: state_of(session, part) for part in parts(session)} == before
    assert found(session) is None


def test_an_import_does_not_build_upon_rows_that_no_import_left_so(session: Session) -> None:
    """Else its own entry would tell of them as right, and whoever had changed them would be covered."""
    import_all(session)
    with undone(session):
        session.execute(text("UPDATE provider SET easting = 1 WHERE ref = 'gias:900004'"))
        renamed = csv_bytes(Kind.GIAS, {**SCHOOLS[0], "Town": "Elsewhere"}, *SCHOOLS[1:])
        for act in (preview_register, import_register):
            with pytest.raises(BadFileError, match=r"something other than an import changed them\. Put them back"):
                act(session, SYSTEM, ImportRegister(read(Kind.GIAS, renamed)), at=Stage(session).tick())
        # What it does not write, it does not tell of.
        imported(session, Kind.GIAS_LINKS, LINKS[0], fewer=True)
        assert PROVIDERS in (found(session) or "")
    imported(session, Kind.GIAS, {**SCHOOLS[0], "Town": "Elsewhere"}, *SCHOOLS[1:])
    assert found(session) is None


def test_rows_that_are_right_as_they_stand_are_restated_with_the_reason_and_imports_go_on(session: Session) -> None:
    stage = Stage(session)
    stage.policy()
    import_all(session)
    with pytest.raises(RefusedError, match="nothing to restate"):
        restate_rows(session, SYSTEM, "It was restored.", at=stage.tick())
    session.execute(text("UPDATE provider SET easting = 1 WHERE ref = 'gias:900004'"))
    session.execute(text("UPDATE provider_link SET register = 'mine'"))
    assert found(session) is not None
    with pytest.raises(RefusedError, match="Say why"):
        restate_rows(session, SYSTEM, "  ", at=stage.tick())
    with pytest.raises(NotPermittedError):
        restate_rows(session, Actor("person:P1", "Pat", frozenset()), "Because.", at=stage.tick())
    assert restate_rows(session, SYSTEM, "The file had it wrong.", at=stage.tick()) == [
        Part("provider", "gias"),
        Part("provider_link", "gias"),
        Part("provider_link", "mine"),
    ]
    assert found(session) is None
    imported(session, Kind.GIAS, {**SCHOOLS[0], "Town": "Elsewhere"}, *SCHOOLS[1:], at=stage.tick())
    imported(session, Kind.GIAS_LINKS, LINKS[0], at=stage.tick(), fewer=True)
    assert found(session) is None
    session.execute(text("UPDATE provider SET easting = 2 WHERE ref = 'gias:900004'"))
    assert PROVIDERS in (found(session) or "")


def test_rows_of_which_no_import_tells_are_passed_over_and_counted(session: Session) -> None:
    """As those of a database that was filled by hand, without any import."""
    stage = Stage(session)
    stage.policy()
    session.add(LinkRow(register="gias", of_ref="gias:1", to_ref="gias:2", kind="Successor", row_digest=""))
    session.flush()
    assert found(session) is None
    assert untold(session).said == "1 row of the registers"
    restate(session, SYSTEM, at=stage.tick())
    assert untold(session).said == ""
    session.execute(text("DELETE FROM provider_link"))
    assert LINKED in (found(session) or "")


def test_small_imports_leave_rows_in_every_table_that_is_told_of(session: Session) -> None:
    for kind, rows in ((Kind.GIAS, SCHOOLS), (Kind.GIAS_LINKS, LINKS), (Kind.GIAS_GROUPS, GROUPS)):
        imported(session, kind, *rows)
    imported(session, Kind.GIAS_GROUP_LINKS, *MEMBERS)
    assert {part.table for part in parts(session)} == {
        *("provider", "provider_link", "provider_group", "membership", "former_name")
    }
    assert session.scalar(select(func.count()).select_from(ProviderRow)) == 5
    assert session.scalar(select(func.count()).select_from(RegisterImport)) == 4
