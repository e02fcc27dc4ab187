"""A policy's text is taken, or each of its faults is named with its line, its key and the cure."""

from dataclasses import asdict

import pytest

from tests.support.cases import all_cases, facts_of
from tests.support.policy import EXAMPLE, changed
from tracker.domain.check import check
from tracker.domain.errors import BadPolicyError
from tracker.domain.facts import Nature, Verdict
from tracker.domain.policy import Policy, parse
from tracker.domain.policy_demands import candidate
from tracker.domain.toml_faults import decoded

TEXT = EXAMPLE.read_text("utf-8")
EMPLOYMENT = '[natures.employment]\ncurrent = "real"\nreal_years = 3\n'
WIDER = 'natures_without_wider = ["employment", "governance", "ownership", "competition", "service_use"]\n'
MAINTAINED = 'natures = ["employment", "governance", "consultancy"]'


def faults(text: str) -> list[str]:
    """The problems of a text that is to be adopted; each is one line."""
    with pytest.raises(BadPolicyError) as refused:
        candidate(text)
    lines = [str(each) for each in refused.value.problems]
    assert all(line.isprintable() for line in lines)
    return lines


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_the_shipped_example_is_taken_with_any_line_ends_and_a_mark_before_it() -> None:
    policy = candidate(TEXT)
    assert asdict(candidate(TEXT.replace("\n", "\r\n"))) == asdict(policy)
    assert asdict(candidate(f"\ufeff{TEXT}")) == asdict(policy)
    assert policy.natures[Nature.EMPLOYMENT].real_years == 3


