"""Who may do what: roles, permissions, and one table of pure predicates that joins them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a person does here. One person may hold several roles; separation of duties holds all the same."""

    INSPECTOR = "inspector"
    SCHEDULER = "scheduler"
    DECISION_MAKER = "decision_maker"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """An act or a question that needs leave, as `noun:verb`."""

    DECLARE = "declaration:declare"
    READ_OWN_DECLARATIONS = "declaration:read-own"
    READ_OWN_ASSIGNMENTS = "assignment:read-own"
    FIND_PROVIDERS = "provider:find"
    PLAN_INSPECTIONS = "inspection:plan"
    ASSIGN = "assignment:assign"
    CHECK = "assignment:check"
    READ_FINDINGS_IN_DETAIL = "finding:read-in-detail"
    DECIDE = "decision:decide"
    GRADE = "connection:grade"
    LINK_ORGANISATIONS = "organisation:link"
    CONFIRM_OWN = "assignment:vouch"
    RECORD_OBJECTION = "objection:record"
    ANSWER_OBJECTION = "objection:answer"
    OPEN_OBJECTION = "objection:open"
    ANSWER_QUESTIONS = "question:answer"
    DO_MITIGATIONS = "mitigation:do"
    READ_HISTORY = "history:read"
    READ_ANY_DECLARATION = "declaration:read-any"
    VERIFY_HISTORY = "history:verify"
    IMPORT_REGISTERS = "register:import"
    IMPORT_PEOPLE = "people:import"
    MANAGE_PEOPLE = "people:manage"
    RECORD_LEAVING = "inspector:record-leaving"
    ADOPT_POLICY = "policy:adopt"
    READ_POLICY = "policy:read"
    HOLD = "retention:hold"
    ERASE = "retention:erase"


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts: a person with roles, or a part of the system. Never a mapped row."""

    ref: str
    name: str
    roles: frozenset[Role] = frozenset()
    inspector_id: int | None = None
    is_system: bool = False
    grants: frozenset[Permission] = field(default=frozenset())


@dataclass(frozen=True, slots=True)
class Subject:
    """What the act is about, as far as leave depends on it; `proposers` proposed this inspector for it before.

    `is_own` tells that it is about an inspection whose team the actor is on.
    """

    inspector_id: int | None = None
    proposed_by: str | None = None
    owner: str | None = None
    proposers: frozenset[str] = frozenset()
    is_own: bool = False


Predicate = Callable[[Actor, Subject], bool]


def has(role: Role) -> Predicate:
    """Return the predicate that the actor holds a role."""

    def holds(actor: Actor, _subject: Subject) -> bool:
        return role in actor.roles

    return holds


def is_about_oneself(actor: Actor, subject: Subject) -> bool:
    """Whether the record is the actor's own as an inspector."""
    return actor.inspector_id is not None and (
        subject.inspector_id is None or subject.inspector_id == actor.inspector_id
    )


def is_not_about_oneself(actor: Actor, subject: Subject) -> bool:
    """Whether the record is about somebody else; nobody decides on oneself."""
    return not subject.is_own and (subject.inspector_id is None or subject.inspector_id != actor.inspector_id)


def did_not_propose_it(actor: Actor, subject: Subject) -> bool:
    """Whether others proposed the assignment, now and before; nobody decides on an own proposal, made anew or not."""
    return actor.ref != subject.proposed_by and actor.ref not in subject.proposers


def is_the_owner(actor: Actor, subject: Subject) -> bool:
    """Whether the mitigation is the actor's own to see to."""
    return subject.owner is None or subject.owner == actor.ref


_inspector, _scheduler, _decider = has(Role.INSPECTOR), has(Role.SCHEDULER), has(Role.DECISION_MAKER)
_auditor, _administrator = has(Role.AUDITOR), has(Role.ADMINISTRATOR)

# Permission -> ways to have it (OR), each a set of predicates that must all hold (AND).
PERMISSIONS: dict[Permission, tuple[tuple[Predicate, ...], ...]] = {
    Permission.DECLARE: ((_inspector, is_about_oneself),),
    Permission.READ_OWN_DECLARATIONS: ((_inspector, is_about_oneself),),
    Permission.READ_OWN_ASSIGNMENTS: ((_inspector, is_about_oneself),),
    Permission.FIND_PROVIDERS: ((_inspector,), (_scheduler,), (_decider,)),
    # Nor may one move or call off an inspection whose team he or she is on.
    Permission.PLAN_INSPECTIONS: ((_scheduler, is_not_about_oneself),),
    # A scheduler who also inspects may not place, confirm or release him- or herself.
    Permission.ASSIGN: ((_scheduler, is_not_about_oneself),),
    Permission.CHECK: ((_scheduler, is_not_about_oneself),),
    Permission.READ_FINDINGS_IN_DETAIL: ((_decider, is_not_about_oneself), (_auditor,)),
    Permission.DECIDE: ((_decider, is_not_about_oneself, did_not_propose_it),),
    Permission.GRADE: ((_decider, is_not_about_oneself),),
    Permission.LINK_ORGANISATIONS: ((_decider, is_not_about_oneself),),
    Permission.CONFIRM_OWN: ((_inspector, is_about_oneself),),
    Permission.RECORD_OBJECTION: ((_scheduler, is_not_about_oneself),),
    # Of the decision-makers only whoever decided on it: the act itself looks.
    Permission.ANSWER_OBJECTION: ((_scheduler, is_not_about_oneself), (_decider, is_not_about_oneself)),
    Permission.OPEN_OBJECTION: ((_auditor,),),
    Permission.ANSWER_QUESTIONS: ((_inspector, is_about_oneself),),
    # Whoever was asked to see to it, in whatever role; or a decision-maker who might have decided, on their behalf.
    Permission.DO_MITIGATIONS: (
        *((has(role), is_the_owner) for role in Role),
        (_decider, is_not_about_oneself, did_not_propose_it),
    ),
    Permission.READ_HISTORY: ((_auditor,),),
    Permission.READ_ANY_DECLARATION: ((_auditor,),),
    Permission.VERIFY_HISTORY: ((_auditor,),),
    Permission.IMPORT_REGISTERS: ((_administrator,),),
    Permission.IMPORT_PEOPLE: ((_administrator,),),
    Permission.MANAGE_PEOPLE: ((_administrator,),),
    # It releases from assignments: an administrator who also inspects may not record the own leaving.
    Permission.RECORD_LEAVING: ((_administrator, is_not_about_oneself),),
    Permission.ADOPT_POLICY: ((_administrator,),),
    # Who keeps the records says what must be kept; the schedule alone says what goes, by command.
    Permission.HOLD: ((_administrator,),),
    Permission.ERASE: (),
    Permission.READ_POLICY: ((_inspector,), (_scheduler,), (_decider,), (_auditor,), (_administrator,)),
}


def permits(actor: Actor, permission: Permission, subject: Subject | None = None) -> bool:
    """Tell whether the actor may do this to the subject. A part of the system may do just what it was granted."""
    if actor.is_system:
        return permission in actor.grants
    about = subject or Subject()
    return any(all(predicate(actor, about) for predicate in way) for way in PERMISSIONS[permission])
