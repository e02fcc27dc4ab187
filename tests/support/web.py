"""The real application on a database of its own, and people who really sign in."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from config import Config
from tests.support.compiled import Templates
from tests.support.world import SYSTEM, Stage
from tracker import create_app
from tracker.database import make_engine, writing
from tracker.domain.access import Role
from tracker.models import Account
from tracker.services import people
from tracker.web.settings import KEY

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
COST = 1
_TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"|value="([^"]+)"[^>]* name="csrf_token"')


COMPILED = Templates()


@dataclass
class Site:
    """An application, its database and its clock."""

    app: Flask
    engine: Engine
    added: dict[tuple[Role, ...], str] = field(default_factory=dict)

    @property
    def sessions(self) -> sessionmaker[Session]:
        """Makes sessions of the site's database."""
        return sessionmaker(self.engine, expire_on_commit=False)

    @property
    def config(self) -> Config:
        """The settings."""
        found: Config = self.app.extensions[KEY]
        return found

    def set(self, **changes: object) -> None:
        """Change settings, the clock among them."""
        self.app.extensions[KEY] = replace(self.config, **changes)

    def wait(self, **duration: float) -> None:
        """Move the clock on: `wait(minutes=5)`."""
        self.set(now=(self.config.now or NOW) + timedelta(**duration))

    @contextmanager
    def staging(self) -> Iterator[Stage]:
        """A stage on which to reach a state through the services; it is committed at the end."""
        with writing(self.sessions) as session:
            yield Stage(session, now=self.config.now or NOW)

    def person(self, *roles: Role, is_demonstration: bool = False) -> str:
        """Add a person with these roles, an inspector with a staff number if need be; return the e-mail address."""
        number = len(self.added) + 1
        email = f"{'-'.join(roles) or 'nobody'}-{number}@example.org".replace("_", "-")
        with self.staging() as stage:
            staff_no = f"W{number}00" if Role.INSPECTOR in roles else None
            if staff_no:
                stage.inspector(staff_no, f"Ines Pector {number}")
            command = people.AddPerson(f"Pat Person {number}", email, PASSWORD, roles, staff_no, is_demonstration)
            people.add(stage.session, SYSTEM, command, at=stage.now, cost=COST)
        self.added[(*roles,)] = email
        return email

    def account(self, email: str) -> Account:
        """Return an account as it stands in the database now."""
        with self.sessions() as session:
            return session.scalars(select(Account).where(Account.email == email)).one()

    def client(self) -> FlaskClient:
        """A browser in which nobody is signed in."""
        return self.app.test_client()

    def client_for(self, *roles: Role) -> FlaskClient:
        """A browser in which a person with just these roles has signed in."""
        email = self.added.get(roles) or self.person(*roles)
        client = self.client()
        answer = sign_in(client, email)
        assert answer.status_code == 303, answer.text
        return client


@contextmanager
def running_site(url: str, **changes: object) -> Iterator[Site]:
    """Start the application on a migrated database."""
    engine = make_engine(url)
    config = Config(database_url=url, secret_key="only for tests " * 3, now=NOW, password_cost=COST)
    app = create_app(replace(config, **changes), engine)
    # Tests want the fault itself, not its page.
    app.testing = True
    app.jinja_env.bytecode_cache = COMPILED
    try:
        yield Site(app, engine)
    finally:
        engine.dispose()


def token(client: FlaskClient, path: str) -> str:
    """Return the token of a page's form."""
    found = _TOKEN.search(get(client, path).text)
    assert found, f"no form on {path}"
    return found[1] or found[2]


# The session's cookie travels over HTTPS only.
HTTPS = "https://localhost"


def get(client: FlaskClient, path: str) -> TestResponse:
    """Open a page."""
    return client.get(path, base_url=HTTPS, buffered=True)


def post(
    client: FlaskClient, path: str, data: dict[str, object] | None = None, *, of: str | None = None
) -> TestResponse:
    """Send a form, with the token of the page that it stands on (`of`, else the same address)."""
    values = {"csrf_token": token(client, of or path), **(data or {})}
    return client.post(path, data=values, base_url=HTTPS)


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD, path: str = "/sign-in") -> TestResponse:
    """Try to sign in."""
    return post(client, path, {"email": email, "password": password})


def shown(answer: TestResponse) -> tuple[int, str]:
    """Return the status and the page, but for the token, which each page has anew."""
    return answer.status_code, _TOKEN.sub("", answer.text)


def parsed(answer: TestResponse) -> None:
    """Fail unless the page is HTML as strictly as the standard has it."""
    html5lib.HTMLParser(strict=True).parse(answer.text)
