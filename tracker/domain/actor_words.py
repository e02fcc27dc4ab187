"""What to call those who act and are nobody."""

ACTORS = {
    "system:calendar": "The calendar",
    "system:command-line": "The command line",
    "system:demonstration": "The demonstration",
    "system:sign-in": "The sign-in page",
}


def actor_in_words(ref: str) -> str:
    """Return what to call one of them within a sentence, such as `the command line`."""
    name = ACTORS[ref]
    return f"{name[:1].lower()}{name[1:]}"
