"""One town a file of journeys, and browsers that close after each journey."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.journeys.town import Town, running_town
from tests.support.databases import Fresh


@pytest.fixture(scope="session")
def looked() -> set[tuple[object, ...]]:
    """The guises of pages that were looked at closely: once is enough."""
    return set()


@pytest.fixture(scope="module")
def whole_town(browser: Browser, sqlite_fresh: Fresh, looked: set[tuple[object, ...]]) -> Iterator[Town]:
    """A town with its register and the policy in force."""
    with running_town(browser, sqlite_fresh(), looked) as town:
        yield town


@pytest.fixture
def town(whole_town: Town) -> Iterator[Town]:
    """The town, for one journey; whoever took a seat leaves it at the end."""
    yield whole_town
    whole_town.leave()
