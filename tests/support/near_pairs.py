"""Connections and assignments that hit on the real registers: one of every shape there is, and random near ones."""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice, pairwise

from tests.support.raw_register import RawRegister
from tracker.domain.facts import Holder, Link, Nature, Status

TODAY = date(2023, 11, 20)
NATURES = [*Nature, *[Nature.EMPLOYMENT, Nature.GOVERNANCE] * 4]
HOLDERS = [*Holder, *[Holder.SELF] * 9]
YEARS = (0, 1, 1, 2, 2, 3, 3, 5, 6, 6, 9)
Shape = tuple[str, str, str]


@dataclass(frozen=True)
class Said:
    """One connection as it stands in the file."""

    nature: str
    holder: str
    target: str
    began_on: str
    ended_on: str


@dataclass(frozen=True)
class Asked:
    """One assignment to check, and the shape that it was made for."""

    shape: str
    provider: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Person:
    """An invented inspector: what they declare and when, and what they are asked to inspect."""

    staff_no: str
    declared_on: date | None
    said: tuple[Said, ...]
    asked: tuple[Asked, ...]


def shapes(raw: RawRegister, chance: random.Random, each: int) -> Iterator[Shape]:
    """Yield (shape, target, provider), up to `each` of every shape on the registers."""
    for name, pairs in _all_shapes(raw).items():
        found = sorted({pair for pair in pairs if pair[0] in raw.providers or pair[0] in raw.groups})
        for target, provider in chance.sample(found, min(each, len(found))):
            yield name, target, provider


def _all_shapes(raw: RawRegister) -> dict[str, Iterable[tuple[str, str]]]:
    far = list(_four_away(raw))
    cycles = [(one, other) for one, other in raw.explicit if (other, one) in raw.explicit]
    rows: dict[tuple[str, str], set[str]] = {}
    for link in raw.links:
        rows.setdefault((min(link.of, link.to), max(link.of, link.to)), set()).add(link.of)
    splits = [link for link in raw.links if "Split" in link.kind]
    return {
        "four links on": far,
        "four links back": [(there, here) for here, there in far],
        "cycle": cycles,
        "cycle and further": [(a, there) for a, b in cycles for there in raw.linked(b) - {a, b}],
        "one side only": [pair for pair, sides in rows.items() if len(sides) == 1],
        "halves of a split": _siblings(raw, {link.of for link in splits} | {link.to for link in splits}),
        "parts of a merger": _siblings(raw, None),
        "a link to a stranger": [(x.of, x.to) for x in raw.links if x.to not in raw.providers],
        **{f"link: {name}": pairs for name, pairs in _by_link(raw).items()},
        **{f"group: {name}": pairs for name, pairs in _by_group(raw).items()},
        **{f"twin: {name}": pairs for name, pairs in _by_twin(raw).items()},
        **{f"authority: {name}": pairs for name, pairs in _by_authority(raw).items()},
        **_by_digits(raw),
    }


def _four_away(raw: RawRegister) -> Iterator[tuple[str, str]]:
    for start in raw.later:
        seen, edge = {start}, {start}
        for _ in range(4):
            edge = {there for here in edge for there in raw.later.get(here, ())} - seen
            seen |= edge
        yield from ((start, there) for there in edge)


def _siblings(raw: RawRegister, only: set[str] | None) -> Iterator[tuple[str, str]]:
    earlier: dict[str, set[str]] = {}
    for one, other in raw.explicit:
        earlier.setdefault(other, set()).add(one)
    for kin in (raw.later, earlier) if only is not None else (earlier,):
        for hub, ends in kin.items():
            if len(ends) > 1 and (only is None or hub in only):
                yield from ((one, other) for one in ends for other in ends if one != other)


def _by_link(raw: RawRegister) -> dict[str, list[tuple[str, str]]]:
    """Group the links by their kind; those that name no direction also by how their two ends closed."""
    found: dict[str, list[tuple[str, str]]] = {}
    for link in raw.links:
        undirected = link.kind == "Result of Amalgamation" or link.kind.startswith("Merged - ")
        name = f"{link.kind}; {_closing(raw, link)}" if undirected else link.kind
        found.setdefault(name, []).extend([(link.of, link.to), (link.to, link.of)])
    return found


