"""An inspection's independence file, to be read or printed for a complaint or a court."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

from flask import abort, render_template, request
from sqlalchemy.orm import Session

from tracker.database import db
from tracker.domain.access import Permission
from tracker.domain.dates import in_words
from tracker.domain.events import because
from tracker.domain.lifecycle import Ruling
from tracker.domain.mitigating import Progress
from tracker.domain.moving import span_in_words
from tracker.domain.rule_words import rule_in_words
from tracker.domain.uk_time import midnight
from tracker.queries import history
from tracker.queries.independence import IndependenceFile, Member, independence_file
from tracker.queries.inspections import provider_names
from tracker.queries.leavings import Change as Leaving
from tracker.queries.mitigations import Asked
from tracker.queries.turns import Turn
from tracker.services.history import words_of
from tracker.web import exporting
from tracker.web.access import requires
from tracker.web.auditor.room import blueprint
from tracker.web.clock import now, today
from tracker.web.exporting import Cells, Exported, Rows, narrowed
from tracker.web.templating import moment

COLUMNS = ("Inspection", "Provider", "Inspector", "Role", "When", "What", "Who", "Detail")


@blueprint.get("/independence/<path:reference>")
@requires(Permission.READ_HISTORY)
def independence(reference: str) -> str:
    """Show who was proposed for an inspection, and all that was declared, checked, decided and done about each."""
    found = independence_file(db.session, reference)
    if found is None:
        abort(404)
    provider = found.inspection.provider
    return render_template(
        "auditor/independence.html",
        file=found,
        provider=provider_names(db.session, [provider])[provider],
        names=_names(db.session, found),
        words_of=words_of,
        declared=lambda member: declared(found, member, today()),
        became=lambda asked: became(asked, today()),
        brought_forward=brought_forward,
        turned=turned,
        goes=goes,
        standing=history.standing(db.session),
        made_at=now(),
    )


def _names(session: Session, found: IndependenceFile) -> dict[str, str]:
    """Return the names of all who did something in a file."""
    who = {each.assignment.proposed_by for each in found.members}
    who |= {each.decided_by for member in found.members for each in member.decisions}
    who |= {each.actor for member in found.members for each in member.turns}
    who |= {each.asked_by for member in found.members for each in member.questions}
    dones = (each.mitigation.done for member in found.members for each in member.mitigations)
    who |= {each.done_by for each in dones if each}
    who |= {each.actor for member in found.members for each in member.leaving}
    who |= {each.actor for each in found.changes}
    return history.names_of(session, who)


def _rows() -> Rows:
    reference = request.args.get("reference", "")
    if independence_file(db.session, reference) is None:
        abort(404)

    def all_of_it(session: Session) -> Iterator[Cells]:
        found = independence_file(session, reference)
        if found is None:
            return
        names, standing, row = _names(session, found), history.standing(session), found.inspection
        of = row.reference, f"{provider_names(session, [row.provider])[row.provider]} ({row.provider})"
        days = f"{in_words(row.starts_on)} to {in_words(row.ends_on)}, {row.framework}, a team of {row.team_size}"
        days += ", called off" if row.called_off_at else ""
        yield *of, "", "", "", "The inspection", "", days
        made = f"When the history had {standing.size:,} entries; its root was {standing.root}"
        yield *of, "", "", now(), "This file", "", made
        for changed_at, what, who, detail in _changes(found):
            yield *of, "", "", changed_at, what, names.get(who, who), detail
        for member in found.members:
            who_is, lines = member.assignment.inspector.name, list(_lines(found, member))
            for when, what, who, detail in sorted(lines, key=_instant):
                yield *of, who_is, member.assignment.role, when, what, names.get(who, who), detail

    return all_of_it


def _changes(found: IndependenceFile) -> Iterator[tuple[datetime, str, str, str]]:
    """Yield what was changed of the inspection: when, what, who did it, and why."""
    for each in found.changes:
        was, now_on = ((days.starts_on, days.ends_on) if days else None for days in (each.was, each.planned))
        what = f"Moved to {span_in_words(now_on)}, from {span_in_words(was)}" if was and now_on else "Called off"
        yield each.at, what, each.actor, words_of(each.reason) if each.reason else ""


def _instant(line: tuple[object, str, str, str]) -> datetime:
    """Return when a line was, for their order: a day counts from its beginning, what has no day comes first."""
    when = line[0]
    if isinstance(when, datetime):
        return when
    return midnight(when) if isinstance(when, date) else datetime.min.replace(tzinfo=UTC)


def declared(found: IndependenceFile, member: Member, day: date) -> tuple[str, str]:
    """Return how a member's declaration is called on a day, and which it is and whether it serves on the first day."""
    starts_on, row = found.inspection.starts_on, member.declaration
    is_ahead = starts_on > day
    label = "Declaration in force now" if is_ahead else "Declaration known on its first day"
    if row is None:
        return label, "None is in force" if is_ahead else "None was in force"
    said = f"{row.ref}, made on {in_words(row.made_at.date())}, known since {moment(row.recorded_at)}"
    if member.in_date is None:
        return label, said
    stands = "in date" if member.in_date else "out of date"
    will = "would be" if found.inspection.called_off_at else "will be"
    return label, f"{said}; {f'it {will} {stands} on the first day' if is_ahead else f'{stands} on that day'}"


