"""The decision-maker's lists as files: what waits for a decision, what was decided, and what needs a review."""

from collections.abc import Iterator, Sequence

from flask import request
from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission
from tracker.queries import decisions, inspections, policies
from tracker.queries.decisions import Pending
from tracker.web import exporting
from tracker.web.auth import actor
from tracker.web.clock import checked_on, today
from tracker.web.decisions.queue import need_by_address
from tracker.web.decisions.room import blueprint
from tracker.web.decisions.to_review import WHAT, tasks, what_by_address
from tracker.web.exporting import Cells, Exported, Rows, narrowed

SOME = 500
QUEUE = (
    *("Inspector", "Provider", "Reference", "Role", "State", "Verdict", "First day", "Last day", "Proposed"),
    "To be decided",
)
DECIDED = ("Decision", "Inspector", "Provider", "Reference", "Decided by", "Decided")
REVIEWS = ("What", "Whom or what it is about", "Why", "Since", "Due")


def _queue() -> Rows:
    need, day, on, who = need_by_address(), today(), checked_on(), actor()

    def all_of_it(session: Session) -> Iterator[Cells]:
        waiting = decisions.queue(session, policies.all_in_force(session, on), day, who)[need]
        for start in range(0, len(waiting), SOME):
            yield from _told(session, waiting[start : start + SOME], who)

    return all_of_it


def _told(session: Session, some: Sequence[Pending], who: Actor) -> Iterator[Cells]:
    loaded = decisions.whole(session, [each.id for each in some])
    names = inspections.provider_names(session, [each.inspection.provider for each in loaded.values()])
    for each in some:
        row, open_ones = loaded[each.id], {fingerprint for fingerprint, _ in each.uncovered}
        inspection = row.inspection
        said = " ".join(x.sentence for x in (row.check.findings if row.check else ()) if x.fingerprint in open_ones)
        # Whoever proposed it is told on the page, too, only that somebody else must decide.
        if who.ref in each.proposers:
            said = f"You proposed {row.inspector.name} for this inspection: it is for another decision-maker."
        whose = (row.inspector.name, names[inspection.provider], inspection.reference, row.role, row.state)
        yield *whose, row.verdict, inspection.starts_on, inspection.ends_on, row.proposed_at, said


def _decided() -> Rows:
    who = actor()

    def all_of_it(session: Session) -> Iterator[Cells]:
        start = 0
        while some := decisions.recent(session, who, start=start, size=SOME)[1]:
            start += len(some)
            people = decisions.names_of(session, {each.decision.decided_by for each in some})
            names = inspections.provider_names(session, [each.assignment.inspection.provider for each in some])
            for each in some:
                row, inspection = each.assignment, each.assignment.inspection
                said = "Allowed" if each.decision.outcome == "allow" else "Upheld"
                whose = (row.inspector.name, names[inspection.provider], inspection.reference)
                yield said, *whose, people[each.decision.decided_by], each.decision.decided_at

    return all_of_it


def _reviews() -> Rows:
    what = what_by_address()
    found = [each for each in tasks() if not what or each.want == what]
    return lambda _session: ((WHAT[x.want], x.title, x.more, x.since, x.due_on) for x in found)


def _need() -> Sequence[str]:
    return narrowed({"need": need_by_address() if request.args.get("need") else None})


def _what() -> Sequence[str]:
    return narrowed({"what": what_by_address()})


LISTS = {
    ("/queue/export", "export_queue"): Exported("decisions", Permission.DECIDE, QUEUE, _queue, _need),
    ("/decided/export", "export_decided"): Exported("decided", Permission.DECIDE, DECIDED, _decided),
    ("/to-review/export", "export_to_review"): Exported("to review", Permission.GRADE, REVIEWS, _reviews, _what),
}
for (rule, endpoint), exported in LISTS.items():
    exporting.add(blueprint, rule, endpoint, exported)
