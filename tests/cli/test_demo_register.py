"""The demonstration's register is lifelike, the same each time, written as its publisher writes, and of nobody real."""

import csv
import io
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from tests.support.shared import shared_file
from tracker.cli.demo.gias import GroupRecord
from tracker.cli.demo.places import AUTHORITIES
from tracker.cli.demo.register import DemoRegister, make_register

TODAY = date(2026, 11, 23)
SUCCESSIONS = {"", " - merged", " - amalgamated", " - Split School"}


@pytest.fixture(scope="module")
def register() -> DemoRegister:
    return make_register(TODAY)


def _written(register: DemoRegister, folder: Path) -> dict[str, bytes]:
    folder.mkdir()
    return {kind: path.read_bytes() for kind, path in register.write(folder, TODAY).by_kind.items()}


def _rows(path: Path) -> list[dict[str, str]]:
    with zipfile.ZipFile(path) as archive, archive.open(archive.namelist()[0]) as file:
        return list(csv.DictReader(io.TextIOWrapper(file, "cp1252")))


def test_the_same_seed_and_day_give_the_same_files_and_another_seed_gives_others(tmp_path: Path) -> None:
    one = _written(make_register(TODAY), tmp_path / "one")
    assert one == _written(make_register(TODAY), tmp_path / "two")
    assert one != _written(make_register(TODAY, seed=7), tmp_path / "three")


def test_there_are_about_two_thousand_providers_over_several_authorities(register: DemoRegister) -> None:
    assert 1_800 <= len(register.schools) <= 2_300
    by_authority = Counter(each.authority.code for each in register.schools)
    assert set(by_authority) == {each.code for each in AUTHORITIES}
    assert min(by_authority.values()) > 150
    assert {"Open", "Closed", "Open, but proposed to close", "Proposed to open"} == {
        each.status for each in register.schools
    }
    assert {"Primary", "Secondary", "Nursery", "16 plus", "Not applicable"} == {each.phase for each in register.schools}


def test_schools_become_others_in_every_way_that_the_real_register_knows(register: DemoRegister) -> None:
    kinds = {each.kind for each in register.links}
    assert {f"{side}{how}" for side in ("Successor", "Predecessor") for how in SUCCESSIONS} <= kinds
    assert {
        "Result of Amalgamation",
        "Merged - expansion of school capacity",
        "Sixth Form Centre Link",
        "Sixth Form Centre School",
        "Children's Centre Link",
        "Expansion",
        "Closure",
        "Other",
    } <= kinds
    pairs = {(each.of.urn, each.to.urn) for each in register.links if each.kind.startswith(("Succ", "Pred"))}
    assert any(pair[::-1] not in pairs for pair in pairs), "some are recorded from one side only"
    assert any(each.on is None for each in register.links)


def test_a_line_is_four_hops_long_and_one_goes_round(register: DemoRegister) -> None:
    after: dict[int, set[int]] = {}
    for link in register.links:
        if link.kind.startswith("Predecessor"):
            after.setdefault(link.to.urn, set()).add(link.of.urn)
        if link.kind.startswith("Successor"):
            after.setdefault(link.of.urn, set()).add(link.to.urn)
    here, hops = {register.landmarks.first_of_chain.urn}, 0
    while register.landmarks.last_of_chain.urn not in here:
        here = {there for one in here for there in after.get(one, ())}
        hops += 1
    assert hops == 4
    one, other = register.landmarks.one_of_cycle.urn, register.landmarks.other_of_cycle.urn
    assert other in after[one]
    assert one in after[other]


def _twins(groups: tuple[GroupRecord, ...]) -> list[tuple[str, str]]:
    trusts = {
        " ".join(each.name.casefold().split()): each.name for each in groups if each.kind.endswith("-academy trust")
    }
    sponsors = [each.name for each in groups if each.kind == "School sponsor"]
    same = [(name, trusts.get(" ".join(name.casefold().split()), "")) for name in sponsors]
    return [pair for pair in same if pair[1]]


def test_trusts_have_two_to_twenty_academies_and_some_have_a_sponsor_of_their_name(register: DemoRegister) -> None:
    sizes = [len(each.members) for each in register.groups if each.kind == "Multi-academy trust" and not each.closed_on]
    assert (min(sizes), max(sizes)) == (2, 20)
    twins = _twins(register.groups)
    assert len(twins) >= 8
    assert any(sponsor != trust for sponsor, trust in twins)
    assert {"Federation", "Trust", "Umbrella trust", "Single-academy trust", "Children's Centres Group"} <= {
        each.kind for each in register.groups
    }
    assert any(each.closed_on and each.members for each in register.groups)


def test_no_number_or_name_is_that_of_a_real_provider_or_group(register: DemoRegister) -> None:
    real = _rows(shared_file("edubasealldata*.zip"))
    groups = _rows(shared_file("allgroupsdata*.zip"))
    assert not {str(each.urn) for each in register.schools} & {row["URN"] for row in real}
    assert not {each.name.casefold() for each in register.schools} & {
        row["EstablishmentName"].casefold() for row in real
    }
    assert not {each.code for each in AUTHORITIES} & {row["LA (code)"] for row in real}
    assert not {each.name for each in AUTHORITIES} & {row["LA (name)"] for row in real}
    assert not {each.town.casefold() for each in register.schools} & {row["Town"].casefold() for row in real}
    assert not {each.postcode.split()[0] for each in register.schools} & {row["Postcode"].split(" ")[0] for row in real}
    assert not {str(each.uid) for each in register.groups} & {row["Group UID"] for row in groups}
    assert not {each.name.casefold() for each in register.groups} & {row["Group Name"].casefold() for row in groups}


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [
        ("gias", "edubasealldata*.zip"),
        ("gias-links", "links_edubasealldata*.zip"),
        ("gias-groups", "allgroupsdata*.zip"),
        ("gias-group-links", "alllinksdata*.zip"),
    ],
)
def test_the_files_have_the_publishers_own_columns_encoding_and_line_ends(
    register: DemoRegister, tmp_path: Path, kind: str, pattern: str
) -> None:
    made = _written(register, tmp_path / "made")[kind]
    with zipfile.ZipFile(shared_file(pattern)) as archive, archive.open(archive.namelist()[0]) as file:
        assert made.split(b"\n", 1)[0] == file.readline().rstrip(b"\n")
    assert made.count(b"\n") == made.count(b"\r\n")
    if kind == "gias":
        assert "St Zoë".encode("cp1252") in made
