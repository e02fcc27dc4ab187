"""The policy as data: natures, holders, periods and rules, each with the reference that it was modelled on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tracker.domain.errors import BadPolicyError, Problem
from tracker.domain.facts import Circle, Holder, Nature, Verdict
from tracker.domain.policy_reader import Reader
from tracker.domain.toml_faults import read_toml

GRADES = (Verdict.UNDETERMINED, Verdict.PERCEIVED, Verdict.REAL)
AS_DECLARED = "as declared"
REACHES = (
    *("direct", "succession", "shared-line", "associated", "group", "same-group", "maintained-by"),
    *("organisation", "neighbour"),
)
# What the first policies did not have: a policy without one of these has no such rule.
ADDED = ("organisation", "neighbour", "rules.familiarity", "confirmation")
REFERENCED = (
    *("declaration", "dates", "holders.family", "holders.wider", "decisions", "confirmation", "rules.familiarity"),
)
# What happens on a day and does not last.
EVENTS = frozenset({Nature.GIFT, Nature.PUBLIC_POSITION})
ENGAGEMENTS = ("staff", "contracted")
# The keys of a connection reach no further, and are made for these natures only.
NEIGHBOUR_NATURES = frozenset(
    {Nature.EMPLOYMENT, Nature.GOVERNANCE, Nature.OWNERSHIP, Nature.COMPETITION, Nature.SERVICE_USE}
)
NEIGHBOUR_REGISTERS = ("gias", "ofsted-ey", "ofsted-sc", "ukprn")
FURTHEST_METRES = 10_000


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


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """One version of the policy, equal only to itself. Periods are calendar years or months, inclusive (section 2).

    `neighbour_metres` is how far a neighbour may be, by register; a register without one has no neighbours.
    """

    name: str
    version: str
    notice: str
    reference: str
    engagements: frozenset[str]
    natures: Mapping[Nature, NatureRule]
    reaches: Mapping[str, ReachRule]
    valid_months: int
    ahead_years: int
    family_past_years: int
    wider_weaker_by: int
    neighbour_metres: Mapping[str, int]
    familiar_visits: int
    confirm_days: int | None
    decisions: Mapping[Verdict, int]
    references: Mapping[str, str]

    @property
    def longest_years(self) -> int:
        """The years after its last day in which any connection can still count, at most."""
        return max(each or 0 for rule in self.natures.values() for each in (rule.real_years, rule.perceived_years))


def parse(text: str) -> Policy:
    """Read a policy from TOML; raise BadPolicyError that lists every key at fault, its line, and how to mend it.

    Whatever was once adopted must be read for ever: what is asked of new policies alone stands in `policy_demands`.
    """
    reader, policy = read(text)
    if reader.problems:
        raise BadPolicyError(in_order(reader.problems))
    return policy


def read(text: str) -> tuple[Reader, Policy]:
    """Read a policy as far as that goes, with the reader that holds its problems; BadPolicyError if it is no TOML."""
    reader = Reader(*read_toml(text))
    policy = _policy(reader)
    reader.end()
    if not policy.reaches["neighbour"].natures <= NEIGHBOUR_NATURES:
        names = ", ".join(sorted(NEIGHBOUR_NATURES))
        reader.refuse("rules.neighbour.natures", f"must be some of {names}")
    return reader, policy


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems by line, each once."""
    return tuple(dict.fromkeys(sorted(problems, key=lambda each: each.line or 0)))


def _policy(reader: Reader) -> Policy:
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
        engagements=_engagements(reader),
        natures={nature: _nature(reader, f"natures.{nature}") for nature in Nature},
        reaches={rule: _reach(reader, f"rules.{rule}") for rule in REACHES},
        valid_months=reader.number("declaration.valid_months") or 0,
        ahead_years=reader.number("dates.ahead_years") or 0,
        family_past_years=reader.number("holders.family.past_years") or 0,
        wider_weaker_by=reader.number("holders.wider.weaker_by") or 0,
        neighbour_metres=_neighbour_metres(reader),
        familiar_visits=_familiar_visits(reader),
        confirm_days=reader.number("confirmation.days_before") if reader.has("confirmation") else None,
        decisions={verdict: reader.number(f"decisions.{verdict}") or 0 for verdict in GRADES},
        references={
            name: reader.text(f"{name}.reference") for name in REFERENCED if name not in ADDED or reader.has(name)
        },
    )


def _engagements(reader: Reader) -> frozenset[str]:
    given = reader.some("policy.engagements", ENGAGEMENTS) if reader.has("policy.engagements") else ENGAGEMENTS
    return frozenset(given)


def _neighbour_metres(reader: Reader) -> dict[str, int]:
    read = {each: reader.metres(f"rules.neighbour.km.{each}", FURTHEST_METRES) for each in NEIGHBOUR_REGISTERS}
    return {register: metres for register, metres in read.items() if metres is not None}


def _familiar_visits(reader: Reader) -> int:
    """Return how many inspections in a row make an inspector familiar; 0 where the policy has no such rule."""
    if not reader.has("rules.familiarity"):
        return 0
    reader.choice("rules.familiarity.grade", ("perceived",))
    return reader.number("rules.familiarity.visits", least=1) or 0


def _nature(reader: Reader, key: str) -> NatureRule:
    event = reader.flag(f"{key}.event")
    reviewed = reader.flag(f"{key}.reviewed")
    current = None if event or reviewed else reader.choice(f"{key}.current", ("perceived", "real"), ("undetermined",))
    real = None if event or reviewed else reader.number(f"{key}.real_years", needed=False)
    perceived = reader.number(f"{key}.past_years" if reviewed else f"{key}.perceived_years")
    _idle(reader, key, event=event, reviewed=reviewed)
    if real is not None and perceived is not None and real > perceived:
        reader.refuse(f"{key}.real_years", f"must not be longer than perceived_years, which is {perceived}")
    return NatureRule(
        Verdict(current) if current else None, real, perceived, event, reviewed, reader.text(f"{key}.reference")
    )


def _idle(reader: Reader, key: str, *, event: bool, reviewed: bool) -> None:
    """Say why a nature's key that others have would do nothing here."""
    if reviewed:
        why = "has no effect on a nature that a reviewer grades; its one period is past_years; remove it"
        reader.idle |= {f"{key}.{name}": why for name in ("current", "real_years", "perceived_years")}
    elif event:
        why = "has no effect on an event, which is perceived for perceived_years; remove it"
        reader.idle |= {f"{key}.{name}": why for name in ("current", "real_years", "past_years")}
    else:
        reader.idle[f"{key}.past_years"] = "is for natures that a reviewer grades; give perceived_years instead"


def _reach(reader: Reader, key: str) -> ReachRule:
    if key.removeprefix("rules.") in ADDED and not reader.has(key):
        return ReachRule(None, frozenset(), frozenset(), "")
    grade = reader.choice(f"{key}.grade", (AS_DECLARED, "perceived"))
    only = reader.natures(f"{key}.natures")
    without = reader.natures(f"{key}.natures_without") or frozenset()
    without_wider = reader.natures(f"{key}.natures_without_wider") or frozenset()
    ceiling = None if grade in (AS_DECLARED, "") else Verdict(grade)
    natures = (frozenset(Nature) if only is None else only) - without
    return ReachRule(ceiling, natures, without_wider, reader.text(f"{key}.reference"))
