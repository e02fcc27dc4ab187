"""Which group stands for a body, whatever the order of the register."""

from itertools import permutations

import pytest

from tracker.domain.facts import Group, Status
from tracker.domain.groups import bodies

MULTI, SINGLE, SPONSOR = "Multi-academy trust", "Single-academy trust", "School sponsor"


@pytest.mark.parametrize(
    ("kinds", "head"),
    [
        ({"group:100": SPONSOR, "group:200": SINGLE, "group:300": MULTI}, "group:300"),
        ({"group:100": SPONSOR, "group:200": SINGLE}, "group:200"),
        ({"group:100": SPONSOR, "group:1000": MULTI, "group:999": MULTI}, "group:999"),
        ({"group:100": SPONSOR, "group:202": SINGLE, "group:201": SINGLE}, "group:201"),
    ],
)
def test_the_multi_academy_trust_stands_for_a_body_then_the_single_one_then_the_lowest_number(
    kinds: dict[str, str], head: str
) -> None:
    groups = [Group(ref, "Acorn", kind) for ref, kind in kinds.items()]
    assert all(bodies(order) == dict.fromkeys(kinds, head) for order in permutations(groups))


def test_trusts_of_one_name_without_a_sponsor_and_sponsors_without_an_open_trust_are_bodies_of_their_own() -> None:
    trusts = [Group("group:1", "Acorn", MULTI), Group("group:2", "Acorn", SINGLE)]
    sponsors = [Group(f"group:{number}", "Oak", SPONSOR) for number in (3, 4)]
    closed = Group("group:5", "Oak", MULTI, Status.CLOSED)
    assert bodies([*trusts, *sponsors, closed]) == {f"group:{number}": f"group:{number}" for number in range(1, 6)}
