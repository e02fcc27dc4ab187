"""The demonstration: everything that issue and policy promise is there to be found, and its history is whole."""

import re
import socket
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, joinedload

from config import Config
from tests.support.databases import Fresh
from tracker import create_app
from tracker.cli import main
from tracker.cli.demo.episodes import scenes
from tracker.cli.demo.people import ME, PASSWORD, SIGN_INS
from tracker.cli.demo.register import make_register
from tracker.cli.demo.serving import free_port
from tracker.database import make_engine
from tracker.domain.access import Role
from tracker.domain.facts import Holder, Nature, Verdict
from tracker.domain.lifecycle import OPEN, State
from tracker.domain.policy import REACHES
from tracker.models import (
    Account,
    Assignment,
    ConflictCheck,
    ConnectionRow,
    Decision,
    Declaration,
    DeclarationKind,
    FindingRow,
    HistoryEntry,
    InForce,
    Inspection,
    Inspector,
    InspectorQuestion,
    Mitigation,
    Objection,
    ObjectionAnswer,
    ProviderRow,
    RegisterImport,
)
from tracker.queries.verification import verify
from tracker.services.keys import rebuild_keys

TODAY = date(2026, 11, 23)
SILENCES = {"no-declaration", "out-of-date", "awaiting-review", "unknown-provider", "familiarity", "objection"}


@dataclass(frozen=True)
class World:
    """The demonstration as the command made it, and what the command said."""

    url: str
    engine: Engine
    said: str
    entries: int