def _closing(raw: RawRegister, link: Link) -> str:
    ends = [raw.providers.get(link.of), raw.providers.get(link.to)]
    closed = [each for each in ends if each and each.status is Status.CLOSED]
    days = {each.closed_on for each in closed}
    if len(closed) < 2:
        return f"{len(closed)} closed, {'known' if None not in days else 'unknown'}"
    return "both closed, one unknown" if None in days else f"both closed, on {len(days)} days"


def _by_group(raw: RawRegister) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for uid, members in raw.members_of.items():
        if uid not in raw.groups:
            continue
        group = raw.groups[uid]
        refs = [each.provider for each in members]
        for ref in refs:
            closed = ref in raw.providers and raw.providers[ref].status is Status.CLOSED
            name = f"{group.kind}, {group.status}{', member closed' if closed else ''}"
            found.setdefault(name, []).append((uid, ref))
        name = f"fellows in {group.kind}, {group.status}"
        found.setdefault(name, []).extend((one, other) for one, other in pairwise(refs))
        lines = ((end, other) for one, other in pairwise(refs) for end in raw.linked(one) - {one})
        found.setdefault(f"{name}, by a line", []).extend(islice(lines, 3))
    return found


def _by_twin(raw: RawRegister) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {"United Learning": []}
    for sponsor in (each for each in raw.groups.values() if each.kind == "School sponsor"):
        for trust in (each for each in raw.twins(sponsor.ref) if each.kind.endswith("academy trust")):
            same = "case" if sponsor.name.casefold() == trust.name.casefold() else "spaces"
            same = "letter" if sponsor.name == trust.name else same
            name = f"{trust.kind}, {trust.status}, {same}"
            theirs = [each.provider for each in raw.members_of.get(trust.ref, ())]
            ours = [each.provider for each in raw.members_of.get(sponsor.ref, ())]
            pairs = [(sponsor.ref, ref) for ref in theirs[:3]] + [(trust.ref, ref) for ref in ours[:3]]
            pairs += [(one, other) for one in ours[:3] for other in theirs[-3:] if one != other]
            found.setdefault(name, []).extend(pairs)
            if sponsor.ref == "group:5142":
                found["United Learning"].extend([("group:5142", ref) for ref in theirs])
    return found


def _by_authority(raw: RawRegister) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for each in raw.providers.values():
        if each.authority and each.ref.startswith("gias:"):
            found.setdefault(f"{each.type_group}, {each.status}", []).append((f"la:{each.authority}", each.ref))
        elif each.authority:
            found.setdefault("itself", []).append((each.ref, each.ref))
    return found


def _by_digits(raw: RawRegister) -> dict[str, list[tuple[str, str]]]:
    schools = [ref.removeprefix("gias:") for ref in islice(raw.providers, 400) if ref.startswith("gias:")]
    both = [ref.removeprefix("group:") for ref in raw.groups if ref.replace("group:", "gias:") in raw.providers]
    return {
        "same digits, another register": [(f"gias:{n}", f"{s}:{n}") for n in schools for s in ("ukprn", "ofsted-ey")],
        "same digits, group and school": [(f"group:{n}", f"gias:{n}") for n in both],
        "same digits, authority and school": [("la:201", "gias:201"), ("la:201", "gias:100000")],
        "unknown": [("gias:100000", "gias:999999"), ("group:5143", "gias:1")],
        "itself": [(f"gias:{n}", f"gias:{n}") for n in schools],
    }


