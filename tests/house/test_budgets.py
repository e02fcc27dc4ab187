"""Small rooms: a file fits in one reading, a function on one screen."""

import ast

from tests.support.paths import ROOT, tracked

FILE_LINES = 300
FUNCTION_LINES = 40
CONFTEST_LINES = 150
SOURCES = ("*.py", "tracker/**/*.py", "migrations/**/*.py", "tests/**/*.py", "tools/*.py", "templates/**/*.html")


def test_no_file_is_longer_than_one_reading() -> None:
    lines = {path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines()) for path in tracked(*SOURCES)}
    assert {str(path): count for path, count in lines.items() if count > FILE_LINES} == {}
    assert {
        str(path): count for path, count in lines.items() if path.name == "conftest.py" and count > CONFTEST_LINES
    } == {}


def test_no_function_is_longer_than_one_screen() -> None:
    long = {}
    # A migration lists a table's columns in one function, and that reads best in one piece.
    for path in (path for path in tracked(*SOURCES) if path.suffix == ".py" and "migrations" not in path.parts):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                count = (node.end_lineno or 0) - node.lineno + 1
                if count > FUNCTION_LINES:
                    long[f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"] = count
    assert long == {}
