"""Choosing an inspector: the candidates of one inspection, best first; one press proposes and checks, or replaces."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.allocation.suggestions import Choice, Choices, Seeking, choices, role_wanted
from tracker.database import db, writes
from tracker.domain.access import Permission
from tracker.domain.choosing import ORDER
from tracker.domain.errors import RefusedError
from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import LEAD, OPEN, ROLES, are_apart
from tracker.models import Assignment, Inspection
from tracker.queries import decisions, inspections, policies, rivals
from tracker.queries.inspections import Listed
from tracker.services import assignments, replacing
from tracker.services.assignments import Propose
from tracker.services.replacing import Replace
from tracker.web.access import requires
from tracker.web.auth import actor
from tracker.web.clock import checked_on, now, today
from tracker.web.paging import asked
from tracker.web.said import NOTICE
from tracker.web.scheduler.forms import ChooseForm, ReplaceForm
from tracker.web.scheduler.room import blueprint
from tracker.web.scheduler.teams import as_shown, changed_meanwhile, found_by, moved_meanwhile
from tracker.web.settings import allocation_rules
from tracker.web.templating import moment
from tracker.web.unchanged import same_while_unchanged

FOLDED = 20
LONGEST = 100
MOST_DIGITS = 4
KILOMETRE = 1_000


@dataclass(frozen=True, slots=True)
class Wish:
    """What the address asks for: a role, only who is clear, within so many kilometres, a name; whom to replace."""

    role: str
    only_clear: bool
    within: int | None
    words: str
    instead: Assignment | None

    def filters(self) -> dict[str, Any]:
        """Return it as an address has it."""
        return {
            "role": self.role,
            "clear": "1" if self.only_clear else None,
            "km": self.within,
            "q": self.words or None,
            "instead": self.instead.ref if self.instead else None,
        }

    def wants(self, each: Choice) -> bool:
        """Tell whether somebody is among those who are asked for."""
        if self.only_clear and each.outcome.verdict is not Verdict.CLEAR:
            return False
        return self.within is None or (each.kilometres is not None and each.kilometres <= self.within)


@blueprint.get("/propose/<path:reference>")
@requires(Permission.ASSIGN)
@same_while_unchanged
def propose(reference: str) -> str:
    """List who may go, best first, for a role; ?instead= names the assignment whose inspector is to be replaced."""
    found = found_by(reference)
    if found.inspection.called_off_at is not None:
        return render_template("scheduler/called_off.html", found=found)
    wish = _wish(found.inspection)
    if wish.instead is not None and wish.instead.state not in OPEN:
        gone = rivals.gone(db.session, wish.instead)
        return render_template("scheduler/replaced.html", found=found, leaving=wish.instead, gone=gone)
    return _page(found, wish, ReplaceForm() if wish.instead else ChooseForm())


@blueprint.post("/propose/<path:reference>")
@requires(Permission.ASSIGN)
@writes
def propose_post(reference: str) -> Response | tuple[str, int]:
    """Propose an inspector, or replace one by another, and show at once what the check found."""
    found = found_by(reference)
    if found.inspection.called_off_at is not None:
        return render_template("scheduler/called_off.html", found=found), 409
    wish = _wish(found.inspection)
    # Sent twice, or proposed by somebody else meanwhile: the assignment that is there answers both.
    there = _answered(found.inspection, wish)
    if there is not None:
        return _to(there)
    form = ReplaceForm() if wish.instead else ChooseForm()
    if not form.validate():
        return _page(found, wish, form), 422
    if sentence := _stale(found, wish):
        form.refuse(RefusedError(sentence))
        return _page(found, wish, form), 409
    try:
        made = _act(found, wish, form)
    except RefusedError as error:
        db.session.rollback()
        there = _answered(found.inspection, wish)
        if there is not None:
            return _to(there)
        form.refuse(error)
        return _page(found_by(reference), _wish(found.inspection), form), 422
    return redirect(url_for("scheduler.assignment", ref=made), code=303)


def _stale(found: Listed, wish: Wish) -> str:
    """Return what changed since the list was shown, as a sentence; an empty text where it still holds."""
    if moved := moved_meanwhile(found.inspection, request.form.get("was")):
        return f"{moved}. Nobody was proposed: the list below is for these days"
    changed = changed_meanwhile(wish.instead) if wish.instead else ""
    return f"{changed}. Nobody was replaced: choose again if it is still what you want" if changed else ""


def _to(there: Assignment) -> Response:
    """Lead to the assignment that was there already; whoever came second is told who was quicker."""
    if there.proposed_by != actor().ref:
        who = decisions.names_of(db.session, [there.proposed_by])[there.proposed_by]
        flash(
            f"{who} was quicker: {there.inspector.name} has been proposed since {moment(there.proposed_at)}. Nothing "
            f"of yours was saved.",
            NOTICE,
        )
    return redirect(url_for("scheduler.assignment", ref=there.ref), code=303)


def _answered(row: Inspection, wish: Wish) -> Assignment | None:
    """Return the assignment that is there and is what was asked for, or None.

    A replacement is only if it is one's own act; and whoever is in the team is no answer where another is to look at
    its work: the act says so.
    """
    there = open_of(row, request.form.get("staff_no", ""))
    if there is None or are_apart(there.role, request.form.get("role", "")):
        return None
    if wish.instead is None or (wish.instead.state not in OPEN and there.proposed_by == actor().ref):
        return there
    return None


def _act(found: Listed, wish: Wish, form: ChooseForm) -> str:
    (_, rules), staff_no = allocation_rules(), form.staff_no.data or ""
    if wish.instead is None or not isinstance(form, ReplaceForm):
        command = Propose(found.inspection.reference, staff_no, form.role.data or "")
        placed = assignments.propose(db.session, actor(), command, rules=rules, at=now())
        _tell_of_rival(placed)
        return placed.ref
    leaving = wish.instead
    swap = Replace(leaving.ref, staff_no, form.why.data or "", form.words.data or "")
    made = replacing.replace(db.session, actor(), swap, rules=rules, at=now())
    flash(f"{leaving.inspector.name} is released, and {made.inspector.name} is proposed instead.")
    return made.ref


def _tell_of_rival(made: Assignment) -> None:
    """Say who was quicker, where somebody else was just proposed for the place; and of another lead in any case."""
    rival = rivals.proposed_before(db.session, made)
    if rival is None:
        return
    if rival.leads and made.role == LEAD:
        flash(
            f"There is a lead already: {rival.name}, proposed by {rival.by}. Only one can be confirmed: release or "
            f"replace one of the two.",
            NOTICE,
        )
    elif rival.actor != made.proposed_by and rival.was_just_now(made.proposed_at):
        flash(
            f"Somebody else was proposed for this place a moment ago: {rival.name}, by {rival.by}. Yours "
            f"stands beside it, and only one can be confirmed.",
            NOTICE,
        )


def open_of(row: Inspection, staff_no: str) -> Assignment | None:
    """Return the open assignment of an inspector to an inspection, or None."""
    team = inspections.team(db.session, row.id)
    return next((each for each in team if each.state in OPEN and each.inspector.staff_no == staff_no), None)


def _wish(row: Inspection) -> Wish:
    """Read the address; what it says wrongly is as if it said nothing."""
    said = request.args
    instead = _instead(row, said.get("instead", ""))
    role, far = said.get("role", ""), said.get("km", "")
    if role not in ROLES:
        role = role_wanted(db.session, row)
    return Wish(
        role=instead.role if instead else role,
        only_clear="clear" in said,
        within=int(far) if far.isascii() and far.isdigit() and len(far) <= MOST_DIGITS else None,
        words=said.get("q", "").strip()[:LONGEST],
        instead=instead,
    )


def _instead(row: Inspection, ref: str) -> Assignment | None:
    """Return whom to replace: somebody of this inspection, never oneself."""
    if not ref:
        return None
    found = decisions.one(db.session, ref)
    if found is None or found.inspection_id != row.id or found.inspector_id == actor().inspector_id:
        abort(404)
    return found


def _page(found: Listed, wish: Wish, form: ChooseForm) -> str:
    row, page = found.inspection, asked()
    _, rules = allocation_rules()
    leaving = wish.instead.inspector_id if wish.instead else None
    seeking = Seeking(row, wish.role, rules, actor().inspector_id, leaving, wish.words or None)
    everybody = choices(db.session, seeking, policies.all_in_force(db.session, checked_on()), today())
    listed = _listed(everybody, wish)
    return render_template(
        "scheduler/propose.html",
        found=found,
        wish=wish,
        form=form,
        rules=rules,
        order=ORDER,
        roles=ROLES,
        number=len(listed),
        shown=listed[page.start : page.start + page.size],
        page=page,
        real=[] if wish.words else everybody.real[:FOLDED],
        real_number=len(everybody.real),
        others_number=everybody.barred,
        has_ended=row.ends_on < today(),
        was=as_shown(row),
    )


def _listed(everybody: Choices, wish: Wish) -> Sequence[Choice]:
    """Return who may go; where a name is looked for, also who cannot, so that it can be said why."""
    free = [each for each in everybody.free if wish.wants(each)]
    return free if wish.only_clear else [*free, *(everybody.real if wish.words else ()), *everybody.others]
