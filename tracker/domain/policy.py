"""The policy as data: natures, holders, periods and rules, each with the reference that it was modelled on."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tracker.domain.errors import BadPolicyError
from tracker.domain.facts import Circle, Holder, Nature, Verdict

GRADES = (Verdict.UNDETERMINED, Verdict.PERCEIVED, Verdict.REAL)
AS_DECLARED = "as declared"
REACHES = ("direct", "succession", "shared-line", "associated", "group", "same-group", "maintained-by")
LONGEST_YEARS = 100


@dataclass(frozen=True, slots=True)
class NatureRule:
    """How a nature is graded: while it lasts or lies ahead, and for how many years after it ended.

    A period of None means that there is none. An event is never current; a reviewed nature needs a reviewer's grade.
    """

    current: Verdict | None
    real_years: int | None
    perceived_years: int | None
    event: bool
    reviewed: bool
    reference: str


@dataclass(frozen=True, slots=True)
class ReachRule:
    """How far a rule reaches: the most it may answer (None: the nature's own grade), and for which natures."""

    ceiling: Verdict | None
    natures: frozenset[Nature]
    natures_without_wider: frozenset[Nature]
    reference: str

    def covers(self, nature: Nature, circle: Circle) -> bool:
        """Tell whether the rule is for connections of this nature and circle at all."""
        return nature in self.natures and not (circle is Circle.WIDER and nature in self.natures_without_wider)


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of the policy. Periods are calendar years or months, inclusive (policy, section 2)."""

    name: str
    version: str
    notice: str
    reference: str
    natures: Mapping[Nature, NatureRule]
    reaches: Mapping[str, ReachRule]
    valid_months: int
    ahead_years: int
    family_past_years: int
    wider_weaker_by: int
    decisions: Mapping[Verdict, int]
    references: Mapping[str, str]


def parse(text: str) -> Policy:
    """Read a policy from TOML; raise BadPolicyError that lists every key at fault and how to mend it."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadPolicyError((f"This is not TOML: {error}",)) from None
    reader = _Reader(table)
    policy = _policy(reader)
    reader.end()
    if reader.problems:
        raise BadPolicyError(tuple(reader.problems))
    return policy


def _policy(reader: "_Reader") -> Policy:
    family = {str(each) for each in Holder if each.circle is Circle.FAMILY}
    wider = {str(each) for each in Holder if each.circle is Circle.WIDER}
    reader.same_set("holders.family.holders", family)
    reader.same_set("holders.wider.holders", wider)
    reader.choice("holders.family.past", ("perceived",))
    return Policy(
        name=reader.text("policy.name"),
        version=reader.text("policy.version"),
        notice=reader.text("policy.notice"),
        reference=reader.text("policy.reference"),
        natures={nature: _nature(reader, f"natures.{nature}") for nature in Nature},
        reaches={rule: _reach(reader, f"rules.{rule}") for rule in REACHES},
        valid_months=reader.number("declaration.valid_months") or 0,
        ahead_years=reader.number("dates.ahead_years") or 0,
        family_past_years=reader.number("holders.family.past_years") or 0,
        wider_weaker_by=reader.number("holders.wider.weaker_by") or 0,
        decisions={verdict: reader.number(f"decisions.{verdict}") or 0 for verdict in GRADES},
        references={
            name: reader.text(f"{name}.reference")
            for name in ("declaration", "dates", "holders.family", "holders.wider", "decisions")
        },
    )


def _nature(reader: "_Reader", key: str) -> NatureRule:
    event = reader.flag(f"{key}.event")
    reviewed = reader.flag(f"{key}.reviewed")
    current = None if event or reviewed else reader.choice(f"{key}.current", tuple(map(str, GRADES)))
    real = None if event or reviewed else reader.number(f"{key}.real_years", needed=False)
    perceived = reader.number(f"{key}.past_years" if reviewed else f"{key}.perceived_years")
    if real is not None and perceived is not None and real > perceived:
        reader.problems.append(f"{key}.real_years: is longer than perceived_years; it must be as long or shorter")
    return NatureRule(
        Verdict(current) if current else None, real, perceived, event, reviewed, reader.text(f"{key}.reference")
    )


def _reach(reader: "_Reader", key: str) -> ReachRule:
    grade = reader.choice(f"{key}.grade", (AS_DECLARED, "perceived"))
    only = reader.natures(f"{key}.natures")
    without = reader.natures(f"{key}.natures_without") or frozenset()
    without_wider = reader.natures(f"{key}.natures_without_wider") or frozenset()
    ceiling = None if grade in (AS_DECLARED, "") else Verdict(grade)
    natures = (frozenset(Nature) if only is None else only) - without
    return ReachRule(ceiling, natures, without_wider, reader.text(f"{key}.reference"))


class _Reader:
    """Takes values out of the TOML table by dotted key, and keeps every problem that it meets."""

    def __init__(self, table: dict[str, Any]) -> None:
        self.table = table
        self.problems: list[str] = []
        self.taken: set[str] = set()

    def value(self, key: str) -> Any:  # noqa: ANN401 (TOML values are of any type)
        self.taken.add(key)
        where: Any = self.table
        for part in key.split("."):
            where = where.get(part) if isinstance(where, dict) else None
        return where

    def text(self, key: str) -> str:
        value = self.value(key)
        if not isinstance(value, str) or not value.strip():
            self.problems.append(f"{key}: is missing; give a text")
            return ""
        return value

    def number(self, key: str, *, needed: bool = True) -> int | None:
        value = self.value(key)
        if value is None and not needed:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LONGEST_YEARS:
            self.problems.append(f"{key}: give a whole number from 0 to {LONGEST_YEARS}")
            return None
        return value

    def flag(self, key: str) -> bool:
        value = self.value(key)
        if value is not None and not isinstance(value, bool):
            self.problems.append(f"{key}: write true or false")
        return value is True

    def choice(self, key: str, allowed: tuple[str, ...]) -> str:
        value = self.value(key)
        if value not in allowed:
            self.problems.append(f"{key}: give one of {', '.join(allowed)}")
            return ""
        return str(value)

    def natures(self, key: str) -> frozenset[Nature] | None:
        value = self.value(key)
        if value is None:
            return None
        known = set(map(str, Nature))
        if not isinstance(value, list) or any(each not in known for each in value):
            self.problems.append(f"{key}: give a list of natures out of {', '.join(sorted(known))}")
            return None
        return frozenset(Nature(each) for each in value)

    def same_set(self, key: str, expected: set[str]) -> None:
        value = self.value(key)
        if not isinstance(value, list) or set(map(str, value)) != expected:
            self.problems.append(f"{key}: must list {', '.join(sorted(expected))}")

    def end(self) -> None:
        for key in _leaves(self.table):
            if key not in self.taken:
                self.problems.append(f"{key}: is no key of a policy; remove it or mend its spelling")


def _leaves(table: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"
