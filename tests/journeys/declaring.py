"""What an inspector does to declare, step by step, and what the steps are called."""

from tests.support.pages import Person

ENDED = "If it has ended, or its end is fixed, when?"
HILLTOP, RIDGE, VALE, OAK = "Hilltop Primary School", "Ridge Academy", "Vale Academy", "Lone Oak School"


def begins(ines: Person) -> None:
    """From the first page to the first question."""
    ines.goes_to("Declarations")
    ines.reads("What you must do now", "Make a declaration")
    ines.presses("Make a declaration")
    ines.reads("What you are asked", "Why", "Who sees what")
    ines.presses("Start now")


def chooses_work(ines: Person) -> None:
    """Answer the first question, and go to the only kind that there is to tell."""
    ines.ticks("Work")
    ines.presses("Continue")
    ines.reads("Tell each kind that you chose", "Not started")
    ines.follows("Work")


def worked_until_july_2023(ines: Person, words: str = "hilltop") -> None:
    """Answer every question of one connection: worked at Hilltop until it was about to convert."""
    ines.finds(words, HILLTOP)
    ines.reads(HILLTOP)
    ines.chooses("Me")
    ines.dates("When did it begin?", month="9", year="2015")
    ines.chooses("No, or its end is fixed")
    ines.dates(ENDED, month="July", year="2023")
    ines.types("Is there anything else to know about it? (optional)", "Head of year 4.")
    ines.presses("Save and continue")


def declares_nothing(ines: Person) -> None:
    """The shortest way."""
    ines.goes_to("Declarations")
    ines.presses("I have nothing to declare")
    ines.presses("Certify and file")
    ines.reads("Declaration recorded", "nothing to declare")


def declares_hilltop(ines: Person) -> None:
    """Declare against the predecessor of a converted school."""
    begins(ines)
    chooses_work(ines)
    worked_until_july_2023(ines)
    ines.presses("Continue to check your answers")
    ines.presses("Certify and file")
    ines.reads("Declaration recorded")
