"""What a check finds: a verdict, and for each finding the chain of facts that it rests on, in plain sentences."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tracker.domain.facts import Verdict

FINGERPRINT_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Reason:
    """One fact of a finding's chain.

    `fact` is its kind (connection, link, membership, maintenance, declaration, assignment); `refs` name it so that a
    page can link it; `sentence` says it in full, `words` in the few words that a picture has room for; `content` is
    what it rests on, free of row numbers and of names, which may change while the fact does not.
    """

    fact: str
    refs: tuple[str, ...]
    sentence: str
    words: str
    content: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One reason not to call an assignment clear: the rule that found it, its verdict and its chain of facts."""

    rule: str
    verdict: Verdict
    reasons: tuple[Reason, ...]
    connection: str = ""

    @property
    def sentence(self) -> str:
        """The whole chain as one sentence."""
        text = "; ".join(reason.sentence for reason in self.reasons)
        return f"{text[:1].upper()}{text[1:]}."

    @cached_property
    def fingerprint(self) -> str:
        """A digest of the rule, the verdict and the content of the facts: equal facts keep it, changed facts end it."""
        content = [self.rule, self.verdict, *([reason.fact, *reason.content] for reason in self.reasons)]
        text = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:FINGERPRINT_LENGTH]

    def to_json(self) -> dict[str, Any]:
        """Return the finding as plain JSON values, as outsiders get it (contract: rule, verdict, reason, path)."""
        return {
            "rule": self.rule,
            "verdict": str(self.verdict),
            "reason": self.sentence,
            "path": [
                {"fact": each.fact, "refs": list(each.refs), "words": each.words, "sentence": each.sentence}
                for each in self.reasons
            ],
            "connection": self.connection or None,
            "fingerprint": self.fingerprint,
        }


def heaviest(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the heaviest of some verdicts, clear where there is none."""
    return max(verdicts, key=lambda each: each.weight, default=Verdict.CLEAR)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A check's answer: the worst verdict of its findings (clear where there are none), and all of them."""

    verdict: Verdict
    findings: tuple[Finding, ...]

    @staticmethod
    def of(findings: tuple[Finding, ...]) -> "Outcome":
        """Return the outcome of these findings, the heaviest first."""
        ordered = tuple(sorted(findings, key=lambda each: (-each.verdict.weight, each.rule, each.connection)))
        return Outcome(ordered[0].verdict if ordered else Verdict.CLEAR, ordered)

    @property
    def rules(self) -> tuple[str, ...]:
        """The names of the rules that found something, each once, the heaviest first."""
        return tuple(dict.fromkeys(finding.rule for finding in self.findings))
