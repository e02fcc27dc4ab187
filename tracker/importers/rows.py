"""The rows of a publisher's table in batches: its header found, and what cannot be a row set aside with its line."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NoReturn

from tracker.importers.files import AGAIN, Reading, refuse

LONGEST_FIELD = 100_000
MOST_COLUMNS = 2_000
# Ten times the largest file of any register: the seal and the key of every row are held until the end.
MOST_ROWS = 500_000
MOST_BLANK_ROWS = 1_000_000
# A title, a note, and a line that says which columns belong together may stand above the header.
MOST_LINES_ABOVE = 10
# A batch is worked on column by column; the bytes bound what it holds where rows are monstrous.
BATCH_ROWS, ROWS_AT_ONCE = 2_000, 50
BATCH_BYTES = 8 << 20

Names = tuple[str, ...]


def plain(name: str) -> str:
    """Return a column's name as names are compared: editions differ in case, spaces and underscores."""
    return " ".join(name.replace("_", " ").split()).casefold()


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that is none: its line, its values as far as the header goes, and what is wrong."""

    line: int
    values: Sequence[str]
    reason: str


@dataclass(slots=True)
class Batch:
    """Rows as wide as the header, the lines on which they begin, and what stood between them that is no row."""

    rows: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


class Sheet:
    """A table's header, and its rows in batches. Blank rows are passed over.

    Raises BadFileError where the file stops in the middle of a row, or is larger than any register's.
    """

    def __init__(self, reading: Reading, is_header: Callable[[Names], bool]) -> None:
        csv.field_size_limit(LONGEST_FIELD)
        self._reader = csv.reader(reading.text, strict=True)
        self._counted = reading.counted
        self._rows = self._blank = 0
        # The line on which the next row begins, and that of the row read last, where that one is too short.
        self._begun = self._short = 0
        # The lines above the header: a title, or which columns belong together.
        self.above: list[Names] = []
        self.header = self._found(is_header)

    @property
    def names(self) -> Names:
        """The header's names as they are compared."""
        return tuple(map(plain, self.header))

    def _found(self, is_header: Callable[[Names], bool]) -> Names:
        """Return the header: the first line that is one, or else the first at all, for who must say what it is."""
        for _ in range(MOST_LINES_ABOVE):
            line = self._reader.line_num + 1
            try:
                values = next(self._reader)
            except StopIteration:
                break
            except csv.Error as error:
                _refuse_if_broken(line, str(error))
                continue
            if len(values) > MOST_COLUMNS:
                refuse(f"Line {line} has {len(values):,} columns, which no register has; {AGAIN}.")
            names = tuple(value.strip() for value in values)
            if is_header(tuple(map(plain, names))):
                return names
            self.above += [names] if any(names) else []
        return self.above[0] if self.above else ()

    def batches(self) -> Iterator[Batch]:
        """Yield the rows below the header, each batch as soon as it is read."""
        is_done = False
        while not is_done:
            batch = Batch()
            is_done = self._fill(batch)
            self._rows += len(batch.rows) + len(batch.faults)
            if self._rows > MOST_ROWS:
                refuse(f"The file has more than {MOST_ROWS:,} rows, which no register has: it was not read to its end.")
            yield batch

    def _fill(self, batch: Batch) -> bool:
        """Read rows into a batch, and tell whether they were the last."""
        enough = self._counted.done + BATCH_BYTES
        while len(batch.rows) + len(batch.faults) < BATCH_ROWS and self._counted.done < enough:
            before = self._reader.line_num
            try:
                self._read_some(batch)
            except csv.Error as error:
                line = self._begun
                _refuse_if_broken(line, str(error))
                batch.faults.append(Fault(line, (), "has quotation marks that do not match"))
                self._short = 0
            else:
                if self._reader.line_num == before:
                    if self._short:
                        _cut_off(self._short)
                    return True
        return False

    def _read_some(self, batch: Batch) -> None:
        """Read a few rows; a file has tens of thousands, so that this loop does as little as can be."""
        reader, width = self._reader, len(self.header)
        add, at = batch.rows.append, batch.lines.append
        self._begun = reader.line_num + 1
        for values in islice(reader, ROWS_AT_ONCE):
            if len(values) == width and any(values):
                add(values)
                at(self._begun)
            else:
                self._set_aside(batch, self._begun, values)
            self._begun = reader.line_num + 1
        if batch.lines and batch.lines[-1] > self._short:
            self._short = 0

    def _set_aside(self, batch: Batch, line: int, values: list[str]) -> None:
        """Keep a row of another width as a fault; a blank one is none, but a file of nothing else has an end."""
        if any(map(str.strip, values)):
            width = len(self.header)
            reason = f"has {len(values):,} columns where the header has {width}"
            batch.faults.append(Fault(line, values[:width], reason))
            self._short = line if len(values) < width else 0
            return
        self._blank += 1
        if self._blank > MOST_BLANK_ROWS:
            refuse(f"The file has more than {MOST_BLANK_ROWS:,} blank rows: it was not read to its end.")


def _refuse_if_broken(line: int, error: str) -> None:
    """Refuse the file where no row can come after what was met."""
    if "field limit" in error:
        refuse(
            f"A field on line {line} is longer than {LONGEST_FIELD:,} characters: a quotation mark that opens there is "
            f"never closed. The file is damaged; {AGAIN}."
        )
    if "unexpected end" in error:
        _cut_off(line)


def _cut_off(line: int) -> NoReturn:
    refuse(f"The file stops in the middle of line {line}; {AGAIN}.")
