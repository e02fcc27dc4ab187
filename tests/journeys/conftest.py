"""A town for each journey, and browsers that close after it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.journeys.town import Town, running_town
from tests.support.databases import Fresh
from tests.support.pages import Looked


@pytest.fixture
def town(browser: Browser, sqlite_fresh: Fresh, looked: Looked) -> Iterator[Town]:
    """A town with its register and the policy in force, for one journey."""
    with running_town(browser, sqlite_fresh(), looked) as town:
        yield town
