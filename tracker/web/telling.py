"""Mitigations as pages tell of them: what, by whom, until when, and how each stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tracker.database import db
from tracker.domain import mitigating
from tracker.domain.mitigating import Progress
from tracker.domain.uk_time import in_uk
from tracker.models import MitigationDone
from tracker.queries import decisions, inspections, mitigations
from tracker.queries.mitigations import Asked
from tracker.services.history import words_of
from tracker.web.auth import actor
from tracker.web.clock import today


@dataclass(frozen=True, slots=True)
class Told:
    """A mitigation as a page tells of it; who did it and the evidence are empty where its reader is not told."""

    asked: Asked
    what: str
    progress: Progress
    days_over: int
    done_at: datetime | None
    done_by: str = ""
    evidence: str = ""

    @property
    def owner(self) -> str:
        """The name of whoever is to see to it, and that nobody signs in by that name any more, if so."""
        owner = self.asked.mitigation.owner
        return f"{owner.name} (account closed)" if owner.disabled_at else owner.name


def told(found: Sequence[Asked], *, with_evidence: bool) -> list[Told]:
    """Return mitigations as a page tells of them, with the evidence only for those who may read it."""
    done = {each.mitigation.id: each.mitigation.done for each in found if each.mitigation.done}
    return _told(found, done, today(), {}, with_evidence=with_evidence)


def told_at(found: Sequence[Asked], at: datetime, called_for: Mapping[int, bool]) -> list[Told]:
    """Return mitigations as they stood at an instant, in full; by decision, whether they were called for then."""
    given = [each.mitigation.done for each in found if each.mitigation.done]
    done = {each.mitigation_id: each for each in given if each.done_at <= at}
    return _told(mitigations.stood_at(db.session, found, at), done, in_uk(at).date(), called_for, with_evidence=True)


def _told(
    found: Sequence[Asked],
    done: Mapping[int, MitigationDone],
    day: date,
    called_for: Mapping[int, bool],
    *,
    with_evidence: bool,
) -> list[Told]:
    shown = done if with_evidence else {}
    names = decisions.names_of(db.session, {each.done_by for each in shown.values()})
    result = []
    for each in found:
        row = each.mitigation
        is_called_for = called_for.get(each.decision.id, each.is_called_for)
        is_done = row.id in done
        result.append(
            Told(
                each,
                words_of(row.what),
                mitigating.progress(each.due_on, day, is_done=is_done, is_called_for=is_called_for),
                mitigating.days_over(each.due_on, day),
                done[row.id].done_at if is_done else None,
                names[shown[row.id].done_by] if row.id in shown else "",
                words_of(shown[row.id].evidence) if row.id in shown else "",
            )
        )
    return result


def whose(found: Sequence[Told]) -> dict[str, str]:
    """Return of which inspection each mitigation is, by its reference; an empty text where the reader may not know."""
    placed = [each.asked.assignment for each in found]
    names = inspections.provider_names(db.session, {each.inspection.provider for each in placed})
    return {each.asked.mitigation.ref: _whose(each.asked, names) for each in found}


def _whose(asked: Asked, names: Mapping[str, str]) -> str:
    if not asked.is_told_whose(actor()):
        return ""
    inspection = asked.assignment.inspection
    where = f"{names[inspection.provider]}, inspection {inspection.reference}"
    is_own = actor().inspector_id == asked.assignment.inspector_id
    return where if is_own else f"{asked.assignment.inspector.name} for {where}"
