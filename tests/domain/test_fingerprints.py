"""A decision rests on a finding's fingerprint: it holds while what was found is the same, and ends with it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest

from tests.support.policy import example_policy
from tracker.domain.check import check
from tracker.domain.facts import Confirmation, Facts, Objection, Provider, Standing, Verdict, Visit, World
from tracker.domain.findings import Finding, Reason

OAK = Provider("gias:100000", "Oak")
FACTS = Facts(
    inspector="inspector:1",
    provider=OAK.ref,
    starts_on=date(2026, 3, 3),
    ends_on=date(2026, 3, 4),
    declaration=Standing("declaration:1", date(2026, 1, 10)),
    areas=(World((OAK,)),),
)
OLD = replace(FACTS, declaration=Standing("declaration:1", date(2024, 1, 10)))
UNCONFIRMED = replace(FACTS, confirmation=Confirmation(date(2026, 3, 3), given=False))
OBJECTED = replace(FACTS, objections=(Objection("OBJ-1", date(2026, 2, 20)),))
LINK = Reason("link", ("gias:1", "gias:2"), "Eiche — the oak — became Oak", "became Oak", ("gias:1", "é"))
FOUND = Finding("succession", Verdict.REAL, (LINK,), "connection:1")


def only_finding(facts: Facts) -> Finding:
    (finding,) = check(facts, example_policy()).findings
    return finding


@pytest.mark.parametrize(
    ("rule", "facts", "other"),
    [
        ("out-of-date", OLD, replace(OLD, declaration=Standing("declaration:2", date(2024, 1, 11)))),
        ("not-confirmed", UNCONFIRMED, replace(UNCONFIRMED, starts_on=date(2026, 3, 2))),
        ("objection", OBJECTED, replace(OBJECTED, objections=(Objection("OBJ-2", date(2026, 2, 20)),))),
        ("unknown-provider", replace(FACTS, provider="gias:1"), replace(FACTS, provider="gias:2")),
    ],
)
def test_other_days_or_another_provider_end_a_decision(rule: str, facts: Facts, other: Facts) -> None:
    one, two = only_finding(facts), only_finding(other)
    assert (one.rule, two.rule) == (rule, rule)
    assert one.fingerprint != two.fingerprint


@pytest.mark.parametrize(
    ("facts", "refs"),
    [
        (OLD, [("declaration:1",), (OAK.ref,)]),
        (replace(FACTS, declaration=None), [(), (OAK.ref,)]),
        (replace(FACTS, provider="gias:1"), [("gias:1",)]),
    ],
)
def test_each_fact_of_what_silence_means_names_what_it_rests_on(facts: Facts, refs: Sequence[tuple[str, ...]]) -> None:
    assert [each.refs for each in only_finding(facts).reasons] == refs


def test_of_inspections_on_the_same_days_the_same_ones_are_told_in_whatever_order_they_come() -> None:
    days = (date(2025, 2, 4), date(2025, 2, 5))
    visits = [Visit(f"inspection:{number}", OAK.ref, *days, took_part=True) for number in range(3)]
    orders = [replace(FACTS, visits=order) for order in permutations(visits)]
    assert len({only_finding(each).fingerprint for each in orders}) == 1


def test_a_fingerprint_is_the_same_in_every_version_so_that_no_update_ends_a_decision() -> None:
    assert FOUND.fingerprint == "4fec5c1321f9fe8862d576198b6e0e8e"


@pytest.mark.parametrize(
    "other",
    [
        replace(FOUND, rule="direct"),
        replace(FOUND, verdict=Verdict.PERCEIVED),
        replace(FOUND, reasons=(replace(LINK, fact="membership"),)),
        replace(FOUND, reasons=(replace(LINK, content=("gias:1", "gias:3")),)),
        replace(FOUND, reasons=(LINK, LINK)),
    ],
)
def test_another_rule_verdict_or_fact_is_another_finding(other: Finding) -> None:
    assert other.fingerprint != FOUND.fingerprint


def test_other_names_and_numbers_of_rows_leave_the_finding_as_it_was() -> None:
    renamed = replace(LINK, refs=("gias:1",), sentence="Eiche became Oak", words="now Oak")
    assert replace(FOUND, reasons=(renamed,), connection="connection:2").fingerprint == FOUND.fingerprint
