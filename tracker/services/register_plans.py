"""What an extract would change, worked out against what is kept: one plan a kind of file."""

from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.register import (
    AUTHORITIES,
    GIAS,
    GROUPS,
    Difference,
    Extract,
    GroupRecord,
    Kind,
    Known,
    LinkRecord,
    ProviderRecord,
)
from tracker.models import GroupRow, LinkRow, ProviderRow
from tracker.services.register_members import plan_members
from tracker.services.register_writes import Plan, compared, names_of_establishments, note_strangers, plan_former_names


def plan_of(session: Session, extract: Extract, *, source: str, at: datetime) -> Plan:
    """Return what the extract would change; reads only. `source` names the import to which a former name is owed.

    Raises BadFileError where the register that the file builds upon was never imported.
    """
    return _PLANS[extract.kind](session, extract, source, at)


def _plan_establishments(session: Session, extract: Extract, source: str, at: datetime) -> Plan:
    plan, snapshot = Plan(), extract.snapshot
    kept, names = _kept(session, ProviderRow, GIAS)
    found = compared(plan, ProviderRow, kept, snapshot.records, at)
    plan.count(found, kept)
    kept, names_of_authorities = _kept(session, ProviderRow, AUTHORITIES)
    drawn = compared(plan, ProviderRow, kept, snapshot.authorities, at)
    plan.notes.append(_drawn(len(snapshot.authorities), drawn))
    for each in (found, drawn):
        plan.touched.update(each.added, each.changed, each.gone)
    now = {
        each.ref: each.name for each in (*snapshot.records, *snapshot.authorities) if isinstance(each, ProviderRecord)
    }
    renamed = _renamed({**names, **names_of_authorities}, now)
    plan_former_names(session, plan, renamed, now, source)
    return plan


def _kept(
    session: Session, model: type[ProviderRow] | type[GroupRow], register: str
) -> tuple[dict[str, Known], dict[str, str]]:
    """Return what is kept of a register's providers or groups, and their names."""
    rows = session.execute(
        select(model.ref, model.id, model.row_digest, model.gone_at, model.name).where(model.register == register)
    ).all()
    kept = {row.ref: Known(row.id, row.row_digest, row.gone_at is not None) for row in rows}
    return kept, {row.ref: row.name for row in rows}


def _renamed(before: dict[str, str], now: dict[str, str]) -> list[tuple[str, str]]:
    return [(ref, before[ref]) for ref, name in now.items() if ref in before and before[ref] != name]


def _drawn(number: int, found: Difference[str]) -> str:
    changes: tuple[tuple[Collection[str], str], ...] = (
        (found.added, "added"),
        (found.changed, "changed"),
        (found.gone, "gone"),
    )
    said = ", ".join(f"{len(which):,} {what}" for which, what in changes if which) or "none changed"
    return f"{number:,} local authorities are drawn from the establishments: {said}."


def _plan_links(session: Session, extract: Extract, _source: str, at: datetime) -> Plan:
    plan, names = Plan(), names_of_establishments(session)
    rows = session.execute(
        select(LinkRow.of_ref, LinkRow.to_ref, LinkRow.kind, LinkRow.id, LinkRow.row_digest, LinkRow.gone_at).where(
            LinkRow.register == GIAS
        )
    )
    kept = {(row.of_ref, row.to_ref, row.kind): Known(row.id, row.row_digest, row.gone_at is not None) for row in rows}
    records = [each for each in extract.snapshot.records if isinstance(each, LinkRecord)]
    found: Difference[tuple[str, str, str]] = compared(plan, LinkRow, kept, records, at, register=GIAS)
    plan.count(found, kept)
    plan.touched = {ref for keys in (found.added, found.changed, found.gone) for key in keys for ref in key[:2]}
    note_strangers(plan, "links", sum(not {each.of_ref, each.to_ref} <= names.keys() for each in records))
    plan_former_names(session, plan, [(each.to_ref, each.to_name) for each in records], names, "link")
    return plan


def _plan_groups(session: Session, extract: Extract, source: str, at: datetime) -> Plan:
    plan, records = Plan(), extract.snapshot.records
    kept, names = _kept(session, GroupRow, GROUPS)
    found = compared(plan, GroupRow, kept, records, at, register=GROUPS)
    plan.count(found, kept)
    plan.touched.update(found.added, found.changed, found.gone)
    now = {each.ref: each.name for each in records if isinstance(each, GroupRecord)}
    plan_former_names(session, plan, _renamed(names, now), now, source)
    return plan


_PLANS: dict[Kind, Callable[[Session, Extract, str, datetime], Plan]] = {
    Kind.GIAS: _plan_establishments,
    Kind.GIAS_LINKS: _plan_links,
    Kind.GIAS_GROUPS: _plan_groups,
    Kind.GIAS_GROUP_LINKS: plan_members,
}
