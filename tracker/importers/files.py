"""A publisher's file, opened with distrust: .csv or .zip, never held whole, its encoding decided by every byte."""

import codecs
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
# A line is held whole: the widest real one has 2,000 characters, a million columns have a million commas.
LONGEST_LINE = 1 << 20
# The largest real file of any register has 61 MB; a real one shrinks to about a fifth.
MOST_BYTES = 1 << 30
MOST_RATIO = 100
SMALL = 10 << 20
# What a .zip begins with: a file, or the end of an empty one.
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
XLS = b"\xd0\xcf\x11\xe0"
# The bytes that Windows-1252 leaves undefined.
_UNDEFINED = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
# Letters and quotation marks in UTF-8: two or three odd signs, if read as Windows-1252. And whatever is not ASCII.
_UTF8_SIGN = re.compile(rb"\xc3[\x80-\xbf]|\xe2\x80[\x90-\xaf]")
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")
# One odd sign in five or more: two files were joined. Fewer are the publisher's own slips.
_JOINED = 5
_DAY = re.compile(r"(?<!\d)(20\d{2})(\d{2})(\d{2})(?!\d)")
AGAIN = "download it again"

Progress = Callable[[int, int], None]


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
    notes: tuple[str, ...] = ()

    @contextmanager
    def opened(self, progress: Progress | None = None) -> "Iterator[Reading]":
        """Give the text from its beginning, with bytes read and bytes in all told as it goes."""
        with self.reopen() as raw:
            counted = _Counted(raw, self.size, progress)
            text = io.TextIOWrapper(io.BufferedReader(counted, CHUNK), encoding=self.encoding, newline="")
            yield Reading(text, counted)


class _Counted(io.RawIOBase):
    """Bytes that are counted as they are read."""

    def __init__(self, raw: IO[bytes], total: int, progress: Progress | None) -> None:
        super().__init__()
        self._raw, self._total, self._progress, self.done = raw, total, progress, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        chunk = self._raw.read(len(buffer))
        buffer[: len(chunk)] = chunk
        self.done += len(chunk)
        if self._progress is not None:
            self._progress(self.done, self._total)
        return len(chunk)


@dataclass(frozen=True, slots=True)
class Reading:
    """A text that is being read, and the bytes that were taken for it so far."""

    text: IO[str]
    counted: _Counted


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
        raise BadFileError(f"The .zip file is damaged or cut off; {AGAIN}.", field="file") from error
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
    judge = _Judge()
    with reopen() as raw:
        while chunk := raw.read(CHUNK):
            judge.hear(chunk)
        judge.hear(b"")
    return Table(name, size, judge.verdict(), reopen, judge.notes())


def _refuse_other_files(start: bytes) -> None:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        refuse("The file is in UTF-16: save it as CSV in UTF-8.")
    text = start.removeprefix(codecs.BOM_UTF8).lstrip()
    if not text:
        refuse(f"The file is empty; {AGAIN}.")
    if text.startswith(ZIP):
        refuse("The .zip file holds another archive: unpack it and give the .csv.")
    if text.startswith((XLS, b"%PDF")):
        refuse("This is an Excel or PDF document, not a CSV file: give the publisher's own .csv or .zip.")
    if text.startswith(b"<"):
        refuse(f"This is a web page, not a CSV file: the publisher's site may have answered with an error; {AGAIN}.")


class _Judge:
    """Hears the bytes of a file once, and says which encoding allows every one of them."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._line = 1
        self._unended = 0
        self._not_utf8 = self._not_cp1252 = self._utf8_sign = 0
        self._utf8_signs = self._beyond_ascii = 0
        self._is_marked: bool | None = None

    def hear(self, chunk: bytes) -> None:
        """Take the next bytes; none means the end."""
        if self._is_marked is None:
            self._is_marked = chunk.startswith(codecs.BOM_UTF8)
        if b"\0" in chunk:
            line = self._line_at(chunk, chunk.index(0))
            refuse(f"Line {line} holds a NUL byte, which no CSV file has; {AGAIN}.")
        ended = max(chunk.rfind(b"\n"), chunk.rfind(b"\r")) + 1
        self._unended = len(chunk) - ended + (0 if ended else self._unended)
        if self._unended > LONGEST_LINE:
            line = self._line_at(chunk, len(chunk))
            refuse(f"Line {line} is longer than {LONGEST_LINE:,} bytes, which no register's is; {AGAIN}.")
        # Most of a register is plain ASCII, which every encoding allows.
        if not chunk.isascii() or self._decoder.getstate()[0] or not chunk:
            self._decode(chunk)
        self._line += chunk.count(b"\n")

    def _decode(self, chunk: bytes) -> None:
        if not self._not_utf8:
            try:
                self._decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                self._not_utf8 = self._line_at(chunk, error.start)
        if not self._not_cp1252 and (found := _UNDEFINED.search(chunk)):
            self._not_cp1252 = self._line_at(chunk, found.start())
        if not self._utf8_sign and (found := _UTF8_SIGN.search(chunk)):
            self._utf8_sign = self._line_at(chunk, found.start())
        self._utf8_signs += sum(1 for _ in _UTF8_SIGN.finditer(chunk))
        self._beyond_ascii += sum(1 for _ in _BEYOND_ASCII.finditer(chunk))

    def _line_at(self, chunk: bytes, place: int) -> int:
        return self._line + chunk[:place].count(b"\n")

    def verdict(self) -> str:
        """Return utf-8-sig or cp1252; raise BadFileError that names the line of bytes that neither allows."""
        if not self._not_utf8:
            return "utf-8-sig"
        if self._is_marked or self._not_cp1252:
            # Whichever encoding held longer is the file's own; the line where it broke is the one to look at.
            line = self._not_utf8 if self._is_marked else max(self._not_utf8, self._not_cp1252)
            refuse(f"Line {line} holds bytes that are neither UTF-8 nor Windows-1252; {AGAIN}.")
        if self._utf8_signs * _JOINED >= self._beyond_ascii and self._utf8_sign:
            refuse(
                f"Line {self._utf8_sign} is written in UTF-8 and line {self._not_utf8} in Windows-1252: two files were "
                f"joined; {AGAIN}."
            )
        return "cp1252"

    def notes(self) -> tuple[str, ...]:
        """Return what is odd about the letters of a file in Windows-1252, and no reason to refuse it."""
        if not (self._not_utf8 and self._utf8_sign):
            return ()
        odd = f"Line {self._utf8_sign} holds signs such as “Ã©”, which the publisher saved in the wrong encoding"
        return (f"{odd}: names there are misspelt.",)
