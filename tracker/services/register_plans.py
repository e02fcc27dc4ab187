"""What an extract would change, worked out against what is kept: one plan a kind of file."""

from collections.abc import Callable, Mapping

from sqlalchemy import select

from tracker.domain.errors import BadFileError
from tracker.domain.register import (
    AUTHORITIES,
    DRAWN_AUTHORITIES,
    GIAS,
    GROUPS,
    Kind,
    LinkRecord,
    ProviderRecord,
)
from tracker.models import LinkRow, ProviderRow
from tracker.queries.seals import KEPT_IN, is_there
from tracker.services.register_members import plan_members, plan_owners
from tracker.services.register_places import (
    BY_NAME,
    authority_codes,
    note_unplaced,
    placing,
    plan_places,
    plan_same_ukprn,
)
from tracker.services.register_rows import GROUP_SHELF, LINK_SHELF, PROVIDER_SHELF, Found, Task, compared, sealed
from tracker.services.register_writes import (
    Plan,
    names_of_establishments,
    note_strangers,
    plan_former_names,
    plan_names_until,
)


def plan_of(task: Task, *, source: str) -> Plan:
    """Return what the extract would change; reads only. `source` names the import to which a former name is owed.

    Raises BadFileError where the register that the file builds upon was never imported.
    """
    for kind in task.extract.kind.needs:
        if not is_there(task.session, kind):
            raise BadFileError(f"Import the {kind.rows} first: “tracker register import {kind} FILE”.", field="file")
    plan = _PLANS[task.extract.kind](task)
    plan_former_names(task.session, plan, _NAMED_BY.get(task.extract.kind, source))
    plan_names_until(task.session, plan, source)
    return plan


# Where a former name is learned not from a later extract but from what another row says in passing.
_NAMED_BY = {Kind.GIAS_LINKS: "link", Kind.GIAS_GROUP_LINKS: "member"}
# Who owns what in social care is one matter, whichever of its files says it last.
_OWNERS = {Kind.EARLY_YEARS: str(Kind.EARLY_YEARS), Kind.SOCIAL_CARE: str(Kind.SOCIAL_CARE_OWNERS)}


def _plan_establishments(task: Task) -> Plan:
    plan = Plan()
    found = _plan_providers(task, plan)
    by_file = set(task.session.scalars(select(ProviderRow.ref).where(ProviderRow.register == AUTHORITIES)))
    drawn = [each for each in task.extract.snapshot.listed.authorities if each.ref not in by_file]
    places = compared(task, plan, PROVIDER_SHELF, DRAWN_AUTHORITIES, sealed(drawn))
    plan.touched |= places.told
    if drawn or not places.is_quiet:
        plan.notes.append(f"{len(drawn):,} local authorities are drawn from the establishments: {places.said()}.")
    if not places.is_quiet:
        codes = authority_codes(task.session, drawn, plan.borne, places.gone)
        plan_places(task.session, plan, BY_NAME, codes, ())
    if not found.is_quiet:
        plan_same_ukprn(task, plan)
    return plan


def _plan_providers(task: Task, plan: Plan, codes: Mapping[str, str] | None = None) -> Found:
    """Plan the providers themselves; with `codes`, each in the authority that its register names."""
    register, snapshot = KEPT_IN[task.extract.kind][1], task.extract.snapshot
    settle = None if codes is None else placing(codes)
    found = compared(task, plan, PROVIDER_SHELF, register, snapshot, is_own=True, settle=settle)
    found.count(plan)
    plan.touched |= found.told
    return found


def _plan_by_name(task: Task) -> Plan:
    """Plan a register of Ofsted's: providers, what they are linked with, and their owners where it has them."""
    plan, listed = Plan(), task.extract.snapshot.listed
    codes = authority_codes(task.session)
    found = _plan_providers(task, plan, codes)
    settled = {each.record[0] for each in task.extract.snapshot.fresh}
    plan_places(task.session, plan, (task.extract.kind,), codes, settled)
    note_unplaced(plan, listed.authority_names, codes)
    if task.extract.kind is Kind.FE_SKILLS:
        plan_same_ukprn(task, plan)
    else:
        _plan_links_beside(task, plan, found)
    if listed.groups is not None:
        plan_owners(task, plan, _OWNERS[task.extract.kind])
    return plan


