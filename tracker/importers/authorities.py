"""A file of local authorities: codes and names, and what became of those that are no more."""

from collections.abc import Sequence
from datetime import date
from itertools import repeat

from tracker.domain.facts import Status
from tracker.domain.register import AUTHORITIES, Kind, LinkRecord, Listed, ProviderRecord
from tracker.importers.columns import Columns, UnreadableRow, day, number, one_of, required, value
from tracker.importers.layouts import Layout, known_by

CODE, NAME, STATUS, CLOSED_ON, SUCCESSOR, OTHER_NAMES = (
    *("code", "name", "status", "closed_on", "successor", "other_names"),
)
LENGTH = 3
_known = one_of({each.value: each for each in Status})


def _code(raw: str) -> str:
    found = number(raw)
    if not (found.isascii() and found.isdecimal() and len(found) == LENGTH):
        raise UnreadableRow(f"has the {{column}} “{found[:40]}”, not {LENGTH} digits" if found else "has no {column}")
    return found


def _ref(raw: str) -> str:
    return f"la:{_code(raw)}"


def _day(raw: str) -> date | None:
    """Return a day; a file that one writes oneself has it as 2023-04-01, like all our files."""
    try:
        return date.fromisoformat(value(raw))
    except ValueError:
        return day(raw)


def _others(raw: str) -> tuple[str, ...]:
    return tuple(name for part in raw.split(";") if (name := value(part)))


def _authorities(rows: Columns) -> Sequence[ProviderRecord]:
    closed = rows.read(CLOSED_ON, _day)
    successors = rows.read(SUCCESSOR, _successors)
    codes = rows.read(CODE, _code)
    for place, (code, after) in enumerate(zip(codes, successors, strict=True)):
        if after and code in after:
            rows.faults.setdefault(place, "is its own successor")
    return list(
        map(
            ProviderRecord,
            rows.read(CODE, _ref),
            repeat(AUTHORITIES),
            rows.read(NAME, required),
            [
                given or (Status.CLOSED if day else Status.OPEN)
                for given, day in zip(rows.read(STATUS, _status), closed, strict=True)
            ],
            repeat("Local authority"),
            repeat(""),
            repeat(""),
            repeat(None),
            closed,
            codes,
        )
    )


def _status(raw: str) -> Status | None:
    return _known(raw) if value(raw) else None


def _successors(raw: str) -> tuple[str, ...]:
    return tuple(_code(part) for part in raw.split(";") if value(part))


class _Telling:
    """Gathers successors and other names."""

    def __init__(self) -> None:
        self._links: list[LinkRecord] = []
        self._names: list[tuple[str, str]] = []

    def hear(self, rows: Columns) -> None:
        """Take the rows that stand."""
        refs = rows.read(CODE, _ref)
        for ref, after, names in zip(
            refs, rows.read(SUCCESSOR, _successors), rows.read(OTHER_NAMES, _others), strict=True
        ):
            self._links += [LinkRecord(ref, f"la:{code}", "Successor") for code in dict.fromkeys(after)]
            self._names += [(ref, name) for name in names]

    def listed(self) -> Listed:
        """Return the links and the names."""
        return Listed(links=tuple(self._links), other_names=tuple(self._names))

    def notes(self) -> tuple[str, ...]:
        """Return nothing."""
        return ()


LAYOUTS = {
    Kind.AUTHORITIES: Layout(
        required=(CODE, NAME),
        rare=(STATUS, CLOSED_ON, SUCCESSOR, OTHER_NAMES),
        spellings={
            CODE: ("LA (code)", "LA code", "Local authority code"),
            NAME: ("LA (name)", "LA name", "Local authority name"),
            CLOSED_ON: ("CloseDate", "Close date", "Closed date", "Closed on"),
            SUCCESSOR: ("Successor code", "Successors"),
            OTHER_NAMES: ("Other names", "Former names"),
        },
        key=known_by((CODE, _ref)),
        read=_authorities,
        signs=frozenset((CODE, NAME)),
        strangers=frozenset(("URN", "Group UID", "Provider URN", "Provider UKPRN")),
        teller=_Telling,
    )
}
