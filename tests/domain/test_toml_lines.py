"""Each key of a TOML text is found on the line on which it stands, whatever stands around it."""

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.support.policy import EXAMPLE
from tracker.domain.toml_lines import dotted, stated

VALUES = st.sampled_from(
    [
        "1",
        "-3.5e2",
        "true",
        "2026-02-03",
        "2026-02-03 09:00:00 # a space within",
        '"plain"',
        '"with \\" and = and # and [brackets]"',
        "'literal \\'",
        '""',
        '"""three\nlines, a "quote" and\n[no.table]\nno = 1"""',
        "'''\n[no.table]\n'''",
        '"""ends in quotes"""""',
        '["a", "b"]',
        '[\n  "a", # one, [two]\n  "b = 2",\n]',
        "[[1, 2],\n[3]]",
        "[]",
        "{}",
        "{ a = 1, b.c = [1,\n2], 'd e' = { f = \"}\" } }",
    ]
)
NAMES = st.sampled_from(["a", "b-1", "c_2", '"d e"', "'f.g'", "h . i", '"j#"'])
GAPS = st.sampled_from(["", "\n", "  # a comment = [none]\n", "\n\n"])


def _leaves(table: dict[str, Any], *parts: str) -> set[str]:
    found = set()
    for name, value in table.items():
        if isinstance(value, dict) and value:
            found |= _leaves(value, *parts, name)
        else:
            found.add(dotted((*parts, name)))
    return found


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, list[int]]:
    """A TOML text, and the lines on which its keys and tables begin."""
    text, lines = "", []
    for section in range(draw(st.integers(0, 3))):
        if section:
            text += draw(GAPS)
            lines.append(text.count("\n") + 1)
            text += f"[ s{section} . t ]  # a table\n"
        for number, name in enumerate(draw(st.lists(NAMES, max_size=4))):
            text += draw(GAPS)
            lines.append(text.count("\n") + 1)
            text += f"  x{section}{number}.{name} = {draw(VALUES)}\n"
    return text, lines


@given(texts())
def test_every_key_that_the_standard_library_reads_is_found_on_its_line(drawn: tuple[str, list[int]]) -> None:
    text, lines = drawn
    found = list(stated(text))
    table = tomllib.loads(text)
    within = {each.key for each in found}
    assert _leaves(table) <= within | {each.key for each in found if each.is_table}
    # The keys of an inline table come besides, behind the key whose value it is.
    outer = [each for each in found if not any(each.key.startswith(f"{other.key}.") for other in _inline(found, each))]
    assert [each.line for each in outer] == lines


def _inline(found: list[Any], each: Any) -> list[Any]:
    """The keys before this one that are no tables, and so can only hold it as an inline table does."""
    return [other for other in found[: found.index(each)] if not other.is_table]


def test_the_example_s_keys_are_where_an_editor_finds_them() -> None:
    lines = EXAMPLE.read_text("utf-8").splitlines()
    for each in stated("\n".join(lines)):
        name = each.key.rpartition(".")[2]
        assert lines[each.line - 1].startswith(f"[{each.key}]" if each.is_table else f"{name} = ")


def test_a_broken_text_is_followed_as_far_as_it_goes() -> None:
    assert [(each.key, each.line) for each in stated("a = 1\n[b]\nc = 2\n= 3\nd = 4\n")] == [
        ("a", 1),
        ("b", 2),
        ("b.c", 3),
    ]
    for text in ('a = "open', "[a\nb = 1", "a = [1,\n2", 'a = """open', "a", "{", "\\", "a = {b = 1", "a = 1,\nb = 2"):
        assert len(list(stated(text))) <= 2
