"""The tests' own footing: both databases are real, a session leaves no trace, and the browser runs the check."""

import pytest
from playwright.sync_api import Browser
from sqlalchemy import Engine, inspect, text
from sqlalchemy.orm import Session

from tests.support.chromium import axe_violations
from tracker.database import is_behind, make_engine


@pytest.mark.parametrize("round_", [1, 2])
def test_a_session_leaves_no_trace_even_when_it_commits(session: Session, round_: int) -> None:
    table = "CREATE TABLE trace (id INTEGER)"
    session.execute(text(table))
    session.commit()
    assert session.execute(text("SELECT count(*) FROM trace")).scalar_one() == 0, round_


def test_the_shared_database_has_every_migration(engine: Engine) -> None:
    assert not is_behind(engine)


def test_a_database_of_ones_own_is_migrated_and_apart(database_url: str, engine: Engine) -> None:
    own = make_engine(database_url)
    assert own.url != engine.url
    assert set(inspect(own).get_table_names()) == set(inspect(engine).get_table_names())
    own.dispose()


@pytest.mark.browser
def test_the_accessibility_check_finds_a_picture_without_words(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<html lang='en'><title>t</title><main><h1>h</h1><img src='data:,'></main></html>")
    assert [line.split(":")[0] for line in axe_violations(page)] == ["image-alt"]
    page.set_content("<html lang='en'><title>t</title><main><h1>h</h1></main></html>")
    assert axe_violations(page) == []
    page.close()
