"""Where the checkout and its own files are."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def tracked(*patterns: str) -> list[Path]:
    """The checkout's own files of these patterns, without what set-up installed or built."""
    made = (".venv", "node_modules", ".git", "instance", "assets", "__pycache__", ".hypothesis")
    found = {path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()}
    return sorted(path for path in found if not set(made) & set(path.relative_to(ROOT).parts))
