"""Whether a check that is run again on its own facts under its own policy answers what it answered then."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from tracker.domain.findings import Outcome


def differences(verdict: str, findings: Sequence[Mapping[str, Any]], again: Outcome) -> tuple[str, ...]:
    """Return in sentences what a replayed check answers otherwise than the check did; none where all is the same.

    `findings` are as they were kept. Two findings are the same where their fingerprints are: their rule, their verdict
    and the content of their facts. How a sentence is worded may change from one version of the tracker to the next.
    """
    found = []
    if verdict != again.verdict:
        found.append(f"the verdict was {verdict}, and is {again.verdict}")
    then = Counter((each["fingerprint"], each["rule"], each["verdict"]) for each in findings)
    now = Counter((each.fingerprint, each.rule, str(each.verdict)) for each in again.findings)
    found += [f"a finding is missing: {each} by {rule}" for _, rule, each in sorted((then - now).elements())]
    found += [f"a finding is new: {each} by {rule}" for _, rule, each in sorted((now - then).elements())]
    return tuple(found)


def is_worded_alike(findings: Sequence[Mapping[str, Any]], again: Outcome) -> bool:
    """Tell whether every finding is told in the sentence in which it was told then."""
    return Counter(each["reason"] for each in findings) == Counter(each.sentence for each in again.findings)
