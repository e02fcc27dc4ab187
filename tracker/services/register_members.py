"""Who is in which group by a register: it lists only today's memberships, so that the past must be kept here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.register import (
    GIAS,
    Kind,
    MembershipRecord,
    Rejected,
    Snapshot,
    digest,
)
from tracker.domain.succession import UNKNOWN_DAY
from tracker.domain.succession import known as known_day
from tracker.models import GroupRow, MembershipRow, RegisterImport
from tracker.services.bulk import as_kept
from tracker.services.register_rows import GROUP_SHELF, Task, compared, sealed
from tracker.services.register_writes import (
    Plan,
    names_of_establishments,
    note_strangers,
)

# Provider, group, and the day of joining.
Key = tuple[str, str, date | None]
_COLUMNS = ("register", "provider_ref", "group_ref", "joined_on", "left_on", "period", "row_digest")


@dataclass(frozen=True, slots=True)
class _Period:
    """The latest of the periods that a membership had."""

    id: int
    left_on: date | None
    number: int


def plan_members(task: Task) -> Plan:
    """Return what a file of members would change; reads only.

    A membership that is listed no more ended on the day of the extract (of the import, where it bears none), and stays
    as history; one that is listed again begins a new period. A joining day that becomes known is set right in place.
    """
    session, snapshot = task.session, task.extract.snapshot
    plan, names = Plan(), names_of_establishments(session)
    listed = _listed(session, plan, snapshot)
    latest = _latest(session, GIAS)
    current = {key: each for key, each in latest.items() if each.left_on is None}
    mended = _mended(listed, current)
    unread = {key[:2] for key in snapshot.kept if isinstance(key, tuple)}
    added = [key for key in listed if key not in current and key not in mended]
    gone = [key for key in current.keys() - listed.keys() - set(mended.values()) if key[:2] not in unread]
    new = [_row(GIAS, listed[key], latest.get(key)) for key in added]
    plan.insert(MembershipRow, _COLUMNS, as_kept(session, new))
    known = [(key[2], digest(listed[key]), current[was].id) for key, was in mended.items()]
    plan.update(MembershipRow, ("id",), ("joined_on", "row_digest"), as_kept(session, known))
    _plan_ends(task, plan, {key: current[key] for key in sorted(gone, key=str)})
    plan.added, plan.changed, plan.gone, plan.known = len(added), len(mended), len(gone), len(current)
    plan.touched = {ref for key in (*added, *mended, *gone) for ref in key[:2]}
    members = listed.values()
    note_strangers(plan, "memberships", sum(each.provider_ref not in names for each in members))
    plan.borne += [(each.provider_ref, each.provider_name) for each in members]
    plan.names.update(names)
    return plan


def _listed(session: Session, plan: Plan, snapshot: Snapshot) -> dict[Key, MembershipRecord]:
    """Return the listed memberships of groups that are known; the others are rejected."""
    groups = set(session.scalars(select(GroupRow.ref)))
    listed = {}
    for line, _, each in snapshot.fresh:
        assert isinstance(each, MembershipRecord)  # noqa: S101 (nothing else is in a file of members)
        if each.group_ref in groups:
            listed[each.key] = each
        else:
            reason = f"is in {each.group_ref}, which is on no imported register of groups"
            plan.rejected.append(Rejected(line, each.provider_ref.partition(":")[2], reason))
    return listed


def _latest(session: Session, register: str) -> dict[Key, _Period]:
    row = MembershipRow
    every = (
        select(row.provider_ref, row.group_ref, row.joined_on, row.id, row.left_on, row.period)
        .where(row.register == register)
        .order_by(row.period, row.id)
    )
    return {(each[0], each[1], each[2]): _Period(each.id, each.left_on, each.period) for each in session.execute(every)}


def _mended(listed: Iterable[Key], current: Mapping[Key, _Period]) -> dict[Key, Key]:
    """Return for each listed membership whose joining day has become known the kept one that did not know it."""
    every = set(listed)
    free = {key for key in current if known_day(key[2]) is None and key not in every}
    result: dict[Key, Key] = {}
    for key in every - current.keys():
        was = next((old for day in (None, UNKNOWN_DAY) if (old := (*key[:2], day)) in free), None)
        if was is not None:
            free.remove(was)
            result[key] = was
    return result


def _row(register: str, record: MembershipRecord, last: _Period | None) -> tuple[object, ...]:
    provider, group, joined_on, _ = record
    return (register, provider, group, joined_on, None, last.number + 1 if last else 1, digest(record))


def _plan_ends(task: Task, plan: Plan, gone: Mapping[Key, _Period]) -> None:
    """Plan the end of memberships that are listed no more: on the day of the extract, and never before they began."""
    today = task.at.date()
    day = min(task.extract.extract_on or today, today)
    rows = [(max(day, key[2] or day), each.id) for key, each in gone.items()]
    plan.update(MembershipRow, ("id",), ("left_on",), as_kept(task.session, rows))


def plan_owners(task: Task, plan: Plan, register: str) -> tuple[int, int, int]:
    """Plan the owners that a file names and what is theirs; reads only.

    Returns how many memberships begin, how many end, and how many there were.
    The file does not say since when. A provider that had another owner came to this one after the extract before;
    one whose first known owner this is was always this one's, for all that the register says.
    """
    snapshot = task.extract.snapshot
    groups, members = snapshot.listed.groups or (), snapshot.listed.memberships or ()
    owners = compared(task, plan, GROUP_SHELF, register, sealed(groups))
    latest = _latest(task.session, register)
    current = {key[:2]: key for key, each in latest.items() if each.left_on is None}
    listed = {(each.provider_ref, each.group_ref): each for each in members}
    before = {key[0] for key in latest}
    since = _last_day(task.session, task.extract.kind)
    added = [
        each._replace(joined_on=since) if each.provider_ref in before else each
        for pair, each in listed.items()
        if pair not in current
    ]
    gone = [key for pair, key in current.items() if pair not in listed and pair[0] not in snapshot.kept]
    new = [_row(register, each, latest.get(each.key)) for each in added]
    plan.insert(MembershipRow, _COLUMNS, as_kept(task.session, new))
    _plan_ends(task, plan, {key: latest[key] for key in gone})
    plan.losses.append(("memberships of owners", len(gone), len(current)))
    plan.touched.update(owners.told, *(key[:2] for key in gone), *(each[:2] for each in added))
    changes = ", ".join(f"{len(which):,} {how}" for which, how in ((added, "newly"), (gone, "no longer")) if which)
    plan.notes.append(
        f"{len(groups):,} owners are named: {owners.said()}. They own {len(listed):,} providers: "
        f"{changes or 'none otherwise than before'}."
    )
    return len(added), len(gone), len(current)


def _last_day(session: Session, kind: Kind) -> date | None:
    """Return the day of the extract before, or of its import, where it bears none."""
    last = session.execute(
        select(RegisterImport.extract_on, RegisterImport.imported_at)
        .where(RegisterImport.kind == kind)
        .order_by(RegisterImport.id.desc())
        .limit(1)
    ).one_or_none()
    return (last.extract_on or last.imported_at.date()) if last else None
