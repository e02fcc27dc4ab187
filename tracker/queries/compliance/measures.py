"""The figures of compliance: each counts the very list that it leads to, and says what it means."""

from collections.abc import Callable
from dataclasses import dataclass

from tracker.queries.compliance.asking import Asked, Listing
from tracker.queries.compliance.assigned import exceptions, mitigations, objections, questioned, settled, superseded
from tracker.queries.compliance.declared import due, in_date, late, never, overdue, stated_late, unreviewed, withdrawn
from tracker.queries.figures import READING, kept


@dataclass(frozen=True, slots=True)
class Measure:
    """What a figure is called, what it means, and the list that it counts; `is_good` where more is better.

    `of_which` are those of the list that ask for less than the others.
    """

    title: str
    means: str
    listing: Callable[[Asked], Listing]
    is_good: bool = False
    of_which: Callable[[Asked], Listing] | None = None


def _measure(
    title: str,
    listing: Callable[[Asked], Listing],
    *,
    is_good: bool = False,
    of_which: Callable[[Asked], Listing] | None = None,
) -> Measure:
    return Measure(title, " ".join((listing.__doc__ or "").split()), listing, is_good, of_which)


MEASURES: dict[str, Measure] = {
    "in-date": _measure("Declarations in date", in_date, is_good=True),
    "due": _measure("Due within 30 days", due),
    "overdue": _measure("Out of date", overdue),
    "never": _measure("Never made", never),
    "withdrawn": _measure("Withdrawn", withdrawn),
    "late": _measure("Renewed late", late),
    "stated-late": _measure("Stated late", stated_late),
    "unreviewed": _measure("Connections not reviewed", unreviewed),
    "questioned": _measure("Assignments in question", questioned, of_which=settled),
    "exceptions": _measure("Real conflicts allowed", exceptions),
    "mitigations": _measure("Mitigations overdue", mitigations),
    "objections": _measure("Objections not answered", objections),
    "superseded": _measure("Not checked under the new policy", superseded),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure and its number now."""

    key: str
    measure: Measure
    number: int


def figures(asked: Asked) -> list[Figure]:
    """Return every figure, in the order in which an auditor reads them; each counts the list of the same key."""
    numbers = kept(asked.session, ("compliance", asked.today), lambda: _counted(asked), besides=READING)
    return [Figure(key, measure, numbers[key]) for key, measure in MEASURES.items()]


def _counted(asked: Asked) -> dict[str, int]:
    return {key: measure.listing(asked).count(asked.session) for key, measure in MEASURES.items()}
