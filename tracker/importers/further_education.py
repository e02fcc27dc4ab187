"""Ofsted's register of further education and skills: colleges and training providers, known by their UKPRN."""

from collections.abc import Sequence
from itertools import repeat

from tracker.domain.facts import Status
from tracker.domain.register import Kind, ProviderRecord
from tracker.importers import postcodes
from tracker.importers.columns import Columns, UnreadableRow, number, region, required, value
from tracker.importers.layouts import Layout, known_by
from tracker.importers.ofsted import AUTHORITY, REGION, REGIONS, Telling, placed, status

UKPRN, NAME = "Provider UKPRN", "Provider name"
LENGTH = 8


def _ref(raw: str) -> str:
    found = number(raw)
    if not (found.isascii() and found.isdecimal() and len(found) == LENGTH):
        raise UnreadableRow(f"has the {{column}} “{found[:40]}”, not {LENGTH} digits" if found else "has no {column}")
    return f"ukprn:{found}"


def _status(raw: str) -> Status:
    """Return a status; what is listed without one is open, for the file lists who can be inspected."""
    return status(raw) if value(raw) else Status.OPEN


def _own_number(raw: str) -> str:
    found = number(raw)
    return f"ofsted-fe:{found}" if found else ""


def _providers(rows: Columns) -> Sequence[ProviderRecord]:
    names = rows.read(NAME, required)
    towns, codes, eastings, northings = placed(rows, names)
    return list(
        map(
            ProviderRecord,
            rows.read(UKPRN, _ref),
            repeat(str(Kind.FE_SKILLS)),
            names,
            rows.read("Provider status", _status),
            rows.read("Provider type", value),
            rows.read("Provider group", value),
            repeat(""),
            repeat(None),
            repeat(None),
            repeat(None),
            rows.read(AUTHORITY, value),
            towns,
            codes,
            eastings,
            northings,
            rows.read("Provider URN", _own_number),
            rows.read(REGION, region),
        )
    )


class _Telling(Telling):
    ref = (UKPRN, _ref)
    name = NAME


LAYOUTS = {
    Kind.FE_SKILLS: Layout(
        required=(UKPRN, NAME),
        optional=("Provider URN", "Provider type", "Provider group", AUTHORITY),
        rare=("Provider status", "Town", "Postcode", REGION),
        spellings={
            UKPRN: ("UKPRN",),
            "Town": ("Provider town",),
            "Postcode": ("Provider postcode",),
            REGION: REGIONS,
        },
        key=known_by((UKPRN, _ref)),
        read=_providers,
        signs=frozenset((UKPRN, NAME)),
        teller=_Telling,
        edition=postcodes.edition,
        may_repeat=True,
    )
}
