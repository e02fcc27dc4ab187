"""A history in which everything has happened that leaves an entry, reached through the services."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.extracts import SCHOOLS, imported
from tests.support.world import DECIDER, SCHEDULER, SYSTEM, Stage, days_apart, employed_at, staged
from tracker.domain.access import Actor, Role
from tracker.domain.facts import Verdict
from tracker.domain.leads import Answer
from tracker.domain.lifecycle import Ruling
from tracker.domain.register import Kind
from tracker.models import Assignment, ConnectionRow, Inspector, Mitigation
from tracker.queries import leads as registers_ask
from tracker.services import (
    assignments,
    calling_off,
    confirmations,
    decisions,
    declarations,
    leads,
    leavings,
    mitigations,
    moving,
    objections,
    organisations,
    people,
    questions,
    retention,
)
from tracker.services.calling_off import CallOff
from tracker.services.checks import loaded
from tracker.services.confirmations import Vouch
from tracker.services.decisions import Decide
from tracker.services.declarations import GradeConnection, WithdrawDeclaration
from tracker.services.leads import AnswerLead
from tracker.services.leavings import RecordLeaving, WithdrawLeaving
from tracker.services.mitigations import Mitigate, SayDone
from tracker.services.moving import Move
from tracker.services.objections import AnswerObjection, RecordObjection
from tracker.services.organisations import LinkOrganisation, SetApart
from tracker.services.passwords import LOWEST_COST
from tracker.services.people import AddPerson, ChangeRole
from tracker.services.questions import AnswerQuestion, AskInspector
from tracker.services.retention import LiftHold, PlaceHold


def everything(session: Session) -> None:
    """Let everything happen in an empty database that leaves an entry and a record."""
    stage = staged(session)
    imported(session, Kind.GIAS, *SCHOOLS, at=stage.tick(), fewer=True)
    ines, omar = stage.inspector(), stage.inspector("T200", "Omar Inspector")
    stage.declares(ines, employed_at("gias:900003", "2010", "2018-07", note="A note, “quoted”."))
    stage.declares(omar)
    inspection = stage.inspection()
    doubtful = stage.proposes(inspection, ines)
    placed = stage.proposes(inspection, omar)
    stage.confirms(placed)
    odd = employed_at("gias:900004", "2020", nature="other", note="Sings there.")
    filed = stage.declares(ines, employed_at("gias:900003", "2010", "2018-07", note="A note, “quoted”."), odd)
    ref = session.scalar(
        select(ConnectionRow.ref).where(
            ConnectionRow.declaration_id == filed.declaration.id, ConnectionRow.position == 2
        )
    )
    grade = GradeConnection(str(ref), Verdict.PERCEIVED, "It is a choir.")
    declarations.grade(session, DECIDER, grade, at=stage.tick())
    other = stage.inspection("INS-2", "gias:900004", **days_apart(1))
    upheld = stage.proposes(other, ines)
    stage.declares(omar, employed_at("gias:900001", "2015", "2025-07"))
    for assignment, ruling in ((doubtful, Ruling.ALLOW), (upheld, Ruling.UPHOLD)):
        row = loaded(session, assignment.ref)
        assert row is not None
        assert row.check is not None
        for each in row.check.findings:
            decide = Decide(row.ref, each.fingerprint, ruling, "Because.")
            if row.state != "released":
                decisions.decide(session, DECIDER, decide, at=stage.tick())
    _asks(session, stage, ines)
    current = stage.declares(ines)
    withdrawal = WithdrawDeclaration(ines.id, current.declaration.ref, "A mistake.")
    declarations.withdraw(session, stage.actor(ines), withdrawal, at=stage.tick())
    assignments.release(session, SCHEDULER, assignments.Release(doubtful.ref, "Ill."), at=stage.tick())
    people.revoke(session, SYSTEM, ChangeRole("ada@example.org", Role.SCHEDULER), at=stage.tick())
    _newer_records(session, stage, omar, placed)


def _asks(session: Session, stage: Stage, ines: Inspector) -> None:
    """Let a decision-maker ask an inspector, who answers, and allow with a mitigation, which the owner sees to."""
    ada = AddPerson("Ada Ministrator", "ada@example.org", "three words here", (Role.AUDITOR, Role.SCHEDULER))
    owner = people.add(session, SYSTEM, ada, at=stage.tick(), cost=LOWEST_COST)
    placed = stage.proposes(stage.inspection("INS-3", "gias:900004", **days_apart(2)), ines)
    row = loaded(session, placed.ref)
    assert row is not None
    assert row.check is not None
    fingerprint = row.check.findings[0].fingerprint
    asked = questions.ask(session, DECIDER, AskInspector(row.ref, fingerprint, "Since when?"), at=stage.tick())
    questions.answer(session, stage.actor(ines), AnswerQuestion(asked.ref, "Since spring."), at=stage.tick())
    wanted = Mitigate("Another reads the report.", owner.ref, date(2026, 3, 10))
    allow = Decide(row.ref, fingerprint, Ruling.ALLOW, "It is small.", (wanted,))
    made = decisions.decide(session, DECIDER, allow, at=stage.tick())
    ref = session.scalar(select(Mitigation.ref).where(Mitigation.decision_id == made.id))
    done = SayDone(str(ref), "Quin read it.")
    actor = Actor(f"person:{owner.ref}", owner.name, frozenset({Role.SCHEDULER}))
    mitigations.say_done(session, actor, done, at=stage.tick())
    assignments.release(session, SCHEDULER, assignments.Release(row.ref, "Not needed."), at=stage.tick())


def _newer_records(session: Session, stage: Stage, omar: Inspector, placed: Assignment) -> None:
    """Let an organisation be linked and unlinked, and an inspector confirm for a place."""
    makers = stage.declares(omar, employed_at("org:Makers  UK", "2015"))
    for target, is_linked in (("group:9001", True), ("gias:900004", True), ("group:9001", False)):
        judged = LinkOrganisation("org:MAKERS UK", target, is_linked, "They own it.")
        organisations.link(session, DECIDER, judged, at=stage.tick())
    stage.declares(omar, employed_at("org:Makers  UK", "2015"), employed_at("org:Bakers UK", "2015"))
    organisations.set_apart(session, DECIDER, SetApart("org:Bakers UK", "A bakery."), at=stage.tick())
    makers = stage.declares(omar, employed_at("org:Makers  UK", "2015"))
    vouching = Vouch(placed.ref, "I know of nothing more.", makers.declaration.ref)
    confirmations.vouch(session, stage.actor(omar), vouching, at=stage.tick())
    held = retention.place_hold(session, SYSTEM, PlaceHold("A court asked.", staff_no="T100"), at=stage.tick())
    retention.lift_hold(session, SYSTEM, LiftHold(held.ref, "It has decided."), at=stage.tick())
    other = retention.place_hold(session, SYSTEM, PlaceHold("A complaint.", inspection="INS-1"), at=stage.tick())
    retention.lift_hold(session, SYSTEM, LiftHold(other.ref, "It is answered."), at=stage.tick())
    _answers_a_lead(session, stage, omar)
    _objects(session, stage, placed)
    later = Move("INS-1", date(2026, 3, 24), date(2026, 3, 26), "The school asked.")
    moving.move(session, SCHEDULER, later, at=stage.tick())
    stage.proposes(stage.inspection("INS-4", "gias:900004"), omar)
    calling_off.call_off(session, SCHEDULER, CallOff("INS-4", "The school closed."), at=stage.tick())
    _leaves(session, stage)
    _renames(session, stage)


def _renames(session: Session, stage: Stage) -> None:
    """Let two schools be given other names, by two imports of which the first says so of both."""
    hilltop, ridge, vale, oak = SCHOOLS
    for name in ("Vale and Dale", "Dale Academy"):
        renamed = ({**hilltop, "EstablishmentName": "Hill School"}, ridge, {**vale, "EstablishmentName": name})
        imported(session, Kind.GIAS, *renamed, oak, at=stage.tick(), fewer=True)


def _leaves(session: Session, stage: Stage) -> None:
    """Let an inspector be said to leave, stay after all, and then leave on another day, released from a place."""
    stage.proposes(stage.inspection("INS-5", "gias:900004"), stage.inspector("T300", "Lea Leaver"))
    first, again = RecordLeaving("T300", date(2026, 3, 20), "A new post."), RecordLeaving("T300", date(2026, 3, 10))
    leavings.record(session, SYSTEM, first, at=stage.tick())
    leavings.withdraw(session, SYSTEM, WithdrawLeaving("T300", "It fell through."), at=stage.tick())
    leavings.record(session, SYSTEM, again, at=stage.tick())


def _answers_a_lead(session: Session, stage: Stage, omar: Inspector) -> None:
    """Let an inspector answer what a register raises: the connection at Hilltop, which became Ridge."""
    stage.declares(omar, employed_at("gias:900001", "2015"))
    (lead, *_) = registers_ask.of_inspectors(session, [omar.id], stage.now.date())[omar.id]
    command = AnswerLead(omar.id, lead.fingerprint, Answer.NOTHING)
    leads.answer(session, stage.actor(omar), command, at=stage.tick())


def _objects(session: Session, stage: Stage, placed: Assignment) -> None:
    """Let a provider object, have that decided, and answer it."""
    on = stage.now.date()
    said = RecordObjection(placed.ref, on, "Headteacher", "He taught here, and left in anger.")
    made = objections.record(session, SCHEDULER, said, at=stage.tick())
    row = loaded(session, placed.ref)
    assert row is not None
    assert row.check is not None
    (finding,) = (each for each in row.check.findings if each.rule == "objection")
    decisions.decide(session, DECIDER, Decide(row.ref, finding.fingerprint, Ruling.ALLOW, "Long ago."), at=stage.tick())
    answer = AnswerObjection(made.ref, on, "It was weighed, and he comes.")
    objections.answer(session, SCHEDULER, answer, at=stage.tick())
