"""What the texts of a column mean, worked out once for each text: most repeat by the thousand."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from operator import methodcaller
from typing import Any, Generic, NoReturn, TypeVar

from tracker.domain.facts import Status

T = TypeVar("T")
PLACEHOLDERS = frozenset(
    (
        *("", "-", "redacted", "not applicable", "not recorded", "does not apply", "not under a federation"),
        *("unknown", "n/a", "null"),
    )
)
_WORDY_PLACEHOLDERS = PLACEHOLDERS - {""}
_FORMULA = methodcaller("startswith", "=")
# Some write “The Humber” and some “the Humber”.
_REGIONS = {
    each.casefold(): each
    for each in (
        *("East Midlands", "East of England", "London", "North East", "North West", "South East", "South West"),
        *("West Midlands", "Yorkshire and the Humber", "North East, Yorkshire and the Humber"),
    )
}
LONGEST_TEXT = 1_000
LONGEST_NUMBER = 12
# The grid is 700 km by 1,300 km.
MOST_DIGITS_OF_METRES = 7
_DAY_LENGTH = len("dd-mm-yyyy")
# How many different texts of a column are remembered; those that hardly repeat would fill the memory.
MOST_REMEMBERED = 50_000


class UnreadableRow(ValueError):
    """A row that cannot be taken; the text says why, to follow the row's name. `{column}` stands for its column."""


class Reading(Generic[T]):
    """What reads the texts of a column that hardly repeat: a batch of them at once where none is odd, else each.

    Whole registers pass through here, and a call for every text costs more than all the rest.
    """

    def __init__(self, one: Callable[[str], T], plainly: Callable[[Sequence[str]], Sequence[T] | None]) -> None:
        self._one = one
        # Returns None where any text of a batch needs a closer look.
        self.plainly = plainly

    def __call__(self, raw: str) -> T:
        return self._one(raw)


def text(raw: str) -> str:
    """Return a value without white space around it and doubled within."""
    cleaned = " ".join(raw.split())
    if cleaned[:1] == "=" or len(cleaned) > LONGEST_TEXT:
        _refuse(cleaned)
    return cleaned


def _refuse(cleaned: str) -> NoReturn:
    if len(cleaned) > LONGEST_TEXT:
        raise UnreadableRow(f"has a {{column}} of {len(cleaned):,} characters; {LONGEST_TEXT:,} are the most")
    raise UnreadableRow(f"has the {{column}} “{cleaned[:40]}”, which a spreadsheet would take for a formula")


def value(raw: str) -> str:
    """Return a value, or an empty text where it is a placeholder."""
    cleaned = text(raw)
    return "" if cleaned.casefold() in PLACEHOLDERS else cleaned


def _plain_values(raws: Sequence[str]) -> list[str] | None:
    """Return values, where there is no placeholder among them but the empty one."""
    cleaned = [" ".join(raw.split()) for raw in raws]
    if max(map(len, cleaned)) > LONGEST_TEXT or any(map(_FORMULA, cleaned)):
        return None
    return cleaned if _WORDY_PLACEHOLDERS.isdisjoint(map(str.casefold, cleaned)) else None


def _required(raw: str) -> str:
    found = value(raw)
    if not found:
        raise UnreadableRow("has no {column}")
    return found


def _plain_names(raws: Sequence[str]) -> list[str] | None:
    found = _plain_values(raws)
    return found if found and all(found) else None


def _postcode(raw: str) -> str:
    return value(raw).upper()


def _plain_postcodes(raws: Sequence[str]) -> list[str] | None:
    found = _plain_values(raws)
    return found and list(map(str.upper, found))


def _are_numbers(raws: Sequence[str]) -> bool:
    """Tell whether texts are ASCII digits and nothing else, or empty."""
    joined = "".join(raws)
    return not joined or (joined.isascii() and joined.isdecimal() and max(map(len, raws)) <= LONGEST_NUMBER)


def _number(raw: str) -> str:
    return "".join(value(raw).removesuffix(".0").split())


def _plain_numbers(raws: Sequence[str]) -> Sequence[str] | None:
    return raws if _are_numbers(raws) else None


def _digits(raw: str) -> str:
    found = text(raw)
    if not found or not _are_numbers((found,)):
        raise UnreadableRow("has no {column}" if not found else f"has the {{column}} “{found[:40]}”, not a number")
    return found


def _plain_digits(raws: Sequence[str]) -> Sequence[str] | None:
    return raws if _are_numbers(raws) and all(raws) else None


def _metres(raw: str) -> int | None:
    found = _number(raw)
    if found and not (_are_numbers((found,)) and len(found) <= MOST_DIGITS_OF_METRES):
        raise UnreadableRow(f"has the {{column}} “{found[:40]}”, not a number of metres")
    return int(found or 0) or None


def _plain_metres(raws: Sequence[str]) -> list[int | None] | None:
    if not _are_numbers(raws) or max(map(len, raws)) > MOST_DIGITS_OF_METRES:
        return None
    return [int(raw or 0) or None for raw in raws]


