"""Reads TOML, and says of a text that is none on which line, at which key, and how to mend it."""

import re
import tomllib
from typing import Any

from tracker.domain.errors import BadPolicyError, Problem
from tracker.domain.toml_lines import Stated, stated

MOST_BYTES = 200_000
# A longer line is none that a person reads; within it, keys and brackets could nest without end.
LONGEST_LINE = 5_000
_PLACE = re.compile(r"(?P<says>.*) \(at (?:line (?P<line>[0-9]+), column [0-9]+|end of document)\)", re.DOTALL)
_CONTROL = "holds a sign that cannot be shown; take it out"
# The beginning of what the standard library says -> what to do.
_CURES = {
    "Invalid statement": "is nothing that TOML knows; write key = value, a [table], or a # comment",
    "Expected '=' after a key": "has no = behind it; write key = value",
    "Invalid initial character for a key part": "a name is missing here, or holds other signs than letters, digits, "
    "- and _; mend it, or put it in quotation marks",
    "Expected newline or end of document": "has something behind its value that does not belong there; a text needs "
    "quotation marks, a comment a #",
    "Expected ']": "the table's name is not closed; end it with ]",
    "Invalid value": "has no value that TOML knows; give a text in quotation marks, a number, true, false, or a list "
    "in square brackets",
    "Unclosed array": "the list is not closed; end it with ]",
    "Unclosed inline table": "the table is not closed; end it with }",
    "Unterminated string": "the text is not closed; end it with a quotation mark",
    "Illegal character '\\n'": "the text does not end on its line; close it with a quotation mark",
    "Illegal character": _CONTROL,
    "Found invalid character": _CONTROL,
    "Unescaped": "holds a \\ that means nothing; write \\\\ for the sign itself",
    "Invalid hex value": "holds a \\u or \\U without its digits; write \\\\ for the sign itself",
    "Escaped character": "holds a \\u or \\U that names no sign; take it out",
    "Invalid date or datetime": "is no day or time of the calendar; mend it",
}
_TWICE = (
    *("Cannot overwrite", "Cannot declare", "Cannot redefine", "Cannot mutate", "Duplicate inline"),
    *("There is no nest", "An object other than list"),
)


def decoded(raw: bytes) -> str:
    """Return a file's bytes as text, line ends and all; BadPolicyError where it is too large or not UTF-8."""
    if len(raw) > MOST_BYTES:
        raise BadPolicyError((Problem(None, "", f"This file is larger than {MOST_BYTES:,} bytes, which no policy is"),))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        says = "holds what is not UTF-8 text; save the policy as UTF-8"
        raise BadPolicyError((Problem(line, "", says),)) from None


def read_toml(text: str) -> tuple[dict[str, Any], dict[str, int]]:
    """Return the table that a TOML text is, and the line of each of its keys and tables.

    Raises BadPolicyError with one problem, for reading ends where TOML does.
    """
    # Windows' editor puts a mark before the first line.
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n")
    _bounded(plain)
    try:
        table = tomllib.loads(plain)
    except tomllib.TOMLDecodeError as error:
        raise BadPolicyError((_problem(plain, str(error)),)) from None
    except RecursionError:
        raise BadPolicyError((Problem(None, "", "Lists or tables stand within each other too deeply"),)) from None
    except ValueError:
        # The one other error: a number of thousands of digits, which Python refuses to read.
        raise BadPolicyError((_largest(plain),)) from None
    lines: dict[str, int] = {}
    for each in stated(plain):
        lines.setdefault(each.key, each.line)
    return table, lines


def _bounded(text: str) -> None:
    if not text.strip():
        raise BadPolicyError((Problem(None, "", "This file is empty"),))
    if len(text) > MOST_BYTES:
        raise BadPolicyError((Problem(None, "", f"This text is longer than {MOST_BYTES:,} signs, which no policy is"),))
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > LONGEST_LINE:
            says = f"is longer than {LONGEST_LINE:,} signs; break it up, or mend a quotation mark that is missing"
            raise BadPolicyError((Problem(number, "", says),))


def _problem(text: str, error: str) -> Problem:
    found = _PLACE.fullmatch(error)
    says = found["says"] if found else error
    line = int(found["line"]) if found and found["line"] else text.count("\n") + 1
    seen = list(stated(text))
    if says.startswith(_TWICE):
        return _twice(seen, line)
    before = [each for each in seen if each.line <= line]
    here = before[-1] if before else None
    at_key = here is not None and (here.line == line or not says.startswith(("Invalid statement", "Invalid initial")))
    cure = next((cure for begins, cure in _CURES.items() if says.startswith(begins)), f"this is not TOML: {says}")
    # An open text or list is found where it should have ended, and mended where it begins.
    opened = here is not None and at_key and says.startswith(("Unclosed", "Unterminated", "Illegal", "Invalid value"))
    return Problem(here.line if opened and here else line, here.key if at_key and here else "", cure)


def _twice(seen: list[Stated], line: int) -> Problem:
    first: dict[str, Stated] = {}
    for each in seen:
        other = first.setdefault(each.key, each)
        if other is not each:
            return Problem(each.line, each.key, f"stands there already, on line {other.line}; remove one of the two")
        if each.line > line:
            break
    here = next((each for each in reversed(seen) if each.line <= line), None)
    says = "is a value in one place and a table in another, or is told in two places; tell it in one"
    return Problem(line, here.key if here else "", says)


def _largest(text: str) -> Problem:
    lines = text.split("\n")
    number = max(range(len(lines)), key=lambda each: sum(sign.isdigit() for sign in lines[each])) + 1
    key = next((each.key for each in stated(text) if each.line == number), "")
    return Problem(number, key, "is a number of more digits than anybody can mean; give a smaller one")
