"""Files that take their place only when all of them is written."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole(out: Path) -> Iterator[Path]:
    """Give the path to write to; what was at OUT is replaced when all is written, and stays where it fails.

    Of a link, what it leads to is replaced. What is no ordinary file, as a device or a pipe, is written to as it comes:
    to replace it would take it away from all others that use it.
    """
    if out.exists() and not out.is_file():
        yield out
        return
    there = out.resolve()
    part = there.with_name(f"{there.name}.part")
    try:
        yield part
        part.replace(there)
    finally:
        part.unlink(missing_ok=True)
