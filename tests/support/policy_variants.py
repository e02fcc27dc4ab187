"""Every policy that differs from the example in one value: what an owner might change, a step at a time."""

import re
from collections.abc import Iterator

from tests.support.policy import EXAMPLE
from tracker.domain.errors import BadPolicyError
from tracker.domain.policy import Policy, parse

# Who must decide is asked after the check, and the notice and the references only tell.
NOT_OF_THE_CHECK = {"policy", "decisions"}
# A wider holder's perceived connection stays perceived, so that a step more is no step; there is nothing to see.
WITHOUT_EFFECT = {"holders.wider: weaker_by = 2"}
_NUMBER = re.compile(r"(?P<key>\w[\w-]*) = (?P<number>\d+(\.\d+)?)")
_GRADE = re.compile(r'(?P<key>current|grade) = "(?P<grade>[a-z ]+)"')
_NATURES = re.compile(r"(?P<key>natures\w*) = \[(?P<list>.*)\]")
METRE = 0.001
_OTHER_GRADES = {"current": ("real", "perceived"), "grade": ("as declared", "perceived")}


def policy_variants() -> Iterator[tuple[str, str, Policy]]:
    """Yield the table, what it says instead, and the policy that says so; what no policy may say is left out."""
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    table = ""
    for number, line in enumerate(lines):
        if line.startswith("["):
            table = line.strip("[]")
        for changed in () if table in NOT_OF_THE_CHECK else _changes(line):
            if f"{table}: {changed}" in WITHOUT_EFFECT:
                continue
            try:
                yield table, changed, parse("\n".join([*lines[:number], changed, *lines[number + 1 :]]))
            except BadPolicyError:
                continue


def _changes(line: str) -> Iterator[str]:
    """Yield the line with its number a step more or less, another grade, or one nature fewer."""
    if found := _NUMBER.fullmatch(line):
        value = found["number"]
        steps = (float(value) + METRE, float(value) - METRE) if "." in value else (int(value) + 1, int(value) - 1)
        yield from (f"{found['key']} = {step:.3f}" if "." in value else f"{found['key']} = {step}" for step in steps)
    elif found := _GRADE.fullmatch(line):
        yield from (f'{found["key"]} = "{each}"' for each in _OTHER_GRADES[found["key"]] if each != found["grade"])
    elif found := _NATURES.fullmatch(line):
        natures = found["list"].split(", ")
        yield from (f"{found['key']} = [{', '.join(x for x in natures if x != each)}]" for each in natures)