def run(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(
        main, arguments, env={"TRACKER_DATABASE_URL": url, "TRACKER_SECRET_KEY": "only for tests" * 4}
    )


@pytest.fixture(scope="module")
def world(sqlite_fresh: Fresh) -> Iterator[World]:
    url = sqlite_fresh()
    result = run(url, "demo", "--no-serve", "--today", TODAY.isoformat())
    assert result.exit_code == 0, result.output
    engine = make_engine(url)
    with Session(engine) as session:
        entries = _count(session, HistoryEntry)
    yield World(url, engine, result.output, entries)
    engine.dispose()


@pytest.fixture
def session(world: World) -> Iterator[Session]:
    with Session(world.engine) as opened:
        yield opened


def _count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_one_sign_in_a_role_is_printed_with_its_password(world: World) -> None:
    assert PASSWORD in world.said
    assert all(each.email in world.said for each in SIGN_INS)
    assert {role for each in SIGN_INS for role in each.roles} == set(Role)


def test_nothing_of_the_generated_files_is_rejected(session: Session) -> None:
    imports = session.scalars(select(RegisterImport)).all()
    assert [each.kind for each in imports] == ["gias", "gias-links", "gias-groups", "gias-group-links"]
    assert [each.rejected for each in imports] == [0, 0, 0, 0]


def test_it_has_the_size_that_it_promises(session: Session) -> None:
    assert 1_800 <= _count(session, ProviderRow) <= 2_300
    assert _count(session, Inspector) == 60
    assert _count(session, Inspection) >= 90
    assert _count(session, Assignment) >= 150
    assert _count(session, Declaration) >= 110
    undeclared = 60 - _count(session, InForce)
    assert undeclared == 3, "two never declared, and one has withdrawn"
    assert {*session.scalars(select(Declaration.kind))} == set(DeclarationKind)


def test_every_state_and_every_verdict_is_there(session: Session) -> None:
    assert {*session.scalars(select(Assignment.state))} == set(State)
    assert {*session.scalars(select(Assignment.verdict))} == set(Verdict)
    open_now = {*session.scalars(select(Assignment.verdict).where(Assignment.state == State.PROPOSED))}
    assert open_now == set(Verdict), "each is waiting for a visitor"


def test_every_rule_has_found_something(session: Session) -> None:
    assert {*session.scalars(select(FindingRow.rule))} >= {*REACHES, *SILENCES}


def test_each_scene_finds_what_it_is_there_for(session: Session) -> None:
    for scene in scenes(make_register(TODAY).landmarks, TODAY):
        found = session.scalars(
            select(FindingRow.rule)
            .join(ConflictCheck, ConflictCheck.id == FindingRow.check_id)
            .join(Assignment, Assignment.id == ConflictCheck.assignment_id)
            .join(Assignment.inspection)
            .join(Assignment.inspector)
            .where(Inspector.staff_no == scene.staff_no, Inspection.provider == scene.provider)
        ).all()
        assert scene.rule in found or not scene.rule, scene


def test_declarations_are_as_various_as_lives(session: Session) -> None:
    assert {*session.scalars(select(ConnectionRow.nature))} >= set(Nature) - {Nature.COMPETITION, Nature.DISPUTE}
    assert {each.circle for each in session.scalars(select(ConnectionRow.holder))} == {each.circle for each in Holder}
    lengths = {len(each) for each in session.scalars(select(ConnectionRow.began_on))}
    assert lengths == {4, 7, 10}, "a year, a month, a day"
    assert {each.split(":")[0] for each in session.scalars(select(ConnectionRow.target))} == {
        "gias",
        "group",
        "la",
        "org",
    }
    assert {*session.scalars(select(Declaration.is_imported))} == {True, False}
    assert max(Counter(session.scalars(select(Declaration.inspector_id))).values()) >= 3, "somebody has amended"


def test_a_late_declaration_and_a_withdrawal_questioned_confirmed_assignments(session: Session) -> None:
    questioned = session.scalars(
        select(Assignment).where(Assignment.state == State.QUESTIONED).options(joinedload(Assignment.inspection))
    ).all()
    assert {each.verdict for each in questioned} == {Verdict.REAL, Verdict.UNDETERMINED}
    assert all(each.inspection.starts_on > TODAY for each in questioned)


def test_one_objection_of_a_provider_waits_and_one_was_decided_and_answered(session: Session) -> None:
    states = dict(
        session.execute(
            select(ObjectionAnswer.told_on.is_not(None), Assignment.state)
            .select_from(Objection)
            .join(Assignment, Assignment.id == Objection.assignment_id)
            .outerjoin(ObjectionAnswer, ObjectionAnswer.objection_id == Objection.id)
        ).all()
    )
    assert states == {False: State.PROPOSED, True: State.CONFIRMED}


def test_one_inspection_was_moved_and_one_called_off(session: Session) -> None:
    off = session.scalars(select(Inspection).where(Inspection.called_off_at.is_not(None))).one()
    assert off.starts_on > TODAY
    assert off.held == 0
    (told,) = session.scalars(select(HistoryEntry.entry).filter_by(event="inspection:moved"))
    assert f'"inspection:{off.reference}"' not in told


def test_an_inspector_leaves_soon_who_is_on_nothing_from_that_day_on(session: Session) -> None:
    leaver = session.scalars(select(Inspector).where(Inspector.left_on.is_not(None))).one()
    assert leaver.left_on is not None
    assert leaver.left_on > TODAY
    late = (
        select(Assignment)
        .join(Inspection)
        .where(Assignment.inspector_id == leaver.id, Inspection.ends_on >= leaver.left_on)
    )
    assert session.scalars(late.where(Assignment.state.in_(OPEN))).all() == []


def test_an_exception_was_allowed_by_two_who_had_not_proposed_it(session: Session) -> None:
    (exception,) = session.scalars(
        select(Assignment).where(Assignment.state == State.CONFIRMED, Assignment.verdict == Verdict.REAL)
    )
    voices = session.scalars(select(Decision.decided_by).where(Decision.assignment_id == exception.id)).all()
    assert len(set(voices)) == 2
    assert exception.proposed_by not in voices


def test_decisions_ask_for_mitigations_and_inspectors_for_answers(session: Session) -> None:
    found = session.scalars(select(Mitigation).options(joinedload(Mitigation.done))).all()
    assert {(each.done is not None, each.due_on < TODAY) for each in found} >= {(True, True), (False, True)}
    assert any(each.due_on > TODAY and each.done is None for each in found)
    asked = session.scalars(select(InspectorQuestion).options(joinedload(InspectorQuestion.answer))).all()
    assert sorted(each.answer is not None for each in asked) == [False, True]


def test_the_visitors_inspector_has_a_declaration_that_is_soon_due_and_a_proposal(session: Session) -> None:
    made_on = session.scalar(
        select(InForce.made_on).join(Inspector, Inspector.id == InForce.inspector_id).where(Inspector.staff_no == ME)
    )
    assert made_on is not None
    assert timedelta(days=340) <= TODAY - made_on <= timedelta(days=365)
    states = session.scalars(select(Assignment.state).join(Assignment.inspector).where(Inspector.staff_no == ME)).all()
    assert Counter(states) == {State.CONFIRMED: 3, State.PROPOSED: 1}


def test_proposing_that_inspector_where_a_team_is_missing_is_a_real_conflict(session: Session) -> None:
    academy = make_register(TODAY).landmarks.after_conversion
    empty = select(Inspection.reference).where(
        Inspection.provider == academy.ref, Inspection.starts_on > TODAY, ~Inspection.assignments.any()
    )
    assert session.scalars(empty).all()


def test_everything_happened_in_office_hours_and_in_order_before_today(world: World, session: Session) -> None:
    made = select(HistoryEntry.at).where(HistoryEntry.seq <= world.entries).order_by(HistoryEntry.seq)
    instants = session.scalars(made).all()
    assert instants == sorted(instants)
    assert instants[-1] < datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC)
    assert {each.weekday() for each in instants} <= set(range(5))
    assert {each.hour for each in instants} <= set(range(8, 18))


