"""The check itself: every rule over the facts, and the worst that was found."""

from tracker.domain.facts import Facts
from tracker.domain.findings import Outcome
from tracker.domain.policy import Policy
from tracker.domain.reaches import Case
from tracker.domain.rules import RULES


def check(facts: Facts, policy: Policy) -> Outcome:
    """Run every rule over the facts and answer with the worst verdict and every reason for it."""
    case = Case(facts, policy)
    return Outcome.of(tuple(finding for rule in RULES for finding in rule(case)))
