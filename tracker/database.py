"""The session's owner: engines, write transactions that begin by locking, and the commit at the end of a write."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial, wraps
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from time import monotonic
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast
from weakref import ReferenceType, WeakKeyDictionary, ref

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app, g
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from tracker.queries.driver import as_by_a_session
from tracker.services import bare, history
from tracker.services.history import Bare

if TYPE_CHECKING:
    from psycopg import Connection as PsycopgConnection

P = ParamSpec("P")
R = TypeVar("R")

WRITES = "tracker_writes"
BUSY_SECONDS = 30
# So many pages SQLite's write-ahead log holds before they are copied into the database's file: 16 MB.
PAGES_LOGGED = 4000
# Where each engine's bare entries go.
_LINES: WeakKeyDictionary[Engine, bare.Line] = WeakKeyDictionary()
# For so long a connection is taken to stand without being asked, which would take as long as many a statement.
IDLE_SECONDS = 2
MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


# By what the addresses of databases begin with.
DRIVERS = frozenset({"sqlite", "sqlite+pysqlite", "postgresql+psycopg"})


def make_engine(url: str) -> Engine:
    """Return an engine; SQLite gets write-ahead logging, foreign keys, and BEGIN IMMEDIATE for writes.

    An error never shows the values of a statement: they are people's words, and errors are logged.
    """
    parsed = make_url(url)
    if parsed.drivername not in DRIVERS:
        said = f"“{parsed.drivername}” is no database that the tracker works with"
        raise ArgumentError(f"{said}: write sqlite:///FILE, or postgresql+psycopg://USER:PASSWORD@HOST/NAME")
    if parsed.get_backend_name() != "sqlite":
        # Compiling a plan to machine code takes a second, and running it as it is a few thousandths of one.
        options = f"{parsed.query.get('options', '')} -c jit=off".strip()
        # Statements past the driver's cursor are written in this, whatever the server or the environment would choose.
        given = {"options": options, "client_encoding": "utf8"}
        engine = create_engine(parsed, hide_parameters=True, connect_args=given)
        event.listen(engine, "checkin", _note_when)
        event.listen(engine, "checkout", _ask_if_idle)
        event.listen(engine, "engine_disposed", _close_line)
        return engine
    if parsed.database and parsed.database != ":memory:":
        _make_file(Path(parsed.database))
    waiting = {"timeout": BUSY_SECONDS, "check_same_thread": False}
    engine = create_engine(parsed, connect_args=waiting, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "engine_disposed", _close_line)
    return engine


def _make_file(path: Path) -> None:
    """Make SQLite's file, whose permissions its log gets, too: what people declared is for this account alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)