class Crowd:
    """Draws people with connections and assignments on the boundaries of the policy's periods."""

    def __init__(self, raw: RawRegister, seed: int) -> None:
        self.raw, self.chance, self.number = raw, random.Random(seed), 0

    def people(self, each: int, more: int) -> Iterator[Person]:
        """Yield a person for up to `each` pairs of every shape, and `more` who are asked around one random place."""
        drawn = list(shapes(self.raw, self.chance, each))
        for shape, target, provider in drawn:
            yield self._person([target], [(shape, provider)])
        everyone = [ref for ref in self.raw.providers if self.raw.links_of.get(ref) or self.raw.groups_of.get(ref)]
        for _ in range(more):
            seed = self.chance.choice(drawn)[1] if self.chance.random() < 0.5 else self.chance.choice(everyone)
            near = self._near(seed)
            targets = self.chance.choices([ref for ref in near if self._is_known(ref)], k=self.chance.randint(1, 5))
            schools = [ref for ref in near if not ref.startswith("group:")] or ["gias:100000"]
            yield self._person(targets, [("near", self.chance.choice(schools)) for _ in range(3)])

    def _is_known(self, ref: str) -> bool:
        return ref in self.raw.providers or ref in self.raw.groups

    def _near(self, seed: str) -> list[str]:
        raw, near = self.raw, {seed}
        near |= raw.linked(seed) if seed in raw.links_of else set()
        uids = {each.group for ref in near for each in raw.groups_of.get(ref, ()) if each.group in raw.groups}
        uids |= near & set(raw.groups)
        for uid in sorted(uids):
            for twin in raw.twins(uid):
                near.add(twin.ref)
                fellows = [each.provider for each in raw.members_of.get(twin.ref, ())]
                near |= set(self.chance.sample(fellows, min(4, len(fellows))))
        known = [raw.providers[ref].authority for ref in near if ref in raw.providers]
        return sorted(near | {f"la:{code}" for code in known if code})

    def _person(self, targets: list[str], places: list[tuple[str, str]]) -> Person:
        self.number += 1
        asked = tuple(self._asked(shape, provider) for shape, provider in places)
        around = [asked[0].starts_on, asked[-1].ends_on]
        said = tuple(self._said(target, around, self.chance.choice(places)[1]) for target in targets)
        made = self.chance.choice([TODAY, TODAY - timedelta(days=200), *self._edges(asked[0].starts_on, (1,))])
        silent = self.chance.random() < 0.02
        return Person(f"A{self.number:05}", None if silent else min(made, TODAY), said, asked)

    def _asked(self, shape: str, provider: str) -> Asked:
        days = [date(2023, 11, 27), date(2024, 2, 29), date(2024, 3, 1), date(2022, 9, 5), date(2021, 3, 1)]
        days += self._days_of(provider)
        starts = self.chance.choice(days) + timedelta(days=self.chance.choice([0, 0, 0, -1, 1]))
        return Asked(shape, provider, starts, starts + timedelta(days=self.chance.choice([0, 1, 1, 4])))

    def _days_of(self, ref: str) -> list[date]:
        """Return the register's own days about a provider, at which memberships begin and end."""
        school = self.raw.providers.get(ref)
        days = [school.closed_on if school else None, *(each.joined_on for each in self.raw.groups_of.get(ref, ()))]
        return [day for day in days if day and 2000 < day.year < 2030]

    def _edges(self, day: date, years: Iterable[int]) -> list[date]:
        found = []
        for number in years:
            back = day - timedelta(days=round(365.25 * number))
            found += [back + timedelta(days=shift) for shift in (-1, 0, 1)]
        return found

    def _said(self, target: str, around: list[date], provider: str) -> Said:
        day = self.chance.choice
        ends = self._edges(around[0], YEARS) + self._days_of(target) + self._days_of(provider)
        ended = day([None, day(ends)])
        ahead = [around[1] + timedelta(days=shift) for shift in (0, 1, 365, 366, 367)]
        begins = [date(2010, 9, 1), date(1999, 1, 1), *self._edges(around[0], YEARS)]
        began = day(begins + ahead if ended is None else [each for each in begins if each <= ended])
        nature, holder = day(NATURES), day(HOLDERS)
        return Said(nature, holder, target, self._partial(began), self._partial(ended) if ended else "")

    def _partial(self, day: date) -> str:
        cut: Callable[[str], str] = self.chance.choice([str, str, lambda text: text[:7], lambda text: text[:4]])
        return cut(day.isoformat())
