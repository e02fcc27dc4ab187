"""What each rule of the check is called where people read of it."""

RULE_WORDS = {
    "direct": "Connection with the provider itself",
    "succession": "Connection with a predecessor or successor",
    "shared-line": "Connection with a provider of the same line",
    "associated": "Connection with an associated provider",
    "group": "Connection with the provider’s group",
    "same-group": "Connection with another provider of the same group",
    "maintained-by": "Connection with the maintaining authority",
    "organisation": "Connection with an organisation",
    "neighbour": "Connection with a neighbouring provider",
    "neighbour-unknown": "Neighbourhood not known",
    "familiarity": "Inspected here before",
    "no-declaration": "No declaration",
    "out-of-date": "Declaration out of date",
    "awaiting-review": "Connection awaits review",
    "unknown-provider": "Provider not known",
    "not-confirmed": "Not confirmed",
    "objection": "The provider objected",
}


def rule_in_words(rule: str) -> str:
    """Return what a rule is called; its own name where this version does not know it."""
    return RULE_WORDS.get(rule, rule)
