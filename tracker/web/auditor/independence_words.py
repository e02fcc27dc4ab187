"""How an independence file says what it tells, and its rows: one for each act, with the entry that proves it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from tracker.domain.dates import in_words
from tracker.domain.events import because
from tracker.domain.lifecycle import Ruling
from tracker.domain.mitigating import Progress
from tracker.domain.moving import span_in_words
from tracker.domain.retention import ERASED
from tracker.domain.rule_words import rule_in_words
from tracker.models import Words
from tracker.queries.independence import IndependenceFile, Member
from tracker.queries.leavings import Change as Leaving
from tracker.queries.mitigations import Asked
from tracker.queries.turns import Turn
from tracker.services.history import words_of
from tracker.web.templating import moment

DECLARED = ("declaration:recorded", "declaration:withdrawn")


@dataclass(frozen=True, slots=True)
class Told:
    """One row of a file: what, when, by whom and more of it; and the number of the entry that tells it, if one does."""

    entry: int | None
    when: datetime | date | None
    what: str
    who: str = ""
    detail: str = ""


def called(name: str, ref: str) -> str:
    """Return a name with its reference; the reference once, where that is all there is."""
    return ref if name == ref else f"{name} ({ref})"


def quoted(words: Words | None) -> str:
    """Return somebody's words in quotation marks; a plain note where they were erased, nothing where none were said."""
    said = words_of(words)
    return said if said in {"", ERASED} else f"“{said}”"


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
    return "released" if turn.is_release else "confirmed", quoted(turn.reason)


def goes(change: Leaving) -> str:
    """Return what was recorded of an inspector's leaving: the day, and which stood before."""
    was = in_words(change.was) if change.was else ""
    if change.left_on is None:
        return f"Leaves no more on {was}"
    return f"Leaves on {in_words(change.left_on)}{f', and no longer on {was}' if was else ''}"


def changes(found: IndependenceFile) -> Iterator[Told]:
    """Yield that the inspection was planned, and what was changed of it."""
    row = found.inspection
    days = f"{in_words(row.starts_on)} to {in_words(row.ends_on)}"
    days = in_words(row.starts_on) if row.starts_on == row.ends_on else days
    days += f", {row.framework}, a team of {row.team_size}{', called off' if row.called_off_at else ''}"
    yield Told(found.entries.of(f"inspection:{row.reference}", "inspection:planned"), None, "The inspection", "", days)
    for each in found.changes:
        was, now_on = ((days.starts_on, days.ends_on) if days else None for days in (each.was, each.planned))
        what = f"Moved to {span_in_words(now_on)}, from {span_in_words(was)}" if was and now_on else "Called off"
        yield Told(each.seq, each.at, what, each.actor, quoted(each.reason))


def rows_of(found: IndependenceFile, member: Member, day: date) -> list[Told]:
    """Return all that a file tells of one member, in the order of the entries; what no entry tells comes first."""
    told = [
        *_placed(found, member, day),
        *_checked(found, member),
        *_decided(found, member),
        *_asked(found, member, day),
    ]
    return sorted(told, key=lambda each: each.entry or 0)


def _placed(found: IndependenceFile, member: Member, day: date) -> Iterator[Told]:
    row, word, entries = member.assignment, member.vouched, found.entries
    ref = f"assignment:{row.ref}"
    before, after = found.other(entries.instead, member), found.other(entries.by, member)
    proposed = f"Proposed, instead of {before}" if before else "Proposed"
    yield Told(entries.of(ref, "assignment:proposed"), row.proposed_at, proposed, row.proposed_by, row.ref)
    label, known = declared(found, member, day)
    stated = member.declaration
    number = entries.of(f"declaration:{stated.ref}", *DECLARED) if stated else None
    yield Told(number, stated.recorded_at if stated else None, label, "", known)
    if word is not None:
        late = "; late, the inspection had begun" if word.is_late else ""
        number = entries.of(ref, "assignment:vouched")
        yield Told(number, word.confirmed_at, f"Own word{late}", "", f"“{word.wording}”")
    for turn in member.turns:
        what, why = turned(turn)
        what = f"{what.capitalize()}, and {after} proposed instead" if turn.is_release and after else what.capitalize()
        yield Told(turn.seq, turn.at, what, "" if turn.is_question else turn.actor, why)
    for change in member.leaving:
        yield Told(change.seq, change.at, goes(change), change.actor)


def _checked(found: IndependenceFile, member: Member) -> Iterator[Told]:
    for number, check in zip(found.entries.of_checks(member), member.checks, strict=True):
        policy = found.policies[check.policy_id]
        under = f"Under the policy {policy.name} {policy.version}"
        yield Told(number, check.checked_at, f"Checked: {check.verdict}", "", under)
        for each in check.findings:
            what = f"Finding: {each.verdict}, {rule_in_words(each.rule)}"
            yield Told(number, check.checked_at, what, "", each.sentence)


def _decided(found: IndependenceFile, member: Member) -> Iterator[Told]:
    for each in member.decisions:
        ruled = "Allowed" if each.outcome == str(Ruling.ALLOW) else "Upheld"
        what = f"{ruled}: {each.finding.verdict}, {rule_in_words(each.finding.rule)}"
        number = found.entries.of(f"decision:{each.ref}", "finding:allowed", "finding:upheld")
        yield Told(number, each.decided_at, what, each.decided_by, quoted(each.reasons))
    for put in member.questions:
        about = f"{put.finding.verdict}, {rule_in_words(put.finding.rule)}"
        number = found.entries.of(f"question:{put.ref}", "question:asked")
        yield Told(number, put.asked_at, f"Question to the inspector: {about}", put.asked_by, quoted(put.words))
        if put.answer:
            number = found.entries.of(f"question:{put.ref}", "question:answered")
            yield Told(number, put.answer.answered_at, "Answer of the inspector", "", quoted(put.answer.words))


def _asked(found: IndependenceFile, member: Member, day: date) -> Iterator[Told]:
    entries = found.entries
    for asked in member.mitigations:
        row, done = asked.mitigation, asked.mitigation.done
        said = f"Mitigation due{brought_forward(asked)}: {became(asked, day)}"
        number = entries.of(f"mitigation:{row.ref}", "mitigation:set")
        yield Told(number, asked.due_on, said, row.owner.name, quoted(row.what))
        if done:
            number = entries.of(f"mitigation:{row.ref}", "mitigation:done")
            yield Told(number, done.done_at, "Mitigation done: evidence", done.done_by, quoted(done.evidence))
    for made in member.objections:
        ref, answer = f"objection:{made.ref}", made.answer
        number, by = entries.of(ref, "objection:recorded"), f"made by: {quoted(made.office)}"
        stands = "" if answer else "Not answered"
        yield Told(number, made.received_on, f"Objection of the provider, {by}", made.recorded_by, stands)
        if answer:
            number = entries.of(ref, "objection:answered")
            yield Told(number, answer.told_on, "The provider was told of its objection", answer.answered_by)
