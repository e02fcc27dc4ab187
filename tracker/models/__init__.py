"""How it is kept: mapped classes only; no queries, no rules."""

from tracker.models.assignments import (
    Assignment,
    ConflictCheck,
    Decision,
    FindingRow,
    Inspection,
    InspectorConfirmation,
)
from tracker.models.base import Base
from tracker.models.declarations import (
    ConnectionGrade,
    ConnectionKey,
    ConnectionPlace,
    ConnectionRow,
    Declaration,
    DeclarationKind,
    Draft,
    InForce,
    OrganisationLinkRow,
    Wording,
)
from tracker.models.history import HistoryEntry, HistoryHead, HistorySubject, HistoryWords, Words
from tracker.models.leads import GovernorRow, LeadAnswer, LeadOpen
from tracker.models.outbox import NoticeChoice, OutboxMessage
from tracker.models.people import Account, Inspector, KeptForm, RoleGrant
from tracker.models.policies import PolicyVersion
from tracker.models.registers import (
    Area,
    AreaOf,
    FormerName,
    GroupRow,
    LinkRow,
    MembershipRow,
    ProviderKey,
    ProviderRow,
    RegisterImport,
    RegisterState,
)
from tracker.models.retention import LegalHold, LegalHoldEnd

__all__ = [
    "Account",
    "Area",
    "AreaOf",
    "Assignment",
    "Base",
    "ConflictCheck",
    "ConnectionGrade",
    "ConnectionKey",
    "ConnectionPlace",
    "ConnectionRow",
    "Decision",
    "Declaration",
    "DeclarationKind",
    "Draft",
    "FindingRow",
    "FormerName",
    "GovernorRow",
    "GroupRow",
    "HistoryEntry",
    "HistoryHead",
    "HistorySubject",
    "HistoryWords",
    "InForce",
    "Inspection",
    "Inspector",
    "InspectorConfirmation",
    "KeptForm",
    "LeadAnswer",
    "LeadOpen",
    "LegalHold",
    "LegalHoldEnd",
    "LinkRow",
    "MembershipRow",
    "NoticeChoice",
    "OrganisationLinkRow",
    "OutboxMessage",
    "PolicyVersion",
    "ProviderKey",
    "ProviderRow",
    "RegisterImport",
    "RegisterState",
    "RoleGrant",
    "Wording",
    "Words",
]
