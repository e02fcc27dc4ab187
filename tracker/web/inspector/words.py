"""What inspectors are asked, in plain English. The certification is kept, word for word, with every declaration."""

from tracker.domain.dates import PartialDate
from tracker.domain.drafting import Line
from tracker.domain.facts import Holder, Nature
from tracker.domain.statement import Statement

ASKED = (
    "I was asked to declare every connection that I know of with any provider of education or care, any trust or other "
    "group of providers, and any local authority: those that could really affect my judgement, and those that somebody "
    "else could reasonably think affect it; now, in the past, or already arranged for the future; my own, those of my "
    "close family and household, and those of other relatives, close friends and business associates."
)
TRUE = (
    "What is stated here is complete and true to the best of my knowledge. I know of nothing else that I was asked to "
    "declare."
)
AMEND = "I will amend this declaration as soon as anything in it changes."
NOTHING = "None of these: I have nothing to declare"
# The same for one inspection, kept word for word with the answer.
VOUCHED = (
    "I was shown what I declare, and asked whether there is anything more. Beyond it, I know of no connection with the "
    "provider of this inspection, with what it was before or has become, or with its trust, owner, other group or "
    "local authority: neither my own, nor one of those whose connections I was asked to declare."
)

NATURES: dict[Nature, tuple[str, str]] = {
    Nature.EMPLOYMENT: (
        "Work",
        "Paid or unpaid: leading, teaching, support, supply, volunteering. Also a job accepted for later.",
    ),
    Nature.GOVERNANCE: ("Governing role", "Governor, trustee, director, or member of a trust or company."),
    Nature.OWNERSHIP: ("Ownership or financial interest", "Owner, shareholder, lender or landlord."),
    Nature.CONSULTANCY: (
        "Advice, training or consultancy",
        "Paid or unpaid: school improvement, a review, a practice inspection, a course given to its staff.",
    ),
    Nature.SOUGHT_WORK: ("Work sought", "Applied, was interviewed or was offered work, also if nothing came of it."),
    Nature.SERVICE_USE: (
        "Use of its services",
        "A child goes there or went there, somebody is cared for there, or a place is taken for later.",
    ),
    Nature.RELATIONSHIP: (
        "Close personal tie with somebody there",
        "With somebody who works at, governs or owns it. If you know what they do there, choose that instead.",
    ),
    Nature.DISPUTE: ("Dispute", "A complaint, grievance, tribunal or court case, brought by either side."),
    Nature.COMPETITION: ("Competition", "Runs, or works in, a business that competes with it."),
    Nature.GIFT: ("Gift, hospitality or sponsorship", "Anything of value that was given, whether large or small."),
    Nature.PUBLIC_POSITION: ("Public stand", "Campaigned, wrote or spoke in public for it or against it."),
    Nature.OTHER: ("Something else", "You will be asked to describe it, and a reviewer will then grade it."),
}
KINDS = f"I was asked about each of these kinds: {'; '.join(label.lower() for label, _ in NATURES.values())}."
# Printed on the page as it is recorded: one text, so that nobody later has to guess what was asked.
CERTIFICATION = f"{ASKED}\n\n{KINDS}\n\n{TRUE}\n\n{AMEND}"
RAISED = (
    f"I was shown what I declare, and asked for one inspection whether there is anything more. I add what is stated "
    f"here. The rest still holds as it stood.\n\n{TRUE}\n\n{AMEND}"
)
# What is asked where the kind is known already: what to look for, and how to look at it.
WITH: dict[Nature, str] = {
    Nature.EMPLOYMENT: "Where is, was or will the work be?",
    Nature.GOVERNANCE: "What is or was governed?",
    Nature.OWNERSHIP: "What is or was owned, lent to or let to?",
    Nature.CONSULTANCY: "Who got the advice or training?",
    Nature.SOUGHT_WORK: "Where was work sought?",
    Nature.SERVICE_USE: "Whose services are or were used?",
    Nature.RELATIONSHIP: "Where does that person work, govern or own?",
    Nature.DISPUTE: "With whom is or was the dispute?",
    Nature.COMPETITION: "With whom does the business compete?",
    Nature.GIFT: "Who gave or sponsored it?",
    Nature.PUBLIC_POSITION: "What was the public stand for or against?",
    Nature.OTHER: "What is the connection with?",
}
HOLDERS: dict[Holder, tuple[str, str]] = {
    Holder.SELF: ("Me", ""),
    Holder.PARTNER: ("My partner", "Husband, wife, civil partner, or somebody you live with as a couple."),
    Holder.CHILD: ("My child", "Also a stepchild, foster child or adopted child."),
    Holder.PARENT: ("My parent", "Also a step-parent or guardian."),
    Holder.SIBLING: ("My brother or sister", "Also half-brothers and half-sisters."),
    Holder.HOUSEHOLD: ("Somebody else in my household", "A lodger, for example."),
    Holder.OTHER_RELATIVE: (
        "Another relative",
        "A grandparent, grandchild, aunt, uncle, cousin, niece, nephew or in-law.",
    ),
    Holder.CLOSE_FRIEND: ("A close friend", "Somebody whom you meet often outside work, or who is close to you."),
    Holder.BUSINESS_ASSOCIATE: ("A business associate", "Somebody with whom you run or own a business."),
}
EVENTS = (Nature.GIFT, Nature.PUBLIC_POSITION)


def is_event(line: Line) -> bool:
    """Whether a line tells of a happening, and not of something that lasts."""
    return line.nature in EVENTS


def dates(began_on: str, ended_on: str, *, is_event: bool) -> str:
    """Return the dates of a connection as its inspector reads them."""
    began = PartialDate.parse(began_on).in_words()
    if ended_on:
        return f"From {began} until {PartialDate.parse(ended_on).in_words()}"
    return began if is_event else f"Since {began}, and still so"


def answers(each: Line | Statement) -> dict[str, str]:
    """Return what was answered of one connection, by step; a step that was not answered yet is absent."""
    said: dict[str, str] = {}
    if each.nature is not None:
        said["nature"] = NATURES[Nature(each.nature)][0]
    if each.holder is not None:
        said["holder"] = HOLDERS[Holder(each.holder)][0]
    if each.began_on is not None and each.ended_on is not None:
        said["dates"] = dates(each.began_on, each.ended_on, is_event=each.nature in EVENTS)
    if each.note is not None:
        said["note"] = each.note
    return said
