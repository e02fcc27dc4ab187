"""Who knew of a connection: also who graded it, asked about it, decided on it, and took it away."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.world import DECIDER, SCHEDULER, SYSTEM, Stage, employed_at, staged
from tracker.domain.access import Actor, Permission, Role
from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import Ruling
from tracker.models import Assignment, ConnectionRow, FindingRow
from tracker.queries.scrutiny import knowing
from tracker.services import decisions, declarations, own_copies, questions
from tracker.services.audit import disclosure
from tracker.services.bare import enter
from tracker.services.decisions import Decide
from tracker.services.declarations import GradeConnection
from tracker.services.exports import ExportList, export_list
from tracker.services.questions import AskInspector

AUDITOR = Actor("person:AUDITOR", "Ada Auditor", frozenset({Role.AUDITOR}))
JOB = employed_at("gias:900001", "2015", "2025-07")
OTHER = employed_at("gias:900002", "2020", nature="other", holder="close_friend", note="A note.")


def found(session: Session, assignment: Assignment) -> str:
    query = select(FindingRow.fingerprint).where(FindingRow.check_id == assignment.check_id)
    return session.scalars(query.where(FindingRow.connection_ref.is_not(None))).one()


def knew(session: Session) -> list[tuple[str | None, str]]:
    ref = session.scalars(select(ConnectionRow.ref).order_by(ConnectionRow.id)).first()
    one = knowing.connection(session, str(ref))
    assert one is not None
    stated = knowing.same(session, one[1].inspector_id, [one[0]])
    return [(each.who, each.how) for each in knowing.known_of(session, stated)]


def takes(stage: Stage, actor: Actor, name: str, *filters: str, permission: Permission = Permission.DECIDE) -> None:
    enter(stage.session, export_list(actor, ExportList(name, "csv", filters, permission)), at=stage.tick())


def test_whoever_graded_it_asked_about_it_and_decided_on_it_knew(session: Session) -> None:
    stage = staged(session)
    ines = stage.inspector()
    stage.declares(ines, OTHER)
    ref = session.scalars(select(ConnectionRow.ref)).one()
    command = GradeConnection(ref, Verdict.PERCEIVED, "It is a friend.")
    declarations.grade(session, DECIDER, command, at=stage.tick())
    made = stage.proposes(stage.inspection(), ines)
    finding = found(session, made)
    questions.ask(session, DECIDER, AskInspector(made.ref, finding, "How close?"), at=stage.tick())
    decisions.decide(session, DECIDER, Decide(made.ref, finding, Ruling.ALLOW, "Because."), at=stage.tick())
    who = [how for _, how in knew(session)]
    assert who == [
        "recorded it",
        "graded it as perceived",
        "found it",
        "asked the inspector about what was found of it",
        "allowed what was found of it",
    ]


def test_whoever_took_a_copy_with_all_words_since_it_was_recorded_knew(session: Session) -> None:
    stage = staged(session)
    ines, otto = stage.inspector(), stage.inspector("T200", "Otto Other")
    enter(session, disclosure(SYSTEM), at=stage.tick())
    stage.declares(ines, JOB)
    enter(session, disclosure(SYSTEM), at=stage.tick())
    for each in (ines, otto):
        enter(session, own_copies.copy(session, stage.actor(each), each.id), at=stage.tick())
    assert [how for _, how in knew(session)] == [
        "recorded it",
        "took a copy of the history with all personal words",
        "took a copy of all that is held on the inspector",
    ]


@pytest.mark.parametrize("name", ["decisions", "assignments"])
def test_whoever_took_a_list_of_what_waits_knew_while_it_waited(session: Session, name: str) -> None:
    stage = staged(session)
    ines = stage.inspector()
    stage.declares(ines, JOB)
    takes(stage, DECIDER, name)
    made = stage.proposes(stage.inspection(), ines)
    takes(stage, DECIDER, name)
    takes(stage, DECIDER, "decided")
    stage.releases(made)
    takes(stage, DECIDER, name)
    assert [how for _, how in knew(session)] == ["recorded it", "found it", f"took the list “{name}” away"]


def test_whoever_took_an_inspections_file_in_which_it_is_found_knew(session: Session) -> None:
    stage = staged(session)
    ines = stage.inspector()
    stage.declares(ines, JOB)
    stage.proposes(stage.inspection(), ines)
    for each in ("INS-1", "INS-2"):
        takes(stage, AUDITOR, "independence file", f"reference {each}", permission=Permission.READ_HISTORY)
    assert [how for _, how in knew(session)][2:] == ["took the independence file of inspection INS-1 away"]


def test_the_register_of_interests_tells_it_only_while_it_is_in_force(session: Session) -> None:
    stage = staged(session)
    ines = stage.inspector()
    stage.declares(ines, JOB)
    takes(stage, AUDITOR, "register of interests", permission=Permission.READ_ANY_DECLARATION)
    stage.declares(ines)
    stage.now += timedelta(days=1)
    takes(stage, AUDITOR, "register of interests", permission=Permission.READ_ANY_DECLARATION)
    takes(stage, SCHEDULER, "places to fill", permission=Permission.ASSIGN)
    assert len([how for _, how in knew(session) if "register of interests" in how]) == 1


def test_the_list_of_what_needs_a_review_tells_it_until_it_is_graded(session: Session) -> None:
    stage = staged(session)
    ines = stage.inspector()
    stage.declares(ines, OTHER)
    takes(stage, DECIDER, "to review", permission=Permission.GRADE)
    ref = session.scalars(select(ConnectionRow.ref)).one()
    declarations.grade(session, DECIDER, GradeConnection(ref, Verdict.CLEAR, "None."), at=stage.tick())
    takes(stage, DECIDER, "to review", permission=Permission.GRADE)
    assert [how for _, how in knew(session)] == [
        "recorded it",
        "took the list “to review” away",
        "graded it as clear",
    ]
