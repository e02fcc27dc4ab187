"""What to call those who act and are nobody."""

ACTORS = {
    "system:calendar": "The calendar",
    "system:command-line": "The command line",
    "system:demonstration": "The demonstration",
    "system:sign-in": "The sign-in page",
}


def actor_in_words(ref: str) -> str:
    """Return what to call an actor that is nobody, such as `the command line`; its reference where none is known."""
    name = ACTORS.get(ref, ref)
    return f"{name[:1].lower()}{name[1:]}"
