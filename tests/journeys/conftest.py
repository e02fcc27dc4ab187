"""A town for each journey, and browsers that close after it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.journeys.town import Town, running_town
from tests.support.databases import Fresh


@pytest.fixture(scope="session")
def looked() -> set[tuple[object, ...]]:
    """The guises of pages that were looked at closely: once is enough."""
    return set()


@pytest.fixture
def town(browser: Browser, sqlite_fresh: Fresh, looked: set[tuple[object, ...]]) -> Iterator[Town]:
    """A town with its register and the policy in force, for one journey."""
    with running_town(browser, sqlite_fresh(), looked) as town:
        yield town