def _plan_links_beside(task: Task, plan: Plan, providers: Found) -> None:
    """Plan the links that a register of providers has beside them.

    One that is listed without its link lost it; one that is not listed, or cannot be read, says nothing of it.
    """
    row, links = LinkRow, task.extract.snapshot.listed.links or ()
    said = {*providers.unchanged, *(each.record[0] for each in task.extract.snapshot.fresh)}
    kept = task.session.execute(
        select(row.of_ref, row.to_ref, row.kind, row.to_name, row.established_on).where(
            row.register == task.extract.kind, row.gone_at.is_(None)
        )
    )
    stay = [LinkRecord(*each) for each in kept if each.of_ref not in said]
    found = compared(task, plan, LINK_SHELF, task.extract.kind, sealed((*links, *stay)))
    plan.touched.update(ref for key in found.told for ref in key[:2])
    if links or not found.is_quiet:
        plan.notes.append(f"{len(links):,} links with other providers are listed: {found.said()}.")


def _plan_authorities(task: Task) -> Plan:
    plan = Plan()
    found = _plan_providers(task, plan)
    _plan_links_beside(task, plan, found)
    records = [each for each in task.extract.snapshot.records if isinstance(each, ProviderRecord)]
    own = select(ProviderRow.ref, ProviderRow.name).where(ProviderRow.register == AUTHORITIES)
    plan.names = {**dict(task.session.execute(own).all()), **{each.ref: each.name for each in records}}
    plan.borne += task.extract.snapshot.listed.other_names
    codes = authority_codes(task.session, records, plan.borne, found.gone)
    plan_places(task.session, plan, BY_NAME, codes, ())
    return plan


def _plan_links(task: Task) -> Plan:
    plan, names = Plan(), names_of_establishments(task.session)
    found = compared(task, plan, LINK_SHELF, GIAS, task.extract.snapshot, is_own=True)
    found.count(plan)
    plan.touched = {ref for key in found.told for ref in key[:2]}
    strangers = {key for key in found.unchanged if key[0] not in names or key[1] not in names}
    kept = select(LinkRow.to_ref, LinkRow.to_name).where(
        LinkRow.register == GIAS, LinkRow.gone_at.is_(None), LinkRow.to_name != ""
    )
    plan.borne = [(row.to_ref, row.to_name) for row in task.session.execute(kept)] if found.unchanged else []
    for _, _, each in task.extract.snapshot.fresh:
        assert isinstance(each, LinkRecord)  # noqa: S101 (nothing else is in a file of links)
        if not {each.of_ref, each.to_ref} <= names.keys():
            strangers.add(each.key)
        if each.to_name and each.to_name != names.get(each.to_ref):
            plan.borne.append((each.to_ref, each.to_name))
    note_strangers(plan, "links", len(strangers))
    plan.names = names
    return plan


def _plan_groups(task: Task) -> Plan:
    plan = Plan()
    found = compared(task, plan, GROUP_SHELF, GROUPS, task.extract.snapshot, is_own=True)
    found.count(plan)
    plan.touched |= found.told
    return plan


def _plan_owned(task: Task) -> Plan:
    plan = Plan()
    known = set(task.session.scalars(select(ProviderRow.ref).where(ProviderRow.register == Kind.SOCIAL_CARE)))
    plan.added, plan.gone, plan.known = plan_owners(task, plan, str(Kind.SOCIAL_CARE_OWNERS))
    # Memberships are this file's own rows, and no part beside them.
    plan.losses.clear()
    members = task.extract.snapshot.listed.memberships or ()
    note_strangers(plan, "memberships", sum(each.provider_ref not in known for each in members))
    return plan


_PLANS: dict[Kind, Callable[[Task], Plan]] = {
    Kind.GIAS: _plan_establishments,
    Kind.GIAS_LINKS: _plan_links,
    Kind.GIAS_GROUPS: _plan_groups,
    Kind.GIAS_GROUP_LINKS: plan_members,
    Kind.EARLY_YEARS: _plan_by_name,
    Kind.SOCIAL_CARE: _plan_by_name,
    Kind.SOCIAL_CARE_OWNERS: _plan_owned,
    Kind.FE_SKILLS: _plan_by_name,
    Kind.AUTHORITIES: _plan_authorities,
}
