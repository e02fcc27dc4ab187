"""Two worlds that differ in one inspector's private detail alone: what all others can open is the same, byte for byte.

Whose a connection is (within its circle), the words of its note, the reason of a withdrawal: pages, errors, lengths and
redirects tell nothing of them to anybody before whom they were not opened.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from random import Random
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.support.databases import Fresh
from tests.support.web import HTTPS, Site, running_site, shown
from tests.support.world import DECIDER, Stage, days_apart, employed_at, staged
from tracker.domain.access import Role
from tracker.domain.lifecycle import Ruling
from tracker.models import ConnectionRow
from tracker.services import decisions, declarations, history
from tracker.services.checks import loaded
from tracker.services.decisions import Decide
from tracker.services.declarations import WithdrawDeclaration

# Their own pages are the private ones, and an auditor may open everything.
OTHERS = ((Role.SCHEDULER,), (Role.DECISION_MAKER,), (Role.ADMINISTRATOR,), (Role.INSPECTOR,), ())
_LINK = re.compile(r'(?:href|action)="(/[^"#]*)')
MOST = 400


@contextmanager
def world(fresh: Fresh, patch: pytest.MonkeyPatch, holder: str, note: str, reason: str) -> Iterator[tuple[Site, str]]:
    """A site in which an inspector said this; every reference is drawn from the same chance."""
    chance = Random(5)
    patch.setattr(history.secrets, "choice", chance.choice)
    with running_site(fresh()) as site:
        with site.staging() as stage:
            ref = _tell(staged(stage.session), holder, note, reason)
        for roles in OTHERS:
            site.person(*roles)
        yield site, ref


def _tell(stage: Stage, holder: str, note: str, reason: str) -> str:
    ines, wil = stage.inspector(), stage.inspector("T200", "Wil Withdraws")
    odd = employed_at("gias:900004", "2020", nature="other", holder=holder, note=note)
    job = employed_at("gias:900003", "2015", holder=holder, note=note)
    makers = employed_at("org:Makers UK", "2015", nature="consultancy", holder=holder, note=note)
    stage.declares(ines, job, odd, makers)
    filed = stage.declares(wil, employed_at("gias:900003", holder=holder, note=note))
    for reference, inspector in (("INS-1", ines), ("INS-2", wil)):
        placed = stage.proposes(stage.inspection(reference), inspector)
        row = loaded(stage.session, placed.ref)
        assert row is not None
        assert row.check is not None
        if inspector is wil:
            command = Decide(row.ref, row.check.findings[0].fingerprint, Ruling.ALLOW, "No influence.")
            decisions.decide(stage.session, DECIDER, command, at=stage.tick())
    stage.proposes(stage.inspection("INS-3", "gias:900004", **days_apart(1)), ines)
    withdrawal = WithdrawDeclaration(wil.id, filed.declaration.ref, reason)
    declarations.withdraw(stage.session, stage.actor(wil), withdrawal, at=stage.tick())
    return str(stage.session.query(ConnectionRow).first().ref)  # type: ignore[union-attr]


def crawl(client: FlaskClient, also: list[str]) -> dict[str, Any]:
    """Return everything that a browser can open from the first page on, and these addresses."""
    waiting, seen = ["/", *also], {}
    while waiting and len(seen) < MOST:
        path = waiting.pop(0)
        if path in seen or path.startswith(("/static", "/sign-out")):
            continue
        answer = client.get(path, base_url=HTTPS)
        told = (answer.status_code, answer.data) if answer.mimetype == "application/zip" else shown(answer)
        seen[path] = (*told, answer.headers.get("Location"), answer.headers.get("Content-Length") is None)
        if answer.mimetype == "text/html":
            waiting += sorted({link.replace("&amp;", "&") for link in _LINK.findall(answer.text)})
            waiting += [str(answer.headers["Location"])] if answer.status_code in {302, 303} else []
    return seen


def told(
    fresh: Fresh, patch: pytest.MonkeyPatch, *private: str, to: Sequence[tuple[Role, ...]] = OTHERS
) -> dict[tuple[Role, ...], dict[str, Any]]:
    with world(fresh, patch, *private) as (site, ref):
        # What nobody links to: the private pages themselves, and what was never there.
        also = [f"/decisions/connections/{ref}", f"/audit/connections/{ref}", "/declarations/history"]
        also += ["/declarations/DEC-0000-0000", "/providers/search?q=ridge", "/decisions/to-review"]
        return {roles: crawl(site.client_for(*roles), also) for roles in to}


def test_two_worlds_that_differ_in_a_private_detail_look_the_same_to_all_others(
    sqlite_fresh: Fresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = told(sqlite_fresh, monkeypatch, "partner", "She leads the infants.", "I retire.")
    other = told(sqlite_fresh, monkeypatch, "child", "A pupil in year three, who sings.", "An illness in the family.")
    for roles in OTHERS:
        assert list(one[roles]) == list(other[roles]), roles
        assert [path for path in one[roles] if one[roles][path] != other[roles][path]] == [], roles
    assert sum(len(pages) for pages in one.values()) > 60


def test_the_same_crawl_would_notice_what_a_page_does_tell(
    sqlite_fresh: Fresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    roles = (Role.DECISION_MAKER,)
    one = told(sqlite_fresh, monkeypatch, "partner", "A note.", "I retire.", to=[roles])
    other = told(sqlite_fresh, monkeypatch, "close_friend", "A note.", "I retire.", to=[roles])
    assert [path for path in one[roles] if one[roles][path] != other[roles].get(path)]
