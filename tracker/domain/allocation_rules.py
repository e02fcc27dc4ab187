"""The inspectorate's rules for allocating, as data: who may lead, how much anybody takes, how often, and how far."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tracker.domain.errors import RefusedError
from tracker.domain.people import ENGAGEMENTS, TITLES
from tracker.domain.remits import REMITS

METRES = 1_000
MOST = 1_000_000
PAIR = 2
_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")


@dataclass(frozen=True, slots=True)
class Load:
    """How many inspections an inspector takes at most, in a week from Monday to Sunday and in a term."""

    week: int
    term: int


@dataclass(frozen=True, slots=True)
class Again:
    """How many times in so many years one inspector may go to the same provider's line, or to one group."""

    times: int
    years: int


@dataclass(frozen=True, slots=True)
class Weights:
    """What weighs how much, in metres of travel."""

    unfilled: int
    perceived: int
    undetermined: int
    unknown_distance: int


@dataclass(frozen=True, slots=True)
class Apart:
    """Two inspectors, by staff number, who are never in one team, and why."""

    staff: tuple[str, str]
    why: str


@dataclass(frozen=True)
class AllocationRules:
    """All of it. `most_metres` is None where there is no limit; `terms` are (month, day), in order.

    `frameworks` are those that an inspection may be done under; none means any.
    """

    name: str
    leads: Mapping[str, tuple[str, ...]]
    load: Mapping[str, Load]
    terms: tuple[tuple[int, int], ...]
    provider: Again
    group: Again
    most_metres: int | None
    weights: Weights
    apart: tuple[Apart, ...]
    frameworks: tuple[str, ...] = ()

    def may_lead(self, title: str, remit: str) -> bool:
        """Tell whether a title may lead an inspection of a remit; of one that nobody knows, whoever leads anything."""
        if not remit:
            return any(title in titles for titles in self.leads.values())
        return title in self.leads.get(remit, ())

    def load_of(self, engagement: str) -> Load:
        """Return how much somebody of an engagement takes; where the rules name none, as staff."""
        return self.load.get(engagement) or self.load[ENGAGEMENTS[0]]

    def term_of(self, day: date) -> date:
        """Return the first day of the term that a day is in."""
        begins = [date(year, month, first) for year in (day.year - 1, day.year) for month, first in self.terms]
        return max(each for each in begins if each <= day)

    def term_ends(self, day: date) -> date:
        """Return the last day of the term that a day is in."""
        begins = [date(year, month, first) for year in (day.year, day.year + 1) for month, first in self.terms]
        return min(each for each in begins if each > day) - timedelta(days=1)


def parse(text: str) -> AllocationRules:
    """Read the rules; raise RefusedError that names the table, the key and the cure."""
    try:
        plain = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RefusedError(f"The allocation rules are not TOML: {error}") from error
    tables = ("leads", "load", "terms", "again", "travel", "weights", "apart")
    _only(plain, "the allocation rules", ("name", "frameworks", *tables))
    name = plain.get("name")
    if not isinstance(name, str) or not name.strip():
        raise RefusedError("The allocation rules have no name: give them one, as in name = “Ours”")
    load, again, weights = (_table(plain, key) for key in ("load", "again", "weights"))
    _only(load, "[load]", ENGAGEMENTS)
    _only(again, "[again]", ("provider", "group"))
    _only(weights, "[weights]", tuple(f"{each}_km" for each in Weights.__slots__))
    most = _number(_table(plain, "travel"), "[travel]", "most_km", least=0)
    return AllocationRules(
        name=name.strip(),
        leads=_leads(_table(plain, "leads")),
        load={each: _load(load, each) for each in ENGAGEMENTS},
        terms=_terms(_table(plain, "terms")),
        provider=_again(again, "provider"),
        group=_again(again, "group"),
        most_metres=most * METRES or None,
        weights=_weights(weights),
        apart=tuple(_apart(each, place) for place, each in enumerate(plain.get("apart", ()), start=1)),
        frameworks=_frameworks(plain.get("frameworks", [])),
    )


