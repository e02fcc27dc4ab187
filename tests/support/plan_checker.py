"""Says every rule that a term's plan breaks, and what it costs, from plain rows: slow, and apart from the solver.

Nothing of it is shared with the solver or its proof; it was written from the words of the problem alone.
"""

from collections.abc import Iterator
from itertools import combinations
from math import isqrt
from typing import Any

Row = dict[str, Any]
Seat = tuple[int, int, int]


def rows(table: object, *names: str) -> list[Row]:
    """Return a table of columns as rows of plain numbers."""
    columns = [[int(each) for each in getattr(table, name)] for name in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


class Checker:
    """Knows a problem as lists of rows."""

    def __init__(self, problem: Any) -> None:
        self.weights, self.most = problem.weights, problem.max_metres
        self.people = rows(
            problem.inspectors, "easting", "northing", "is_located", "week_limit", "term_limit", "remits", "leads"
        )
        self.places = rows(
            problem.inspections,
            *("first", "last", "week", "remit", "easting", "northing", "is_located", "lead_open", "team_open"),
        )
        self.found = {(r["inspector"], r["inspection"]): r["weight"] for r in
                      rows(problem.found, "inspector", "inspection", "weight")}  # fmt: skip
        self.busy = rows(problem.busy, "inspector", "first", "last")
        self.used = rows(problem.used, "inspector", "week", "n")
        self.members = rows(problem.members, "inspector", "inspection")
        self.apart = {frozenset(r.values()) for r in rows(problem.apart, "a", "b")}
        self.sets: dict[int, set[int]] = {}
        self.sets_of: dict[int, list[int]] = {}
        for row in rows(problem.quotas, "set", "inspection"):
            self.sets.setdefault(row["set"], set()).add(row["inspection"])
            self.sets_of.setdefault(row["inspection"], []).append(row["set"])
        self.limits = [int(each) for each in problem.quotas.limit]
        self.left = rows(problem.quotas, "left_inspector", "left_set", "left_n")
        self.pins = [tuple(r.values()) for r in rows(problem.pins, "inspector", "inspection", "seat")]

    def metres(self, i: int, j: int) -> int | None:
        one, other = self.people[i], self.places[j]
        if not (one["is_located"] and other["is_located"]):
            return None
        square = (one["easting"] - other["easting"]) ** 2 + (one["northing"] - other["northing"]) ** 2
        return (isqrt(4 * square) + 1) // 2

    def cost(self, i: int, j: int) -> int:
        metres = self.metres(i, j)
        known: int = self.weights.unknown_distance if metres is None else metres
        extra = {1: self.weights.undetermined, 2: self.weights.perceived}.get(self.found.get((i, j), 0), 0)
        return known + int(extra)

    def weeks(self, j: int) -> set[int]:
        """Return the weeks of an inspection, counted on from that of its first day."""
        place = self.places[j]
        days = range(place["first"], place["last"] + 1)
        # Day 1 of all days was a Monday.
        return {place["week"]} | {place["week"] + sum(d % 7 == 1 for d in days[1 : n + 1]) for n in range(len(days))}

    def against(self, i: int, j: int, seat: int) -> Iterator[str]:
        """Give what forbids a seat whatever else the plan has."""
        place, person = self.places[j], self.people[i]
        if not person["remits" if seat else "leads"] & (1 << place["remit"]):
            yield f"{i} has no remit or title for {j}"
        if self.found.get((i, j)) == 3:
            yield f"{i} has a real conflict with {j}"
        if any(row["inspector"] == i and row["inspection"] == j for row in self.members):
            yield f"{i} is in the team of {j}"
        away = [row for row in self.busy if row["inspector"] == i]
        if any(row["first"] <= place["last"] and place["first"] <= row["last"] for row in away):
            yield f"{i} is away during {j}"
        metres = self.metres(i, j)
        if self.most is not None and metres is not None and metres > self.most:
            yield f"{i} is too far from {j}"

    def broken_alone(self, i: int, j: int, seat: int) -> bool:
        """Say whether a seat is out of the question whatever else the plan has, partners in the team included."""
        inside = [row["inspector"] for row in self.members if row["inspection"] == j]
        return any(self.against(i, j, seat)) or any(frozenset((i, each)) in self.apart for each in inside)

    def broken(self, plan: list[Seat]) -> list[str]:
        """Return every rule that a plan breaks."""
        said = [word for seat in plan for word in self.against(*seat)]
        said += [f"pin {pin} is not kept" for pin in self.pins if pin not in plan]
        by_place: dict[int, list[Seat]] = {}
        by_person: dict[int, list[int]] = {}
        for seat in plan:
            by_place.setdefault(seat[1], []).append(seat)
            by_person.setdefault(seat[0], []).append(seat[1])
        for j, here in by_place.items():
            for kind, name in enumerate(("lead_open", "team_open")):
                if sum(each[2] == kind for each in here) > self.places[j][name]:
                    said.append(f"{j} has too many on seat {kind}")
            said += self._team(j, [each[0] for each in here])
        for i, there in by_person.items():
            said += self._person(i, there)
        return said

    def _team(self, j: int, people: list[int]) -> Iterator[str]:
        if len(set(people)) < len(people):
            yield f"somebody has two seats in {j}"
        whole = people + [row["inspector"] for row in self.members if row["inspection"] == j]
        for one, other in combinations(whole, 2):
            if frozenset((one, other)) in self.apart and (one in people or other in people):
                yield f"{one} and {other} are both in {j}"

    def _person(self, i: int, places: list[int]) -> Iterator[str]:
        person = self.people[i]
        if len(places) > max(person["term_limit"], 0):
            yield f"{i} has {len(places)} in the term"
        for week in {week for j in places for week in self.weeks(j)}:
            used = sum(row["n"] for row in self.used if (row["inspector"], row["week"]) == (i, week))
            if sum(week in self.weeks(j) for j in places) > person["week_limit"] - used:
                yield f"{i} has too many in week {week}"
        for one, other in combinations(places, 2):
            a, b = self.places[one], self.places[other]
            if a["first"] <= b["last"] and b["first"] <= a["last"]:
                yield f"{i} is in {one} and {other} on one day"
        for of in {of for j in places for of in self.sets_of.get(j, [])}:
            inside = self.sets[of]
            left = [row["left_n"] for row in self.left if (row["left_inspector"], row["left_set"]) == (i, of)]
            if sum(j in inside for j in places) > min([self.limits[of], *left]):
                yield f"{i} goes too often to set {of}"

    def whole_cost(self, plan: list[Seat]) -> int:
        """Return what a plan costs."""
        seats = sum(place["lead_open"] + place["team_open"] for place in self.places)
        return sum(self.cost(i, j) for i, j, _ in plan) + (seats - len(plan)) * int(self.weights.unfilled)


def seats_of(plan: Any) -> list[Seat]:
    """Return a plan's rows."""
    return [tuple(each.values()) for each in rows(plan, "inspector", "inspection", "seat")]  # type: ignore[misc]
