"""On which line each key of a TOML text stands: the standard library reads the values and forgets the places."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# No policy nests inline tables at all; whoever nests them deeper than this gets no line for what lies within.
DEEPEST = 8
_PART = re.compile(r"""[ \t]*(?:([A-Za-z0-9_-]+)|"((?:\\.|[^"\\\n])*)"|'([^'\n]*)')[ \t]*""")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)+")
_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|'
    r"'''.*?'{3,5}|"
    r'"(?:\\.|[^"\\\n])*"|'
    r"'[^'\n]*'|#[^\n]*|[^\"'#\[\]{},\n]+|.",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Stated:
    """A key of a TOML text, dotted and whole, and its line, counted from 1; or the head of a table."""

    key: str
    line: int
    is_table: bool


def dotted(parts: tuple[str, ...]) -> str:
    """Return a key as a person writes it: a part that is no plain word stands in quotation marks."""
    return ".".join(part if _BARE.fullmatch(part) else f'"{part}"' for part in parts)


def stated(text: str) -> Iterator[Stated]:
    """Yield every key and table of a TOML text in order; of a broken text, those before the place where it breaks."""
    scan = _Scan(text)
    table: tuple[str, ...] = ()
    while scan.skip(_BLANK) or scan.place < len(text):
        line, head = scan.line, scan.takes("[")
        if head:
            scan.takes("[")
        parts = scan.key()
        if not parts:
            return
        if head:
            table = parts
            yield Stated(dotted(parts), line, is_table=True)
            scan.rest_of_line()
        else:
            yield Stated(dotted((*table, *parts)), line, is_table=False)
            if not scan.takes("="):
                return
            yield from scan.value((*table, *parts), 0)


class _Scan:
    """A place in a text that moves on, and the line that it is on."""

    def __init__(self, text: str) -> None:
        self.text, self.place, self.line = text, 0, 1

    def skip(self, pattern: re.Pattern[str]) -> bool:
        """Move over what fits the pattern; tell whether there was any."""
        found = pattern.match(self.text, self.place)
        if found is None:
            return False
        self.line += found[0].count("\n")
        self.place = found.end()
        return found[0] != ""

    def takes(self, sign: str) -> bool:
        """Move over one sign if it stands here."""
        if not self.text.startswith(sign, self.place):
            return False
        self.place += 1
        return True

    def key(self) -> tuple[str, ...]:
        """Move over a dotted key and return its parts; an empty tuple where none stands here."""
        parts: list[str] = []
        while found := _PART.match(self.text, self.place):
            self.place = found.end()
            parts.append(next(each for each in found.groups() if each is not None))
            if not self.takes("."):
                return tuple(parts)
        return ()

    def rest_of_line(self) -> None:
        """Move to the end of the line."""
        end = self.text.find("\n", self.place)
        self.place = len(self.text) if end < 0 else end

    def value(self, key: tuple[str, ...], depth: int) -> Iterator[Stated]:
        """Move over a value, and yield the keys of an inline table."""
        while self.text.startswith((" ", "\t"), self.place):
            self.place += 1
        if depth < DEEPEST and self.takes("{"):
            yield from self._inline(key, depth)
        open_brackets = 0
        while self.place < len(self.text):
            found = _TOKEN.match(self.text, self.place)
            assert found is not None  # noqa: S101 (the pattern's last part takes any sign)
            sign = found[0]
            if not open_brackets and (sign in {"\n", ","} or (depth and sign == "}")):
                return
            open_brackets += (sign in {"[", "{"}) - (sign in {"]", "}"})
            self.line += sign.count("\n")
            self.place = found.end()

    def _inline(self, key: tuple[str, ...], depth: int) -> Iterator[Stated]:
        while True:
            self.skip(_BLANK)
            line, parts = self.line, self.key()
            if not parts or not self.takes("="):
                break
            yield Stated(dotted((*key, *parts)), line, is_table=False)
            yield from self.value((*key, *parts), depth + 1)
            if not self.takes(","):
                break
        self.takes("}")
