"""The core is pure: it imports what calculates, and itself; it neither reads nor writes nor asks the time."""

import ast
from pathlib import Path

import pytest

from tests.support.paths import ROOT, tracked

# What calculates and keeps no state; a new name here is a decision, not a formality.
PURE = {
    "__future__",
    "base64",
    "bisect",
    "calendar",
    "collections",
    "contextlib",
    "dataclasses",
    "datetime",
    "decimal",
    "difflib",
    "enum",
    "functools",
    "hashlib",
    "heapq",
    "hmac",
    "itertools",
    "json",
    "math",
    "operator",
    "re",
    "string",
    "tomllib",
    "types",
    "typing",
    "unicodedata",
}
DEEDS = {"open", "print", "input", "exec", "eval", "__import__", "breakpoint"}
CLOCK = {"now", "utcnow", "today"}
# Both also run by themselves as the outsider's verifiers: their main() may read the file and print the answer.
STANDALONE = {
    "tree.py": {"argparse", "sys", "pathlib"},
    "receipt.py": {"argparse", "importlib", "sys", "tree"},
    "note.py": {"sys"},
}


def _excused(path: Path, tree: ast.Module) -> set[ast.AST]:
    mains = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "main"]
    return {node for main in mains for node in ast.walk(main)} if path.name in STANDALONE else set()


def _impure(node: ast.AST, allowed: set[str]) -> str | None:
    match node:
        case ast.Call(func=ast.Name(id=name)) if name in DEEDS:
            return f"calls {name}()"
        case ast.Call(func=ast.Attribute(attr=name)) if name in CLOCK:
            return "asks the time"
        case ast.Global():
            return "changes a global"
        case ast.Import(names=names):
            modules = [alias.name for alias in names]
        case ast.ImportFrom(module=str(module), level=0):
            modules = [module]
        case _:
            return None
    foreign = [name for name in modules if name.split(".")[0] not in allowed]
    foreign = [name for name in foreign if not f"{name}.".startswith("tracker.domain.")]
    return f"imports {', '.join(foreign)}" if foreign else None


def _impurities(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    allowed = PURE | STANDALONE.get(path.name, set())
    found = [(node, _impure(node, allowed)) for node in set(ast.walk(tree)) - _excused(path, tree)]
    return sorted(f"{path.name}:{getattr(node, 'lineno', 0)} {what}" for node, what in found if what)


@pytest.mark.parametrize("path", tracked("tracker/domain/**/*.py"), ids=lambda path: path.stem)
def test_the_core_only_calculates(path: Path) -> None:
    assert _impurities(path) == []


def test_an_impure_file_would_be_found(tmp_path: Path) -> None:
    path = tmp_path / "impure.py"
    path.write_text(
        "import os\nfrom tracker.models import Base\nopen('x')\ndatetime.now()\nimport json\n", encoding="utf-8"
    )
    assert len(_impurities(path)) == 4


def test_the_core_is_where_this_test_looks() -> None:
    assert (ROOT / "tracker/domain/check.py").exists()
