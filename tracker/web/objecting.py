"""What the rooms share about providers' objections: the forms, the lists of those to answer, and answering one."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from tracker.database import db
from tracker.domain.errors import NotFoundError, RefusedError
from tracker.domain.objecting import age_in_words
from tracker.models import Assignment
from tracker.queries import inspections, objections, policies
from tracker.queries.objections import Standing, Unanswered
from tracker.queries.policies import PoliciesInForce
from tracker.services import objections as acts
from tracker.services.history import words_of
from tracker.services.objections import LONGEST_OFFICE, AnswerObjection
from tracker.web.auth import actor
from tracker.web.clock import checked_on, now, today
from tracker.web.dates import DayField
from tracker.web.fields import AreaField, TextField
from tracker.web.said import NOTICE
from tracker.web.worded import Worded

SHOWN = 5


class ObjectionForm(Worded):
    """A provider's objection as it came in."""

    received_on = DayField(
        "When did it come in?",
        what="The day on which it came in",
        hint="For example, 17 3 2026",
        needed="Enter the day",
    )
    made_by = TextField(
        "Whose office made it?",
        longest=LONGEST_OFFICE,
        classes="govuk-input--width-20",
        hint="For example “Headteacher” or “Chair of governors”. Not the name: this cannot be taken back.",
        needed="Enter the office of whoever objected",
        autocomplete="off",
    )
    words = AreaField(
        "What was said?",
        longest=4000,
        rows=6,
        hint="In the provider’s own words, as far as you have them. Decision-makers read them; the inspector does not "
        "see them on a page, but has them in the copy of what is held.",
        needed="Enter the words of the objection",
    )


class AnswerForm(Worded):
    """What the provider was told."""

    told_on = DayField(
        "When was the provider told?",
        what="The day on which the provider was told",
        hint="For example, 17 3 2026",
        needed="Enter the day",
    )
    words = AreaField(
        "What was it told?",
        longest=4000,
        rows=6,
        hint="Do not tell a provider what an inspector declared, nor why a decision-maker decided so.",
        needed="Enter what the provider was told",
    )


def standings_of(found: Assignment) -> list[Standing]:
    """Return the objections to an assignment's inspector for its inspection, each with what became of it."""
    _, policy = policies.in_force(db.session, checked_on(), found.inspector.engagement)
    return objections.standings(db.session, found, policy, today())


def shown(standings: Sequence[Standing]) -> list[dict[str, Any]]:
    """Return objections as the pages show them to whoever may read their words."""
    found = []
    for each in standings:
        row, answer = each.objection, each.objection.answer
        told = {"told_on": answer.told_on, "words": words_of(answer.words)} if answer else None
        found.append(
            {
                "ref": row.ref,
                "received_on": row.received_on,
                "made_by": words_of(row.office),
                "words": words_of(row.words),
                "became": each.became.value,
                "answer": told,
                "absences": each.absences,
                "is_to_settle": each.is_to_settle,
                "is_to_answer": each.is_to_answer,
                "is_moot": each.is_moot,
                "age": age_in_words(row.received_on, today()),
            }
        )
    return found


def by_finding(found: Assignment) -> dict[int, dict[str, Any]]:
    """Return the objections that the findings of an assignment rest on, by the finding's number."""
    resting = {objections.ref_of(each): each.id for each in found.check.findings} if found.check else {}
    if not resting.keys() - {""}:
        return {}
    standings = {each.objection.ref: each for each in standings_of(found)}
    result = {}
    for ref in resting.keys() & standings.keys():
        each = standings[ref]
        own = each.is_to_answer and not each.is_to_settle and actor().ref in each.decided_by
        result[resting[ref]] = {**shown([each])[0], "may_answer": own}
    return result


def to_answer(book: PoliciesInForce) -> list[Unanswered]:
    """Return the objections that nobody answered yet and that are not to whoever asks."""
    return objections.unanswered(db.session, book, today(), actor())


def listed(room: str) -> str:
    """Show every objection without an answer, for the room of schedulers or of decision-makers."""
    book = policies.all_in_force(db.session, checked_on())
    return render_template("objections/listed.html", room=room, lines=to_answer(book))


def found_or_404(ref: str) -> tuple[Standing, Assignment]:
    """Return an objection as it stands, with the assignment that bears it; raise NotFoundError where there is none."""
    row = objections.by_ref(db.session, ref)
    if row is None:
        raise NotFoundError("There is no such objection.")
    found = objections.bearer(db.session, row)
    return next(each for each in standings_of(found) if each.objection.id == row.id), found


def answer_asked(room: str, standing: Standing, found: Assignment) -> str | Response:
    """Ask what the provider was told; lead back to the assignment where that is recorded already."""
    if not (standing.is_to_answer or standing.is_moot):
        flash("The answer to the provider was recorded already. Nothing was changed.", NOTICE)
        return _back(room, found)
    form = AnswerForm()
    form.told_on.process_data(today())
    return answer_page(room, standing, found, form)


def answer_sent(room: str, ref: str, find: Callable[[str], tuple[Standing, Assignment]]) -> Response | tuple[str, int]:
    """Record what the provider was told; where it is refused, show the form with the reason."""
    _, found = find(ref)
    form = AnswerForm()
    if not form.validate() or not answered(ref, form):
        return answer_page(room, *find(ref), form), 422
    flash("The answer to the provider is recorded.")
    return _back(room, found)


def _back(room: str, found: Assignment) -> Response:
    return redirect(url_for(f"{room}.assignment", ref=found.ref, _anchor="objections"), code=303)


def answer_page(room: str, standing: Standing, found: Assignment, form: AnswerForm) -> str:
    """Ask what the provider was told."""
    names = inspections.provider_names(db.session, [found.inspection.provider])
    return render_template(
        "objections/answer.html",
        room=room,
        assignment=found,
        provider=names[found.inspection.provider],
        each=shown([standing])[0],
        form=form,
    )


def answered(ref: str, form: AnswerForm) -> bool:
    """Record the answer; where it is refused, say why in the form."""
    command = AnswerObjection(ref, form.told_on.data, form.words.data or "")
    try:
        acts.answer(db.session, actor(), command, at=now())
    except RefusedError as error:
        db.session.rollback()
        form.refuse(error)
        return False
    return True
