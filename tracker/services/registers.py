"""Importing a register: one act that writes what changed, refreshes the keys and checks again whom it touches."""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission
from tracker.domain.errors import BadFileError
from tracker.domain.register import Extract, Rejected, too_many_gone
from tracker.models import RegisterImport
from tracker.queries.collector import collector_paused
from tracker.queries.registers import VerdictChange
from tracker.services.checks import recheck_touched
from tracker.services.history import Recording, new_ref, recording
from tracker.services.keys import refresh_keys
from tracker.services.permit import permit
from tracker.services.register_plans import plan_of
from tracker.services.register_writes import Plan

CAUSE = "register import"
# How many rejected rows an import keeps with it; all of them are in the answer.
KEPT_REJECTS = 1_000


@dataclass(frozen=True, slots=True)
class ImportRegister:
    """The command: an extract to import. `accept_fewer` takes one that lacks more than a fifth of what is known."""

    extract: Extract
    accept_fewer: bool = False


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
    return _summary("", command.extract, _acceptable(session, command, "", at))


def import_register(session: Session, actor: Actor, command: ImportRegister, *, at: datetime) -> ImportSummary:
    """Import an extract: write what changed, refresh keys and search, check touched assignments again; all or nothing.

    Raises BadFileError where the extract builds upon a register that was never imported, or lacks so much that it is
    likely a part of one; and NotPermittedError.
    """
    permit(actor, Permission.IMPORT_REGISTERS)
    with collector_paused(), recording(session, actor, at) as history:
        ref = new_ref("IMP")
        plan = _acceptable(session, command, ref, at)
        plan.write(session)
        refs = refresh_keys(session, plan.touched).refs if plan.touched else frozenset()
        _enter(history, ref, command.extract, plan)
        changed = recheck_touched(session, actor, refs, cause=CAUSE, at=at)
        verdicts = tuple(VerdictChange(each.ref, each.before, each.now, each.questioned) for each in changed)
        summary = _summary(ref, command.extract, plan, verdicts)
        _keep(history, summary)
        return summary


def _acceptable(session: Session, command: ImportRegister, ref: str, at: datetime) -> Plan:
    """Return the plan of an import, with its notes; refuse one that would lose too much."""
    extract = command.extract
    plan = plan_of(session, extract, source=ref, at=at)
    plan.rejected = sorted((*extract.snapshot.rejected, *plan.rejected), key=lambda each: each.line)
    if len(plan.rejected) >= extract.snapshot.rows:
        first = plan.rejected[0]
        raise BadFileError(
            f"No row can be taken; the first, line {first.line} ({first.identifier}), {first.reason}.", field="file"
        )
    if not command.accept_fewer and too_many_gone(plan.gone, plan.known):
        raise BadFileError(
            f"{plan.gone:,} of {plan.known:,} known rows are not in this file. Is it a part of the register? Download "
            "it again; if it is right, take it all the same: on the page by the last option, else by --accept-fewer.",
            field="file",
        )
    plan.notes[:0] = [*extract.snapshot.notes, *_older(session, extract)]
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
        extract=extract,
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
    }
    history.append("register:imported", [f"import:{ref}"], data)


def _keep(history: Recording, summary: ImportSummary) -> None:
    details = {
        "notes": summary.notes,
        "rejected": [asdict(each) for each in summary.rejected[:KEPT_REJECTS]],
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
