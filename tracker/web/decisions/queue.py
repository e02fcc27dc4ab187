"""What is to be decided now, and what was decided lately."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import abort, render_template, request

from tracker.database import db
from tracker.domain.access import Permission
from tracker.domain.reviewing import Want
from tracker.models import Assignment, FindingRow
from tracker.queries import decisions, inspections, kept_forms, mitigations, policies, questions
from tracker.queries.decisions import Need, Pending
from tracker.queries.mitigations import Which
from tracker.queries.questions import Put
from tracker.web.access import requires
from tracker.web.auth import actor
from tracker.web.clock import checked_on, now, today
from tracker.web.decisions.room import blueprint
from tracker.web.decisions.to_review import tasks
from tracker.web.objecting import to_answer
from tracker.web.paging import asked
from tracker.web.telling import Told, told, whose

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Line:
    """An assignment on a list: whose and where, which findings are to be decided on, and whether the reader may."""

    assignment: Assignment
    provider: str
    in_the_way: Sequence[FindingRow]
    is_own_proposal: bool
    has_ended: bool
    asked: Sequence[Put]


@blueprint.get("")
@requires(Permission.DECIDE)
def first_page() -> str:
    """Say what must be decided now, what awaits a grade, and what was decided lately."""
    book = policies.all_in_force(db.session, checked_on())
    lists = decisions.queue(db.session, book, today(), actor())
    shown = _lines([each for pending in lists.values() for each in pending[:SHOWN]])
    _, recent = decisions.recent(db.session, actor(), start=0, size=SHOWN)
    counts = Counter(each.want for each in tasks())
    numbers_of, some = _mitigations()
    return render_template(
        "decisions/first_page.html",
        lists={need.value: [shown[each.id] for each in pending[:SHOWN]] for need, pending in lists.items()},
        numbers={need.value: len(pending) for need, pending in lists.items()},
        objections=to_answer(book),
        awaiting=counts[Want.GRADE],
        unlinked=counts[Want.ORGANISATION],
        to_review=counts.total(),
        numbers_of=numbers_of,
        overdue=some[Which.OVERDUE],
        moved_up=some[Which.MOVED_UP],
        owner_gone=some[Which.OWNER_GONE],
        whose=whose([each for found in some.values() for each in found]),
        today=today(),
        kept=len(kept_forms.of(db.session, actor(), at=now())),
        recent=recent,
        names=decisions.names_of(db.session, {each.decision.decided_by for each in recent}),
    )


def _mitigations() -> tuple[Mapping[str, int], dict[Which, list[Told]]]:
    """Return how many mitigations want to be looked at, and some for each reason why."""
    overdue = mitigations.waiting(db.session, actor(), today(), which=Which.OVERDUE, start=0, size=SHOWN)
    found = {Which.OVERDUE: overdue.found}
    for which in (Which.MOVED_UP, Which.OWNER_GONE):
        is_any = overdue.numbers[which]
        more = mitigations.waiting(db.session, actor(), today(), which=which, start=0, size=SHOWN) if is_any else None
        found[which] = more.found if more else []
    some = {which: told(each, with_evidence=False) for which, each in found.items()}
    return {which.value: number for which, number in overdue.numbers.items()}, some


@blueprint.get("/queue")
@requires(Permission.DECIDE)
def listed() -> str:
    """List every assignment that wants a decision for one reason (?need=)."""
    need, page = need_by_address(), asked()
    book = policies.all_in_force(db.session, checked_on())
    pending = decisions.queue(db.session, book, today(), actor())[need]
    some = pending[page.start : page.start + page.size]
    shown = _lines(some)
    return render_template(
        "decisions/queue.html",
        need=need.value,
        number=len(pending),
        lines=[shown[each.id] for each in some],
        page=page,
        today=today(),
    )


def need_by_address() -> Need:
    """Return why what the address asks for waits; what waits for no such reason is not there."""
    try:
        return Need(request.args.get("need", Need.DECISION))
    except ValueError:
        abort(404)


@blueprint.get("/decided")
@requires(Permission.DECIDE)
def decided() -> str:
    """List what was decided, the latest first."""
    page = asked()
    number, found = decisions.recent(db.session, actor(), start=page.start, size=page.size)
    names = decisions.names_of(db.session, {each.decision.decided_by for each in found})
    return render_template("decisions/decided.html", number=number, found=found, names=names, page=page)


def _lines(pending: Sequence[Pending]) -> Mapping[int, Line]:
    loaded = decisions.whole(db.session, [each.id for each in pending])
    names = inspections.provider_names(db.session, [each.inspection.provider for each in loaded.values()])
    asked_about = questions.of_assignments(db.session, list(loaded), today())
    result = {}
    for each in pending:
        row = loaded[each.id]
        uncovered = {fingerprint for fingerprint, _ in each.uncovered}
        findings = row.check.findings if row.check else []
        in_the_way = [finding for finding in findings if finding.fingerprint in uncovered]
        own = actor().ref in each.proposers
        # What its proposer may not decide on, others ask about.
        put = [] if own else asked_about[each.id]
        result[each.id] = Line(row, names[row.inspection.provider], in_the_way, own, each.ends_on < today(), put)
    return result
