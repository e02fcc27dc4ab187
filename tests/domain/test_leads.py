"""What the registers suggest is asked, once; what is declared, answered or over is not."""

from dataclasses import replace
from datetime import date

from tests.support.world import REGISTER
from tracker.domain.dates import PartialDate
from tracker.domain.facts import Connection, Group, Holder, Link, Membership, Nature, Provider, Status, World
from tracker.domain.leads import Former, Governor, Inspected, Kind, Known, folded_name, leads

TODAY, MADE = date(2026, 3, 2), date(2026, 1, 5)
HILLTOP, RIDGE, OAK = "gias:900001", "gias:900002", "gias:900004"


def connection(target: str = HILLTOP, ended_on: str | None = None, **changes: object) -> Connection:
    name = REGISTER.by_ref[target].name if target in REGISTER.by_ref else target
    end = PartialDate.parse(ended_on) if ended_on else None
    made = Connection("C", Nature.EMPLOYMENT, Holder.SELF, target, name, PartialDate.parse("2015"), end)
    return replace(made, **changes)  # type: ignore[arg-type]


KNOWN = Known("Ines Pector", "", "", MADE, worlds=dict.fromkeys(REGISTER.by_ref, REGISTER))


def asked(**changes: object) -> dict[Kind, list[str]]:
    found: dict[Kind, list[str]] = {}
    for each in leads(replace(KNOWN, **changes), TODAY):  # type: ignore[arg-type]
        found.setdefault(each.kind, []).append(each.target)
    return found


def test_nothing_is_asked_of_whoever_declared_nothing_or_lacks_nothing() -> None:
    assert asked() == {}
    assert asked(connections=(connection(OAK),)) == {}
    assert asked(made_on=None, employer=OAK, employer_name="Lone Oak School") == {}


def test_an_employer_that_is_not_declared_is_asked_about() -> None:
    of = {"employer": OAK, "employer_name": "Lone Oak School"}
    assert asked(**of) == {Kind.EMPLOYER: [OAK]}
    assert asked(**of, connections=(connection(OAK),)) == {}
    # A partner's job there is another connection, and so is an own one of another kind.
    assert asked(**of, connections=(connection(OAK, holder=Holder.PARTNER),)) == {Kind.EMPLOYER: [OAK]}
    assert asked(**of, connections=(connection(OAK, nature=Nature.GIFT),)) == {Kind.EMPLOYER: [OAK]}


def test_a_lasting_connection_with_what_has_become_another_is_asked_about() -> None:
    (found,) = leads(replace(KNOWN, connections=(connection(),)), TODAY)
    assert (found.kind, found.target, found.nature) == (Kind.CONVERTED, RIDGE, Nature.EMPLOYMENT)
    assert found.why == (
        "You stated employment with Hilltop Primary School as lasting. The register says that it has become "
        "Ridge Academy."
    )
    assert asked(connections=(connection(ended_on="2023"),)) == {}
    assert asked(connections=(connection(), connection(RIDGE))) == {}
    assert asked(connections=(connection(nature=Nature.GIFT),)) == {}


def test_a_lasting_connection_with_what_closed_is_asked_about() -> None:
    closed = Provider("gias:900009", "Gone School", Status.CLOSED, date(2024, 7, 31))
    world = World(providers=(closed,))
    (found,) = leads(replace(KNOWN, connections=(connection("gias:900009"),), worlds={"gias:900009": world}), TODAY)
    assert found.kind is Kind.CLOSED
    assert found.why.endswith("The register says that it closed on 31 July 2024.")


def test_a_group_that_was_joined_since_is_asked_about_and_an_older_one_is_not() -> None:
    school = Provider("gias:900004", "Lone Oak School")
    group = Group("group:9009", "Elm Trust", "Multi-academy trust")
    for joined_on, wanted in ((date(2026, 1, 6), {Kind.JOINED: ["group:9009"]}), (MADE, {}), (None, {})):
        world = World((school,), groups=(group,), memberships=(Membership(OAK, "group:9009", joined_on),))
        assert asked(connections=(connection(OAK),), worlds={OAK: world}) == wanted
        declared = (connection(OAK), connection("group:9009"))
        assert asked(connections=declared, worlds={OAK: world}) == {}
        assert asked(connections=(connection(OAK, ended_on="2020"),), worlds={OAK: world}) == {}


def test_a_group_that_the_successor_joined_is_asked_about_too() -> None:
    old = Provider("gias:1", "Old", Status.CLOSED, date(2026, 1, 31))
    new = Provider("gias:2", "New")
    world = World(
        (old, new),
        (Link("gias:1", "gias:2", "Successor"),),
        (Group("group:9", "Elm Trust", "Multi-academy trust"),),
        (Membership("gias:2", "group:9", date(2026, 2, 1)),),
    )
    found = asked(connections=(connection("gias:1"),), worlds={"gias:1": world})
    assert found == {Kind.CONVERTED: ["gias:2"], Kind.JOINED: ["group:9"]}


def test_what_was_stated_as_lasting_and_is_stated_no_longer_is_asked_for_its_end() -> None:
    former = Former(connection(OAK), date(2025, 3, 1))
    (found,) = leads(replace(KNOWN, former=(former,)), TODAY)
    assert (found.kind, found.question) == (Kind.ENDED, "Does it still last, or when did it end?")
    assert "On 1 March 2025 you stated employment with Lone Oak School as lasting." in found.why


def test_two_inspections_of_one_provider_are_asked_about_and_one_is_not() -> None:
    once = Inspected(OAK, "Lone Oak School", 1, date(2024, 5, 2))
    twice = replace(once, times=2)
    assert asked(inspected=(once,)) == {}
    assert asked(inspected=(twice,)) == {Kind.INSPECTED: [OAK]}
    assert asked(inspected=(twice,), connections=(connection(OAK),)) == {}


def test_the_same_name_among_governors_is_asked_about() -> None:
    there = Governor(OAK, "Lone Oak School", "Mrs Ines  PECTOR", "Chair")
    assert asked(governors=(there,)) == {Kind.GOVERNOR: [OAK]}
    for other in ("I. Pector", "Ines Spector", "Pector", "Ina Pector", ""):
        assert asked(governors=(replace(there, name=other),)) == {}
    assert asked(governors=(there,), connections=(connection(OAK),)) == {}


def test_names_are_compared_without_titles_case_and_middle_names() -> None:
    assert folded_name("Dr. Ines Maria Pector") == folded_name("ines pector") == ("ines", "pector")
    assert folded_name("Cllr J Smith") is None


def test_a_lead_is_the_same_while_its_facts_are() -> None:
    first, again = (leads(replace(KNOWN, connections=(connection(),)), TODAY)[0] for _ in range(2))
    renamed = replace(connection(), target_name="Another name")
    (other,) = leads(replace(KNOWN, connections=(renamed,)), TODAY)
    assert first.fingerprint == again.fingerprint == other.fingerprint
    (governed,) = leads(replace(KNOWN, connections=(connection(nature=Nature.GOVERNANCE),)), TODAY)
    assert governed.fingerprint != first.fingerprint
