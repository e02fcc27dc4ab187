"""What is published of each holder and nature; and laws: what is held back moves no byte of what is published."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.publication import HILLTOP, changed_rules, example_rules, interest, interests, rules
from tracker.domain.dates import PartialDate
from tracker.domain.facts import Circle, Connection, Holder, Nature, Verdict
from tracker.domain.publication import KINDS, Extent, PublicationRules, parse
from tracker.domain.publishing import Entry, called, published

DAY = date(2026, 3, 2)
FAMILY_WORK = (
    "A member of the close family or household works at, governs or owns a provider or a like body, or did so in the "
    "last 3 years"
)
OWN = {
    Nature.EMPLOYMENT: f"Employment: {HILLTOP}, since September 2015",
    Nature.GOVERNANCE: f"A governing role: {HILLTOP}, since September 2015",
    Nature.OWNERSHIP: f"Ownership or a financial interest: {HILLTOP}, since September 2015",
    Nature.CONSULTANCY: f"Consultancy, advice or training: {HILLTOP}, since September 2015",
    Nature.COMPETITION: f"Competition: {HILLTOP}, since September 2015",
    Nature.GIFT: f"A gift or hospitality: {HILLTOP}, February 2025",
    Nature.PUBLIC_POSITION: f"A public position: {HILLTOP}, February 2025",
}
WORK = (Nature.EMPLOYMENT, Nature.GOVERNANCE, Nature.OWNERSHIP)


def told(*said: Connection, by: PublicationRules | None = None, on: date = DAY) -> list[str]:
    return [line.sentence for line in published(said, by or example_rules(), on)]


def as_bytes(said: Iterable[Connection], by: PublicationRules) -> bytes:
    return repr(Entry(*called("T100", "Ines Pector", by), published(said, by, DAY))).encode()


@pytest.mark.parametrize("holder", Holder)
@pytest.mark.parametrize("nature", Nature)
def test_the_example_publishes_own_public_interests_whole_and_of_others_at_most_that_there_is_one(
    nature: Nature, holder: Holder
) -> None:
    is_event = nature in {Nature.GIFT, Nature.PUBLIC_POSITION}
    found = told(interest(nature, holder, "2025-02-14" if is_event else "2015-09-07"))
    if holder is Holder.SELF:
        assert found == [OWN.get(nature, "No interest that is published")]
    elif holder.circle is Circle.FAMILY and nature in WORK:
        assert found == [FAMILY_WORK]
    else:
        assert found == ["No interest that is published"]


def test_nothing_declared_and_all_held_back_read_the_same_and_no_declaration_reads_otherwise() -> None:
    nil, withheld = told(), told(interest("dispute"), interest("service_use", "child"))
    assert nil == withheld == ["No interest that is published"]
    assert [line.sentence for line in published(None, example_rules(), DAY)] == ["No declaration is held"]


@pytest.mark.parametrize(
    ("ended_on", "on", "is_published"),
    [
        ("2023-03-02", DAY, True),
        ("2023-03-01", DAY, False),
        ("2023-03", DAY, True),
        ("2022", date(2025, 12, 31), True),
        ("2022", date(2026, 1, 1), False),
        ("2024-02-29", date(2027, 3, 1), True),
        ("2024-02-29", date(2027, 3, 2), False),
        ("2030-01-01", DAY, True),
    ],
)
def test_an_interest_is_published_for_years_after_it_ended_the_same_day_included(
    ended_on: str, on: date, *, is_published: bool
) -> None:
    for holder in ("self", "partner"):
        nothing = told(interest(holder=holder, ended_on=ended_on), on=on) == ["No interest that is published"]
        assert nothing is not is_published


def test_an_event_without_an_end_ended_when_it_happened_and_what_lies_ahead_is_not_published_yet() -> None:
    assert told(interest("gift", began_on="2023-02")) == ["No interest that is published"]
    assert told(interest("gift", began_on="2023-03")) == [f"A gift or hospitality: {HILLTOP}, March 2023"]
    assert told(interest(began_on="2026-03-03")) == ["No interest that is published"]
    assert told(interest(holder="partner", began_on="2026-03-03")) == ["No interest that is published"]
    assert told(interest(began_on="2026")) == [f"Employment: {HILLTOP}, since 2026"]


@pytest.mark.parametrize(
    ("precision", "dates"),
    [
        ("day", ", from 7 September 2015 until 31 July 2025"),
        ("month", ", from September 2015 until July 2025"),
        ("year", ", from 2015 until 2025"),
        ("none", ""),
    ],
)
def test_dates_are_as_precise_as_the_rules_have_it_and_never_more_than_declared(precision: str, dates: str) -> None:
    by = parse(changed_rules(('precision = "month"', f'precision = "{precision}"')))
    assert told(interest(ended_on="2025-07-31"), by=by) == [f"Employment: {HILLTOP}{dates}"]
    if dates:
        assert told(interest(began_on="2015"), by=by) == [f"Employment: {HILLTOP}, since 2015"]


def test_a_target_without_a_name_is_told_by_its_number() -> None:
    assert told(interest(target="ofsted-ey:EY900001", target_name="")) == [
        "Employment: ofsted-ey:EY900001, since September 2015"
    ]


def test_staff_numbers_alone_leave_no_name_to_be_found_or_sorted_by() -> None:
    by = parse(changed_rules(('inspectors = "names"', 'inspectors = "staff numbers"')))
    assert called("T100", "Ines Pector", by) == ("T100", "")
    entry = Entry(*called("T100", "Ines Pector", by), published((interest(),), by, DAY))
    assert entry.holds("t100 hilltop")
    assert not entry.holds("ines")


def is_withheld(each: Connection, by: PublicationRules) -> bool:
    return by.extent(each.holder.circle, each.nature) is Extent.NOTHING or each.span.first > DAY


@given(rules(), st.lists(interests()), st.lists(interests()), st.lists(interests()), st.randoms())
def test_two_declarations_that_differ_only_in_what_is_held_back_publish_the_same_bytes(
    by: PublicationRules,
    shared: list[Connection],
    one: list[Connection],
    other: list[Connection],
    chance: Random,
) -> None:
    ways = [[*shared, *(each for each in extra if is_withheld(each, by))] for extra in (one, other)]
    chance.shuffle(ways[0])
    chance.shuffle(ways[1])
    assert as_bytes(ways[0], by) == as_bytes(ways[1], by)


@st.composite
def alike(draw: st.DrawFn) -> tuple[Connection, Connection]:
    """Two interests of one kind, of people of one circle, that last or happened not long ago."""
    circle, kind = draw(st.sampled_from((Circle.FAMILY, Circle.WIDER))), draw(st.sampled_from(KINDS))
    holders = st.sampled_from([each for each in Holder if each.circle is circle])
    days = st.sampled_from(("2025-04", "2025-05-06", "2026-01-01"))
    one, other = (
        replace(
            draw(interests()),
            nature=draw(st.sampled_from(kind)),
            holder=draw(holders),
            began_on=PartialDate.parse(draw(days)),
            ended_on=None,
        )
        for _ in range(2)
    )
    return one, other


@given(rules(), st.lists(interests()), alike())
def test_a_category_tells_not_whose_of_its_circle_where_when_of_which_nature_or_how_many(
    by: PublicationRules, shared: list[Connection], pair: tuple[Connection, Connection]
) -> None:
    one, other = pair
    assert as_bytes([*shared, one], by) == as_bytes([other, *shared], by) == as_bytes([*shared, one, other], by)


@given(rules(), st.lists(interests()))
def test_grades_and_references_are_never_published(by: PublicationRules, said: list[Connection]) -> None:
    other = [replace(each, ref="CON-9", grade=Verdict.REAL) for each in said]
    assert as_bytes(said, by) == as_bytes(other, by)


@given(rules(), st.lists(interests()))
def test_of_other_people_neither_place_nor_date_is_published(by: PublicationRules, said: list[Connection]) -> None:
    others = [each for each in said if each.holder is not Holder.SELF]
    for line in published(others, by, DAY):
        assert (line.target, line.began_on, line.ended_on) == ("", "", "")
