"""A publisher's file, opened with distrust: .csv or .zip, its encoding decided strictly, its rows one by one."""

import codecs
import csv
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import IO, NoReturn

from tracker.domain.errors import BadFileError

CHUNK = 1 << 18
LONGEST_FIELD = 100_000
# The largest real file of any register has 61 MB; a real one shrinks to about a fifth.
MOST_BYTES = 1 << 30
MOST_RATIO = 100
SMALL = 10 << 20
# What a .zip begins with: a file, or the end of an empty one.
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
XLS = b"\xd0\xcf\x11\xe0"
# The bytes that Windows-1252 leaves undefined.
_UNDEFINED = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_DAY = re.compile(r"(?<!\d)(20\d{2})(\d{2})(\d{2})(?!\d)")
_AGAIN = "download it again"

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Row:
    """A row: the line of the file on which it begins, and its values; `fault` says why it cannot be read."""

    line: int
    values: list[str]
    fault: str = ""


def refuse(sentence: str) -> NoReturn:
    """Refuse the whole file."""
    raise BadFileError(sentence, field="file")


def digest_of(source: IO[bytes]) -> str:
    """Return the SHA-256 of a file's bytes, as they were given."""
    source.seek(0)
    found = hashlib.sha256()
    while chunk := source.read(CHUNK):
        found.update(chunk)
    source.seek(0)
    return found.hexdigest()