def test_the_history_is_whole_and_the_rebuildable_tables_are_as_a_rebuild_makes_them(
    world: World, session: Session
) -> None:
    assert verify(session).size == _count(session, HistoryEntry)
    with Session(world.engine) as again:
        assert rebuild_keys(again).rows == 0


def test_a_second_run_finds_it_there_and_changes_nothing(world: World, session: Session) -> None:
    before = _count(session, HistoryEntry)
    result = run(world.url, "demo", "--no-serve")
    assert result.exit_code == 0
    assert "already there" in result.output
    session.rollback()
    assert _count(session, HistoryEntry) == before


def test_the_server_for_real_people_refuses_it(world: World) -> None:
    result = run(world.url, "serve")
    assert result.exit_code == 1
    assert "demonstration accounts" in result.output


def test_a_printed_sign_in_opens_the_door(world: World) -> None:
    config = Config(world.url, "only for tests" * 4, demonstration=True, secure_cookies=False)
    client = create_app(config, world.engine).test_client()
    page = client.get("/sign-in").text
    assert all(each.email in page for each in SIGN_INS), "each is offered"
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)
    assert token
    data = {"csrf_token": token[1], "email": SIGN_INS[0].email, "password": PASSWORD}
    assert client.post("/sign-in", data=data).status_code == 303


def test_a_database_with_records_is_refused_and_left_alone(sqlite_fresh: Fresh) -> None:
    url = sqlite_fresh()
    engine = make_engine(url)
    with Session(engine) as session:
        session.add(Account(ref="PER-REAL", email="a@b.c", name="A", password_hash="", added_at=datetime.now(UTC)))
        session.commit()
    result = run(url, "demo", "--no-serve")
    assert result.exit_code == 1
    assert result.output.count("\n") == 1
    assert "TRACKER_DATABASE_URL" in result.output
    engine.dispose()


def test_a_taken_port_gives_way_to_the_next_free_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port: int = taken.getsockname()[1]
        assert port < free_port("127.0.0.1", port) <= port + 50
