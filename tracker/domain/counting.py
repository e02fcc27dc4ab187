"""Numbers of things, as a sentence says them."""


def counted(number: int, one: str, many: str = "") -> str:
    """Return how many there are of something: `1 entry`, `1,324 entries`; with an s for more, or as `many` says."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
