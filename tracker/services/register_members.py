"""What a file of members would change: the register lists only today's, so that the past must be kept here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.register import GIAS, Extract, Kind, MembershipRecord, Rejected, digest
from tracker.domain.succession import UNKNOWN_DAY
from tracker.domain.succession import known as known_day
from tracker.models import GroupRow, MembershipRow
from tracker.services.register_writes import (
    Plan,
    names_of_establishments,
    not_before,
    note_strangers,
    plan_former_names,
)

# Provider, group, and the day of joining.
Key = tuple[str, str, date | None]


@dataclass(frozen=True, slots=True)
class _Period:
    """The latest of the periods that a membership had."""

    id: int
    left_on: date | None
    number: int


def plan_members(session: Session, extract: Extract, _source: str, at: datetime) -> Plan:
    """Return what a file of members would change; reads only.

    A membership that is listed no more ended on the day of the extract (of the import, where it bears none), and stays
    as history; one that is listed again begins a new period. A joining day that becomes known is set right in place.
    """
    plan, names = Plan(), names_of_establishments(session)
    listed = _listed(session, plan, extract)
    latest = _latest(session)
    current = {key: each for key, each in latest.items() if each.left_on is None}
    mended = _mended(listed, current)
    added = [key for key in listed if key not in current and key not in mended]
    gone = sorted(current.keys() - listed.keys() - set(mended.values()), key=str)
    day = min(extract.extract_on or at.date(), at.date())
    plan.insert(MembershipRow, [_new(listed[key], latest.get(key)) for key in added])
    plan.update(
        MembershipRow,
        [
            {"number": current[was].id, "joined_on": key[2], "row_digest": digest(listed[key])}
            for key, was in mended.items()
        ],
    )
    plan.update(MembershipRow, [{"number": current[key].id, "left_on": max(day, key[2] or day)} for key in gone])
    plan.added, plan.changed, plan.gone, plan.known = len(added), len(mended), len(gone), len(current)
    plan.touched = {ref for key in (*added, *mended, *gone) for ref in key[:2]}
    members = listed.values()
    note_strangers(plan, "memberships", sum(each.provider_ref not in names for each in members))
    plan_former_names(session, plan, [(each.provider_ref, each.provider_name) for each in members], names, "member")
    return plan


def _listed(session: Session, plan: Plan, extract: Extract) -> dict[Key, MembershipRecord]:
    """Return the listed memberships of groups that are known; the others are rejected."""
    groups = set(session.scalars(select(GroupRow.ref)))
    if not groups:
        raise not_before("groups", Kind.GIAS_GROUPS)
    listed = {}
    for line, each in zip(extract.snapshot.lines, extract.snapshot.records, strict=True):
        assert isinstance(each, MembershipRecord)  # noqa: S101 (nothing else is in a file of members)
        if each.group_ref in groups:
            listed[each.key] = each
        else:
            reason = f"is in {each.group_ref}, which is on no imported register of groups"
            plan.rejected.append(Rejected(line, each.provider_ref.partition(":")[2], reason))
    return listed


def _latest(session: Session) -> dict[Key, _Period]:
    row = MembershipRow
    every = (
        select(row.provider_ref, row.group_ref, row.joined_on, row.id, row.left_on, row.period)
        .where(row.register == GIAS)
        .order_by(row.period)
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


def _new(record: MembershipRecord, last: _Period | None) -> dict[str, object]:
    return {
        "register": GIAS,
        "provider_ref": record.provider_ref,
        "group_ref": record.group_ref,
        "joined_on": record.joined_on,
        "left_on": None,
        "period": last.number + 1 if last else 1,
        "row_digest": digest(record),
    }
