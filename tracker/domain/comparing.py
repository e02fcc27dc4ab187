"""What another policy would change: one assignment's answers under both, and the tally over all of them."""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from tracker.domain.facts import Verdict
from tracker.domain.findings import Outcome
from tracker.domain.lifecycle import Ruled, State, is_covered
from tracker.domain.policy import Policy


@dataclass(frozen=True, slots=True)
class Judged:
    """What a check answers for an assignment under one policy, and whether decisions cover all that it finds."""

    outcome: Outcome
    covered: bool

    @staticmethod
    def by(outcome: Outcome, policy: Policy, ruled: Collection[Ruled]) -> "Judged":
        """Return an outcome with what the decisions so far are worth under this policy."""
        covers = (is_covered(each.fingerprint, each.verdict, ruled, policy.decisions) for each in outcome.findings)
        return Judged(outcome, all(covers))

    def says_as(self, other: "Judged") -> bool:
        """Tell whether both have the same verdict by the same rules, and are covered alike."""
        return (self.outcome.verdict, set(self.outcome.rules), self.covered) == (
            other.outcome.verdict,
            set(other.outcome.rules),
            other.covered,
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """An open assignment that would be judged otherwise; of whom and where is not told.

    `gone` and `come` are the rules that find something before only, or after only. `is_questioned` is for a confirmed
    one that would become questioned, `is_undecided` for a proposed one whose decisions would no longer suffice;
    `is_anyway` for one that will be judged so by then under the policies adopted so far.
    """

    assignment: str
    engagement: str
    state: State
    before: Verdict
    after: Verdict
    gone: tuple[str, ...]
    come: tuple[str, ...]
    is_questioned: bool
    is_undecided: bool
    is_anyway: bool


def difference(
    assignment: str, engagement: str, state: State, *, now: Judged, then: Judged, anyway: Judged
) -> Difference | None:
    """Return how an assignment would be judged otherwise, None where nothing would differ."""
    before, after = now.outcome, then.outcome
    gone = tuple(rule for rule in before.rules if rule not in after.rules)
    come = tuple(rule for rule in after.rules if rule not in before.rules)
    is_uncovered = now.covered and not then.covered
    is_questioned = state is State.CONFIRMED and not then.covered
    is_undecided = state is State.PROPOSED and is_uncovered and bool(before.findings)
    is_same = before.verdict is after.verdict and not gone and not come
    if is_same and not is_undecided and not (is_questioned and is_uncovered):
        return None
    is_anyway = anyway.says_as(then) and not anyway.says_as(now)
    return Difference(
        assignment,
        engagement,
        state,
        before.verdict,
        after.verdict,
        gone,
        come,
        is_questioned=is_questioned,
        is_undecided=is_undecided,
        is_anyway=is_anyway,
    )


@dataclass(slots=True)
class Tally:
    """How many assignments go from which verdict to which, and a digest of all differences in their order."""

    flows: Counter[tuple[Verdict, Verdict]] = field(default_factory=Counter)
    differing: int = 0
    questioned: int = 0
    anyway: int = 0
    _digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def add(self, flows: Mapping[tuple[Verdict, Verdict], int], differences: Collection[Difference]) -> None:
        """Count some more."""
        self.flows.update(flows)
        self.differing += len(differences)
        for each in differences:
            self.questioned += each.is_questioned
            self.anyway += each.is_anyway
            line = (each.assignment, each.state, each.before, each.after, each.gone, each.come)
            self._digest.update(json.dumps([*line, each.is_questioned, each.is_undecided]).encode())

    @property
    def total(self) -> int:
        """How many assignments were compared."""
        return self.flows.total()

    @property
    def digest(self) -> str:
        """The digest so far: the same for the same differences in the same order."""
        return self._digest.hexdigest()
