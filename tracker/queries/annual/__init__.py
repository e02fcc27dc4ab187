"""The annual compliance report: what an inspectorate can show of a period, as it was known when the period ended."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tracker.models import PolicyVersion
from tracker.queries.annual import declared, kept, listed, placed
from tracker.queries.annual.asking import Asked, Line, Part, Period
from tracker.queries.annual.listed import Exemption, Found
from tracker.queries.registers import Age

__all__ = ["Exemption", "Found", "Line", "Part", "Period", "Report", "report"]


@dataclass(frozen=True, slots=True)
class Report:
    """All that the report tells of a period."""

    period: Period
    parts: tuple[Part, ...]
    rules: Sequence[Found]
    exceptions: Sequence[Exemption]
    registers: Sequence[Age]
    policies: Sequence[PolicyVersion]
    in_force: Sequence[PolicyVersion]


def report(session: Session, period: Period) -> Report:
    """Return the report of a period, with the figures of the one before beside its own.

    Whatever was recorded after its last day changes nothing in it, and it sends as many statements for a large
    inspectorate as for a small one.
    """
    asked = Asked(session, period)
    told = kept.events(asked)
    parts = (
        declared.declarations(asked, told),
        declared.reviews(asked, told),
        placed.checks(asked, told),
        placed.decisions(asked, told),
        placed.mitigations(asked, told),
        placed.objections(asked, told),
        kept.readings(told),
        kept.proof(told),
    )
    lists = listed.by_rule(asked), listed.exceptions(asked), listed.registers(asked), listed.policies(asked)
    return Report(period, parts, *lists, listed.in_force(asked))
