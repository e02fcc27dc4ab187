"""A command asks the time when its turn to write has come: no entry bears an earlier one than the entry before."""

import ast
from collections.abc import Iterator

from tests.support.paths import ROOT, tracked


def _calls(node: ast.AST, name: str) -> bool:
    return any(isinstance(each, ast.Call) and getattr(each.func, "id", "") == name for each in ast.walk(node))


def _is_the_time(value: ast.AST) -> bool:
    """Whether a value is the time itself, a part of it, or a list with it."""
    match value:
        case ast.Tuple(elts=several):
            return any(map(_is_the_time, several))
        case ast.Attribute(value=inner) | ast.Call(func=ast.Attribute(value=inner)):
            return _is_the_time(inner)
        case ast.Call(func=ast.Name(id="now")):
            return True
    return False


def _too_soon(function: ast.FunctionDef) -> Iterator[int]:
    """Yield the lines in which a function that writes keeps a time that was asked outside of its turn."""
    turns = [
        node
        for node in ast.walk(function)
        if isinstance(node, ast.With) and any(_calls(item.context_expr, "writing") for item in node.items)
    ]
    within = {each for turn in turns for node in turn.body for each in ast.walk(node)}
    for node in ast.walk(function):
        if turns and isinstance(node, ast.Assign) and _is_the_time(node.value) and node not in within:
            yield node.lineno


def test_no_command_keeps_the_time_at_which_it_began_to_wait() -> None:
    found, looked = [], 0
    for path in tracked("tracker/cli/**/*.py"):
        # Of what becomes of a notice no entry tells.
        if path.name == "notices.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                looked += _calls(node, "writing")
                found += [f"{path.relative_to(ROOT)}:{line} {node.name}" for line in _too_soon(node)]
    assert found == []
    assert looked > 20
