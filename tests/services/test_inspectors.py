"""The staff list, imported again and again."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.support.policy import changed
from tests.support.world import SYSTEM, employed_at, staged
from tracker.domain.entry import parse_entry
from tracker.domain.people import InspectorDetails
from tracker.domain.tree import Broken
from tracker.models import HistoryEntry, Inspector
from tracker.queries import verification
from tracker.services import inspectors

INES = InspectorDetails("T100", "Ines Pector", "t100@example.org", "HMI", "staff", "schools", "")


def test_the_history_tells_what_of_an_inspector_changed_but_not_to_what(session: Session) -> None:
    stage = staged(session)
    inspectors.import_many(session, SYSTEM, [INES], at=stage.tick())
    moved = replace(INES, name="Ines Inspector", home_postcode="ZZ1 1ZZ")
    done = inspectors.import_many(session, SYSTEM, [moved], at=stage.tick())
    assert (done.added, done.changed, done.unchanged) == (0, 1, 0)
    last = session.scalars(select(HistoryEntry).order_by(HistoryEntry.seq.desc()).limit(1)).one()
    told = parse_entry(last.entry.encode()).data
    assert told == {"fields": ["name", "home_postcode"], "title": "HMI", "engagement": "staff", "remits": "schools"}
    assert "ZZ1" not in last.entry


@pytest.mark.parametrize("changed", [{"title": "OI"}, {"engagement": "contracted"}, {"remits": "schools;fes"}])
def test_who_may_go_elsewhere_or_under_another_policy_by_no_entry_is_found(
    session: Session, changed: dict[str, str]
) -> None:
    stage = staged(session)
    inspectors.import_many(session, SYSTEM, [INES, replace(INES, staff_no="T200")], at=stage.tick())
    inspectors.import_many(session, SYSTEM, [replace(INES, remits="early_years")], at=stage.tick())
    verification.verify(session)
    session.execute(update(Inspector).where(Inspector.staff_no == "T100").values(changed))
    ((name, value),) = changed.items()
    with pytest.raises(Broken, match=f"inspector T100 has the {name} '{value}', and entry 5 says"):
        verification.verify(session)


def test_whose_engagement_changes_is_judged_by_the_policy_of_the_new_one_at_once(session: Session) -> None:
    stage = staged(session)
    for_contracted = ('engagements = ["staff", "contracted"]', 'engagements = ["contracted"]')
    shorter = (
        '[natures.employment]\ncurrent = "real"\nreal_years = 3',
        '[natures.employment]\ncurrent = "real"\nreal_years = 1',
    )
    stage.adopts(changed(for_contracted, shorter))
    person = stage.inspector("T100")
    stage.declares(person, employed_at("gias:900002", "2015", "2024-01-31"))
    placed = stage.proposes(stage.inspection(), person)
    assert placed.verdict == "real"
    done = inspectors.import_many(session, SYSTEM, [replace(INES, engagement="contracted")], at=stage.tick())
    assert [(each.ref, each.before, each.now) for each in done.rechecked] == [(placed.ref, "real", "perceived")]
    session.expire_all()
    assert placed.verdict == "perceived"
    assert (
        inspectors.import_many(session, SYSTEM, [replace(INES, engagement="contracted")], at=stage.tick()).rechecked
        == []
    )
