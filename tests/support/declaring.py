"""An inspector at the pages: the steps of a declaration, as a browser without scripts takes them."""

import re
from dataclasses import dataclass

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.support.web import HTTPS, Site, get, parsed, post, token
from tests.support.world import staged
from tracker.domain.access import Role
from tracker.domain.drafting import Writing
from tracker.models import Account, Declaration, Draft, Inspector
from tracker.queries import declarations as questions

BASE = "/declarations"
HILLTOP, RIDGE, VALE = "gias:900001", "gias:900002", "gias:900003"
SINCE = {"began_on-year": "2015", "state": "still"}
UNTIL = {
    "began_on-year": "2015",
    "began_on-month": "9",
    "state": "ended",
    "ended_on-month": "7",
    "ended_on-year": "2023",
}


@dataclass
class Desk:
    """One inspector's browser, and what the database holds of that inspector."""

    site: Site
    client: FlaskClient
    number: int

    def opens(self, path: str, status: int = 200) -> TestResponse:
        """Open a page, which must be whole HTML with one main heading."""
        answer = get(self.client, BASE + path)
        assert answer.status_code == status, (path, answer.status_code, answer.headers.get("Location"))
        parsed(answer)
        assert answer.text.count("<h1") == 1, path
        return answer

    def sends(self, path: str, data: dict[str, object] | None = None, **options: object) -> str:
        """Send a page's form as it stands there, with these answers, and return where it leads."""
        answer = self.tries(path, data, **options)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["Location"]).removeprefix(BASE)

    def tries(
        self, path: str, data: dict[str, object] | None = None, *, of: str | None = None, version: int | None = None
    ) -> TestResponse:
        """Send a page's form, whatever comes of it."""
        kept = {"version": self.version if version is None else version, "based_on": self.in_force or ""}
        answer = post(self.client, BASE + path, {**kept, **(data or {})}, of=BASE + (path if of is None else of))
        if answer.status_code != 303:
            parsed(answer)
        return answer

    def sends_again(self, path: str, data: dict[str, object]) -> TestResponse:
        """Send a form from a page that is no longer what it was."""
        values = {"csrf_token": token(self.client, BASE), **data}
        return self.client.post(BASE + path, data=values, base_url=HTTPS)

    @property
    def draft(self) -> Draft | None:
        """The draft as it stands."""
        with self.site.sessions() as session:
            return session.get(Draft, self.number)

    @property
    def version(self) -> int:
        """The draft's version, 0 where there is none."""
        draft = self.draft
        return draft.version if draft else 0

    @property
    def in_force(self) -> str | None:
        """The reference of the declaration in force."""
        with self.site.sessions() as session:
            current = questions.in_force(session, self.number)
            return current.ref if current else None

    @property
    def recorded(self) -> list[Declaration]:
        """Every declaration, the latest first."""
        with self.site.sessions() as session:
            return questions.all_of(session, self.number)

    def begins(self) -> str:
        """Begin, or go on."""
        return self.sends("/draft/begin", of="/start")

    def adds(
        self, target: str = HILLTOP, nature: str = "employment", holder: str = "self", note: str = "", **dates: str
    ) -> str:
        """Answer every question of one more connection, the first of all if need be, and return where that leads."""
        if self.draft is not None and Writing.from_json(self.draft.content).has_connections is None:
            self.sends("/draft/question", {"natures": [nature]})
        to = self.sends(f"/draft/add?target={target}", {"nature": nature})
        return self.sends(to, self.told(to, holder, note, **dates))

    def told(self, path: str, holder: str = "self", note: str = "", **dates: str) -> dict[str, object]:
        """Return the answers to the page of a connection's details, with the mark of that very page."""
        entry = re.search(r'name="entry"[^>]* value="([^"]+)"', get(self.client, BASE + path).text)
        assert entry, path
        return {"entry": entry[1], "holder": holder, "note": note, **(dates or SINCE)}

    def files(self) -> str:
        """File what is entered, and return the new declaration's reference."""
        to = self.sends("/draft/check")
        assert to.endswith("/recorded")
        return to.split("/")[1]

    def declares_nothing(self) -> str:
        """Go the shortest way: nothing to declare."""
        self.begins()
        assert self.sends("/draft/question", {"natures": "none"}) == "/draft/check"
        return self.files()


def desk(site: Site) -> Desk:
    """Sign an inspector in, over the small register and the example policy."""
    with site.staging() as stage:
        staged(stage.session)
    client = site.client_for(Role.INSPECTOR)
    email = site.added[(Role.INSPECTOR,)]
    with site.sessions() as session:
        number = session.scalars(select(Account.inspector_id).where(Account.email == email)).one()
        assert number is not None
        assert session.get(Inspector, number) is not None
    return Desk(site, client, number)