@pytest.mark.parametrize(
    ("old", "new", "key", "says"),
    [
        # Not TOML
        ('version = "2026-1"', 'version = "2026-1', "policy.version", "does not end on its line"),
        ("valid_months = 12", "valid_months 12", "declaration.valid_months", "write key = value"),
        ("valid_months = 12", "valid_months = twelve", "declaration.valid_months", "no value that TOML knows"),
        ("valid_months = 12", "valid_months = 12 months", "declaration.valid_months", "behind its value"),
        ("valid_months = 12", "valid_months = 2026-02-30", "declaration.valid_months", "no day or time"),
        ("valid_months = 12", f"valid_months = {'9' * 4_900}", "declaration.valid_months", "more digits"),
        ("valid_months = 12", "valid_months = 12\x00", "declaration.valid_months", "behind its value"),
        ('version = "2026-1"', 'version = "2026\x00"', "policy.version", "sign that cannot be shown"),
        ('version = "2026-1"', 'version = "C:\\new\\policy"', "policy.version", "write \\\\"),
        ("valid_months = 12", "= 12", "line 13", "write key = value"),
        ("[dates]", "[dates", "dates", "end it with ]"),
        ("valid_months = 12", "valid_months = 12\r13", "declaration.valid_months", "behind its value"),
        # Twice
        ("valid_months = 12", "valid_months = 12\nvalid_months = 13", "declaration.valid_months", "remove one"),
        ("[dates]", "[declaration]", "declaration", "stands there already"),
        ("[rules.neighbour.km]", "[rules.neighbour.km.gias]", "rules.neighbour.km.gias", "km.gias"),
        # Unknown
        ("valid_months = 12", "valid_month = 12", "declaration.valid_month", "did you mean declaration.valid_months?"),
        ("[natures.gift]", "[natures.gifts]", "natures.gifts", "did you mean natures.gift?"),
        ("[policy]", "[policy]\nowner = 'me'", "policy.owner", "policy has engagements, name, notice, reference"),
        ("[policy]", "weather = 'fine'\n[policy]", "weather", "remove it"),
        ("[policy]", "valid_months = 12\n[policy]", "valid_months", "did you mean declaration.valid_months?"),
        (EMPLOYMENT, EMPLOYMENT.replace("real_", "reel_"), "natures.employment.reel_years", "natures.employment.real_"),
        # A wrong type or value
        ("valid_months = 12", 'valid_months = "12"', "declaration.valid_months", "not the text “12”"),
        ("valid_months = 12", "valid_months = true", "declaration.valid_months", "not true"),
        ("valid_months = 12", "valid_months = 12.5", "declaration.valid_months", "not 12.5"),
        ("valid_months = 12", "valid_months = [12]", "declaration.valid_months", "not another list"),
        ("valid_months = 12", "valid_months = {}", "declaration.valid_months", "not a table"),
        ("valid_months = 12", "valid_months = 2026-02-03", "declaration.valid_months", "the date or time 2026-02-03"),
        ("valid_months = 12", "valid_months = 101", "declaration.valid_months", "from 0 to 100, not 101"),
        ("valid_months = 12", "valid_months = -1", "declaration.valid_months", "not -1"),
        ("valid_months = 12", "valid_months = 0", "declaration.valid_months", "not 0"),
        ("valid_months = 12", f"valid_months = 0x{'f' * 4_900}", "declaration.valid_months", "too long to show"),
        ("gias = 5.0", "gias = nan", "rules.neighbour.km.gias", "not nan"),
        ("gias = 5.0", "gias = inf", "rules.neighbour.km.gias", "not inf"),
        ("gias = 5.0", "gias = 10.5", "rules.neighbour.km.gias", "up to 10, not 10.5"),
        ('name = "Example policy"', 'name = " "', "policy.name", "not an empty text"),
        ('name = "Example policy"', 'name = "a\\u0000b"', "policy.name", "sign that cannot be shown"),
        ('name = "Example policy"', 'name = "a\\nb"', "policy.name", "sign that cannot be shown"),
        ('name = "Example policy"', f'name = "{"a" * 101}"', "policy.name", "100 signs or fewer"),
        ('engagements = ["staff", "contracted"]', "engagements = []", "policy.engagements", "one or more of staff"),
        ('engagements = ["staff", "contracted"]', 'engagements = ["temp"]', "policy.engagements", "not the list temp"),
        (EMPLOYMENT, EMPLOYMENT.replace('"real"', '"big"'), "natures.employment.current", 'one of "perceived", "real"'),
        (MAINTAINED, 'natures = [["employment"], {a = 1}]', "rules.maintained-by.natures", "a list of natures"),
        ('"household"]', '"household", "cat"]', "holders.family.holders", "must list child"),
        ("days_before = 1", "days_before = 'one'", "confirmation.days_before", "whole number"),
        # Missing
        ("valid_months = 12\n", "", "declaration.valid_months", "it is missing"),
        ("[decisions]\nundetermined = 1\nperceived = 1\nreal = 2\n", "[decisions.more]\n", "decisions.real", "missing"),
        # Contradictions
        (EMPLOYMENT, EMPLOYMENT.replace("3", "7"), "natures.employment.real_years", "longer than perceived_years"),
        (EMPLOYMENT, EMPLOYMENT.replace('"real"', '"perceived"'), "natures.employment.real_years", "more when over"),
        (EMPLOYMENT, f"{EMPLOYMENT}past_years = 2\n", "natures.employment.past_years", "perceived_years instead"),
        (EMPLOYMENT, f"{EMPLOYMENT}event = true\n", "natures.employment.event", "must not be true"),
        (EMPLOYMENT, f"{EMPLOYMENT}event = true\nreviewed = true\n", "natures.employment.reviewed", "one of the two"),
        (
            "[natures.other]\nreviewed = true",
            "[natures.other]\nevent = true",
            "natures.other.reviewed",
            "reviewer grades",
        ),
        ("[natures.gift]\nevent = true", '[natures.gift]\ncurrent = "real"', "natures.gift.event", "must be true"),
        (
            "[natures.gift]\nevent = true",
            "[natures.gift]\nevent = true\nreal_years = 1",
            "natures.gift.real_years",
            "event",
        ),
        (MAINTAINED, f'{MAINTAINED}\nnatures_without = ["governance"]', "rules.maintained-by.natures_without", "takes"),
        (WIDER, "", "rules.neighbour.natures_without_wider", "close family"),
        ("real = 2", "real = 0", "decisions.real", "somebody must decide"),
        ("perceived = 1\nreal = 2", "perceived = 3\nreal = 2", "decisions.real", "fewer than for perceived"),
    ],
)
def test_a_fault_is_named_with_its_line_its_key_and_the_cure(old: str, new: str, key: str, says: str) -> None:
    text = changed((old, new))
    found = faults(text)
    begins = [line for line in found if key in line and says.removesuffix("takes") in line]
    assert begins, found
    # What is missing is told at the head of its table.
    head = TEXT[: TEXT.index(old)].rfind("\n[") + 1
    first = TEXT[:head].count("\n") + 1 if "missing" in begins[0] or not new else line_of(TEXT, old)
    last = line_of(TEXT, old) + old.count("\n") + new.count("\n")
    number = int(begins[0].split(":")[0].removeprefix("line "))
    assert first <= number <= last, begins