def day_in(*names: str) -> date | None:
    """Return the day in the first file name that bears one as yyyymmdd, or None."""
    for name in names:
        for year, month, day in _DAY.findall(name):
            try:
                return date(int(year), int(month), int(day))
            except ValueError:
                continue
    return None


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file that can be opened again and again: its name, its bytes, how many they are, and their encoding."""

    name: str
    size: int
    encoding: str
    reopen: Callable[[], IO[bytes]]

    def rows(self, progress: Progress | None = None) -> Iterator[Row]:
        """Yield the header and every row that is not blank, with bytes read and bytes in all told as it goes.

        Raises BadFileError where the file stops in the middle of a row.
        """
        with self.reopen() as raw:
            counted = _Counted(raw, self.size, progress)
            text = io.TextIOWrapper(io.BufferedReader(counted, CHUNK), encoding=self.encoding, newline="")
            yield from _rows(text)


class _Counted(io.RawIOBase):
    """Bytes that are counted as they are read."""

    def __init__(self, raw: IO[bytes], total: int, progress: Progress | None) -> None:
        super().__init__()
        self._raw, self._total, self._progress, self._done = raw, total, progress, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        chunk = self._raw.read(len(buffer))
        buffer[: len(chunk)] = chunk
        self._done += len(chunk)
        if self._progress is not None:
            self._progress(self._done, self._total)
        return len(chunk)


def _rows(text: io.TextIOWrapper) -> Iterator[Row]:
    """Yield the rows one behind the reader: a last row that is short means that the file was cut off."""
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.reader(text, strict=True)
    width, waiting = 0, None
    while True:
        line = reader.line_num + 1
        try:
            values = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            row = _faulty(line, str(error))
        else:
            if not values:
                continue
            width = width or len(values)
            row = Row(line, values, "" if len(values) == width else _wrong_width(len(values), width))
        if waiting is not None:
            yield waiting
        waiting = row
    if waiting is not None:
        if waiting.values and len(waiting.values) < width:
            _cut_off(waiting.line)
        yield waiting


def _wrong_width(found: int, width: int) -> str:
    return f"has {found} columns where the header has {width}"


def _faulty(line: int, error: str) -> Row:
    if "field limit" in error:
        refuse(
            f"A field on line {line} is longer than {LONGEST_FIELD:,} characters: a quotation mark that opens there is "
            f"never closed. The file is damaged; {_AGAIN}."
        )
    if "unexpected end" in error:
        _cut_off(line)
    return Row(line, [], "has quotation marks that do not match")


def _cut_off(line: int) -> NoReturn:
    refuse(f"The file stops in the middle of line {line}; {_AGAIN}.")


@contextmanager
def opened(source: IO[bytes], file_name: str) -> Iterator[Table]:
    """Give the table in a .csv, or in a .zip that holds one .csv; raise BadFileError that says what is wrong.

    `source` must be able to seek; it is read in pieces and never held whole.
    """
    source.seek(0)
    start = source.read(CHUNK)
    source.seek(0)
    if not start.startswith(ZIP):
        size = source.seek(0, io.SEEK_END)
        yield _inspected(file_name, size, lambda: _again(source))
        return
    try:
        with zipfile.ZipFile(source) as archive:
            inner = _only_csv(archive)
            yield _inspected(inner.filename, inner.file_size, lambda: _member(archive, inner))
    except (zipfile.BadZipFile, zlib.error, EOFError, UnicodeDecodeError) as error:
        raise BadFileError(f"The .zip file is damaged or cut off; {_AGAIN}.", field="file") from error
    except NotImplementedError as error:
        raise BadFileError(
            "The .zip file is packed in an unusual way: unpack it and give the .csv.", field="file"
        ) from error


def _member(archive: zipfile.ZipFile, inner: zipfile.ZipInfo) -> IO[bytes]:
    try:
        return archive.open(inner)
    except ValueError as error:  # an impossible place: the library does not say so in its own terms
        raise zipfile.BadZipFile(str(error)) from error


class _Kept(io.RawIOBase):
    """A view of somebody else's open file, from its beginning; closing it leaves that file open."""

    def __init__(self, source: IO[bytes]) -> None:
        super().__init__()
        self._source = source
        source.seek(0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        chunk = self._source.read(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)


def _again(source: IO[bytes]) -> IO[bytes]:
    return io.BufferedReader(_Kept(source), CHUNK)


def _only_csv(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    """Return the archive's one file, after looking at what it claims to hold and before unpacking a byte."""
    every = archive.infolist()
    files = [each for each in every if each.filename[-1:] != "/" and not each.filename.startswith("__MACOSX/")]
    if "[Content_Types].xml" in {each.filename for each in files}:
        refuse("This is an Office document, not a CSV file: give the publisher's own .csv or .zip.")
    if len(files) != 1:
        refuse(f"The .zip file holds {len(files)} files; give one that holds a single .csv.")
    (inner,) = files
    if inner.filename.lower().endswith((".zip", ".gz", ".7z")):
        refuse("The .zip file holds another archive: unpack it and give the .csv.")
    if inner.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise NotImplementedError
    if inner.flag_bits & 1:
        refuse("The .zip file is locked with a password: unpack it and give the .csv.")
    ratio = inner.file_size / max(inner.compress_size, 1)
    if inner.file_size > MOST_BYTES or (inner.file_size > SMALL and ratio > MOST_RATIO):
        refuse(f"The .zip file would unpack to {inner.file_size:,} bytes, which no register has: it was not opened.")
    return inner


def _inspected(name: str, size: int, reopen: Callable[[], IO[bytes]]) -> Table:
    """Read the bytes once for their encoding; refuse what is empty, no text, or a web page."""
    if size > MOST_BYTES:
        refuse(f"The file has {size:,} bytes, which no register has: it was not read.")
    with reopen() as raw:
        start = raw.read(1024)
        _refuse_other_files(start)
    with reopen() as raw:
        encoding = _encoding(raw)
    return Table(name, size, encoding, reopen)


def _refuse_other_files(start: bytes) -> None:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        refuse("The file is in UTF-16: save it as CSV in UTF-8.")
    text = start.removeprefix(codecs.BOM_UTF8).lstrip()
    if not text:
        refuse(f"The file is empty; {_AGAIN}.")
    if text.startswith(ZIP):
        refuse("The .zip file holds another archive: unpack it and give the .csv.")
    if text.startswith((XLS, b"%PDF")):
        refuse("This is an Excel or PDF document, not a CSV file: give the publisher's own .csv or .zip.")
    if text.startswith(b"<"):
        refuse(f"This is a web page, not a CSV file: the publisher's site may have answered with an error; {_AGAIN}.")


class _Judge:
    """Hears the bytes of a file once, and says which encoding allows every one of them."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._line = 1
        self._not_utf8 = self._not_cp1252 = 0
        self._is_marked: bool | None = None

    def hear(self, chunk: bytes) -> None:
        """Take the next bytes; none means the end."""
        if self._is_marked is None:
            self._is_marked = chunk.startswith(codecs.BOM_UTF8)
        if b"\0" in chunk:
            line = self._line_at(chunk, chunk.index(0))
            refuse(f"Line {line} holds a NUL byte, which no CSV file has; {_AGAIN}.")
        if not self._not_utf8:
            try:
                self._decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                self._not_utf8 = self._line_at(chunk, error.start)
        if not self._not_cp1252 and (found := _UNDEFINED.search(chunk)):
            self._not_cp1252 = self._line_at(chunk, found.start())
        self._line += chunk.count(b"\n")

    def _line_at(self, chunk: bytes, place: int) -> int:
        return self._line + chunk[:place].count(b"\n")

    def verdict(self) -> str:
        """Return utf-8-sig or cp1252; raise BadFileError that names the line of bytes that neither allows."""
        if not self._not_utf8:
            return "utf-8-sig"
        if not self._is_marked and not self._not_cp1252:
            return "cp1252"
        # Whichever encoding held longer is the file's own; the line where it broke is the one to look at.
        line = self._not_utf8 if self._is_marked else max(self._not_utf8, self._not_cp1252)
        refuse(f"Line {line} holds bytes that are neither UTF-8 nor Windows-1252; {_AGAIN}.")


def _encoding(raw: IO[bytes]) -> str:
    judge = _Judge()
    while chunk := raw.read(CHUNK):
        judge.hear(chunk)
    judge.hear(b"")
    return judge.verdict()
