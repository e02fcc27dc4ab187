"""A question is asked where it can be answered, once, and not where the declaration answers it in other letters."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from tracker.domain.dates import PartialDate
from tracker.domain.facts import Connection, Group, Holder, Link, Membership, Nature, Provider, Status, World
from tracker.domain.leads import Kind, Known, leads

TODAY, MADE = date(2026, 3, 2), date(2026, 1, 5)
GONE = date(2024, 7, 31)


def connection(target: str, **changes: object) -> Connection:
    made = Connection("C", Nature.EMPLOYMENT, Holder.SELF, target, target, PartialDate.parse("2015"))
    return replace(made, **changes)  # type: ignore[arg-type]


def asked(world: World, *connections: Connection, **changes: object) -> list[tuple[Kind, str]]:
    known = Known("Ines Pector", "", "", MADE, connections, worlds={each.target: world for each in connections})
    return [(each.kind, each.target) for each in leads(replace(known, **changes), TODAY)]  # type: ignore[arg-type]


def closed(ref: str) -> Provider:
    return Provider(ref, f"School {ref}", Status.CLOSED, GONE)


def line(*providers: Provider) -> World:
    """Return providers each of which came before the next."""
    return World(providers, tuple(Link(one.ref, other.ref, "Successor") for one, other in pairwise(providers)))


CHAIN = line(closed("gias:1"), closed("gias:2"), closed("gias:3"), Provider("gias:4", "School gias:4"))


def test_of_a_long_line_only_what_it_is_today_is_asked_about() -> None:
    assert asked(CHAIN, connection("gias:1")) == [(Kind.CONVERTED, "gias:4")]


@pytest.mark.parametrize("declared", ["gias:2", "gias:3", "gias:4"])
def test_whoever_declared_any_later_part_of_the_line_is_not_asked_of_the_first(declared: str) -> None:
    ended = PartialDate.parse("2024")
    assert asked(CHAIN, connection("gias:1"), connection(declared, ended_on=ended)) == []


def test_a_line_that_has_ended_is_asked_about_by_its_last_part() -> None:
    world = line(closed("gias:1"), closed("gias:2"), closed("gias:3"))
    assert asked(world, connection("gias:1")) == [(Kind.CONVERTED, "gias:3")]


def test_both_halves_of_a_split_are_asked_about() -> None:
    halves = Provider("gias:2", "Lower"), Provider("gias:3", "Upper")
    world = World((closed("gias:1"), *halves), tuple(Link("gias:1", each.ref, "Successor") for each in halves))
    assert asked(world, connection("gias:1")) == [(Kind.CONVERTED, "gias:2"), (Kind.CONVERTED, "gias:3")]


def test_what_is_open_has_become_nothing_else_though_each_succeeds_the_other() -> None:
    both = closed("gias:1"), Provider("gias:2", "Other")
    world = World(both, (Link("gias:1", "gias:2", "Successor"), Link("gias:2", "gias:1", "Successor")))
    assert asked(world, connection("gias:2")) == []
    assert asked(world, connection("gias:1")) == [(Kind.CONVERTED, "gias:2")]


def test_an_employer_on_no_register_is_declared_in_whatever_letters_it_is_written() -> None:
    of = {"employer": "org:Makers  UK", "employer_name": "Makers  UK"}
    (found,) = asked(World(), **of)
    assert found[0] is Kind.EMPLOYER
    assert asked(World(), connection("org:makers uk"), **of) == []


def test_an_employer_in_other_letters_is_the_question_that_was_answered() -> None:
    known = Known("Ines Pector", "org:Makers UK", "Makers UK", MADE)
    (one,) = leads(known, TODAY)
    (other,) = leads(replace(known, employer="org:MAKERS  uk", employer_name="MAKERS  uk"), TODAY)
    assert one.fingerprint == other.fingerprint


@pytest.mark.parametrize("declared", ["group:9", "group:10"])
def test_a_trust_is_declared_by_the_sponsor_of_its_name_too(declared: str) -> None:
    world = World(
        (Provider("gias:1", "School"),),
        groups=(Group("group:9", "Elm Trust", "Multi-academy trust"), Group("group:10", "ELM trust", "School sponsor")),
        memberships=(Membership("gias:1", "group:9", date(2026, 2, 1)),),
    )
    assert asked(world, connection("gias:1")) == [(Kind.JOINED, "group:9")]
    assert asked(world, connection("gias:1"), connection(declared, nature=Nature.GOVERNANCE)) == []


def test_a_group_that_was_joined_since_the_connection_was_first_declared_is_asked_about_after_a_renewal_too() -> None:
    world = World(
        (Provider("gias:1", "School"),),
        groups=(Group("group:9", "Elm Trust", "Multi-academy trust"),),
        memberships=(Membership("gias:1", "group:9", date(2025, 9, 1)),),
    )
    assert asked(world, connection("gias:1")) == []
    assert asked(world, connection("gias:1"), since={"C": date(2025, 8, 31)}) == [(Kind.JOINED, "group:9")]
    assert asked(world, connection("gias:1"), since={"C": date(2025, 9, 1)}) == []


def test_one_connection_of_two_in_the_family_is_one_question_and_an_own_one_is_another_in_other_words() -> None:
    of_family = [connection("gias:1", holder=each) for each in (Holder.PARTNER, Holder.CHILD)]
    assert asked(CHAIN, *of_family) == [(Kind.CONVERTED, "gias:4")]
    known = Known("Ines Pector", "", "", MADE, (*of_family, connection("gias:1")), worlds={"gias:1": CHAIN})
    found = leads(known, TODAY)
    assert sorted(each.why.partition(" with ")[0] for each in found) == [
        "You stated employment",
        "You stated employment of close family or household",
    ]