def test_all_faults_are_told_at_once_by_line_and_each_but_once() -> None:
    text = changed(("valid_months = 12", "valid_months = 0"), ("gias = 5.0", "gias = -1"), ("real = 2", "real = 'two'"))
    found = faults(text)
    assert [line.split(": ")[1] for line in found] == [
        "declaration.valid_months",
        "rules.neighbour.km.gias",
        "decisions.real",
    ]


def test_a_table_that_is_missing_is_one_fault_and_not_as_many_as_it_has_keys() -> None:
    assert [line.split(": ", 1)[1].split(":")[0] for line in faults("# nothing")] == [
        *("holders", "policy", "natures", "rules", "declaration", "dates", "decisions")
    ]


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b" \r\n", "This file is empty"),
        (b"x" * 1_000_000, "larger than 200,000 bytes"),
        (TEXT.encode() + b"\n# caf\xe9\n", f"line {TEXT.count(chr(10)) + 2}: holds what is not UTF-8"),
        (TEXT.encode("utf-16"), "line 1: holds what is not UTF-8"),
        (b"[" * 100_000, "line 1: is longer than 5,000 signs"),
        (b"a = " + b"[\n" * 90_000, "too deeply"),
        (b".".join([b"a"] * 90_000), "line 1: is longer"),
        (b"\n".join(b"a%d = 1" % number for number in range(10_000)), "holders: is missing"),
        (b"<!DOCTYPE html><html></html>", "line 1: is nothing that TOML knows"),
        (b"policy = 3\nnatures = [1]\nrules = 'x'\nholders = []\ndecisions = {}\n", "policy.name"),
    ],
)
def test_a_file_that_is_no_policy_at_all_is_refused_in_words(raw: bytes, says: str) -> None:
    with pytest.raises(BadPolicyError) as refused:
        candidate(decoded(raw))
    assert any(says in str(each) for each in refused.value.problems), refused.value
    assert len(refused.value.problems) < 200


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("valid_months = 12", "valid_months = 0"),
        ("real = 2", "real = 0"),
        (WIDER, ""),
        ("[natures.gift]\nevent = true", '[natures.gift]\ncurrent = "real"'),
        (EMPLOYMENT, EMPLOYMENT.replace('"real"', '"undetermined"')),
    ],
)
def test_what_was_adopted_before_more_was_asked_is_read_for_ever(old: str, new: str) -> None:
    text = changed((old, new))
    assert faults(text)
    assert parse(text).natures[Nature.GOVERNANCE].current is Verdict.REAL


def earlier() -> Policy:
    """The example as the first policies were, without any of the rules that came later."""
    head, _, rest = TEXT.partition("[rules.organisation]")
    return parse(head + "[decisions]" + rest.partition("[decisions]")[2])


def test_a_policy_of_an_earlier_form_lacks_the_later_rules() -> None:
    policy = earlier()
    assert (policy.familiar_visits, policy.confirm_days, policy.neighbour_metres) == (0, None, {})
    assert not policy.reaches["organisation"].natures


def test_a_policy_of_an_earlier_form_finds_nothing_by_the_later_rules_in_any_situation() -> None:
    policy, later = earlier(), {"organisation", "neighbour", "neighbour-unknown", "familiarity", "not-confirmed"}
    for case in all_cases():
        assert not later & set(check(facts_of(case), policy).rules), case["name"]
