"""What an entry tells of the rows that checks rest on: a digest of all that one register has in one table."""

from collections.abc import Iterable, Sequence
from hashlib import blake2b, sha256
from typing import NamedTuple


class Part(NamedTuple):
    """The rows of one table that one register says; what no register says alone is of the register ``.

    As text, which is how an entry names it, `provider_link/gias`.
    """

    table: str
    register: str

    def __str__(self) -> str:
        """Return how an entry names it."""
        return f"{self.table}/{self.register}"

    @property
    def subject(self) -> str:
        """The subject under which the entries that tell of it are found."""
        return f"rows:{self}"


def told_of(form: int, columns: Sequence[str], rows: Iterable[bytes]) -> str:
    """Return what an entry tells of rows: in which form, and the hex BLAKE2b-256 of the columns' names and the rows.

    Each row is the JSON, in UTF-8 and without spaces, of the array of its values in the columns' order: a text, a whole
    number or null, of text no more escaped than JSON demands. So no row can hold the line's end that stands before
    each; and their order in the database, which may be any, has no part in it. (RFC 7693: where the processor has no
    instructions for SHA-256, that takes longer than all the rest.)
    """
    lines = b"\n".join((",".join(columns).encode(), *sorted(rows)))
    return f"{form}:{blake2b(lines, digest_size=32).hexdigest()}"


def digest_of_text(text: str) -> str:
    """Return what an entry tells of a text that is kept beside it: its hex SHA-256."""
    return sha256(text.encode()).hexdigest()


def form_of(told: str) -> int:
    """Return in which form rows are told of."""
    return int(told.partition(":")[0])
