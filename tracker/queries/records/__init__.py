"""Whether the records say what the entries of the history say of them."""

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy.orm import Session

from tracker.queries.records.asking import answers, mitigations, mitigations_done, questions
from tracker.queries.records.checks import checks
from tracker.queries.records.comparing import Fault, Kept, Seen
from tracker.queries.records.decisions import decisions, imports, policies
from tracker.queries.records.declarations import declarations, grades
from tracker.queries.records.holds import hold_ends, holds
from tracker.queries.records.objections import answers as objections_answered
from tracker.queries.records.objections import objections
from tracker.queries.records.placing import inspections, proposals
from tracker.queries.records.words import confirmations, lead_answers, organisation_links

__all__ = ["TOLD", "Kept", "Seen", "faults"]

_Judge = Callable[[Session, Sequence[Seen]], Iterator[Fault]]
_JUDGES: tuple[tuple[frozenset[str], _Judge], ...] = (
    (frozenset({"declaration:recorded", "declaration:withdrawn"}), declarations),
    (frozenset({"connection:graded"}), grades),
    (frozenset({"organisation:linked", "organisation:unlinked", "organisation:set-apart"}), organisation_links),
    (frozenset({"assignment:proposed"}), proposals),
    (frozenset({"assignment:checked"}), checks),
    (frozenset({"assignment:vouched"}), confirmations),
    (frozenset({"finding:allowed", "finding:upheld"}), decisions),
    (frozenset({"objection:recorded"}), objections),
    (frozenset({"objection:answered"}), objections_answered),
    (frozenset({"mitigation:set"}), mitigations),
    (frozenset({"mitigation:done"}), mitigations_done),
    (frozenset({"question:asked"}), questions),
    (frozenset({"question:answered"}), answers),
    (frozenset({"policy:adopted"}), policies),
    (frozenset({"lead:answered"}), lead_answers),
    (frozenset({"hold:placed"}), holds),
    (frozenset({"hold:lifted"}), hold_ends),
    (frozenset({"inspection:planned"}), inspections),
    (frozenset({"register:imported"}), imports),
)
# Entries of these events tell of records.
TOLD = frozenset().union(*(events for events, _ in _JUDGES))


def faults(session: Session, batch: Sequence[Seen]) -> Iterator[Fault]:
    """Yield the entries whose records are missing or say something else, each with what differs."""
    for events, judge in _JUDGES:
        some = [each for each in batch if each.entry.event in events]
        try:
            yield from list(judge(session, some)) if some else ()
        except (KeyError, TypeError, ValueError):
            yield from _one_by_one(judge, session, some)


def _one_by_one(judge: _Judge, session: Session, some: Sequence[Seen]) -> Iterator[Fault]:
    """Yield the faults of a batch that holds an entry whose data the tracker cannot have written."""
    for each in some:
        try:
            yield from list(judge(session, [each]))
        except (KeyError, TypeError, ValueError):
            yield each.entry.seq, "its data is not what such an entry holds"