def _frameworks(given: object) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(isinstance(each, str) and each.strip() for each in given):
        raise RefusedError("frameworks: give a list of names, as in frameworks = [“Graded inspection”]")
    return tuple(each.strip() for each in given)


def _weights(table: Mapping[str, Any]) -> Weights:
    weights = Weights(*(METRES * _number(table, "[weights]", f"{each}_km", least=0) for each in Weights.__slots__))
    if weights.perceived < weights.undetermined:
        raise RefusedError("[weights] perceived_km: give no less than undetermined_km: a conflict weighs more")
    if weights.unfilled <= weights.perceived:
        raise RefusedError(
            "[weights] unfilled_km: give more than perceived_km, or places stay open to avoid a conflict"
        )
    return weights


def _only(table: Mapping[str, Any], where: str, names: tuple[str, ...]) -> None:
    strangers = sorted(set(table) - set(names))
    if strangers:
        raise RefusedError(f"{where}: there is no {strangers[0]}: it has {', '.join(names)}")


def _table(plain: Mapping[str, Any], key: str) -> dict[str, Any]:
    table = plain.get(key)
    if not isinstance(table, dict):
        raise RefusedError(f"The allocation rules say nothing of [{key}]: add it")
    return table


def _number(table: Mapping[str, Any], where: str, key: str, *, least: int) -> int:
    number = table.get(key)
    if type(number) is not int or not least <= number <= MOST:
        raise RefusedError(f"{where} {key}: give a whole number from {least} to {MOST:,}")
    return number


def _leads(table: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    _only(table, "[leads]", REMITS)
    for remit in REMITS:
        titles = table.get(remit)
        if not isinstance(titles, list) or not titles or set(titles) - set(TITLES):
            raise RefusedError(f"[leads] {remit}: give a list of titles, of {', '.join(TITLES)}")
    return {remit: tuple(table[remit]) for remit in REMITS}


def _load(load: Mapping[str, Any], engagement: str) -> Load:
    table, where = _table(load, engagement), f"[load.{engagement}]"
    _only(table, where, ("week", "term", "why"))
    return Load(_number(table, where, "week", least=1), _number(table, where, "term", least=1))


def _terms(table: Mapping[str, Any]) -> tuple[tuple[int, int], ...]:
    begin = table.get("begin")
    if not isinstance(begin, list) or not begin or not all(isinstance(each, str) and _is_day(each) for each in begin):
        raise RefusedError("[terms] begin: give a list of days, as in “09-01” for the first of September")
    return tuple(sorted((int(each[:2]), int(each[3:])) for each in begin))


def _is_day(text: str) -> bool:
    if not _DAY.fullmatch(text):
        return False
    try:
        # A day that each year has.
        date(2001, int(text[:2]), int(text[3:]))
    except ValueError:
        return False
    return True


def _again(again: Mapping[str, Any], key: str) -> Again:
    table, where = _table(again, key), f"[again.{key}]"
    _only(table, where, ("times", "years", "why"))
    return Again(_number(table, where, "times", least=1), _number(table, where, "years", least=1))


def _apart(value: Any, place: int) -> Apart:  # noqa: ANN401 (whatever the file says)
    where = f"[[apart]] number {place}"
    if not isinstance(value, dict):
        raise RefusedError(f"{where}: give staff and why")
    _only(value, where, ("staff", "why"))
    staff, why = value.get("staff"), value.get("why")
    numbers = [each for each in staff if isinstance(each, str)] if isinstance(staff, list) else []
    if staff != numbers or len(numbers) != PAIR or numbers[0] == numbers[1]:
        raise RefusedError(f"{where} staff: give two different staff numbers")
    if not isinstance(why, str) or not why.strip():
        raise RefusedError(f"{where} why: say why they are kept apart")
    return Apart((numbers[0], numbers[1]), why.strip())
