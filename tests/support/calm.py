"""Letting Python's collector of cycles look seldom: in a long run of tests it took a fifth of the time."""

import gc

# So many objects, so many small collections, and so many middling ones, until it looks at more.
SELDOM = (50_000, 50, 10)


def pytest_collection_finish() -> None:
    """Let what lasts to the end of the run alone, too."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)
