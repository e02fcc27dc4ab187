"""Rows are told of the same on both databases, read back or as they are written, and in every column."""

import json
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.support.extracts import ROWS, imported
from tracker.domain.facts import Status
from tracker.domain.register import Kind
from tracker.domain.row_digest import Part, told_of
from tracker.models import Base, MembershipRow, ProviderRow
from tracker.queries.register_rows import FORMS, as_told, in_words, numbered_rows, parts, state_of

ODD = 'a"b\\c/d\n\t\b\x01\x1e\x1f\x7fé\u2028\U0001f600,]['
GIAS = Part("provider", "gias")


def _provider(ref: str, **said: object) -> ProviderRow:
    told = {"name": ODD, "status": Status.OPEN, "row_digest": "x", **said}
    return ProviderRow(ref=ref, register="gias", **told)


@pytest.mark.parametrize("table", FORMS)
def test_every_column_but_the_rows_own_number_is_told_of(table: str) -> None:
    """A column that is added belongs into the table's form, whose number it raises."""
    columns = Base.metadata.tables[table].columns.keys()
    assert sorted((*FORMS[table].columns, "id")) == sorted(columns)
    assert len(set(columns)) == len(columns)
    assert ("register" in columns) == FORMS[table].has_registers


def test_rows_are_told_of_the_same_on_both_databases(session: Session) -> None:
    """Each is the plain JSON of its values, so that anybody can tell it again without either database."""
    gone = datetime(2026, 3, 2, 9, 30, 0, 120, tzinfo=UTC)
    session.add(_provider("gias:2", closed_on=date(2023, 8, 31), easting=400100, gone_at=gone))
    session.add(_provider("gias:10", authority="", other_numbers="null"))
    session.add(MembershipRow(register="gias", provider_ref="gias:2", group_ref="group:1", row_digest="", period=2))
    session.flush()
    blank = dict.fromkeys(("kind", "type_group", "phase", "authority_name", "town", "region", "postcode"), "")
    same = {**blank, "name": ODD, "register": "gias", "status": "open", "row_digest": "x"}
    closed = {"closed_on": "2023-08-31", "easting": 400100, "gone_at": "2026-03-02 09:30:00.000120"}
    rows = (
        {**same, "ref": "gias:2", "other_numbers": "", **closed},
        {**same, "ref": "gias:10", "other_numbers": "null", "authority": ""},
    )
    lines = [
        json.dumps([row.get(name) for name in FORMS["provider"].columns], ensure_ascii=False, separators=(",", ":"))
        for row in rows
    ]
    assert [row.decode() for _, row in numbered_rows(session, GIAS) or ()] == lines
    assert state_of(session, GIAS) == told_of(1, FORMS["provider"].columns, [line.encode() for line in lines])
    assert [row for _, row in numbered_rows(session, Part("membership", "gias")) or ()] == [
        b'["gias:2","group:1",null,null,"gias","",2]'
    ]
    assert parts(session) == {GIAS: 2, Part("membership", "gias"): 1}


def test_rows_are_told_of_as_they_are_written_as_they_are_read_back() -> None:
    names = ("ref", "source", "name")
    (line,) = as_told("former_name", names, [("gias:1", "link", ODD)])
    assert json.loads(line) == ["gias:1", ODD, "link"]
    assert line.decode() == json.dumps(["gias:1", ODD, "link"], ensure_ascii=False, separators=(",", ":"))


def test_bytes_that_stand_for_a_text_are_no_reason_to_fail(session: Session) -> None:
    """PostgreSQL lets none stand."""
    session.add(_provider("gias:1"))
    session.flush()
    as_text = state_of(session, GIAS)
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("UPDATE provider SET name = CAST(name AS BLOB)"))
        assert state_of(session, GIAS) not in (as_text, state_of(session, Part("provider", "other")))


def test_parts_are_called_by_their_registers(session: Session) -> None:
    imported(session, Kind.GIAS, *ROWS[Kind.GIAS])
    assert [in_words(part) for part in parts(session)] == [
        "the providers of the register gias",
        "the providers of the register gias-authorities",
    ]
    assert in_words(Part("former_name", "")) == "the former names"
