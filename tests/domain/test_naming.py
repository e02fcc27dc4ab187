"""A note that seems to hold a relative's name is noticed; posts, places and bodies are not taken for people."""

import pytest

from tracker.domain.naming import seems_to_name

NAMED = {
    "My wife Jane teaches there.": ("Jane",),
    "My wife, Jane, teaches there.": ("Jane",),
    "The head is Mrs Smith.": ("Smith",),
    "The head is Mrs. Smith.": ("Smith",),
    "Dr Amara Okafor sits on the board.": ("Amara Okafor",),
    "Prof Lee advised it.": ("Lee",),
    "My son is called Tom.": ("Tom",),
    "A boy named Tom Baker.": ("Tom Baker",),
    "My brother Seán O'Neill works there.": ("Seán O'Neill",),
    "My partner Anne-Marie leads it.": ("Anne-Marie",),
    "Works with J. Smith.": ("J. Smith",),
    "Works with J.P. Smith.": ("J.P. Smith",),
    "He is related to Peter Parker who teaches.": ("Peter Parker",),
    "I know Zoë Björk well.": ("Zoë Björk",),
    "The chair is my friend Sunita Patel.": ("Sunita Patel",),
    "My daughter (Ella) is in year 2.": ("Ella",),
    "My cousin Rob and my aunt May Lou.": ("Rob",),
    "Miss McDonald is the bursar.": ("McDonald",),
    "Sir Alan is a trustee.": ("Alan",),
    "my mother Grace cooks there": ("Grace",),
    "Her name is Olivia.": ("Olivia",),
    "The governor known as Bo Jackson.": ("Bo Jackson",),
}
UNNAMED = [
    "",
    "Head of year 4.",
    "Deputy headteacher",
    "Year 8 at present",
    "With the bursar",
    "Supply teacher in the Summer Term.",
    "Worked in the Early Years Team.",
    "I trained its Senior Leadership.",
    "My daughter attends the Sixth Form.",
    "My son is in Year Six.",
    "My wife teaches Maths there.",
    "He was Chair of Governors.",
    "Advised the Birch Trust on phonics.",
    "My friend teaches English.",
    "Employed by Kent County Council.",
    "Seconded from the Department for Education.",
    "Worked there from September to July.",
    "It was a Church of England school.",
    "My sister is Deputy Head.",
    "A tribunal. The hearing was in March.",
    "Paid for two days in the Spring Term. The review was of Key Stage Two.",
    "My husband is a teaching assistant in Reception.",
    "Volunteer. Coached football.",
    "I was its School Improvement Partner: two visits.",
    "Ofsted inspected it while I worked there.",
    "My child has a place from September.",
    "PTA member; ran the Summer Fair with other parents.",
]


@pytest.mark.parametrize(("note", "names"), NAMED.items())
def test_a_name_is_noticed(note: str, names: tuple[str, ...]) -> None:
    assert set(names) <= set(seems_to_name(note))


@pytest.mark.parametrize("note", UNNAMED)
def test_what_is_no_name_is_let_be(note: str) -> None:
    assert seems_to_name(note) == ()


def test_the_name_of_the_provider_itself_is_no_person() -> None:
    assert seems_to_name("I led the move of Larkholt Ridge to the trust.", "Larkholt Ridge Academy") == ()
    assert seems_to_name("I led the move of Larkholt Ridge to the trust.") == ("Larkholt Ridge",)


def test_a_long_note_is_read_in_no_time() -> None:
    assert seems_to_name("Aa " * 700) != seems_to_name("aa " * 700)
