"""What is asked of a policy that is to be adopted, beyond what any policy ever adopted had to be."""

from collections.abc import Iterator

from tracker.domain.errors import BadPolicyError
from tracker.domain.facts import Nature, Verdict
from tracker.domain.policy import EVENTS, REACHES, REFERENCED, Policy, in_order, read
from tracker.domain.policy_reader import Reader

LONGEST_NAME = 100
# Of these texts a page or a list shows one line.
ONE_LINE = ("policy.name", "policy.version")


def candidate(text: str) -> Policy:
    """Read a policy that is to be adopted; raise BadPolicyError that lists every problem, its line and its cure.

    Beyond its form, its parts must not contradict each other, and must be what the check can answer.
    """
    reader, policy = read(text)
    _texts(reader)
    for nature in Nature:
        _nature(reader, policy, nature)
    for rule in REACHES:
        _reach(reader, rule)
    _neighbours(reader, policy)
    _numbers(reader, policy)
    if reader.problems:
        raise BadPolicyError(in_order(reader.problems))
    return policy


def _texts(reader: Reader) -> None:
    """Hold texts to what every page can show and every database keep."""
    for key in _text_keys():
        value = reader.value(key)
        if not isinstance(value, str):
            continue
        is_line = key in ONE_LINE
        if not all(sign.isprintable() or (sign in "\n\t" and not is_line) for sign in value):
            reader.refuse(key, "holds a sign that cannot be shown; take it out")
        if is_line and len(value) > LONGEST_NAME:
            reader.refuse(key, f"must be {LONGEST_NAME} signs or fewer")


def _text_keys() -> Iterator[str]:
    yield from (f"policy.{name}" for name in ("name", "version", "notice", "reference"))
    yield from (f"natures.{nature}.reference" for nature in Nature)
    yield from (f"rules.{rule}.reference" for rule in REACHES)
    yield from (f"{name}.reference" for name in REFERENCED)


def _nature(reader: Reader, policy: Policy, nature: Nature) -> None:
    """Hold a nature to what it is: a happening, a state, or what only a reviewer can grade."""
    key, rule = f"natures.{nature}", policy.natures[nature]
    if not reader.has(key):
        return
    if rule.event and rule.reviewed:
        reader.refuse(f"{key}.reviewed", "must not be true beside event; remove one of the two")
    elif rule.reviewed != (nature is Nature.OTHER):
        says = "must be true: a reviewer" if nature is Nature.OTHER else "must not be true: no reviewer"
        reader.refuse(f"{key}.reviewed", f"{says} grades connections of this nature")
    elif rule.event != (nature in EVENTS):
        says = "must be true: it happens on a day" if nature in EVENTS else "must not be true: it lasts, and has an end"
        reader.refuse(f"{key}.event", says)
    if rule.current is Verdict.UNDETERMINED:
        reader.refuse(f"{key}.current", 'give one of "perceived", "real": nobody could ever determine it')
    if rule.current is Verdict.PERCEIVED and rule.real_years:
        reader.refuse(
            f"{key}.real_years", "must not be there while current is perceived: it would weigh more when over"
        )


def _reach(reader: Reader, rule: str) -> None:
    key = f"rules.{rule}"
    only, without = reader.natures(f"{key}.natures"), reader.natures(f"{key}.natures_without")
    if only and without and only & without:
        names = ", ".join(sorted(only & without))
        reader.refuse(f"{key}.natures_without", f"must not take out what natures puts in: {names}")


def _neighbours(reader: Reader, policy: Policy) -> None:
    """Hold the neighbours to close family: of anybody further, no key is kept by which a neighbour is found."""
    rule = policy.reaches["neighbour"]
    missing = rule.natures - rule.natures_without_wider
    if missing:
        names = ", ".join(sorted(missing))
        reader.refuse(
            "rules.neighbour.natures_without_wider", f"must list {names} too: neighbours count for close family"
        )


def _numbers(reader: Reader, policy: Policy) -> None:
    # What could not be read is refused already, and reads as 0.
    refused = {each.key for each in reader.problems}
    zero = "give a whole number from 1 to 100, not 0: {}"
    if policy.valid_months < 1 and "declaration.valid_months" not in refused:
        reader.refuse("declaration.valid_months", zero.format("no declaration would count"))
    keys = {f"decisions.{verdict}": number for verdict, number in policy.decisions.items()}
    for key in sorted(keys.keys() - refused):
        if keys[key] < 1:
            reader.refuse(key, zero.format("somebody must decide"))
    if 0 < policy.decisions[Verdict.REAL] < policy.decisions[Verdict.PERCEIVED]:
        reader.refuse("decisions.real", "must not be fewer than for perceived, which weighs less")
