"""A plan's result as its pages show it; a scheduler who inspects does not see what it says of him or her."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.access import Actor
from tracker.domain.dates import in_words
from tracker.domain.fitting import BAR_WORDS, Bar
from tracker.domain.horizon import VERDICTS
from tracker.domain.lifecycle import LEAD, TEAM
from tracker.domain.plan_words import proof_in_words, summary_in_words
from tracker.models import AllocationPlan
from tracker.queries import plans as questions
from tracker.queries.plans import Where
from tracker.web.scheduler.term_pictures import columns

KM = 1_000


@dataclass(frozen=True, slots=True)
class Line:
    """A place as a list shows it."""

    where: Where
    role: str
    staff_no: str
    name: str
    verdict: str
    km: str


@dataclass(frozen=True, slots=True)
class OpenLine:
    """Places that a plan leaves open, with why and what would fill them."""

    where: Where
    role: str
    number: int
    why: str
    change: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A place that was not proposed, and why."""

    where: Where
    role: str
    name: str
    why: str


def result_of(plan: AllocationPlan) -> dict[str, Any]:
    """Return what came of a plan, as plain values; nothing of one that is not ready."""
    result: dict[str, Any] = json.loads(plan.result) if plan.result else {}
    return result


def places(session: Session, plan: AllocationPlan, actor: Actor, *, start: int, size: int) -> tuple[int, list[Line]]:
    """Return how many places a person may see, and some of them."""
    own = questions.staff_no_of(session, actor.inspector_id)
    seen = [row for row in result_of(plan).get("places", ()) if row[1] != own]
    some = seen[start : start + size]
    where = questions.inspections(session, [row[0] for row in some])
    names = questions.names(session, [row[1] for row in some])
    lines = [
        Line(
            where[reference],
            TEAM if seat else LEAD,
            staff_no,
            names.get(staff_no, staff_no),
            str(VERDICTS[weight]),
            "not known" if metres is None else f"{metres / KM:,.0f} km",
        )
        for reference, staff_no, seat, weight, metres in some
    ]
    return len(seen), lines


def left_open(session: Session, plan: AllocationPlan, actor: Actor, *, start: int, size: int) -> list[OpenLine]:
    """Return some of the places that a plan leaves open, with why."""
    own = questions.staff_no_of(session, actor.inspector_id)
    some = result_of(plan).get("unfilled", ())[start : start + size]
    where = questions.inspections(session, [row[0] for row in some])
    return [
        OpenLine(where[reference], role, number, why, "" if own and own in change else change)
        for reference, role, number, why, change in some
    ]


def shown(session: Session, plan: AllocationPlan, actor: Actor) -> dict[str, Any]:
    """Return all that the page of a result says."""
    result = result_of(plan)
    number, _ = places(session, plan, actor, start=0, size=0)
    done = questions.applied(session, plan.ref)
    return {
        "result": result,
        "summary": summary_in_words(result),
        "proof": proof_in_words(result["proof"], result["seats"]),
        "pictures": _pictures(result),
        "hidden": len(result["places"]) - number,
        "number": number,
        "changed": questions.changed_since(session, plan.history_size or 0) if not plan.applied_at else {},
        "applied": done,
        "left_out": _left_out(session, done.left_out, actor),
        "kept": _kept(session, result["pins"], actor),
        "second_look": _kept(session, result.get("second_look", ()), actor),
    }


def _left_out(session: Session, rows: Sequence[tuple[str, ...]], actor: Actor) -> list[LeftOut]:
    own = questions.staff_no_of(session, actor.inspector_id)
    where = questions.inspections(session, [row[0] for row in rows])
    names = questions.names(session, [row[1] for row in rows])
    return [
        LeftOut(where[reference], role, names.get(staff_no, staff_no), BAR_WORDS[Bar(bar)])
        for reference, staff_no, role, bar in rows
        if staff_no != own
    ]


def _kept(session: Session, rows: Sequence[Sequence[str]], actor: Actor) -> list[tuple[Where, str, str, str]]:
    own = questions.staff_no_of(session, actor.inspector_id)
    where = questions.inspections(session, [row[0] for row in rows])
    names = questions.names(session, [row[1] for row in rows])
    return [
        (where[reference], role, names.get(staff_no, staff_no), says)
        for reference, staff_no, role, says in rows
        if staff_no != own
    ]


def _pictures(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return the three pictures, each with the rows of its table."""
    loads = [(str(load), (number,)) for load, number in result["loads"]]
    travel = [(_reach(reach), (number,)) for reach, number in result["travel"]]
    weeks = [(_week(week), (filled, left)) for week, filled, left in result["weeks"]]
    return {name: (columns(rows), rows) for name, rows in (("loads", loads), ("travel", travel), ("weeks", weeks))}


def _reach(metres: int | None) -> str:
    if metres is None:
        return "not known"
    return f"to {metres // KM} km" if metres else "further"


def _week(monday: str) -> str:
    """Return a Monday without its year, such as `2 March`."""
    return in_words(date.fromisoformat(monday)).rpartition(" ")[0]
