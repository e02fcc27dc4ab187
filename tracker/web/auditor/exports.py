"""The auditor's lists as files: every entry of the history in words, and what deserves a look."""

from collections.abc import Callable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.access import Permission
from tracker.models import HistoryEntry
from tracker.queries import audit, history, policies
from tracker.queries.history import Line
from tracker.web import exporting
from tracker.web.auditor.room import blueprint
from tracker.web.clock import checked_on
from tracker.web.exporting import Cells, Exported, Rows

SOME = 1_000
ENTRIES = ("Entry", "When", "What happened", "Event", "Actor", "Subjects")
LATE = ("Inspector", "Staff number", "Declaration", "Recorded", "Why it is late")


def _entries() -> Rows:
    def all_of_it(session: Session) -> Iterator[Cells]:
        query = select(HistoryEntry)
        while some := history.lines(session, query, limit=SOME):
            yield from map(_told, some)
            query = select(HistoryEntry).where(HistoryEntry.seq < some[-1].seq)

    return all_of_it


def _told(line: Line) -> Cells:
    return line.seq, line.at, line.sentence, line.event, line.actor, ", ".join(line.subjects)


def _of(question: Callable[[Session, int], list[Line]]) -> Callable[[], Rows]:
    return lambda: lambda session: map(_told, question(session, audit.LOOK_BACK))


def _late() -> Rows:
    day = checked_on()

    def all_of_it(session: Session) -> Iterator[Cells]:
        for each in audit.late(session, audit.LOOK_BACK, policies.all_in_force(session, day)):
            row = each.declaration
            yield row.inspector.name, row.inspector.staff_no, row.ref, row.recorded_at, each.why

    return all_of_it


READ = Permission.READ_HISTORY
LISTS = {
    ("/entries/export", "export_entries"): Exported("entries", READ, ENTRIES, _entries),
    ("/questioned/export", "export_questioned"): Exported("questioned", READ, ENTRIES, _of(audit.questioned)),
    ("/exceptions/export", "export_exceptions"): Exported("exceptions", READ, ENTRIES, _of(audit.exceptions)),
    ("/late/export", "export_late"): Exported("late declarations", READ, LATE, _late),
}
for (rule, endpoint), exported in LISTS.items():
    exporting.add(blueprint, rule, endpoint, exported)
