"""Get Information about Schools: establishments, links, groups and members, from its own columns to pure records."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import repeat

from tracker.domain.facts import Status
from tracker.domain.register import (
    DRAWN_AUTHORITIES,
    GIAS,
    GroupRecord,
    Kind,
    LinkRecord,
    Listed,
    MembershipRecord,
    ProviderRecord,
    most_common,
)
from tracker.importers.columns import (
    Columns,
    called,
    day,
    metres,
    number,
    one_of,
    postcode,
    reference,
    region,
    required,
    text,
    value,
)
from tracker.importers.layouts import Layout, known_by

URN, LINK_URN, UID, JOINED, CODE, REGION = "URN", "LinkURN", "Group UID", "Joined date", "LA (code)", "GOR (name)"
NO_AUTHORITIES = frozenset(("", "000", "999", "0"))
_establishment, _group = reference("gias"), reference("group")
_status = one_of({status.value: status for status in Status})


def _authority(raw: str) -> str | None:
    code = value(raw)
    return None if code in NO_AUTHORITIES else code


def _establishments(rows: Columns) -> Sequence[ProviderRecord]:
    codes, names = rows.read(CODE, _authority), rows.read("LA (name)", value)
    return list(
        map(
            ProviderRecord,
            rows.read(URN, _establishment),
            repeat(GIAS),
            rows.read("EstablishmentName", required),
            rows.read("EstablishmentStatus (name)", _status),
            rows.read("TypeOfEstablishment (name)", value),
            rows.read("EstablishmentTypeGroup (name)", value),
            # "Not applicable" is a phase like any other: schools of no phase are compared among themselves.
            rows.read("PhaseOfEducation (name)", text),
            rows.read("OpenDate", day),
            rows.read("CloseDate", day),
            codes,
            [words if code else "" for code, words in zip(codes, names, strict=True)],
            rows.read("Town", value),
            rows.read("Postcode", postcode),
            rows.read("Easting", metres),
            rows.read("Northing", metres),
            _numbers(rows, codes),
            rows.read(REGION, region),
        )
    )


def _numbers(rows: Columns, codes: Sequence[str | None]) -> list[str]:
    """Return the UKPRN, then the authority's code with the establishment's number within it, of each that has them."""
    both = zip(codes, rows.read("EstablishmentNumber", number), rows.read("UKPRN", number), strict=True)
    return [
        f"ukprn:{ukprn} laestab:{code}/{own}"
        if ukprn and code and own
        else f"ukprn:{ukprn}"
        if ukprn
        else f"laestab:{code}/{own}"
        if code and own
        else ""
        for code, own, ukprn in both
    ]


class _Authorities:
    """Gathers the authorities that establishments name; one that goes by two names has the one that it bears most."""

    def __init__(self) -> None:
        self._pairs: Counter[tuple[str | None, str]] = Counter()

    def hear(self, rows: Columns) -> None:
        """Count the names of each."""
        self._pairs.update(zip(rows.read(CODE, _authority), rows.read("LA (name)", value), strict=True))

    def listed(self) -> Listed:
        """Return the authorities, by code."""
        names: dict[str, dict[str, int]] = defaultdict(dict)
        for (code, words), count in self._pairs.items():
            if code and words:
                names[code][words] = count
        return Listed(
            authorities=tuple(
                ProviderRecord(
                    ref=f"la:{code}",
                    register=DRAWN_AUTHORITIES,
                    name=most_common(names[code]),
                    status=Status.OPEN,
                    kind="Local authority",
                    authority=code,
                )
                for code in sorted(names)
            )
        )

    def notes(self) -> tuple[str, ...]:
        """Return nothing: what becomes of the authorities is said when they are compared."""
        return ()


def _links(rows: Columns) -> Sequence[LinkRecord]:
    ends = rows.read(URN, _establishment), rows.read(LINK_URN, _establishment)
    for place, (of, to) in enumerate(zip(*ends, strict=True)):
        if of == to and of is not None:
            rows.faults.setdefault(place, "is linked to itself")
    return list(
        map(
            LinkRecord,
            *ends,
            rows.read("LinkType", required),
            rows.read("LinkName", value),
            rows.read("LinkEstablishedDate", day),
        )
    )


def _groups(rows: Columns) -> Sequence[GroupRecord]:
    opened = zip(rows.read("Open date", day), rows.read("Incorporated on (open date)", day), strict=True)
    numbers = zip(
        rows.read("Group ID", number),
        rows.read("Companies House Number", number),
        rows.read("UKPRN", number),
        strict=True,
    )
    schemes = ("group-id", "companies-house", "ukprn")
    return list(
        map(
            GroupRecord,
            rows.read(UID, _group),
            rows.read("Group Name", required),
            rows.read("Group Type", required),
            rows.read("Group Status", _status),
            [one or other for one, other in opened],
            rows.read("Closed Date", day),
            rows.read("Group Town", value),
            rows.read("Group Postcode", postcode),
            [
                " ".join(f"{scheme}:{each}" for scheme, each in zip(schemes, own, strict=True) if each)
                for own in numbers
            ],
        )
    )


def _memberships(rows: Columns) -> Sequence[MembershipRecord]:
    """Return memberships as they stand today; the groups' own columns here are not taken, the groups' file is."""
    return list(
        map(
            MembershipRecord,
            rows.read(URN, _establishment),
            rows.read(UID, _group),
            rows.read(JOINED, day),
            rows.read("EstablishmentName", called),
        )
    )


LAYOUTS = {
    Kind.GIAS: Layout(
        required=(
            URN,
            "EstablishmentName",
            "EstablishmentStatus (name)",
            "EstablishmentTypeGroup (name)",
            CODE,
            "LA (name)",
            "CloseDate",
        ),
        optional=(
            "TypeOfEstablishment (name)",
            "PhaseOfEducation (name)",
            "OpenDate",
            "EstablishmentNumber",
            "UKPRN",
            "Town",
            "Postcode",
            "Easting",
            "Northing",
        ),
        rare=(REGION,),
        spellings={REGION: ("RSCRegion (name)",)},
        key=known_by((URN, _establishment)),
        read=_establishments,
        signs=frozenset((URN, "EstablishmentName")),
        teller=_Authorities,
    ),
    Kind.GIAS_LINKS: Layout(
        required=(URN, LINK_URN, "LinkType"),
        optional=("LinkName", "LinkEstablishedDate"),
        key=known_by((URN, _establishment), (LINK_URN, _establishment), ("LinkType", required)),
        read=_links,
        signs=frozenset((URN, LINK_URN)),
    ),
    Kind.GIAS_GROUPS: Layout(
        required=(UID, "Group Name", "Group Type", "Group Status", "Closed Date"),
        optional=(
            "Group ID",
            "Companies House Number",
            "UKPRN",
            "Open date",
            "Incorporated on (open date)",
            "Group Town",
            "Group Postcode",
        ),
        key=known_by((UID, _group)),
        read=_groups,
        signs=frozenset((UID, "Group Name")),
    ),
    Kind.GIAS_GROUP_LINKS: Layout(
        required=(URN, UID, JOINED),
        optional=("EstablishmentName",),
        key=known_by((URN, _establishment), (UID, _group), (JOINED, text)),
        read=_memberships,
        signs=frozenset((URN, UID)),
    ),
}
