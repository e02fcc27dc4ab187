"""What the history speaks of beside inspectors, declarations and assignments, and how each kind is called."""

KINDS = {
    "inspection": "Inspection",
    "import": "Import",
    "policy": "Policy",
    "decision": "Decision",
    "objection": "Objection",
    "mitigation": "Mitigation",
    "question": "Question to an inspector",
    "provider": "Provider",
    "connection": "Connection",
    "person": "Account",
    "system": "Part of the system",
}
# Those that people call by a short reference of the tracker's own.
REFERRED_TO = ("import", "policy", "decision", "objection", "mitigation", "question", "connection")
