"""What Ofsted's files share: statuses, names that are kept back, places by postcode, and owners of providers."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from tracker.domain.facts import Status
from tracker.domain.register import WITHHELD, GroupRecord, LinkRecord, Listed, MembershipRecord, most_common
from tracker.importers import postcodes
from tracker.importers.columns import Columns, UnreadableRow, called, one_of, postcode, text, value

AUTHORITY = "Local authority"
# The government's regions; where a file has only Ofsted's own, which join two of them, those.
REGION, REGIONS = "Region", ("Government Office Region", "Ofsted region")
# A registration that is suspended stands: the provider can be inspected.
status = one_of(
    {
        **dict.fromkeys(("active", "registered", "open", "suspended", "active (suspended)"), Status.OPEN),
        **dict.fromkeys(("proposed", "proposed to open", "application", "pending"), Status.PROPOSED),
        **dict.fromkeys(
            ("resigned", "cancelled", "closed", "ceased", "inactive", "removed", "lapsed", "expired", "deregistered"),
            Status.CLOSED,
        ),
    }
)
NO_DIRECTORY = (
    "Locations are missing, for this file gives postcodes alone: neighbours are not found, and where a rule asks for "
    f"them the answer is “undetermined”. Install the package {postcodes.PACKAGE} beside the tracker, then import this "
    "file again."
)


def numbered(scheme: str, pattern: str, example: str) -> Callable[[str], str]:
    """Return what reads a number that must be there, of this pattern, in capitals, as a reference of this scheme."""
    allowed = re.compile(pattern)

    def ref(raw: str) -> str:
        found = text(raw).upper()
        if not allowed.fullmatch(found):
            wrong = f"has the {{column}} “{found[:40]}”, not a number such as {example}"
            raise UnreadableRow(wrong if found else "has no {column}")
        return f"{scheme}:{found}"

    return ref


def optional(ref: Callable[[str], str]) -> Callable[[str], str | None]:
    """Return what reads a reference that may be missing."""

    def found(raw: str) -> str | None:
        return ref(raw) if value(raw) else None

    return found


def named(refs: Sequence[str], names: Sequence[str], kinds: Sequence[str], otherwise: str) -> list[str]:
    """Return each name; one that the publisher keeps back is made of what the register does say.

    It is no name to find anything by: two such providers have nothing in common.
    """
    return [
        name or (f"{kind or otherwise} {ref.partition(':')[2]}{WITHHELD}" if ref else "")
        for ref, name, kind in zip(refs, names, kinds, strict=True)
    ]


def placed(rows: Columns, names: Sequence[str]) -> tuple[list[str], list[str], list[int | None], list[int | None]]:
    """Return towns, postcodes, eastings and northings; where the name is kept back, so is the place."""
    towns = [town if name else "" for name, town in zip(names, rows.read("Town", value), strict=True)]
    codes = [code if name else "" for name, code in zip(names, rows.read("Postcode", postcode), strict=True)]
    places = [(code and postcodes.locate(code)) or (None, None) for code in codes]
    return towns, codes, [each[0] for each in places], [each[1] for each in places]


class Owners:
    """Gathers owners, by the names that rows give them, and who is theirs."""

    def __init__(self, record: Callable[[str, str], GroupRecord]) -> None:
        self._record = record
        self._names: dict[str, Counter[str]] = defaultdict(Counter)
        self._theirs: dict[tuple[str, str], None] = {}

    def hear(self, providers: Sequence[str], owners: Sequence[str | None], names: Sequence[str]) -> None:
        """Take each provider's owner, None where it has none, and what that owner is called."""
        for provider, owner, name in zip(providers, owners, names, strict=True):
            if owner is not None:
                self._names[owner][name] += 1
                self._theirs[provider, owner] = None

    def groups(self) -> tuple[GroupRecord, ...]:
        """Return the owners; one that goes by several names has the one that it bears most."""
        return tuple(self._record(ref, most_common(names)) for ref, names in self._names.items())

    def memberships(self) -> tuple[MembershipRecord, ...]:
        """Return what belongs to whom; no such file says since when."""
        return tuple(MembershipRecord(provider, owner) for provider, owner in self._theirs)


class Telling:
    """Gathers what the rows of an Ofsted file say beside their own record; each file has its own words for it."""

    ref: tuple[str, Callable[[str], str]]
    name = ""
    owner_column = ""

    def __init__(self) -> None:
        self.owners = Owners(self.owner)
        self.links: list[LinkRecord] = []
        self._authorities: Counter[str] = Counter()
        self._withheld = 0
        self._has_owners = self._has_postcodes = False

    def hear(self, rows: Columns) -> None:
        """Take the rows that stand."""
        self._withheld += list(rows.read(self.name, called)).count("")
        self._authorities.update(rows.read(AUTHORITY, value))
        self._has_postcodes |= rows.has("Postcode")
        self._has_owners |= rows.has(self.owner_column)
        self.hear_more(rows.read(*self.ref), rows)

    def hear_more(self, providers: Sequence[str], rows: Columns) -> None:
        """Take what only this file says."""

    @staticmethod
    def owner(ref: str, name: str) -> GroupRecord:
        """Return an owner as a group."""
        return GroupRecord(ref, name, "Owner", Status.OPEN)

    def listed(self) -> Listed:
        """Return owners and memberships, where the file has them, links, and the authorities by the names given."""
        return Listed(
            links=tuple(self.links),
            groups=self.owners.groups() if self._has_owners else None,
            memberships=self.owners.memberships() if self._has_owners else None,
            authority_names={name: count for name, count in self._authorities.items() if name},
        )

    def notes(self) -> tuple[str, ...]:
        """Return what an administrator should know of names, places and owners."""
        notes = []
        if self._withheld:
            notes.append(
                f"{self._withheld:,} names are kept back by the publisher: those providers are called by their kind "
                "and number, and have no place."
            )
        if self._has_postcodes and not postcodes.edition():
            notes.append(NO_DIRECTORY)
        if self.owner_column and not self._has_owners:
            notes.append("The file names no owners; what was known of them stays as it was.")
        return tuple(notes)
