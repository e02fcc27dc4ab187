"""What joins registers with each other: local authorities that are named without a code, and a UKPRN borne twice."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tracker.domain.authorities import Authority, codes_by_name, folded
from tracker.domain.counting import counted
from tracker.domain.facts import Status
from tracker.domain.register import GIAS, Kind, LinkRecord, ProviderRecord, Record
from tracker.domain.remits import remit_of
from tracker.models import FormerName, Inspection, ProviderRow
from tracker.services.history import Recording
from tracker.services.register_rows import LINK_SHELF, Task, compared, sealed
from tracker.services.register_writes import Plan
from tracker.services.remits import enter_remits

# Their files name local authorities, and give no codes.
BY_NAME = (Kind.EARLY_YEARS, Kind.SOCIAL_CARE, Kind.FE_SKILLS)
SAME_UKPRN = "Same UKPRN"
SHOWN_NAMES = 12
SCHEME = "la:"


def authority_codes(
    session: Session,
    records: Iterable[ProviderRecord] = (),
    other_names: Iterable[tuple[str, str]] = (),
    gone: Collection[str] = (),
) -> Mapping[str, str]:
    """Return the code of each local authority by its folded names, present and former, with these records' on top.

    One that is listed no more gives way to another of its name, as one that has ended does.
    """
    names: dict[str, list[str]] = {}
    statuses: dict[str, Status] = {}
    row = ProviderRow
    own = select(row.ref, row.name, row.status, row.gone_at).where(row.ref.startswith(SCHEME))
    listed = [
        (each.ref, each.name, Status.CLOSED if each.gone_at or each.ref in gone else each.status)
        for each in session.execute(own)
    ]
    for ref, name, status in (*listed, *((each.ref, each.name, each.status) for each in records)):
        names.setdefault(ref, []).append(name)
        statuses[ref] = status
    former = session.execute(select(FormerName.ref, FormerName.name).where(FormerName.ref.startswith(SCHEME)))
    for ref, name in (*former, *other_names):
        if ref in names:
            names[ref].append(name)
    return codes_by_name(
        Authority(ref.removeprefix(SCHEME), tuple(every), statuses[ref]) for ref, every in names.items()
    )


def placing(codes: Mapping[str, str]) -> Callable[[Record], Record]:
    """Return what gives a provider the code of the authority that its register names."""
    known: dict[str, str | None] = {"": None}

    def settled(record: Record) -> Record:
        assert isinstance(record, ProviderRecord)  # noqa: S101 (these registers have no other rows)
        name = record.authority_name
        if name not in known:
            known[name] = codes.get(folded(name))
        return record._replace(authority=known[name])

    return settled


def note_unplaced(plan: Plan, names: Mapping[str, int], codes: Mapping[str, str]) -> None:
    """Note the authorities that are named and not known, with how many providers name them."""
    unknown = {name: count for name, count in names.items() if folded(name) not in codes}
    if not unknown:
        return
    if not codes:
        plan.notes.append(
            f"{sum(unknown.values()):,} providers name a local authority, and none is known yet: import the local "
            "authorities or the GIAS establishments, and they are placed in theirs."
        )
        return
    often = sorted(unknown, key=lambda name: (-unknown[name], name))
    shown = ", ".join(f"{name} ({unknown[name]:,})" for name in often[:SHOWN_NAMES])
    more = f" and {len(often) - SHOWN_NAMES:,} more" if len(often) > SHOWN_NAMES else ""
    plan.notes.append(
        f"{sum(unknown.values()):,} providers name a local authority that is not known, and have none: {shown}{more}. "
        "A file of local authorities may give such a name among an authority’s other names."
    )


def plan_places(
    session: Session, plan: Plan, registers: Collection[str], codes: Mapping[str, str], settled: Collection[str]
) -> None:
    """Plan the authority of providers of these registers whose name for it is understood otherwise than before.

    `settled` are the providers that the import writes in any case, with their authority.
    """
    row = ProviderRow
    pairs = session.execute(
        select(row.register, row.authority_name, row.authority, func.count())
        .where(row.register.in_(registers), row.authority_name != "")
        .group_by(row.register, row.authority_name, row.authority)
    ).all()
    moved: list[tuple[str | None, str]] = []
    for register, name, before, _ in pairs:
        code = codes.get(folded(name))
        if code != before:
            there = select(row.ref).where(
                row.register == register, row.authority_name == name, row.authority.is_not_distinct_from(before)
            )
            moved += [(code, ref) for ref in session.scalars(there) if ref not in settled]
    plan.update(ProviderRow, ("ref",), ("authority",), moved)
    plan.touched.update(ref for _, ref in moved)
    if moved:
        plan.notes.append(
            f"{counted(len(moved), 'provider')} of registers that name no codes "
            f"{'is' if len(moved) == 1 else 'are'} placed in another authority."
        )


def plan_same_ukprn(task: Task, plan: Plan) -> None:
    """Plan a link between each provider of further education and every establishment of GIAS that has its UKPRN.

    It is the same whichever of the two files comes first or again: it rests on what is kept of both when both are in.
    """
    session = task.session
    records = (each.record for each in task.extract.snapshot.fresh)
    fresh = {each.ref: each.other_numbers for each in records if isinstance(each, ProviderRecord)}
    kept = select(ProviderRow.ref).where(ProviderRow.register == Kind.FE_SKILLS)
    colleges = {*session.scalars(kept), *(ref for ref in fresh if ref.startswith("ukprn:"))}
    if not colleges:
        return
    listed = select(ProviderRow.ref, ProviderRow.other_numbers).where(ProviderRow.register == GIAS)
    numbers = {row.ref: row.other_numbers for row in session.execute(listed)}
    numbers |= {ref: others for ref, others in fresh.items() if ref.startswith("gias:")}
    links = [
        LinkRecord(number, ref, SAME_UKPRN)
        for ref, others in sorted(numbers.items())
        for number in others.split()
        if number in colleges
    ]
    found = compared(task, plan, LINK_SHELF, Kind.FE_SKILLS, sealed(links))
    plan.touched.update(ref for key in found.told for ref in key[:2])
    if links or not found.is_quiet:
        plan.notes.append(
            f"{len(links):,} links join further education and skills with GIAS by their UKPRN: {found.said()}."
        )


def set_remits(history: Recording, plan: Plan, today: date) -> None:
    """Give every inspection that is not over the remit of its provider, as the register now knows it.

    One that was planned before its register came had the remit that its reference alone tells. Only what kind of
    establishment GIAS says a school is can change a remit; the other registers are of one remit each.
    """
    session, row = history.session, Inspection
    planned = (
        select(row.id, row.reference, row.provider, row.remit, ProviderRow.type_group)
        .join(ProviderRow, ProviderRow.ref == row.provider)
        .where(ProviderRow.register == GIAS, row.ends_on >= today)
    )
    found = ((each, remit_of(each.provider, each.type_group)) for each in session.execute(planned))
    moved = [(each.id, each.reference, remit) for each, remit in found if remit != each.remit]
    if moved:
        session.execute(update(row), [{"id": number, "remit": remit} for number, _, remit in moved])
        enter_remits(history, {reference: remit for _, reference, remit in moved}, cause="register import")
        plan.notes.append(f"{len(moved):,} inspections planned before now have the remit of their provider.")
