"""Importing a register: one act that writes what changed, refreshes the keys and checks again whom it touches."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission
from tracker.domain.errors import BadFileError, OutOfDateError
from tracker.domain.register import Extract, Kind, Known, Rejected, Snapshot, names_digest, too_many_gone
from tracker.models import RegisterImport
from tracker.queries.collector import collector_paused
from tracker.queries.registers import VerdictChange
from tracker.queries.seals import imports_so_far, known_rows
from tracker.services.checks import recheck_touched
from tracker.services.history import Recording, new_ref, recording
from tracker.services.keys import refresh_keys, renew_state
from tracker.services.permit import permit
from tracker.services.register_places import set_remits
from tracker.services.register_plans import plan_of
from tracker.services.register_rows import Task
from tracker.services.register_writes import Plan

CAUSE = "register import"
# How many rejected rows an import keeps with it; all of them are in the answer.
KEPT_REJECTS = 1_000


@dataclass(frozen=True, slots=True)
class ImportRegister:
    """The command: an extract to import. `accept_fewer` takes one that lacks more than a fifth of what is known.

    `read_again` reads the file once more, told what is known. It is needed where the extract was read so: another
    import may change what is known before this one has its turn.
    """

    extract: Extract
    accept_fewer: bool = False
    read_again: Callable[[Known], Extract] | None = None


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What an import changed, or would change. `ref` is empty for a preview, which cannot tell `verdicts` either."""

    ref: str
    extract: Extract
    added: int
    changed: int
    gone: int
    rejected: tuple[Rejected, ...]
    notes: tuple[str, ...]
    verdicts: tuple[VerdictChange, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows the file has, without its header."""
        return self.extract.snapshot.rows


def preview_register(session: Session, actor: Actor, command: ImportRegister, *, at: datetime) -> ImportSummary:
    """Return what importing the extract would change; writes nothing.

    Raises BadFileError where the import would be refused, and NotPermittedError.
    """
    permit(actor, Permission.IMPORT_REGISTERS)
    task = _task(session, command, at)
    return _summary("", task.extract, _acceptable(task, "", accept_fewer=command.accept_fewer))


def import_register(session: Session, actor: Actor, command: ImportRegister, *, at: datetime) -> ImportSummary:
    """Import an extract: write what changed, refresh keys and search, check touched assignments again; all or nothing.

    Raises BadFileError where the extract builds upon a register that was never imported, or lacks so much that it is
    likely a part of one; and NotPermittedError.
    """
    permit(actor, Permission.IMPORT_REGISTERS)
    with collector_paused(), recording(session, actor, at) as history:
        ref = new_ref("IMP")
        task = _task(session, command, at)
        plan = _acceptable(task, ref, accept_fewer=command.accept_fewer)
        if plan.writes:
            # Before anything is written: whoever reads within this act must not keep it for what was before.
            renew_state(session)
        plan.write(session)
        if plan.writes and task.extract.kind is Kind.GIAS:
            set_remits(history, plan, at.date())
        refs = refresh_keys(session, plan.touched).refs if plan.writes else frozenset()
        _enter(history, ref, task.extract, plan)
        changed = recheck_touched(session, actor, refs, cause=CAUSE, at=at)
        verdicts = tuple(VerdictChange(each.ref, each.before, each.now, each.questioned) for each in changed)
        summary = _summary(ref, task.extract, plan, verdicts)
        _keep(history, summary)
        return summary


def _task(session: Session, command: ImportRegister, at: datetime) -> Task:
    """Return the extract with what is known; it is read again where a row that it passed over is not known any more."""
    extract, known = command.extract, command.extract.known
    if known is None or known.imports != imports_so_far(session):
        known = known_rows(session, extract.kind)
    if not extract.snapshot.unchanged <= known.seals:
        if command.read_again is None:
            raise OutOfDateError("The register was changed while the file was read. Import the file again.")
        extract = command.read_again(known)
    return Task(session, extract, known, at)


def _acceptable(task: Task, ref: str, *, accept_fewer: bool) -> Plan:
    """Return the plan of an import, with its notes; refuse one that would lose too much."""
    snapshot, plan = task.extract.snapshot, plan_of(task, source=ref)
    plan.rejected = sorted((*snapshot.rejected, *plan.rejected))
    if len(plan.rejected) >= snapshot.rows:
        first = plan.rejected[0]
        raise BadFileError(
            f"No row can be taken; the first, line {first.line} ({first.identifier}), {first.reason}.", field="file"
        )
    for what, gone, known in (("rows", plan.gone, plan.known), *plan.losses):
        if not accept_fewer and too_many_gone(gone, known):
            raise BadFileError(
                f"{gone:,} of {known:,} known {what} are not in this file. Is it a part of the register? Download it "
                "again; if it is right, take it all the same: on the page by the last option, else by --accept-fewer.",
                field="file",
            )
    plan.notes[:0] = [*snapshot.notes, *_older(task.session, task.extract)]
    return plan


def _older(session: Session, extract: Extract) -> list[str]:
    last: date | None = session.scalar(
        select(RegisterImport.extract_on)
        .where(RegisterImport.kind == extract.kind, RegisterImport.extract_on.is_not(None))
        .order_by(RegisterImport.id.desc())
        .limit(1)
    )
    if last is None or extract.extract_on is None or extract.extract_on >= last:
        return []
    return [f"This extract, of {extract.extract_on}, is older than the one imported before it, of {last}."]


def _summary(ref: str, extract: Extract, plan: Plan, verdicts: tuple[VerdictChange, ...] = ()) -> ImportSummary:
    return ImportSummary(
        ref=ref,
        # The records themselves are written, and would only fill the memory.
        extract=replace(extract, snapshot=Snapshot(extract.snapshot.rows, ()), known=None),
        added=plan.added,
        changed=plan.changed,
        gone=plan.gone,
        rejected=tuple(plan.rejected),
        notes=tuple(plan.notes),
        verdicts=verdicts,
    )


def _enter(history: Recording, ref: str, extract: Extract, plan: Plan) -> None:
    data = {
        "kind": str(extract.kind),
        "file": extract.file_name,
        "digest": extract.file_digest,
        "extract_on": extract.extract_on.isoformat() if extract.extract_on else None,
        "rows": extract.snapshot.rows,
        "added": plan.added,
        "changed": plan.changed,
        "gone": plan.gone,
        "rejected": len(plan.rejected),
        # The names themselves stay out: a publisher may keep one back one day.
        "names_until": names_digest(plan.called),
    }
    history.append("register:imported", [f"import:{ref}"], data)


def _keep(history: Recording, summary: ImportSummary) -> None:
    details = {
        "notes": summary.notes,
        "rejected": [each._asdict() for each in summary.rejected[:KEPT_REJECTS]],
        "verdicts": [asdict(each) for each in summary.verdicts],
    }
    history.session.add(
        RegisterImport(
            ref=summary.ref,
            kind=summary.extract.kind,
            file_name=summary.extract.file_name,
            file_digest=summary.extract.file_digest,
            extract_on=summary.extract.extract_on,
            imported_at=history.at,
            imported_by=history.actor.ref,
            rows=summary.rows,
            added=summary.added,
            changed=summary.changed,
            gone=summary.gone,
            rejected=len(summary.rejected),
            details=json.dumps(details, ensure_ascii=False),
        )
    )
    history.session.flush()