def became(asked: Asked, day: date) -> str:
    """Return how a mitigation stands on a day."""
    match asked.progress(day):
        case Progress.DONE:
            return f"done on {moment(asked.mitigation.done.done_at)}" if asked.mitigation.done else "done"
        case Progress.OVER:
            return "ended, no longer called for"
        case Progress.OVERDUE:
            return "overdue, not done"
        case Progress.TO_DO:
            return "not done yet"


def brought_forward(asked: Asked) -> str:
    """Return by which day a mitigation's decision asked for it, where its inspection was moved to begin sooner."""
    asked_for = in_words(asked.mitigation.due_on)
    return f", asked for by {asked_for}, before the inspection was moved" if asked.moved_up else ""


def turned(turn: Turn) -> tuple[str, str]:
    """Return what a turn of an assignment was, and why, where the history says it."""
    if turn.is_question:
        return "questioned", because(turn.cause)
    return "released" if turn.is_release else "confirmed", words_of(turn.reason) if turn.reason else ""


def goes(change: Leaving) -> str:
    """Return what was recorded of an inspector's leaving: the day, and which stood before."""
    was = in_words(change.was) if change.was else ""
    if change.left_on is None:
        return f"Leaves no more on {was}"
    return f"Leaves on {in_words(change.left_on)}{f', and no longer on {was}' if was else ''}"


def _lines(found: IndependenceFile, member: Member) -> Iterator[tuple[object, str, str, str]]:
    """Yield all that a file tells of one member: when, what, who did it, and more of it."""
    row, word = member.assignment, member.vouched
    yield row.proposed_at, "Proposed", row.proposed_by, row.ref
    label, known = declared(found, member, today())
    yield member.declaration.recorded_at if member.declaration else "", label, "", known
    if word is not None:
        late = "; late, the inspection had begun" if word.is_late else ""
        yield word.confirmed_at, f"Own word{late}", "", word.wording
    for turn in member.turns:
        what, why = turned(turn)
        yield turn.at, what.capitalize(), "" if turn.is_question else turn.actor, why
    for change in member.leaving:
        yield change.at, goes(change), change.actor, ""
    for check in member.checks:
        policy = found.policies[check.policy_id]
        yield check.checked_at, f"Checked: {check.verdict}", "", f"Under the policy {policy.name} {policy.version}"
        for finding in check.findings:
            yield check.checked_at, f"Finding: {finding.verdict}, {rule_in_words(finding.rule)}", "", finding.sentence
    yield from _decided(member)


def _decided(member: Member) -> Iterator[tuple[object, str, str, str]]:
    for each in member.decisions:
        ruled = "Allowed" if each.outcome == str(Ruling.ALLOW) else "Upheld"
        what = f"{ruled}: {each.finding.verdict}, {rule_in_words(each.finding.rule)}"
        yield each.decided_at, what, each.decided_by, words_of(each.reasons)
    for put in member.questions:
        about = f"{put.finding.verdict}, {rule_in_words(put.finding.rule)}"
        yield put.asked_at, f"Question to the inspector: {about}", put.asked_by, words_of(put.words)
        if put.answer:
            yield put.answer.answered_at, "Answer of the inspector", "", words_of(put.answer.words)
    for asked in member.mitigations:
        row, done = asked.mitigation, asked.mitigation.done
        said = f"Mitigation due{brought_forward(asked)}: {became(asked, today())}"
        yield asked.due_on, said, row.owner.name, words_of(row.what)
        if done:
            yield done.done_at, "Mitigation done: evidence", done.done_by, words_of(done.evidence)
    for made in member.objections:
        answer = f"Answered on {in_words(made.answer.told_on)}" if made.answer else "Not answered"
        yield made.received_on, "Objection of the provider", words_of(made.office), answer


def _of() -> str:
    return request.args.get("reference", "")


exporting.add(
    blueprint,
    "/independence-file/export",
    "export_independence",
    Exported("independence file", Permission.READ_HISTORY, COLUMNS, _rows, lambda: narrowed({"reference": _of()}), _of),
)
