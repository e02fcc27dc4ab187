"""A note that seems to hold a person's name is noticed, and one that does not is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.naming import seems_to_name

ABOUT = "Jane Austen Primary School"

NAMES = {
    "My wife Jane teaches there.": "Jane",
    "My wife, Jane, teaches there.": "Jane",
    "My wife (Jane) teaches there.": "Jane",
    "Jane, my wife, teaches there.": "Jane",
    "Jane is my wife.": "Jane",
    "Tomasz was my colleague for years.": "Tomasz",
    "Oluwaseun (my husband) sits on the board.": "Oluwaseun",
    "My brother Tom Ford is a governor.": "Tom Ford",
    "My brother, Tom Ford, is a governor.": "Tom Ford",
    "My son's friend Aled goes there.": "Aled",
    "my mother-in-law Siobhán works in the kitchen": "Siobhán",
    "Her stepfather is my uncle Bogdan.": "Bogdan",
    "I shared an office with Mr Smith.": "Mr Smith",
    "I shared an office with Mr. Smith.": "Mr. Smith",
    "Mrs O’Neill was my head of department.": "Mrs O’Neill",
    "Mrs O'Neill was my line manager.": "Mrs O'Neill",
    "Ms Patel-Jones runs it.": "Ms Patel-Jones",
    "Miss Achebe taught my daughter.": "Miss Achebe",
    "Dr Grace Hopper led the review.": "Dr Grace Hopper",
    "Dr. Hopper led the review.": "Dr. Hopper",
    "Professor Lovelace supervised me.": "Professor Lovelace",
    "Sir Humphrey sits on the board.": "Sir Humphrey",
    "Cllr Blake chairs it.": "Cllr Blake",
    "She is called Jane.": "Jane",
    "A cousin named Farhan works there.": "Farhan",
    "She was Head there, née Holloway.": "Holloway",
    "I worked for J. Smith.": "J. Smith",
    "I worked for J.K. Smith there.": "J.K. Smith",
    "The chair was J Smith at the time.": "J Smith",
    "I worked closely with Sarah Connor there.": "Sarah Connor",
    "The head is Mary-Jane Watson.": "Mary-Jane Watson",
    "I was line-managed by Aoife Ní Bhriain until 2019.": "Aoife Ní Bhriain",
    "It is run by Kwame Mensah, an old friend.": "Kwame Mensah",
    "I play golf with Dave on Sundays.": "Dave",
    "I sang with Jane in a choir.": "Jane",
    "The chair, Peter Hill, is a friend.": "Peter Hill",
    "Peter Hill chairs the governors.": "Peter Hill",
    "Helen Green taught with me.": "Helen Green",
    "Sarah Connor’s daughter is in my class.": "Sarah Connor",
    "I owe money to Ebenezer Scrooge.": "Ebenezer Scrooge",
    "Married to Zainab Hussain, who teaches there.": "Zainab Hussain",
    "The owner is a close friend, Björn Ångström.": "Björn Ångström",
    "I went to school with Mr Khan and Mrs Khan.": "Mr Khan",
    "My partner Sam is the caretaker.": "Sam",
    "Met the head, Ms. A. Jones, twice.": "Ms. A. Jones",
}
NONE = [
    "",
    "I was head of music.",
    "Head of Music until 2019.",
    "Deputy Headteacher and Designated Safeguarding Lead.",
    "My wife teaches there.",
    "My daughter's school.",
    "My son is in Year 6.",
    "My daughter Year 4, my son Reception.",
    "My wife works at Hilltop Primary School.",
    "My husband is Chair of Governors.",
    "Chair of Governors from September 2015 to July 2019.",
    "Worked on Mondays and Tuesdays only.",
    "I taught English and Maths, and led Key Stage 2.",
    "Advanced Skills Teacher.",
    "Supply through an agency, Autumn Term 2021.",
    "Consultant for Wenshire County Council.",
    "I advised the Birch Trust on Ofsted inspections.",
    "Seconded to the Department for Education.",
    "I studied at the University of East Anglia.",
    "PGCE at the Institute of Education.",
    "It is part of the Diocese of Bath and Wells.",
    "My brother is a governor at St Mary’s.",
    "My son goes to St. John's Church of England Primary.",
    "My sister works at Our Lady of Lourdes.",
    "Trained at King Edward VI Grammar School.",
    "The school is in Milton Keynes.",
    "I live near Great Yarmouth.",
    "We moved to the Isle of Wight.",
    "Teaches at Dr Challoner's Grammar School.",
    "Teaches at Sir John Deane’s Sixth Form College.",
    "I was Vice Principal (Curriculum) and SENCO.",
    "Volunteered at a breakfast club; DBS checked.",
    "My partner SENCO there, I a parent governor.",
    "I wrote for the Times Educational Supplement.",
    "Oakfield, my son attends it.",
    "Oakfield is my daughter’s school.",
    "A Level examiner, T Level panel member.",
    "Friends of Hilltop School, a charity.",
    "She lives in Green Lane.",
    "He runs a nursery called Little Acorns Nursery.",
    "A company named Bright Learning Ltd.",
    "They publish a scheme called Phonics First.",
    "I worked at Jane Austen, as a teaching assistant.",
    "Jane Austen was my first post.",
    "My Mother worked there as a cook.",
    "On Good terms. We meet at Christmas and at Easter.",
    "Ofsted. HMI. No other link.",
    "PE lead; RE lead; PSHE.",
    "My husband plays in the Salvation Army band.",
    "Jointly owned with Wenshire Learning Partnership.",
    "I sold my shares in March 2020.",
    "I was paid £500 for a Pupil Premium review.",
    "My friend is a Teaching Assistant.",
    "My child has an EHCP.",
    "My brother (Wenshire) and my sister, Wenshire, both teach.",
    "My wife Works there part-time.",
    "I coach at Leeds United.",
    "I was the Safeguarding Governor on the Local Governing Body.",
]


@pytest.mark.parametrize(("note", "name"), NAMES.items())
def test_what_seems_to_be_a_name_is_noticed(note: str, name: str) -> None:
    assert name in seems_to_name(note, ABOUT)


@pytest.mark.parametrize("note", NONE)
def test_what_names_nobody_is_left_alone(note: str) -> None:
    assert seems_to_name(note, ABOUT) == ()


def test_there_are_enough_notes_on_both_sides() -> None:
    assert len(NAMES) >= 40
    assert len(NONE) >= 40


def test_each_name_is_told_once() -> None:
    assert seems_to_name("My wife Jane. I met Mr Khan; Mr Khan met my wife Jane.") == ("Jane", "Mr Khan")


def test_the_words_of_what_the_note_is_about_are_nobody_s_name() -> None:
    note = "I was there when Robert Owen became an academy."
    assert seems_to_name(note) == ("Robert Owen",)
    assert seems_to_name(note, "Robert Owen Academy") == ()


@given(st.text(max_size=200))
def test_whatever_is_written_is_judged_and_what_is_told_stands_in_it(note: str) -> None:
    for each in seems_to_name(note):
        assert all(word in note for word in each.split())
