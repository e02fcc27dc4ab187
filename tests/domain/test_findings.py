"""What a check found, as outsiders are given it."""

from tracker.domain.facts import Verdict
from tracker.domain.findings import Finding, Outcome, Reason

LINK = Reason("link", ("gias:1", "gias:2"), "Oak became Ash", "became Ash", ("gias:1", "gias:2"))
END = Reason("assignment", ("gias:2",), "Ash is to be inspected", "to be inspected", ("gias:2",))
REAL = Finding("succession", Verdict.REAL, (LINK, END), "connection:1")
PERCEIVED = Finding("familiarity", Verdict.PERCEIVED, (END,))
UNDETERMINED = Finding("awaiting-review", Verdict.UNDETERMINED, (END,), "connection:2")


def test_a_finding_is_given_with_its_whole_sentence_its_chain_and_its_fingerprint() -> None:
    assert REAL.to_json() == {
        "rule": "succession",
        "verdict": "real",
        "reason": "Oak became Ash; Ash is to be inspected.",
        "path": [
            {"fact": "link", "refs": ["gias:1", "gias:2"], "words": "became Ash", "sentence": "Oak became Ash"},
            {
                "fact": "assignment",
                "refs": ["gias:2"],
                "words": "to be inspected",
                "sentence": "Ash is to be inspected",
            },
        ],
        "connection": "connection:1",
        "fingerprint": REAL.fingerprint,
    }
    assert PERCEIVED.to_json()["connection"] is None


def test_an_outcome_tells_the_heaviest_first_and_each_rule_once() -> None:
    outcome = Outcome.of((UNDETERMINED, PERCEIVED, REAL, REAL))
    assert outcome == Outcome(Verdict.REAL, (REAL, REAL, PERCEIVED, UNDETERMINED))
    assert outcome.rules == ("succession", "familiarity", "awaiting-review")
    assert Outcome.of(()) == Outcome(Verdict.CLEAR, ())
