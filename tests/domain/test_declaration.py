"""Two declarations are compared by what they state: added, left out, said otherwise, kept."""

import random

from tracker.domain.dates import PartialDate
from tracker.domain.declaration import Declared, difference
from tracker.domain.facts import Connection, Holder, Nature


def _declared(
    target: str = "gias:1",
    began: str = "2015",
    ended: str = "",
    *,
    holder: Holder = Holder.SELF,
    nature: Nature = Nature.EMPLOYMENT,
    note: str = "",
) -> Declared:
    end = PartialDate.parse(ended) if ended else None
    name = {"gias:1": "Hilltop", "gias:2": "Vale"}.get(target, target)
    return Declared(Connection("CON", nature, holder, target, name, PartialDate.parse(began), end), note)


def test_the_same_in_another_order_is_no_difference() -> None:
    stated = [_declared(), _declared("gias:2"), _declared(holder=Holder.PARTNER), _declared()]
    other = stated[:]
    random.Random(1).shuffle(other)

    found = difference(stated, other)

    assert found.is_none
    assert len(found.kept) == 4


def test_what_is_new_is_added_and_what_is_not_stated_again_is_removed() -> None:
    found = difference([_declared()], [_declared("gias:2")])

    assert [each.sentence for each in found.added] == ["Employment (the inspector): Vale, since 2015."]
    assert [each.sentence for each in found.removed] == ["Employment (the inspector): Hilltop, since 2015."]
    assert found.changed == ()


def test_an_end_that_was_added_is_said_in_words() -> None:
    found = difference([_declared()], [_declared(ended="2026-02")])

    assert [each.sentences for each in found.changed] == [
        ("Hilltop: the end was not stated (it still held), and is now February 2026.",)
    ]
    assert found.added == found.removed == ()


def test_a_changed_note_and_a_changed_holder_are_changes_of_the_same_connection() -> None:
    found = difference([_declared(note="a")], [_declared(holder=Holder.PARENT, note="b")])

    assert found.changed[0].sentences == (
        "Hilltop: the holder was the inspector, and is now a parent.",
        "Hilltop: the note was “a”, and is now “b”.",
    )


def test_the_likeliest_are_paired_when_several_are_of_one_target() -> None:
    old = [_declared(), _declared(holder=Holder.PARTNER)]
    new = [_declared(holder=Holder.PARTNER, ended="2020"), _declared()]

    found = difference(old, new)

    assert len(found.kept) == 1
    assert [each.new.connection.holder for each in found.changed] == [Holder.PARTNER]


def test_what_was_stated_twice_and_is_now_stated_once_was_left_out_once() -> None:
    found = difference([_declared(), _declared()], [_declared()])

    assert len(found.removed) == 1


def test_an_event_is_told_with_its_day_and_a_note_with_its_words() -> None:
    gift = _declared(began="2025-12-24", nature=Nature.GIFT, note="A cake")

    assert gift.sentence == "A gift or hospitality (the inspector): Hilltop, 24 December 2025; note: “A cake”."