def _note_when(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info["used_at"] = monotonic()


def _ask_if_idle(connection: "PsycopgConnection[Any]", record: ConnectionPoolEntry, _proxy: object) -> None:
    """Ask the server whether a connection still stands, unless it did a moment ago; the pool then makes another."""
    if monotonic() - record.info.get("used_at", monotonic()) < IDLE_SECONDS:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except Exception as gone:
        raise DisconnectionError from gone


def _prepare_sqlite(connection: SqliteConnection, _record: object) -> None:
    # The driver must not begin transactions by its own lights; _begin_sqlite does.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON"):
        connection.execute(f"PRAGMA {pragma}")
    # Four times as many pages as it would by itself: to copy them into the file takes a tenth of each short act.
    connection.execute(f"PRAGMA wal_autocheckpoint={PAGES_LOGGED}")
    # Its own leaves every letter beyond ASCII as it is: “órla” would not find “Órla”, as on PostgreSQL it does.
    connection.create_function("lower", 1, _lower, deterministic=True)


def _lower(value: str | bytes | float | None) -> str | bytes | float | None:
    return value.lower() if isinstance(value, str) else value


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that reads and then writes can be refused halfway; a write takes its lock first.
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def begin_write(session: Session) -> None:
    """Start a write: drop what was read before, and wait for the lock before anything is read, the clock included.

    Who waited and then gave the time at which the waiting began would enter the history behind later instants.
    """
    session.rollback()
    session.connection(execution_options={WRITES: True})
    history.hold_head(session)


@contextmanager
def writing(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """Give a session for one write, and commit it at the end or roll it back."""
    with sessions() as session:
        begin_write(session)
        yield session
        session.commit()


def leave(sessions: sessionmaker[Session], entry: Bare, clock: Callable[[], datetime]) -> None:
    """Leave an entry by which nothing changes but the history, and commit it."""
    engine: Engine = sessions.kw["bind"]
    with as_by_a_session(engine):
        is_left = _line(engine).leave(entry, clock)
    if not is_left:
        with writing(sessions) as session:
            bare.enter(session, entry, at=clock())


def _line(engine: Engine) -> bare.Line:
    line = _LINES.get(engine)
    if line is None:
        # Of two who make one at once, both use the one that was kept.
        line = _LINES.setdefault(engine, bare.Line(engine.dialect.name, partial(_own_connection, ref(engine))))
    return line


def _own_connection(engine: ReferenceType[Engine]) -> Any:  # noqa: ANN401 (a driver's connection)
    found = engine()
    assert found is not None  # noqa: S101 (whoever asks holds it)
    connection = found.raw_connection()
    # The pool makes another in its place.
    connection.detach()
    return connection.dbapi_connection


def _close_line(engine: Engine) -> None:
    line = _LINES.pop(engine, None)
    if line is not None:
        line.close()


@contextmanager
def reading(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """Give a session that sees one state of the database to its end, however long that takes and whoever writes."""
    with sessions() as session:
        # On SQLite a transaction always does; PostgreSQL would else let each statement see what was committed since.
        if session.get_bind().dialect.name == "postgresql":
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield session


class Database:
    """The application's database: `session` is one a request."""

    def __init__(self) -> None:
        self.key = "tracker.sessions"

    def init_app(self, app: Flask, engine: Engine) -> None:
        """Join the database to an application; each request's session closes with it."""
        app.extensions[self.key] = sessionmaker(engine, expire_on_commit=False)
        app.teardown_appcontext(self._close)

    def let_go_first(self, app: Flask, act: Callable[[], bool]) -> None:
        """Let an act go before each view's own write, under the same lock; it tells whether it wrote anything."""
        app.extensions[f"{self.key}.first"] = act

    def go_first(self) -> None:
        """Do what must be done before a view's own write, and commit it: what it did stands if the view then fails."""
        act: Callable[[], bool] | None = current_app.extensions.get(f"{self.key}.first")
        if act is not None and act():
            self.session.commit()
            begin_write(self.session)

    def leave(self, entry: Bare, clock: Callable[[], datetime]) -> None:
        """Leave an entry by which nothing changes but the history, and commit it; what was read before is dropped."""
        self.session.rollback()
        leave(self.sessions, entry, clock)

    @property
    def sessions(self) -> sessionmaker[Session]:
        """The maker of sessions of the current application."""
        maker: sessionmaker[Session] = current_app.extensions[self.key]
        return maker

    @property
    def engine(self) -> Engine:
        """The engine of the current application."""
        return self.engine_of(current_app)

    def engine_of(self, app: Flask) -> Engine:
        """Return the engine of an application."""
        engine: Engine = app.extensions[self.key].kw["bind"]
        return engine

    @property
    def session(self) -> Session:
        """The session of the current request."""
        if "session" not in g:
            g.session = self.sessions()
        session: Session = g.session
        return session

    def ask_again(self, app: Flask, judge: Callable[[], Any]) -> None:
        """Let a judge say once more, under each view's lock, whether it may go on: it gives the answer, if it may not.

        Whoever waited may have been shut out by the very act that was waited for.
        """
        app.extensions[f"{self.key}.again"] = judge

    def refused(self) -> Any:  # noqa: ANN401 (a view's answer)
        """Return the answer to whoever may not go on, None to whoever may."""
        judge: Callable[[], Any] = current_app.extensions.get(f"{self.key}.again", lambda: None)
        return judge()

    @staticmethod
    def _close(_error: BaseException | None) -> None:
        session: Session | None = g.pop("session", None)
        if session is not None:
            session.close()


db = Database()


def writes(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view that changes the world: it begins as a write, and commits before the answer leaves."""

    @wraps(view)
    def committed(*args: P.args, **kwargs: P.kwargs) -> R:
        begin_write(db.session)
        try:
            db.go_first()
            refused = db.refused()
            if refused is not None:
                db.session.rollback()
                return cast("R", refused)
            result = view(*args, **kwargs)
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise
        return result

    marked: Any = committed
    marked.writes = True
    return committed


def _alembic() -> AlembicConfig:
    settings = AlembicConfig()
    settings.set_main_option("script_location", str(MIGRATIONS))
    return settings


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the database to a revision (the newest, if none is named), in one transaction."""
    settings = _alembic()
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        settings.attributes["connection"] = connection
        command.upgrade(settings, revision)


def is_behind(engine: Engine) -> bool:
    """Tell whether a migration is due."""
    heads = set(ScriptDirectory.from_config(_alembic()).get_heads())
    with engine.connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads()) != heads
