"""Ofsted's registers of children's social care: providers with the schools that they are, and their owners by name."""

from collections.abc import Sequence
from itertools import repeat

from tracker.domain.facts import Status
from tracker.domain.owners import company_in, names_nobody, owner_ref
from tracker.domain.register import GroupRecord, Kind, LinkRecord, Listed, MembershipRecord, ProviderRecord
from tracker.importers import postcodes
from tracker.importers.columns import Columns, UnreadableRow, called, day, reference, region, value
from tracker.importers.layouts import Layout, known_by
from tracker.importers.ofsted import AUTHORITY, REGION, REGIONS, Telling, named, numbered, optional, placed, status

URN, NAME, OWNER, EDUCATION = "URN", "Name", "Owner", "Linked education URN"
_ref = numbered("ofsted-sc", r"[A-Z]{0,3}\d{4,9}", "SC123456")


_linked = optional(reference("gias"))


def _owner(raw: str) -> str | None:
    text = value(raw)
    return None if not text or names_nobody(text) else owner_ref(text)


def _called(ref: str, words: str) -> GroupRecord:
    own, company = company_in(words)
    number = f"companies-house:{company}" if company else ""
    return GroupRecord(ref, own, "Owner", Status.OPEN, other_numbers=number)


def _providers(rows: Columns) -> Sequence[ProviderRecord]:
    refs, kinds = rows.read(URN, _ref), rows.read("Provision type", value)
    names = rows.read(NAME, called)
    towns, codes, eastings, northings = placed(rows, names)
    rows.read(EDUCATION, _linked)  # a school's number that is none is said before the provider is taken
    return list(
        map(
            ProviderRecord,
            refs,
            repeat(str(Kind.SOCIAL_CARE)),
            named(refs, names, kinds, "Provider"),
            rows.read("Registration status", status),
            kinds,
            repeat(""),
            repeat(""),
            rows.read("Registration date", day),
            repeat(None),
            repeat(None),
            rows.read(AUTHORITY, value),
            towns,
            codes,
            eastings,
            northings,
            repeat(""),
            rows.read(REGION, region),
        )
    )


class _Telling(Telling):
    ref = (URN, _ref)
    name = NAME
    owner_column = OWNER

    def hear_more(self, providers: Sequence[str], rows: Columns) -> None:
        """Take the schools that providers are, and owners where this edition has them."""
        linked = zip(providers, rows.read(EDUCATION, _linked), strict=True)
        self.links += [LinkRecord(provider, school, EDUCATION) for provider, school in linked if school]
        self.owners.hear(providers, rows.read(OWNER, _owner), rows.read(OWNER, value))

    @staticmethod
    def owner(ref: str, name: str) -> GroupRecord:
        """Return an owner as a group; a company's number at the end of the name is no part of it."""
        return _called(ref, name)


class _OwnersTelling(_Telling):
    def hear(self, rows: Columns) -> None:
        """Take the owners: this file has nothing else."""
        self.owners.hear(rows.read(*self.ref), rows.read(OWNER, _owner), rows.read(OWNER, value))

    def listed(self) -> Listed:
        """Return the owners and who is theirs."""
        return Listed(groups=self.owners.groups(), memberships=self.owners.memberships())

    def notes(self) -> tuple[str, ...]:
        """Return nothing."""
        return ()


def _owned(rows: Columns) -> Sequence[MembershipRecord]:
    refs, owners = rows.read(URN, _ref), rows.read(OWNER, _needed)
    return [MembershipRecord(ref, owner or "") for ref, owner in zip(refs, owners, strict=True)]


def _needed(raw: str) -> str:
    found = _owner(raw)
    if found is None:
        raise UnreadableRow(
            "names no {column}" if not value(raw) else f"has the {{column}} “{value(raw)[:40]}”, which names nobody"
        )
    return found


LAYOUTS = {
    Kind.SOCIAL_CARE: Layout(
        required=(URN, "Provision type", "Registration status", NAME, AUTHORITY),
        optional=(EDUCATION, "Town", "Postcode"),
        rare=("Registration date", OWNER, REGION),
        spellings={OWNER: ("Organisation which owns the provider", "Organisation name"), REGION: REGIONS},
        key=known_by((URN, _ref)),
        read=_providers,
        signs=frozenset((URN, "Provision type", AUTHORITY)),
        teller=_Telling,
        edition=postcodes.edition,
        may_repeat=True,
        visit="Event number",
    ),
    Kind.SOCIAL_CARE_OWNERS: Layout(
        required=(URN, OWNER),
        spellings={OWNER: ("Organisation which owns the provider", "Organisation name")},
        key=known_by((URN, _ref)),
        read=_owned,
        signs=frozenset((URN, OWNER)),
        teller=_OwnersTelling,
    ),
}
