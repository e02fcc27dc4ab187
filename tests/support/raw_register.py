"""The publishers' real GIAS files read anew, by a plain reading of their own that shares no code with the importers."""

import csv
import io
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from pathlib import Path

from tests.support.shared import shared_file
from tracker.domain.facts import Group, Link, Membership, Provider, Status, World

# In the order in which they are imported.
FILES = {
    "gias": "edubasealldata*.zip",
    "gias-links": "links_edubasealldata*.zip",
    "gias-groups": "allgroupsdata*.zip",
    "gias-group-links": "alllinksdata*.zip",
}
STATUSES = {
    "Open": Status.OPEN,
    "Closed": Status.CLOSED,
    "Open, but proposed to close": Status.CLOSING,
    "Proposed to open": Status.PROPOSED,
    "Proposed to close": Status.CLOSING,
}


def real_files() -> dict[str, Path]:
    """Return the real files by the kind of register; skips loudly where they are absent."""
    return {kind: shared_file(pattern) for kind, pattern in FILES.items()}


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with zipfile.ZipFile(path) as archive:
        text = archive.read(archive.namelist()[0]).decode("cp1252")
    yield from csv.DictReader(io.StringIO(text, newline=""))


def _metres(text: str) -> int | None:
    return int(text) if text.isdigit() and int(text) else None


def _day(text: str) -> date | None:
    if not text:
        return None
    day, month, year = (int(part) for part in text.split("-"))
    return date(year, month, day)


def _spoken(name: str) -> str:
    return " ".join(name.casefold().split())


@dataclass
class RawRegister:
    """The whole real world as the oracle sees it, and the part of it around a few providers and groups."""

    providers: dict[str, Provider] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    memberships: list[Membership] = field(default_factory=list)

    @cached_property
    def links_of(self) -> dict[str, list[Link]]:
        """The links by each of their two ends."""
        found = defaultdict(list)
        for link in self.links:
            found[link.of].append(link)
            found[link.to].append(link)
        return found

    @cached_property
    def groups_of(self) -> dict[str, list[Membership]]:
        """The memberships by provider."""
        found = defaultdict(list)
        for each in self.memberships:
            found[each.provider].append(each)
        return found

    @cached_property
    def members_of(self) -> dict[str, list[Membership]]:
        """The memberships by group."""
        found = defaultdict(list)
        for each in self.memberships:
            found[each.group].append(each)
        return found

    @cached_property
    def named(self) -> dict[str, list[Group]]:
        """The groups by their name, whatever its case and spaces."""
        found = defaultdict(list)
        for each in self.groups.values():
            found[_spoken(each.name)].append(each)
        return found

    @cached_property
    def explicit(self) -> set[tuple[str, str]]:
        """The arrows (earlier, later) of the links that name a direction."""
        before = {(each.to, each.of) for each in self.links if each.kind.startswith("Predecessor")}
        return before | {(each.of, each.to) for each in self.links if each.kind.startswith("Successor")}

    @cached_property
    def later(self) -> dict[str, set[str]]:
        """What each provider became, one hop on."""
        found = defaultdict(set)
        for one, other in self.explicit:
            found[one].add(other)
        return found

    def linked(self, ref: str) -> set[str]:
        """Return all that hangs together with a provider by links of any kind, itself among them."""
        seen, todo = {ref}, [ref]
        while todo:
            for link in self.links_of.get(todo.pop(), ()):
                fresh = {link.of, link.to} - seen
                seen |= fresh
                todo += fresh
        return seen

    def twins(self, group: str) -> list[Group]:
        """Return the groups of this one's name, itself among them."""
        found = self.groups.get(group)
        return self.named[_spoken(found.name)] if found else []

    def around(self, refs: Iterable[str]) -> World:
        """Return the world cut to these: their links' components, and the groups involved with members and twins."""
        near = sorted(set().union(*(self.linked(ref) for ref in refs)))
        involved = {each.group for ref in near for each in self.groups_of.get(ref, ())} | {r for r in near if ":" in r}
        groups = sorted({twin.ref for ref in involved for twin in self.twins(ref)})
        members = [each for ref in groups for each in self.members_of.get(ref, ())]
        people = dict.fromkeys([*near, *(each.provider for each in members)])
        links = dict.fromkeys(link for ref in near for link in self.links_of.get(ref, ()))
        return World(
            tuple(self.providers[ref] for ref in people if ref in self.providers),
            tuple(links),
            tuple(self.groups[ref] for ref in groups),
            tuple(members),
        )


@cache
def raw_register() -> RawRegister:
    """Return the real files' world; they are read once."""
    files, raw = real_files(), RawRegister()
    for row in _rows(files["gias"]):
        code = row["LA (code)"] if row["LA (name)"] != "Does not apply" else None
        ref = f"gias:{row['URN']}"
        raw.providers[ref] = Provider(
            ref,
            row["EstablishmentName"],
            STATUSES[row["EstablishmentStatus (name)"]],
            _day(row["CloseDate"]),
            code,
            row["EstablishmentTypeGroup (name)"],
            row["PhaseOfEducation (name)"],
            _metres(row["Easting"]),
            _metres(row["Northing"]),
        )
        if code:
            raw.providers[f"la:{code}"] = Provider(f"la:{code}", row["LA (name)"], authority=code)
    for row in _rows(files["gias-links"]):
        raw.links.append(Link(f"gias:{row['URN']}", f"gias:{row['LinkURN']}", row["LinkType"]))
    for row in _rows(files["gias-groups"]):
        ref = f"group:{row['Group UID']}"
        status = STATUSES[row["Group Status"]]
        raw.groups[ref] = Group(ref, row["Group Name"], row["Group Type"], status, _day(row["Closed Date"]))
    for row in _rows(files["gias-group-links"]):
        joined = _day(row["Joined date"])
        raw.memberships.append(Membership(f"gias:{row['URN']}", f"group:{row['Group UID']}", joined))
    return raw
