"""What is told by e-mail, and in which words: never a provider, a person or a private detail, only where to look."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from tracker.domain.dates import months_after


class Kind(StrEnum):
    """What a notice is about."""

    RENEWAL = "renewal-due"
    CONFIRMATION = "confirmation-due"
    CHANGED = "inspection-changed"
    DECISION = "decision-asked"
    LEAVING = "inspector-leaves"
    OWN_LEAVING = "own-leaving"
    QUESTIONED = "assignment-questioned"
    QUESTION = "question-open"
    LAPSED = "decision-lapsed"
    ASKED = "decision-maker-asks"
    ANSWERED = "inspector-answered"
    MITIGATION = "mitigation-due"
    OVERDUE = "mitigation-overdue"


# Kind -> what it is called, its subject, its text, and whether a person may do without it.
WORDS: dict[Kind, tuple[str, str, str, bool]] = {
    Kind.RENEWAL: (
        "Your declaration is due",
        "Your declaration of interests is due",
        (
            "Your declaration of interests is due, or will be soon, or you have made none. Until you make or renew it, "
            "nobody can tell whether you may inspect. It takes a few minutes; nothing to declare takes two presses."
        ),
        False,
    ),
    Kind.CONFIRMATION: (
        "Your word for an inspection is asked",
        "You are asked to confirm for an inspection",
        (
            "You are proposed for an inspection, and asked to confirm that you have no connection beyond those that "
            "you declared, or to raise one. Which inspection it is, only the page tells."
        ),
        False,
    ),
    Kind.CHANGED: (
        "An inspection of yours was moved or called off",
        "An inspection of yours was moved or called off",
        (
            "An inspection that you are or were on has other days now, or was called off. Which inspection it is, and "
            "which days, only the page tells."
        ),
        False,
    ),
    Kind.LEAVING: (
        "An inspector leaves, or stays after all",
        "An inspector leaves, or stays after all",
        (
            "It was recorded on which day an inspector leaves, or that one stays after all. If that opens places, or "
            "somebody is to be replaced, your first page says so."
        ),
        True,
    ),
    Kind.OWN_LEAVING: (
        "The day on which you leave",
        "It was recorded on which day you leave, or that you stay",
        (
            "It was recorded on which day you leave, or that you stay after all. From the day of leaving on you are "
            "on no inspection and owe no declaration. If it is wrong, tell an administrator."
        ),
        False,
    ),
    Kind.QUESTION: (
        "A question is not answered",
        "A question to you is not answered",
        "The registers raise a question about your declaration, and you have not answered it. It may mean nothing.",
        False,
    ),
    Kind.DECISION: (
        "Findings wait for a decision",
        "Findings wait for your decision",
        "At least one assignment can go ahead only when a decision-maker has decided on what was found.",
        True,
    ),
    Kind.QUESTIONED: (
        "An assignment of yours is questioned",
        "An assignment is questioned",
        "An assignment that you proposed was confirmed, and what is known now questions it.",
        True,
    ),
    Kind.LAPSED: (
        "A decision on an assignment of yours lapsed",
        "A decision lapsed, and an assignment is questioned",
        (
            "An assignment that you proposed was confirmed because a decision allowed it. What that decision rested on "
            "has changed: it no longer holds, and the assignment is questioned."
        ),
        True,
    ),
    Kind.ASKED: (
        "A decision-maker asks you something",
        "A decision-maker asks you a question",
        (
            "Before deciding whether you may inspect, a decision-maker asks you a question about what was found. It "
            "waits on your first page, and the decision waits for your answer."
        ),
        False,
    ),
    Kind.ANSWERED: (
        "Your question is answered",
        "An inspector has answered your question",
        "An inspector has answered the question that you asked before deciding on a finding.",
        True,
    ),
    Kind.MITIGATION: (
        "Something is yours to see to",
        "You are asked to see to something by a day",
        (
            "A decision lets an inspection go ahead if something is done, and you were asked to see to it. It is not "
            "said to be done yet. The page says what it is, and by which day."
        ),
        False,
    ),
    Kind.OVERDUE: (
        "What you asked for is overdue",
        "What you asked for is overdue",
        "You allowed a finding if something is done by a day. The day has passed, and nobody says that it is done.",
        True,
    ),
}
# A failing server is tried again after so long, and then every twelve hours.
WAITS = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4))
LONGEST_WAIT = timedelta(hours=12)
# After so many refusals of the address itself, a notice is given up.
REFUSALS = 3
# So long a claimed notice may be on its way; after that nobody can tell whether it went.
ON_ITS_WAY = timedelta(minutes=10)
# Of those notices that say only that something waits, no second is sent so soon after the last.
GAPS = {
    Kind.DECISION: timedelta(hours=4),
    Kind.QUESTIONED: timedelta(minutes=30),
    Kind.LAPSED: timedelta(minutes=30),
}
BEFORE = (30, 7, 0)


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice as it is written: to whom, under which subject, with which text."""

    to: str
    subject: str
    text: str


def letter(kind: Kind, name: str, email: str, link: str, choices: str) -> Letter:
    """Return the letter of a notice; `link` is where it leads, `choices` where its reader says what is wanted."""
    _, subject, says, may_do_without = WORDS[kind]
    last = (
        f"You can switch off notices of this kind: {choices}"
        if may_do_without
        else "Notices of this kind cannot be switched off, because an inspection may depend on your answer."
    )
    return Letter(email, subject, f"Dear {name},\n\n{says}\n\nSign in to see it: {link}\n\n{last}\n")


def wait_after(attempts: int) -> timedelta:
    """Return how long to wait after so many failed attempts."""
    return WAITS[attempts - 1] if 0 < attempts <= len(WAITS) else LONGEST_WAIT


def renewal_steps(made_on: date | None, good_until: date | None, today: date) -> Iterator[str]:
    """Yield the step of a renewal that has come, as a key that is the same all through that step; at most one.

    30 and 7 days before a declaration ceases to serve, on the day after, and each month from then; for who made none,
    each month from the first day of it.
    """
    if made_on is None or good_until is None:
        yield f"none-{today.year}-{today.month:02}"
        return
    left = (good_until - today).days
    if left < 0:
        months = 0
        while months_after(good_until, months + 1) < today:
            months += 1
        yield f"{made_on}-over-{months}"
        return
    for days in sorted(BEFORE):
        if left <= days:
            yield f"{made_on}-{days}"
            return


def due_at(kind: Kind, queued_at: datetime, last_at: datetime | None) -> datetime:
    """Return when a notice may go at the earliest, after the last one of its kind to the same person."""
    gap = GAPS.get(kind)
    return queued_at if gap is None or last_at is None else max(queued_at, last_at + gap)
