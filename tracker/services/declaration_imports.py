"""Declarations from elsewhere: each bears the date it claims, and counts as known only from now. Never back-dated."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission
from tracker.domain.errors import BadRowError, BadRowsError
from tracker.domain.facts import folded
from tracker.domain.statement import Claim, Misread, Statement
from tracker.models import ConnectionRow, Declaration, DeclarationKind, InForce, Inspector
from tracker.queries.declarations import target_names
from tracker.services.checks import Changed, recheck_inspectors
from tracker.services.declarations import connection_row
from tracker.services.history import Private, Recording, new_ref, recording
from tracker.services.permit import permit
from tracker.services.standing import forget, put_keys

LIST = 1_000
Identity = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class DeclarationsImported:
    """How much an import recorded, what it already knew, and which assignments it touched."""

    declarations: int
    connections: int
    already: int
    changed: list[Changed] = field(default_factory=list)


def import_many(
    session: Session, actor: Actor, claims: Sequence[Claim], misread: Sequence[Misread] = (), *, at: datetime
) -> DeclarationsImported:
    """Record imported declarations, the oldest first, all or none; what was imported before is not recorded twice.

    Rows that cannot be taken (`misread` are those that could not be read; others are of an unknown inspector or target,
    or of a time to come) raise BadRowsError that names each with all its faults.
    """
    permit(actor, Permission.IMPORT_PEOPLE)
    with recording(session, actor, at) as history:
        people = {each.staff_no: each.id for each in session.execute(select(Inspector.staff_no, Inspector.id))}
        said = {each.target for claim in claims for each in claim.statements}
        names = target_names(session, said | {each.target for each in misread if each.target})
        known = _known(session)
        _refuse_bad(_Looked(people, names, known, at), claims, misread)
        fresh = [each for each in claims if (people[each.staff_no], each.declared_at) not in known]
        fresh.sort(key=lambda each: (each.declared_at, each.rows))
        _insert(history, fresh, people, names)
        inspectors = sorted({people[claim.staff_no] for claim in fresh})
        _put_in_force(session, inspectors)
        changed: list[Changed] = []
        for start in range(0, len(inspectors), LIST):
            some = inspectors[start : start + LIST]
            changed += recheck_inspectors(session, actor, some, cause="declaration", at=at)
        total = sum(len(claim.statements) for claim in fresh)
        return DeclarationsImported(len(fresh), total, len(claims) - len(fresh), changed)


@dataclass(frozen=True, slots=True)
class _Looked:
    """What is known of whom and what a file names: inspectors, targets, what was imported before; and when it is."""

    people: dict[str, int]
    names: dict[str, str]
    known: dict[tuple[int, datetime], list[Identity]]
    at: datetime

    def faults(self, staff_no: str, declared_at: datetime | None, target: str) -> Iterator[str]:
        """Yield what is wrong with a row beside how it is written; what could not be read has no such fault."""
        if staff_no and staff_no not in self.people:
            yield f"no inspector has the staff number {staff_no}: import the inspectors first"
        if declared_at is not None and declared_at > self.at:
            yield "declared_at is in the future"
        if target and target not in self.names:
            yield f"{target} is on no imported register"

    def is_other(self, claim: Claim) -> bool:
        """Tell whether another declaration of the same inspector and instant was imported before."""
        before = self.known.get((self.people.get(claim.staff_no, -1), claim.declared_at))
        return before is not None and before != sorted(map(_identity, claim.statements))


def _refuse_bad(looked: _Looked, claims: Sequence[Claim], misread: Sequence[Misread]) -> None:
    wrong = {each.row: [*each.faults, *looked.faults(each.staff_no, each.declared_at, each.target)] for each in misread}
    spoilt = {(each.staff_no, each.declared_at) for each in misread}
    for claim in claims:
        targets = [each.target for each in claim.statements] or [""]
        for row, target in zip(claim.rows, targets, strict=True):
            wrong[row] = [*looked.faults(claim.staff_no, claim.declared_at, target)]
        # One of which rows could not be read cannot be compared with what was imported before.
        if (claim.staff_no, claim.declared_at) not in spoilt and looked.is_other(claim):
            wrong[claim.rows[0]].append(f"{claim.staff_no} already has another declaration of that instant")
    found = tuple(BadRowError(row, "; ".join(says)) for row, says in sorted(wrong.items()) if says)
    if found:
        raise BadRowsError(found)


def _identity(statement: Statement) -> Identity:
    return statement.nature, statement.holder, folded(statement.target), statement.began_on, statement.ended_on


def _known(session: Session) -> dict[tuple[int, datetime], list[Identity]]:
    """Return what was imported before: the statements by inspector and claimed instant."""
    found: dict[tuple[int, datetime], list[Identity]] = {}
    rows = session.execute(
        select(
            Declaration.inspector_id,
            Declaration.made_at,
            ConnectionRow.nature,
            ConnectionRow.holder,
            ConnectionRow.target,
            ConnectionRow.began_on,
            ConnectionRow.ended_on,
        )
        .outerjoin(ConnectionRow, ConnectionRow.declaration_id == Declaration.id)
        .where(Declaration.is_imported)
    )
    for row in rows:
        said = found.setdefault((row.inspector_id, row.made_at), [])
        if row.target is not None:
            said.append((row.nature, row.holder, row.target, row.began_on, row.ended_on or ""))
    return {key: sorted(said) for key, said in found.items()}


def _insert(history: Recording, claims: Sequence[Claim], people: dict[str, int], names: dict[str, str]) -> None:
    session = history.session
    if not claims:
        return
    last = dict(_last(session))
    statements = [each for claim in claims for each in claim.statements]
    said = iter(history.keep_many([each.content(names[each.target]) for each in statements]))
    notes = iter(history.keep_many([each.note for each in statements if each.note]))
    rows = []
    for claim in claims:
        number = people[claim.staff_no]
        row = Declaration(
            ref=new_ref("DEC"),
            inspector_id=number,
            kind=DeclarationKind.CONNECTIONS if claim.statements else DeclarationKind.NIL,
            supersedes_id=last.get(number),
            made_at=claim.declared_at,
            recorded_at=history.at,
            recorded_by=history.actor.ref,
            is_imported=True,
        )
        session.add(row)
        session.flush()
        last[number] = row.id
        private: dict[str, Private] = {}
        for position, each in enumerate(claim.statements, start=1):
            kept, note = next(said), next(notes) if each.note else None
            rows.append(connection_row(row.id, position, each, names[each.target], kept=kept, note=note))
            private[f"connection:{position}"] = kept
            if note is not None:
                private[f"connection:{position}:note"] = note
        _enter(history, row, claim, private)
    if rows:
        session.execute(insert(ConnectionRow), rows)


def _enter(history: Recording, row: Declaration, claim: Claim, private: dict[str, Private]) -> None:
    history.append(
        "declaration:recorded",
        (f"declaration:{row.ref}", f"inspector:{claim.staff_no}"),
        {
            "kind": str(row.kind),
            "made_at": claim.declared_at.isoformat(),
            "connections": len(claim.statements),
            "imported": True,
        },
        private,
    )


def _last(session: Session) -> list[tuple[int, int]]:
    superseded = select(Declaration.supersedes_id).where(Declaration.supersedes_id.is_not(None))
    return [
        (row.inspector_id, row.id)
        for row in session.execute(
            select(Declaration.inspector_id, Declaration.id).where(Declaration.id.not_in(superseded))
        )
    ]


def _put_in_force(session: Session, inspectors: Sequence[int]) -> None:
    """Let each inspector's latest made declaration be in force, with its keys."""
    for start in range(0, len(inspectors), LIST):
        some = inspectors[start : start + LIST]
        latest: dict[int, Declaration] = {}
        for row in session.scalars(
            select(Declaration).where(Declaration.inspector_id.in_(some)).order_by(Declaration.made_at, Declaration.id)
        ):
            latest[row.inspector_id] = row
        forget(session, some)
        standing = [each for each in latest.values() if each.kind is not DeclarationKind.WITHDRAWAL]
        if standing:
            session.execute(
                insert(InForce),
                [
                    {
                        "inspector_id": each.inspector_id,
                        "declaration_id": each.id,
                        "ref": each.ref,
                        "made_on": each.made_at.date(),
                    }
                    for each in standing
                ],
            )
        put_keys(session, {each.id: each.inspector_id for each in standing})
