"""Organisations on no register: declared by name, linked by a reviewer, and what that does to assignments."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.support.world import DECIDER, SCHEDULER, SYSTEM, Stage, employed_at, staged
from tracker.domain.access import Actor, Role
from tracker.domain.errors import NotFoundError, NotPermittedError, RefusedError
from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import State
from tracker.domain.statement import Claim
from tracker.models import Assignment, OrganisationLinkRow
from tracker.queries.providers import search
from tracker.queries.searching.keeping import current
from tracker.services import declaration_imports, organisations
from tracker.services.checks import Changed, loaded
from tracker.services.keys import rebuild_keys
from tracker.services.organisations import LinkOrganisation


def links(stage: Stage, target: str, *, is_linked: bool = True, name: str = "org:Makers UK") -> list[Changed]:
    command = LinkOrganisation(name, target, is_linked, "They run it.")
    return organisations.link(stage.session, DECIDER, command, at=stage.tick())


def confirmed(stage: Stage, organisation: str = "org:Makers  UK") -> Assignment:
    """Return a confirmed place at Ridge Academy, of Birch Trust, of an inspector employed by an organisation."""
    ines = stage.inspector()
    stage.declares(ines, employed_at(organisation))
    assignment = stage.proposes(stage.inspection(), ines)
    assert stage.confirms(assignment).confirmed
    return assignment


def found(stage: Stage, assignment: Assignment) -> list[tuple[str, Verdict]]:
    row = loaded(stage.session, assignment.ref)
    assert row is not None
    assert row.check is not None
    return [(each.rule, each.verdict) for each in row.check.findings]


@pytest.mark.parametrize("target", ["gias:900002", "group:9001", "group:9002"])
def test_a_link_questions_a_confirmed_assignment_at_once_and_is_perceived_at_most(
    session: Session, target: str
) -> None:
    stage = staged(session)
    assignment = confirmed(stage)

    (changed,) = links(stage, target)

    assert (changed.ref, changed.before, changed.now, changed.questioned) == (
        assignment.ref,
        Verdict.CLEAR,
        Verdict.PERCEIVED,
        True,
    )
    assert assignment.state is State.QUESTIONED
    assert found(stage, assignment) == [("organisation", Verdict.PERCEIVED)]


def test_a_link_leaves_the_search_as_it_is_which_finds_no_organisations(session: Session) -> None:
    stage = staged(session)
    confirmed(stage)
    before = current(session)
    links(stage, "group:9001")
    assert current(session) is before
    assert search(session, "makers") == []


def test_a_link_taken_back_takes_its_finding_back_and_the_place_can_be_confirmed_again(session: Session) -> None:
    stage = staged(session)
    assignment = confirmed(stage)
    links(stage, "group:9001")

    (changed,) = links(stage, "group:9001", is_linked=False)

    assert (changed.before, changed.now) == (Verdict.PERCEIVED, Verdict.CLEAR)
    assert found(stage, assignment) == []
    assert assignment.state is State.QUESTIONED
    assert stage.confirms(assignment).confirmed


def test_a_link_elsewhere_touches_nothing(session: Session) -> None:
    stage = staged(session)
    assignment = confirmed(stage)

    assert links(stage, "gias:900004") == []
    assert assignment.state is State.CONFIRMED


def test_one_of_two_links_taken_back_leaves_the_other(session: Session) -> None:
    stage = staged(session)
    assignment = confirmed(stage)
    links(stage, "group:9001")
    links(stage, "gias:900002")

    links(stage, "group:9001", is_linked=False)

    assert found(stage, assignment) == [("organisation", Verdict.PERCEIVED)]


@pytest.mark.parametrize("target", ["gias:900002", "group:9001", "group:9002", "gias:900004"])
def test_to_rebuild_the_keys_after_a_link_and_after_it_was_taken_back_changes_no_row(
    session: Session, target: str
) -> None:
    stage = staged(session)
    confirmed(stage)
    for is_linked in (True, False):
        links(stage, target, is_linked=is_linked)
        assert rebuild_keys(session).rows == 0


def test_whoever_declares_a_linked_organisation_later_in_other_letters_is_found_too(session: Session) -> None:
    stage = staged(session)
    confirmed(stage, "org:Straße Advice")
    links(stage, "group:9001", name="org:STRASSE  advice")
    omar = stage.inspector("T200", "Omar Inspector")
    stage.declares(omar, employed_at("org: strasse ADVICE "))

    assignment = stage.proposes(stage.inspection("INS-2"), omar)

    assert found(stage, assignment) == [("organisation", Verdict.PERCEIVED)]
    assert rebuild_keys(session).rows == 0


def test_nobody_links_an_organisation_of_the_own_declaration(session: Session) -> None:
    stage = staged(session)
    confirmed(stage)
    ines = stage.people["T100"]
    both = Actor("person:T100", "Ines Pector", frozenset({Role.INSPECTOR, Role.DECISION_MAKER}), ines.id)
    command = LinkOrganisation("org:Makers UK", "group:9001", is_linked=True, reasons="They run it.")

    for who in (both, SCHEDULER):
        with pytest.raises(NotPermittedError):
            organisations.link(session, who, command, at=stage.tick())


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"organisation": "org:Nobody Ltd"}, NotFoundError),
        ({"organisation": "gias:900002"}, NotFoundError),
        ({"target": "gias:999999"}, RefusedError),
        ({"target": "la:990"}, RefusedError),
        ({"target": "org:Makers UK"}, RefusedError),
        ({"is_linked": False}, RefusedError),
        ({"reasons": "  "}, RefusedError),
    ],
)
def test_a_link_that_means_nothing_is_refused(
    session: Session, change: dict[str, object], error: type[Exception]
) -> None:
    stage = staged(session)
    confirmed(stage)
    said = {"organisation": "org:Makers UK", "target": "group:9001", "is_linked": True, "reasons": "They run it."}

    with pytest.raises(error):
        organisations.link(session, DECIDER, LinkOrganisation(**{**said, **change}), at=stage.tick())  # type: ignore[arg-type]
    assert session.scalar(select(func.count()).select_from(OrganisationLinkRow)) == 0


def test_a_link_that_stands_is_not_made_twice(session: Session) -> None:
    stage = staged(session)
    confirmed(stage)
    links(stage, "group:9001")

    with pytest.raises(RefusedError):
        links(stage, "group:9001")


def test_an_imported_organisation_is_the_one_that_was_linked(session: Session) -> None:
    stage = staged(session)
    assignment = confirmed(stage)
    links(stage, "group:9001")
    stage.declares(stage.people["T100"])
    assert found(stage, assignment) == []
    omar = stage.inspector("T200", "Omar Inspector")
    claim = Claim((2,), "T200", datetime(2026, 2, 1, tzinfo=UTC), (employed_at("org:MAKERS uk"),))
    declaration_imports.import_many(session, SYSTEM, [claim], at=stage.tick())

    assert found(stage, stage.proposes(stage.inspection("INS-2"), omar)) == [("organisation", Verdict.PERCEIVED)]
    again = declaration_imports.import_many(session, SYSTEM, [claim], at=stage.tick())
    assert (again.declarations, again.already) == (0, 1)
    assert rebuild_keys(session).rows == 0
