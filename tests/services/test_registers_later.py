"""A school's life between two extracts: what an administrator imports questions an assignment at once."""

from sqlalchemy.orm import Session

from tests.support.extracts import AT, LINKS, SCHOOLS, import_all, imported
from tests.support.world import Stage, employed_at
from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import State
from tracker.domain.register import Kind
from tracker.services.checks import loaded
from tracker.services.keys import rebuild_keys

ACADEMY = {
    "URN": "900005",
    "EstablishmentName": "Lone Oak Academy",
    "EstablishmentTypeGroup (name)": "Academies",
    "UKPRN": "",
    "Easting": "430100",
    "Postcode": "WE5 5EE",
    "EstablishmentNumber": "2905",
}


def test_a_conversion_in_a_later_extract_reaches_the_assignment_that_it_concerns(session: Session) -> None:
    import_all(session)
    stage = Stage(session, now=AT)
    stage.policy()
    ines, omar = stage.inspector(), stage.inspector("T200", "Omar Inspector")
    stage.declares(ines, employed_at("gias:900004", "2015", "2025-08"))
    stage.declares(omar)
    # The academy that Lone Oak becomes is proposed to open, and nobody has linked the two yet.
    proposed = {**ACADEMY, "EstablishmentStatus (name)": "Proposed to open", "Easting": "490100"}
    imported(session, Kind.GIAS, *SCHOOLS, proposed, at=stage.tick())
    inspection = stage.inspection(provider="gias:900005")
    assignment, other = stage.proposes(inspection, ines), stage.proposes(inspection, omar)
    stage.confirms(assignment)
    assert assignment.state is State.CONFIRMED

    closed = {**SCHOOLS[3], "EstablishmentStatus (name)": "Closed", "CloseDate": "31-08-2025"}
    summary = imported(session, Kind.GIAS, *SCHOOLS[:3], closed, ACADEMY, name="x20260401.csv", at=stage.tick())
    assert (summary.added, summary.changed, summary.gone, summary.verdicts) == (0, 2, 0, ())
    link = {"URN": "900004", "LinkURN": "900005", "LinkName": "Lone Oak Academy", "LinkType": "Successor"}
    summary = imported(session, Kind.GIAS_LINKS, *LINKS, link, name="x20260401.csv", at=stage.tick())
    assert [(each.assignment, each.before, each.now, each.questioned) for each in summary.verdicts] == [
        (assignment.ref, Verdict.CLEAR, Verdict.REAL, True)
    ]
    row = loaded(session, other.ref)
    assert row is not None
    assert row.verdict is Verdict.CLEAR
    assert rebuild_keys(session).rows == 0
