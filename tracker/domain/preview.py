"""What a connection would stop its inspector from inspecting, told before it is filed: by the very rules of the check.

The preview is of an inspection on one day, and of what this connection alone would find. It is counted by provider:
each stands once, under the weightiest of its findings.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from tracker.domain.check import check
from tracker.domain.dates import in_words
from tracker.domain.facts import Connection, Facts, Provider, Standing, Verdict, World
from tracker.domain.findings import Finding
from tracker.domain.horizon import LATEST, VERDICTS, Horizon, horizon
from tracker.domain.policy import Policy

# What the way is called, in the order in which it is told. {target} is the connection's target, {n} how many, {noun}
# what such providers are called, {km} the policy's distance.
WAYS: dict[str, str] = {
    "direct": "{target} itself",
    "succession": "{n} {noun} that {target} became or came from",
    "shared-line": "{n} {noun} that split from the same one as {target}, or merged into the same one",
    "associated": "{n} {noun} that the register links with {target}",
    "group": "{n} {noun} in {target}",
    "same-group": "{n} {other} in one trust or other group with {target}",
    "maintained-by": "{n} {noun} that {target} maintains",
    "organisation": "{n} {noun} with which a reviewer linked {target}",
    "neighbour": "{n} {noun} within {km} km",
    "neighbour-unknown": "{n} {noun} in the same local authority, of which nobody can tell how near they are",
    "awaiting-review": "{n} {noun}, depending on how a reviewer grades it",
}
# One, several, and several others, by register.
NOUNS = {
    "gias": ("school or college", "schools and colleges", "other schools and colleges"),
    "ofsted-ey": ("setting", "settings", "other settings"),
    "la": ("local authority", "local authorities", "other local authorities"),
}
_PROVIDERS = ("provider", "providers", "other providers")
ALONE = "other provider"


@dataclass(frozen=True, slots=True)
class Stop:
    """Providers that a connection keeps an inspector from in one way, with one verdict; those that have closed apart.

    `sentence` says so in a few words; `providers` are the open ones by name, `closed` how many more have closed.
    """

    rule: str
    verdict: Verdict
    sentence: str
    providers: tuple[Provider, ...]
    closed: int = 0


@dataclass(frozen=True, slots=True)
class Preview:
    """All that a connection stops, the weightiest first, and until when it counts, in words."""

    stops: tuple[Stop, ...]
    until: str

    @property
    def is_nothing(self) -> bool:
        """Whether it stops nothing that is open."""
        return not any(stop.providers for stop in self.stops)


def facts_of(connection: Connection, provider: str, areas: tuple[World, ...], on: date) -> Facts:
    """Return what a check would be told of an inspection on a day, were this the inspector's only connection."""
    return Facts("", provider, on, on, Standing("", on), (connection,), areas)


def stopped(
    connection: Connection, policy: Policy, worlds: Mapping[str, World], providers: Iterable[str], on: date
) -> dict[str, Finding]:
    """Return for each of these providers that the connection reaches its weightiest finding.

    `worlds` has the area of each of them and of the connection's target.
    """
    here = worlds[connection.target]
    found: dict[str, Finding] = {}
    order = list(WAYS)
    for ref in providers:
        there = worlds[ref]
        areas = tuple(each for each in ((here,) if here is there else (there, here)) if each.refs)
        outcome = check(facts_of(connection, ref, areas, on), policy)
        own = [each for each in outcome.findings if each.connection == connection.ref]
        if own:
            found[ref] = min(own, key=lambda each: (-each.verdict.weight, order.index(each.rule)))
    return found


def preview(
    connection: Connection, policy: Policy, worlds: Mapping[str, World], found: Mapping[str, Finding]
) -> Preview:
    """Return what was found, gathered by way and verdict, in words."""
    gathered: dict[tuple[str, Verdict], list[Provider]] = {}
    for ref, finding in found.items():
        gathered.setdefault((finding.rule, finding.verdict), []).append(worlds[ref].by_ref[ref])
    order = list(WAYS)
    keys = sorted(gathered, key=lambda key: (-key[1].weight, order.index(key[0])))
    stops = tuple(_stop(connection, policy, rule, verdict, gathered[rule, verdict]) for rule, verdict in keys)
    return Preview(stops, _until(horizon(connection, policy)))


def _stop(connection: Connection, policy: Policy, rule: str, verdict: Verdict, providers: list[Provider]) -> Stop:
    still = sorted((each for each in providers if not each.is_closed), key=lambda each: (each.name, each.ref))
    number, registers = len(still), {each.register for each in still}
    one, several, others = NOUNS.get(registers.pop(), _PROVIDERS) if len(registers) == 1 else _PROVIDERS
    metres = max((policy.neighbour_metres.get(each.register, 0) for each in still), default=0)
    sentence = WAYS[rule].format(
        target=connection.target_name,
        n=f"{number:,}",
        noun=one if number == 1 else several,
        other=f"other {one}" if number == 1 else others,
        km=f"{metres / 1000:g}",
    )
    return Stop(rule, verdict, sentence, tuple(still), len(providers) - number)


def _until(of: Horizon | None) -> str:
    """Return until when inspections may begin for which it counts, and how heavily."""
    if of is None:
        return "By the policy in force it never counts."
    if of.last >= LATEST:
        return f"It counts as {VERDICTS[of.now]} for as long as it lasts."
    steps = [(of.now, of.last), (of.soon, of.soon_until), (of.late, of.late_until)]
    said: list[tuple[int, int]] = []
    for heavy, last in steps:
        if said and said[-1][0] == heavy:
            said[-1] = (heavy, max(last, said[-1][1]))
        elif not said or last > said[-1][1]:
            said.append((heavy, last))
    words = [
        f"{VERDICTS[heavy]} for inspections that begin up to {in_words(date.fromordinal(last))}" for heavy, last in said
    ]
    return f"It counts as {', then as '.join(words)}."
