"""The policy's owner at the pages: comparing and adopting, and what a page says in plain words."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from html import unescape

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.support.crowd import crowd
from tests.support.policy import changed
from tests.support.web import Site, post, running_site
from tests.support.world import staged
from tracker.models import PolicyVersion
from tracker.services.keys import rebuild_keys

ADMIN = "/admin/policy"
EMPLOYMENT = '[natures.employment]\ncurrent = "real"\nreal_years = 3\nperceived_years = 6'
BOTH = 'engagements = ["staff", "contracted"]'
OTHER = changed(
    (EMPLOYMENT, EMPLOYMENT.replace("3", "4").replace("6", "9")),
    ('"2026-1"', '"other"'),
    ("valid_months = 12", "valid_months = 7"),
    ("gias = 5.0", "gias = 6.25"),
    ("days_before = 1", "days_before = 5"),
    ("ahead_years = 1", "ahead_years = 2"),
    ("perceived = 1\nreal = 2", "perceived = 2\nreal = 3"),
    ("past_years = 2\npast", "past_years = 5\npast"),
)
THIRD = (
    OTHER.replace('"other"', '"third"').replace("real_years = 4", "real_years = 8").replace("gias = 6.25", "gias = 2")
)
FOR_CONTRACTED = OTHER.replace(BOTH, 'engagements = ["contracted"]')


@contextmanager
def owned_site(url: str) -> Iterator[Site]:
    """A site with the small register and the example policy."""
    with running_site(url) as started:
        with started.staging() as stage:
            staged(stage.session)
            rebuild_keys(stage.session)
        yield started


def populated(site: Site, size: int = 12) -> None:
    """Let inspectors be proposed and confirmed; the site's clock goes on where that ended."""
    with site.staging() as stage:
        stage.now += timedelta(minutes=5)
        crowd(stage, size=size)
        now = stage.now
    site.set(now=now)


def words(answer: TestResponse) -> str:
    """The words of a page, in one line."""
    text = re.sub(r"<svg.*?</svg>", " ", answer.text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def compares(client: FlaskClient, text: str | bytes, **more: object) -> TestResponse:
    raw = text.encode() if isinstance(text, str) else text
    data = {"file": (io.BytesIO(raw), "p.toml"), "start": "today", **more}
    return post(client, ADMIN, data)


def carried(answer: TestResponse) -> dict[str, str]:
    """What the form of a comparison carries."""
    found = {}
    for name in ("policy", "seal"):
        value = re.search(rf'name="{name}"[^>]* value="([^"]*)"', answer.text)
        assert value
        found[name] = unescape(value[1])
    return found


def adopts(client: FlaskClient, compared: TestResponse, reason: str = "Renewed", **more: str) -> TestResponse:
    return post(client, f"{ADMIN}/adopt", {**carried(compared), "reason": reason, **more}, of=ADMIN)


def adopted(site: Site) -> list[str]:
    with site.sessions() as session:
        return list(session.scalars(select(PolicyVersion.version).order_by(PolicyVersion.id)))
