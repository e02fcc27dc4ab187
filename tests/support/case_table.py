"""`python -m tests.support.case_table`: how many situations find each rule, and how many nearly do."""

from collections.abc import Iterable

from tests.support.cases import RULES, Case, all_cases, findings_and_near_misses


def table(cases: Iterable[Case]) -> str:
    """Return a line a rule: its name, how many cases find it, how many nearly do."""
    listed = list(cases)
    found, missed = findings_and_near_misses(listed)
    lines = [f"{'rule':<18}{'finds':>6}{'nearly':>8}"]
    lines += [f"{rule:<18}{found[rule]:>6}{missed[rule]:>8}" for rule in RULES]
    clear = sum(not case["expect"] for case in listed)
    return "\n".join([*lines, f"{len(listed)} situations, of which {clear} are clear"])


if __name__ == "__main__":
    print(table(all_cases()))
