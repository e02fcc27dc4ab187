"""The shipped example policy, as the tests use it, and other policies made of it."""

from functools import cache
from pathlib import Path

from tracker.domain.policy import Policy, parse

EXAMPLE = Path(__file__).parents[2] / "tracker" / "policies" / "example.toml"


@cache
def example_policy() -> Policy:
    """Return the example policy that the project ships."""
    return parse(EXAMPLE.read_text(encoding="utf-8"))


def changed(*changes: tuple[str, str]) -> str:
    """Return the example's text with each first text replaced by the second, which must stand there just once."""
    text = EXAMPLE.read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, f"“{old}” stands there {text.count(old)} times"
        text = text.replace(old, new)
    return text
