"""The shipped example policy, as the tests of the core use it."""

from functools import cache
from pathlib import Path

from tracker.domain.policy import Policy, parse

EXAMPLE = Path(__file__).parents[2] / "tracker" / "policies" / "example.toml"


@cache
def example_policy() -> Policy:
    """Return the example policy that the project ships."""
    return parse(EXAMPLE.read_text(encoding="utf-8"))
