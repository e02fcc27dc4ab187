"""The register of interests, the same on both databases: who is in it, in which order, and what is told of each."""

from datetime import timedelta

from sqlalchemy.orm import Session

from tests.support.publication import changed_rules, example_rules
from tests.support.world import Stage, employed_at, staged
from tracker.domain.publication import PublicationRules, parse
from tracker.queries import publication
from tracker.services import declarations
from tracker.services.declarations import WithdrawDeclaration

OWN_JOB = "Employment: Hilltop Primary School, since 2015"
FAMILY_WORK = (
    "A member of the close family or household works at, governs or owns a provider or a like body, or did so in the "
    "last 3 years"
)


def told(stage: Stage, rules: PublicationRules | None = None) -> dict[str, list[str]]:
    entries = publication.whole(stage.session, rules or example_rules(), stage.now.date())
    return {each.staff_no: [line.sentence for line in each.lines] for each in entries}


def test_each_inspector_has_an_entry_and_what_is_superseded_or_withdrawn_is_not_in_it(session: Session) -> None:
    stage = staged(session)
    names = {"T1": "Ben Both", "T2": "Nia Nil", "T3": "Wil Withdrew", "T4": "Una Unsaid", "T5": "Hal Held"}
    ben, nia, wil, _, hal = (stage.inspector(*each) for each in names.items())
    stage.declares(ben, employed_at("gias:900004", "2001"))
    partners = employed_at("gias:900003", "2015", holder="partner", note="She leads it.")
    stage.declares(ben, partners, employed_at("gias:900001", note="In the choir."))
    stage.declares(nia)
    filed = stage.declares(wil, employed_at("gias:900001"))
    withdrawal = WithdrawDeclaration(wil.id, filed.declaration.ref, "A mistake.")
    declarations.withdraw(session, stage.actor(wil), withdrawal, at=stage.tick())
    stage.declares(hal, employed_at("gias:900004", nature="dispute"))
    assert told(stage) == {
        "T1": [OWN_JOB, FAMILY_WORK],
        "T5": ["No interest that is published"],
        "T2": ["No interest that is published"],
        "T4": ["No declaration is held"],
        "T3": ["No declaration is held"],
    }


def test_whoever_has_left_by_the_day_is_left_out(session: Session) -> None:
    stage = staged(session)
    gone, going = stage.inspector("T1", "Gus Gone"), stage.inspector("T2", "Gil Going")
    gone.left_on, going.left_on = stage.now.date(), stage.now.date() + timedelta(days=1)
    session.flush()
    assert list(told(stage)) == ["T2"]


def test_entries_are_in_the_order_of_what_is_published_whatever_the_database_thinks_of_letters(
    session: Session,
) -> None:
    stage = staged(session)
    for staff_no, name in (("T3", "ada Low"), ("T2", "Ada Zeal"), ("T1", "Åsa Ring"), ("T4", "Zoe Aster")):
        stage.inspector(staff_no, name)
    assert list(told(stage)) == ["T3", "T2", "T4", "T1"]
    numbers = parse(changed_rules(('inspectors = "names"', 'inspectors = "staff numbers"')))
    assert list(told(stage, numbers)) == ["T1", "T2", "T3", "T4"]
    assert {each.name for each in publication.whole(session, numbers, stage.now.date())} == {""}


def test_a_page_is_a_part_of_the_whole_and_only_what_is_published_is_found(session: Session) -> None:
    stage = staged(session)
    for number in range(7):
        person = stage.inspector(f"T{number}", f"Person {number}")
        stage.declares(person, employed_at("gias:900001" if number % 2 else "gias:900004", holder="self"))
    hidden = stage.inspector("T8", "Per Partner")
    stage.declares(hidden, employed_at("gias:900001", holder="partner"))
    asked = session, example_rules(), stage.now.date()
    whole = publication.whole(*asked)
    assert publication.page(*asked, 2, 3) == (8, whole[2:5])
    assert publication.page(*asked, 8, 3) == (8, [])
    assert [each.staff_no for each in publication.found(*asked, "HILLTOP employment")] == ["T1", "T3", "T5"]
    assert publication.found(*asked, "partner hilltop") == []
