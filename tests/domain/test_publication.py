"""The rules of publication are read whole, or each fault is named with its line, its key and the cure."""

import pytest

from tests.support.publication import TEXT, changed_rules, example_rules
from tracker.domain.errors import BadPolicyError
from tracker.domain.facts import Circle, Nature
from tracker.domain.publication import KINDS, Extent, Precision, PublicationRules, Shown, parse
from tracker.domain.publication_words import in_words, notice

WORK = 'category = ["employment", "governance", "ownership"]'


def faults(text: str) -> list[str]:
    """The problems of a text; each is one line."""
    with pytest.raises(BadPolicyError) as refused:
        parse(text)
    lines = [str(each) for each in refused.value.problems]
    assert all(line.isprintable() for line in lines)
    return lines


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def words_of(rules: PublicationRules) -> str:
    return " ".join(each for told in in_words(rules) for each in (told.heading, *told.says, told.why))


def test_the_example_says_that_it_is_one_and_is_taken_with_any_line_ends() -> None:
    assert "example: not Ofsted's own" in TEXT
    assert parse(TEXT.replace("\n", "\r\n")) == example_rules()
    rules = example_rules()
    assert (rules.shown, rules.precision, rules.years) == (Shown.NAMES, Precision.MONTH, 3)


def test_each_nature_is_of_one_kind() -> None:
    assert sorted(nature for kind in KINDS for nature in kind) == sorted(Nature)


@pytest.mark.parametrize(
    ("old", "new", "at", "key", "says"),
    [
        ('precision = "month"', 'precision = "week"', "precision =", "dates.precision", '"year", "none", not the text'),
        ('precision = "month"', "precision = month", "precision =", "dates.precision", "no value that TOML knows"),
        ("years = 3", "years = -1", "years =", "ended.years", "from 0 to 100, not -1"),
        ("years = 3", "years = true", "years =", "ended.years", "whole number"),
        ("years = 3", "year = 3", "year = 3", "ended.year", "did you mean ended.years?"),
        ('inspectors = "names"', 'inspectors = "initials"', "inspectors =", "inspectors", '"names", "staff numbers"'),
        ('name = "Example rules of publication"\n', "", "# Example", "name", "it is missing"),
        ("[wider]", "[others]", "# Example", "wider", "add the table with its keys, as the example has it"),
        ("[wider]", "[others]", "[others]", "others", "is no key of the rules of publication"),
        (f"[family]\n{WORK}", "[family]", "[family]", "family.category", "give a list of natures, [] for none"),
        (WORK, 'category = "employment"', 'category = "emp', "family.category", "not the text “employment”"),
        (WORK, 'category = ["work"]', 'category = ["work"]', "family.category", "not the list work"),
        (WORK, 'category = ["employment", "governance"]', "nothing = [\n", "family.nothing", "leaves out ownership"),
        ('["sought_work", "service', '["gift", "sought_work", "service', 'nothing = ["gift', "self.nothing", "gift"),
        (WORK, f'whole = ["gift"]\n{WORK}', 'whole = ["gift', "family.whole", "names where somebody else works"),
        (
            f"{WORK}\nnothing = [\n",
            'category = ["employment"]\nnothing = ["governance", "ownership",\n',
            'category = ["employment"]',
            "family.category",
            "lists employment without governance, ownership, and all are told in the same words",
        ),
    ],
)
def test_a_fault_is_named_with_its_line_its_key_and_the_cure(old: str, new: str, at: str, key: str, says: str) -> None:
    text = changed_rules((old, new))
    found = faults(text)
    begins = f"line {line_of(text, at)}: {key}: "
    assert [line for line in found if line.startswith(begins) and says in line], found


def test_what_is_no_toml_or_empty_is_refused() -> None:
    assert faults("[self") == ["line 1: self: the table's name is not closed; end it with ]"]
    assert faults("") == ["This file is empty"]


def test_the_words_tell_each_part_of_the_rules() -> None:
    words = words_of(example_rules())
    for says in (
        "By name and staff number.",
        "Published whole: employment, a governing role, ownership or a financial interest,",
        "Not published: work that was sought, use of the services, a close personal tie, a dispute",
        "“A member of the close family or household works at, governs or owns a provider or a like body, or did so in",
        "Nothing is published.",
        "To the month",
        "for 3 years after it ended",
        "Notes, reviewers’ words and grades",
    ):
        assert says in words


def test_the_words_follow_other_rules() -> None:
    changes = [("years = 3", "years = 0"), ('"month"\nwhy', '"none"\nwhy'), ('"names"\n\n', '"staff numbers"\n\n')]
    rules = parse(changed_rules(*changes))
    words = words_of(rules)
    for says in ("By staff number alone", "No dates are published.", "while it lasts and no longer", "a like body”."):
        assert says in words
    assert notice(rules).startswith("Interests that inspectors declared and hold now, as far")
    assert "in the last year, as" in notice(parse(changed_rules(("years = 3", "years = 1"))))


def test_of_other_people_no_rules_publish_more_than_a_category() -> None:
    whole = dict.fromkeys(Nature, Extent.WHOLE)
    rules = PublicationRules("", Shown.NAMES, Precision.DAY, 1, dict.fromkeys(Circle, whole), {})
    assert rules.of(Circle.SELF, Extent.WHOLE) == tuple(Nature)
    assert rules.of(Circle.FAMILY, Extent.CATEGORY) == rules.of(Circle.WIDER, Extent.CATEGORY) == tuple(Nature)