# A name that must be there.
required = Reading(_required, _plain_names)
# What something is called, or an empty text.
called = Reading(value, _plain_values)
# A postcode in capitals, or an empty text.
postcode = Reading(_postcode, _plain_postcodes)
# A number as text without spaces, a spreadsheet's `.0` dropped; an empty text where there is none.
number = Reading(_number, _plain_numbers)
# A number that must be there, made of digits only.
digits = Reading(_digits, _plain_digits)
# A coordinate, None where it is missing: empty, zero or redacted.
metres = Reading(_metres, _plain_metres)


def reference(scheme: str) -> Reading[str]:
    """Return what reads digits that must be there as a reference of this scheme."""

    def plainly(raws: Sequence[str]) -> list[str] | None:
        found = _plain_digits(raws)
        return None if found is None else [f"{scheme}:{each}" for each in found]

    return Reading(lambda raw: f"{scheme}:{_digits(raw)}", plainly)


def region(raw: str) -> str:
    """Return a region as all registers spell it, whatever the case of this one; any other as the register has it."""
    found = value(raw)
    return _REGIONS.get(found.casefold(), found)


def day(raw: str) -> date | None:
    """Return a day, None where there is none. 1 January 1900 is kept: the policy reads it as unknown."""
    found = raw if len(raw) == _DAY_LENGTH else value(raw)
    if not found:
        return None
    if len(found) == _DAY_LENGTH and found[2] == found[5] and found[2] in "-/":
        try:
            return date.fromisoformat(f"{found[6:]}-{found[3:5]}-{found[:2]}")
        except ValueError:
            pass
    raise UnreadableRow(f"has the {{column}} “{found[:40]}”, not a day as dd-mm-yyyy")


def one_of(statuses: Mapping[str, Status]) -> Callable[[str], Status]:
    """Return what reads a status that must be one of these words."""

    def status(raw: str) -> Status:
        found = text(raw)
        known = statuses.get(found.casefold())
        if known is None:
            raise UnreadableRow(f"has the unknown {{column}} “{found[:40]}”" if found else "has no {column}")
        return known

    return status


class _Meaning(dict[str, Any]):
    """What each text of one column means; what cannot be read means None, and stands in `faults` with the reason."""

    def __init__(self, column: str, read: Callable[[str], object]) -> None:
        super().__init__()
        self._column, self._read = column, read
        self.faults: dict[str, str] = {}

    def __missing__(self, raw: str) -> object:
        try:
            found = self._read(raw)
        except UnreadableRow as fault:
            found = None
            self.faults[raw] = str(fault).replace("{column}", self._column)
        self[raw] = found
        return found

    def forget(self) -> None:
        """Make room where the texts hardly repeat."""
        if len(self) > MOST_REMEMBERED:
            self.clear()
            self.faults.clear()


class Columns:
    """Reads some rows column by column. A column that the file lacks reads as if each row left it empty.

    `names` are the columns of the rows in their order, and `spelt` how the file itself calls each.
    """

    def __init__(self, names: Sequence[str], spelt: Mapping[str, str]) -> None:
        self._places = {column: place for place, column in enumerate(names)}
        self._spelt = spelt
        self._meanings: dict[tuple[str, Callable[[str], object]], _Meaning] = {}
        self._rows: Sequence[Sequence[str]] = ()
        self._columns: Sequence[Sequence[str]] = ()
        self._number = 0
        # By the row's place, why it cannot be taken: the first fault that was met.
        self.faults: dict[int, str] = {}

    def take(self, rows: Sequence[Sequence[str]]) -> None:
        """Turn to other rows, or to the same ones as if nothing had been read of them yet."""
        self.faults = {}
        if rows is self._rows:
            return
        self._rows, self._columns, self._number = rows, list(zip(*rows, strict=True)), len(rows)
        for meaning in self._meanings.values():
            meaning.forget()

    def has(self, column: str) -> bool:
        """Tell whether the file has a column."""
        return column in self._places

    def read(self, column: str, meaning: Callable[[str], T]) -> Sequence[T]:
        """Return what a column means for each row. Where a row cannot be read, that is kept in `faults`."""
        if not self._number:
            return ()
        place = self._places.get(column)
        if isinstance(meaning, Reading) and place is not None:
            found = meaning.plainly(self._columns[place])
            if found is not None:
                return found
        known = self._meanings.get((column, meaning))
        if known is None:
            known = self._meanings[column, meaning] = _Meaning(self._spelt.get(column, column), meaning)
        if place is None:
            return [known[""]] * self._number
        result = list(map(known.__getitem__, self._columns[place]))
        if known.faults:
            self._blame(place, known.faults)
        return result

    def _blame(self, place: int, faults: Mapping[str, str]) -> None:
        """Keep the reason for each row whose text of this column is at fault."""
        for number, raw in enumerate(self._columns[place]):
            reason = faults.get(raw)
            if reason is not None:
                self.faults.setdefault(number, reason)
