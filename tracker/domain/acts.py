"""The acts that the history tells of, in the groups under which an auditor looks for them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Group:
    """Acts of one kind: what they are called, and their events; `event:` alone stands for all that begin so."""

    key: str
    title: str
    events: tuple[str, ...]


OTHERS = "others"
GROUPS: tuple[Group, ...] = (
    Group(
        "declarations",
        "Declarations and their review",
        ("declaration:recorded", "declaration:withdrawn", "connection:graded", "organisation:", "lead:"),
    ),
    Group(
        "assignments",
        "Inspections and assignments",
        (
            *("inspection:", "assignment:proposed", "assignment:confirmed", "assignment:questioned"),
            *("assignment:released", "assignment:replaced", "assignment:raised", "assignment:vouched", "plan:"),
        ),
    ),
    Group("checks", "Checks", ("assignment:checked",)),
    Group(
        "decisions",
        "Decisions, questions, mitigations and objections",
        ("finding:", "question:", "mitigation:", "objection:recorded", "objection:answered"),
    ),
    Group("policies", "Policies", ("policy:",)),
    Group("registers", "Registers", ("register:", "governors:")),
    Group(
        "people",
        "People, roles and what is kept of them",
        (
            *("inspector:added", "inspector:changed", "inspector:restated", "leaving:"),
            *("person:added", "person:identified", "person:closed", "person:reopened", "person:restated"),
            *("role:", "password:", "sessions:", "hold:", "words:", "plans:"),
        ),
    ),
    Group(
        "reading",
        "Reading, and signing in",
        (
            *("declaration:opened", "connection:opened", "objection:opened", "list:", "inspector:copied"),
            *("history:disclosed", "history:exported", "person:", "sign-in:"),
        ),
    ),
    Group("history", "The history itself", ("history:verified", "history:doubted", "checkpoint:")),
    Group(OTHERS, "Notices, and anything else", ("notice:", "notices:", "inspector:reminded")),
)
# What nobody does to him- or herself.
TO_OTHERS = (
    *("assignment:proposed", "assignment:confirmed", "assignment:released", "assignment:replaced"),
    *("finding:allowed", "finding:upheld", "connection:graded", "question:asked"),
    *("objection:recorded", "objection:answered"),
)
BY_KEY = {each.key: each for each in GROUPS}
_OF = {event: group.key for group in GROUPS for event in group.events}


def group_of(event: str) -> str:
    """Return the key of the group that an event belongs to; what is not known belongs to the others."""
    return _OF.get(event) or _OF.get(f"{event.partition(':')[0]}:") or OTHERS
