"""An inspection's independence file, to be read or printed for a complaint or a court."""

from collections.abc import Iterator, Mapping

from flask import abort, render_template, request
from sqlalchemy.orm import Session

from tracker.database import db
from tracker.domain.access import Permission
from tracker.domain.counting import counted
from tracker.queries import history
from tracker.queries.independence import IndependenceFile, independence_file
from tracker.queries.inspections import provider_names
from tracker.web import exporting
from tracker.web.access import requires
from tracker.web.auditor.independence_words import (
    Told,
    became,
    brought_forward,
    called,
    changes,
    declared,
    goes,
    quoted,
    rows_of,
    turned,
)
from tracker.web.auditor.room import blueprint
from tracker.web.clock import now, today
from tracker.web.exporting import Cells, Exported, Rows, narrowed

COLUMNS = ("Inspection", "Provider", "Inspector", "Role", "Entry", "When", "What", "Who", "Detail")


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
        quoted=quoted,
        called=called,
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
    objections = [each for member in found.members for each in member.objections]
    who |= {each.recorded_by for each in objections} | {each.answer.answered_by for each in objections if each.answer}
    return history.names_of(session, who)


def _rows() -> Rows:
    reference = request.args.get("reference", "")
    if independence_file(db.session, reference) is None:
        abort(404)

    def all_of_it(session: Session) -> Iterator[Cells]:
        found = independence_file(session, reference)
        if found is None:
            return
        names, standing, row, day = _names(session, found), history.standing(session), found.inspection, today()
        of = row.reference, called(provider_names(session, [row.provider])[row.provider], row.provider)
        made = f"When the history had {counted(standing.size, 'entry', 'entries')}; its root was {standing.root}"
        yield *of, "", "", "", now(), "This file", "", made
        for each in changes(found):
            yield *of, "", "", *_cells(each, names)
        for member in found.members:
            who = member.assignment.inspector.name, member.assignment.role
            for each in rows_of(found, member, day):
                yield *of, *who, *_cells(each, names)

    return all_of_it


def _cells(each: Told, names: Mapping[str, str]) -> Cells:
    return each.entry or "", each.when, each.what, names.get(each.who, each.who), each.detail


def _of() -> str:
    return request.args.get("reference", "")


exporting.add(
    blueprint,
    "/independence-file/export",
    "export_independence",
    Exported("independence file", Permission.READ_HISTORY, COLUMNS, _rows, lambda: narrowed({"reference": _of()}), _of),
)
