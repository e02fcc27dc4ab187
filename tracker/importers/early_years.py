"""Ofsted's register of early years and childcare: settings, and the registered persons who own them."""

from collections.abc import Sequence
from itertools import repeat

from tracker.domain.facts import Status
from tracker.domain.register import WITHHELD, GroupRecord, Kind, ProviderRecord
from tracker.importers import postcodes
from tracker.importers.columns import Columns, called, day, region, value
from tracker.importers.layouts import Layout, known_by
from tracker.importers.ofsted import AUTHORITY, REGION, REGIONS, Telling, named, numbered, optional, placed, status

URN, NAME, OWNER, OWNER_NAME = "Provider URN", "Provider name", "Registered person URN", "Registered person name"
_ref = numbered("ofsted-ey", r"[A-Z]{0,3}\d{4,9}", "EY101465")
_owner = optional(numbered("rp", r"[A-Z]{0,3}\d{4,9}", "RP900821"))


def _settings(rows: Columns) -> Sequence[ProviderRecord]:
    refs, kinds = rows.read(URN, _ref), rows.read("Provider type", value)
    names = rows.read(NAME, called)
    towns, codes, eastings, northings = placed(rows, names)
    rows.read(OWNER, _owner)  # an owner's number that is none is said before the setting is taken
    return list(
        map(
            ProviderRecord,
            refs,
            repeat(str(Kind.EARLY_YEARS)),
            named(refs, names, kinds, "Provider"),
            rows.read("Provider status", status),
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
        """Take the registered persons."""
        self.owners.hear(providers, rows.read(OWNER, _owner), rows.read(OWNER_NAME, value))

    @staticmethod
    def owner(ref: str, name: str) -> GroupRecord:
        """Return a registered person as a group; one whose name is kept back is called by the number."""
        called = name or f"Registered person {ref.partition(':')[2]}{WITHHELD}"
        return GroupRecord(ref, called, "Registered person", Status.OPEN)


LAYOUTS = {
    Kind.EARLY_YEARS: Layout(
        required=(URN, "Provider type", "Provider status", NAME, AUTHORITY),
        optional=("Registration date", "Town", "Postcode"),
        rare=(OWNER, OWNER_NAME, REGION),
        spellings={"Town": ("Provider town",), "Postcode": ("Provider postcode",), REGION: REGIONS},
        key=known_by((URN, _ref)),
        read=_settings,
        signs=frozenset((URN, "Provider status")),
        teller=_Telling,
        edition=postcodes.edition,
    )
}
