"""Plans that are ready to be applied, with places that a test chooses."""

import json
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy.orm import Session

from config import EXAMPLE_ALLOCATION
from tests.support.world import NOW
from tracker.domain.access import Actor, Role
from tracker.services import plans
from tracker.services.plans import AskPlan

FIRST = Actor("person:SCHEDULER", "Sam Scheduler", frozenset({Role.SCHEDULER}))
SECOND = Actor("person:SECOND", "Sally Second", frozenset({Role.SCHEDULER}))
RULES = EXAMPLE_ALLOCATION.read_text("utf-8")
PERIOD = date(2026, 3, 2), date(2026, 4, 15)


def ready_plan(
    session: Session, places: Sequence[tuple[str, str, int]], *, actor: Actor = FIRST, rules: str = RULES
) -> str:
    """Put a plan of these places (inspection, staff number, lead 0 or team 1; all clear) and return its reference."""
    plan = plans.ask(session, actor, AskPlan(*PERIOD, rules), at=NOW + timedelta(hours=1), beat=NOW)
    worker = plans.begin(session, plan.ref, beat=NOW)
    assert worker is not None
    result = {
        "places": [[*each, 0, None] for each in places],
        "unfilled": [],
        "pins": [],
        "proof": {"cost": 0, "bound": 0, "unfilled_weight": 1, "pairs": 1, "inspectors": 1, "inspections": 1},
        "seats": len(places),
        "filled": len(places),
        "verdicts": {"clear": len(places)},
        "metres": 0,
        "loads": [[0, 1]],
        "travel": [[None, len(places)]],
        "weeks": [["2026-03-16", len(places), 0]],
    }
    plans.finish(session, plan.ref, json.dumps(result), worker=worker, history_size=0, beat=NOW)
    return plan.ref
