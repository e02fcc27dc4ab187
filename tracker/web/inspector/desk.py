"""The inspector's first page, and own declarations as they were recorded."""

from flask import render_template

from tracker.database import db
from tracker.domain.access import Permission
from tracker.domain.dates import PartialDate
from tracker.domain.declaration import Declared, Difference, difference
from tracker.domain.errors import NotFoundError
from tracker.domain.facts import Connection
from tracker.models import Declaration, Inspector
from tracker.queries import declarations, inspector, kept_forms, leads, questions
from tracker.services.history import words_of
from tracker.web.access import requires
from tracker.web.auth import actor
from tracker.web.clock import now, today
from tracker.web.inspector.room import blueprint, me
from tracker.web.inspector.words import answers


@blueprint.get("")
@requires(Permission.READ_OWN_DECLARATIONS)
def desk() -> str:
    """Say what must be done now, what the inspector is proposed for, and what was declared before."""
    asked = leads.of_inspectors(db.session, [me()], today())[me()]
    return render_template(
        "inspector/desk.html",
        desk=inspector.desk(db.session, me(), today()),
        leads=len(asked),
        left_on=db.session.get_one(Inspector, me()).left_on,
        today=today(),
        asked_by_deciders=questions.of_inspector(db.session, me(), today()),
        kept=len(kept_forms.of(db.session, actor(), at=now())),
    )


@blueprint.get("/<ref>")
@requires(Permission.READ_OWN_DECLARATIONS)
def declaration(ref: str) -> str:
    """Show one own declaration as it was recorded, and what it changed."""
    row = own_declaration(ref)
    former = inspector.replaced_by(db.session, row)
    return render_template(
        "inspector/declaration.html",
        row=row,
        current=declarations.in_force(db.session, me()),
        stated=stated(row),
        reason=words_of(row.reason),
        former=former,
        changes=changes_of(former, row),
    )


@blueprint.get("/<ref>/recorded")
@requires(Permission.READ_OWN_DECLARATIONS)
def recorded(ref: str) -> str:
    """Confirm what was recorded, and which own assignments it touches."""
    row = own_declaration(ref)
    return render_template(
        "inspector/recorded.html",
        row=row,
        stated=stated(row),
        footing=inspector.footing(db.session, me(), today()),
        touched=inspector.touched_by(db.session, row),
    )


def own_declaration(ref: str) -> Declaration:
    """Return an own declaration; raise NotFoundError for any other."""
    row = inspector.own_declaration(db.session, me(), ref)
    if row is None:
        message = "There is no such declaration."
        raise NotFoundError(message)
    return row


def stated(row: Declaration) -> list[tuple[str, str, dict[str, str]]]:
    """Return each connection's name, reference and answers."""
    return [
        (each.target_name, each.target, answers(declarations.statement_of(each, words_of(each.note))))
        for each in row.connections
    ]


def changes_of(former: Declaration | None, row: Declaration) -> Difference | None:
    """Return how a declaration differs from the one that it was recorded in place of, None where there is none."""
    return difference(_declared(former), _declared(row)) if former else None


def _declared(row: Declaration) -> list[Declared]:
    return [
        Declared(
            Connection(
                each.ref,
                each.nature,
                each.holder,
                each.target,
                each.target_name,
                PartialDate.parse(each.began_on),
                PartialDate.parse(each.ended_on) if each.ended_on else None,
            ),
            words_of(each.note),
        )
        for each in row.connections
    ]
