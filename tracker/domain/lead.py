"""One lead: a question to an inspector, what it rests on, and the answers that it may have."""

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum

from tracker.domain.facts import Holder, Nature


class Kind(StrEnum):
    """What a lead rests on."""

    EMPLOYER = "employer"
    CONVERTED = "converted"
    JOINED = "joined a group"
    CLOSED = "closed"
    ENDED = "ended without a date"
    INSPECTED = "inspected before"
    GOVERNOR = "the same name"


class Answer(StrEnum):
    """What an inspector says of a lead. The latest counts; one that is taken back is asked again."""

    NOTHING = "nothing to declare"
    NOT_ME = "somebody else"
    LASTS = "still lasts"
    MISTAKE = "stated by mistake"
    TAKEN_BACK = "taken back"


# The answers that each kind has beside declaring it, in words; what is declared is no answer: the lead then goes.
NOTHING = (Answer.NOTHING, "No: there is nothing to declare")
ANSWERS: dict[Kind, tuple[str, tuple[tuple[Answer, str], ...]]] = {
    Kind.EMPLOYER: ("Yes: declare it", (NOTHING,)),
    Kind.CONVERTED: ("Yes: declare it", (NOTHING,)),
    Kind.JOINED: ("Yes: declare it", (NOTHING,)),
    Kind.CLOSED: ("Give the date it ended", ((Answer.LASTS, "It still lasts, as it is stated"),)),
    Kind.ENDED: (
        "Declare it again, with its end if it ended",
        ((Answer.MISTAKE, "It was stated by mistake: there was none"),),
    ),
    Kind.INSPECTED: ("Yes: declare it", (NOTHING,)),
    Kind.GOVERNOR: ("Yes: declare it", ((Answer.NOT_ME, "No: that is somebody else"), NOTHING)),
}


@dataclass(frozen=True, slots=True)
class Lead:
    """A question to an inspector: why it is asked, and what to declare if the answer is yes.

    `content` is what it rests on, free of names: the same lead is not asked again once it was answered.
    """

    kind: Kind
    question: str
    why: str
    target: str
    nature: Nature | None
    content: tuple[str, ...]
    holder: Holder | None = None

    @property
    def declare(self) -> str:
        """What the button says that leads to declaring it."""
        return ANSWERS[self.kind][0]

    @property
    def answers(self) -> tuple[tuple[Answer, str], ...]:
        """The answers beside declaring it, each in words."""
        return ANSWERS[self.kind][1]

    @property
    def fingerprint(self) -> str:
        """A digest of what the lead rests on."""
        text = json.dumps([self.kind, *self.content], separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:32]
