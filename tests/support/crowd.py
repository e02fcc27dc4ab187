"""Many inspectors of both engagements at the boundaries of the policy's periods, proposed or confirmed."""

from random import Random

from sqlalchemy import select

from tests.support.world import DECIDER, SYSTEM, Stage, employed_at
from tracker.domain.lifecycle import Ruling
from tracker.domain.people import InspectorDetails
from tracker.domain.statement import Statement
from tracker.models import Assignment, FindingRow, Inspector
from tracker.services import decisions, inspectors
from tracker.services.decisions import Decide

# The inspection starts on 17 March 2026: on each side of 1, 2, 3, 5 and 6 years before it.
ENDS = ("2025-03-17", "2024-03-16", "2023-03-17", "2023-03-16", "2021-03-17", "2020-03-17", "2020-03-16", "", "", "")
NATURES = ("employment", "employment", "governance", "service_use", "service_use", "gift", "relationship", "other")
PLACES = ("gias:900001", "gias:900002", "gias:900003", "gias:900004", "group:9001")
HOLDERS = ("self", "self", "partner", "close_friend")


def engaged(stage: Stage, staff_no: str, engagement: str) -> Inspector:
    """Add an inspector of this engagement."""
    title = "HMI" if engagement == "staff" else "OI"
    details = InspectorDetails(staff_no, "Ines Pector", f"{staff_no}@example.org", title, engagement, "schools", "")
    inspectors.import_many(stage.session, SYSTEM, [details], at=stage.tick())
    return stage.session.scalars(select(Inspector).filter_by(staff_no=staff_no)).one()


def crowd(stage: Stage, *, size: int = 16, seed: int = 1) -> list[Assignment]:
    """Propose so many inspectors for one inspection; allow what one decision-maker can, and confirm who may be."""
    rng = Random(seed)
    inspection = stage.inspection(team_size=size)
    placed = []
    for number in range(size):
        person = engaged(stage, f"C{number}", rng.choice(("staff", "contracted")))
        if number % 8:
            stage.declares(person, *(_stated(rng) for _ in range(rng.randint(1, 3))))
        placed.append(stage.proposes(inspection, person))
    for each in placed[::2]:
        allow(stage, each)
        stage.confirms(each)
    return placed


def _stated(rng: Random) -> Statement:
    nature, ends = rng.choice(NATURES), rng.choice(ENDS)
    began = "2010-01-01"
    if nature == "gift":
        began, ends = ends or "2026-01-01", ""
    return employed_at(rng.choice(PLACES), began, ends, nature=nature, holder=rng.choice(HOLDERS))


def allow(stage: Stage, assignment: Assignment) -> None:
    """Let a decision-maker allow every finding of an assignment's latest check."""
    found = stage.session.scalars(select(FindingRow).where(FindingRow.check_id == assignment.check_id)).all()
    for each in found:
        decide = Decide(assignment.ref, each.fingerprint, Ruling.ALLOW, "For the tests.")
        decisions.decide(stage.session, DECIDER, decide, at=stage.tick())
