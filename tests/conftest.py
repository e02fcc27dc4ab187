"""What every test may ask for: databases of both kinds, a session that leaves no trace, and a real browser."""

import fcntl
import os
import pickle
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.support.calm import pytest_collection_finish as pytest_collection_finish  # noqa: PLC0414 (pytest finds it)
from tests.support.chromium import ChromiumAbsentError, running_chromium
from tests.support.compiled import remember
from tests.support.databases import Fresh, postgres_databases, sqlite_databases
from tests.support.extracts import import_real
from tests.support.pages import Looked
from tests.support.postgres import Postgres, PostgresAbsentError, running_postgres
from tests.support.server import Served, served
from tests.support.web import Site, running_site
from tracker.database import make_engine
from tracker.domain.register import Kind
from tracker.services.registers import ImportSummary

# A shared machine is slow by turns; a law is broken or not, however long an example took.
settings.register_profile("tracker", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tracker")
remember()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server of this run's own."""
    try:
        with running_postgres() as server:
            yield server
    except PostgresAbsentError as absent:
        pytest.skip(str(absent))


@pytest.fixture(scope="session")
def sqlite_fresh(tmp_path_factory: pytest.TempPathFactory) -> Fresh:
    """Makes one more migrated, empty SQLite database."""
    return sqlite_databases(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_fresh(postgres: Postgres) -> Fresh:
    """Makes one more migrated, empty PostgreSQL database."""
    return postgres_databases(postgres)


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def fresh(request: pytest.FixtureRequest) -> Fresh:
    """Makes one more migrated, empty database; the test runs once on each kind."""
    made: Fresh = request.getfixturevalue(f"{request.param}_fresh")
    return made


@pytest.fixture
def database_url(fresh: Fresh) -> str:
    """A migrated, empty database for one test alone, which may commit and open as many connections as it likes."""
    return fresh()


@pytest.fixture(scope="session")
def engine(fresh: Fresh) -> Iterator[Engine]:
    """One migrated database for all the tests that leave no trace."""
    made = make_engine(fresh())
    yield made
    made.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session in a transaction that is rolled back at the end, also when the test commits."""
    with engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as made:
            yield made
        outer.rollback()


@pytest.fixture
def site(sqlite_fresh: Fresh) -> Iterator[Site]:
    """The application on a database of its own; `site.client_for(role)` signs somebody in."""
    with running_site(sqlite_fresh()) as started:
        yield started


@pytest.fixture
def server(sqlite_fresh: Fresh) -> Iterator[Served]:
    """The application on a loopback port, with a database of its own."""
    with served(sqlite_fresh()) as started:
        yield started


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def real_register(shared_folder: Path, sqlite_fresh: Fresh) -> tuple[str, dict[Kind, ImportSummary]]:
    """An SQLite database that holds the four real GIAS files, for reading alone, and what their import answered.

    It costs half a minute: the first worker that needs it makes it, the others wait and read the same.
    """
    made = shared_folder / "real_register.pickle"
    with made.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            url = sqlite_fresh()
            made.write_bytes(pickle.dumps((url, import_real(url))))
    answer: tuple[str, dict[Kind, ImportSummary]] = pickle.loads(made.read_bytes())  # noqa: S301 (this run's own)
    return answer


@pytest.fixture(scope="session")
def looked(shared_folder: Path) -> Looked:
    """The guises of pages that were looked at closely, by whichever worker: once is enough."""
    return Looked(shared_folder / "looked")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium; a test opens its own context in it."""
    try:
        with running_chromium() as started:
            yield started
    except ChromiumAbsentError as absent:
        pytest.skip(str(absent))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what was not tested, and what would mend it."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = Counter(str(report.longrepr[2]).removeprefix("Skipped: ") for report in skipped)
    if reasons:
        terminalreporter.section("NOT TESTED", red=True, bold=True)
    for reason, number in reasons.most_common():
        terminalreporter.line(f"{number} tests were skipped: {reason}", red=True, bold=True)
