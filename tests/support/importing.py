"""The page that imports plans, as a scheduler uses it: choose a file, read the preview, press the button."""

import io
import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.web import HTTPS, token

PAGE = "/inspections/import"
PLAN = "reference,provider,framework,starts_on,ends_on,team_size"


def send(client: FlaskClient, kind: str, data: bytes | str, name: str = "plan.csv") -> TestResponse:
    """Choose a file and ask what it would do."""
    raw = data.encode() if isinstance(data, str) else data
    form = {"kind": kind, "file": (io.BytesIO(raw), name), "csrf_token": token(client, PAGE)}
    return client.post(PAGE, data=form, base_url=HTTPS, buffered=True)


def signed(page: TestResponse) -> str:
    """Return what the preview's form holds."""
    return re.findall(r'name="sent" value="([^"]+)"', page.text)[0]


def apply(client: FlaskClient, sent: str) -> TestResponse:
    """Press the preview's button."""
    form = {"sent": sent, "csrf_token": token(client, PAGE)}
    return client.post(PAGE, data=form, base_url=HTTPS, buffered=True)
