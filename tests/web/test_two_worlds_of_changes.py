"""Two worlds that differ in one later move or calling off alone are the same, byte for byte, to whoever may not know.

That is whoever was released before, and all who have nothing to do with it: the schedule is secret, also from those who
were once on it.
"""

import io
import zipfile
from collections.abc import Mapping
from datetime import date
from functools import cache
from random import Random
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.support.databases import Fresh
from tests.support.placing import PARTNERS_JOB
from tests.support.web import Site, get, post, running_site, shown
from tests.support.world import DECIDER, SCHEDULER, Stage, staged
from tests.web.test_two_worlds import crawl
from tracker.domain.access import Role
from tracker.domain.lifecycle import Ruling
from tracker.models import Account, Inspection, Inspector, OutboxMessage
from tracker.queries import declarations as filed
from tracker.services import assignments, calling_off, confirmations, decisions, history, moving, questions
from tracker.services.assignments import Release
from tracker.services.calling_off import CallOff
from tracker.services.checks import loaded
from tracker.services.confirmations import Vouch
from tracker.services.decisions import Decide
from tracker.services.mitigations import Mitigate
from tracker.services.moving import Move
from tracker.services.questions import AskInspector

OTHERS = ((Role.INSPECTOR, Role.ADMINISTRATOR), (Role.ADMINISTRATOR,), ())
# INS-1 would begin before INS-2, so that lists in the order of days would show it elsewhere; and before what is due.
LATER = {
    "nothing": lambda _session, _at: None,
    "a move ahead": lambda session, at: moving.move(
        session, SCHEDULER, Move("INS-1", date(2026, 3, 9), date(2026, 3, 9), "Deferred."), at=at
    ),
    "a move back": lambda session, at: moving.move(
        session, SCHEDULER, Move("INS-1", date(2026, 4, 7), date(2026, 4, 8), "Deferred."), at=at
    ),
    "a calling off": lambda session, at: calling_off.call_off(session, SCHEDULER, CallOff("INS-1", "Burnt."), at=at),
}


def _released(stage: Stage, email: str) -> list[str]:
    """Let an inspector be on two inspections, be asked, give a word, see to something, and be released; return where.

    Whoever looks at the other one's pages afterwards sees the days of both in one list.
    """
    session = stage.session
    account = session.scalars(select(Account).where(Account.email == email)).one()
    inspector = session.get_one(Inspector, account.inspector_id)
    stage.declares(inspector, PARTNERS_JOB)
    for reference, days in (("INS-2", (date(2026, 3, 12), date(2026, 3, 12))), ("INS-1", (date(2026, 3, 17),) * 2)):
        stage.inspection(reference, starts_on=days[0], ends_on=days[1])
    paths = []
    for reference in ("INS-2", "INS-1"):
        row = loaded(session, _proposed(stage, reference, inspector))
        assert row is not None
        assert row.check is not None
        found = row.check.findings[0].fingerprint
        asked = questions.ask(session, DECIDER, AskInspector(row.ref, found, "Since when?"), at=stage.tick())
        wanted = Mitigate("Tell your lead.", account.ref, date(2026, 3, 13))
        decisions.decide(session, DECIDER, Decide(row.ref, found, Ruling.ALLOW, "Small.", (wanted,)), at=stage.tick())
        current = filed.in_force(session, inspector.id)
        assert current is not None
        vouching = Vouch(row.ref, "I know of nothing more.", current.ref)
        confirmations.vouch(session, stage.actor(inspector), vouching, at=stage.tick())
        assignments.release(session, SCHEDULER, Release(row.ref, "Not needed."), at=stage.tick())
        paths += [f"/declarations/assignments/{row.ref}", f"/declarations/asked/{asked.ref}"]
    return paths


def _proposed(stage: Stage, reference: str, inspector: Inspector) -> str:
    inspection = stage.session.scalars(select(Inspection).filter_by(reference=reference)).one()
    return stage.proposes(inspection, inspector).ref


@cache
def _told(fresh: Fresh, later: str, *, is_on_it: bool = False) -> Mapping[object, Mapping[str, Any]]:
    """Return all that the released inspector and others can open after something happened, or nothing."""
    with pytest.MonkeyPatch.context() as patch, running_site(fresh()) as site:
        chance = Random(5)
        patch.setattr(history.secrets, "choice", chance.choice)
        email = site.person(Role.INSPECTOR)
        for roles in OTHERS:
            site.person(*roles)
        with site.staging() as stage:
            staged(stage.session)
            paths = _released(stage, email)
            if is_on_it:
                _proposed(stage, "INS-1", stage.session.scalars(select(Inspector).order_by(Inspector.id)).first())
            LATER[later](stage.session, stage.tick())
        site.wait(days=1)
        own = site.client_for(Role.INSPECTOR)
        also = [*paths, "/declarations/history", "/mitigations"]
        nowhere = [
            "/inspections",
            "/inspections/inspection/INS-1",
            "/audit/of/inspection/INS-1",
            "/providers/search?q=r",
        ]
        nowhere += [f"/inspections/{page}/INS-1" for page in ("move", "call-off")]
        told: dict[object, Mapping[str, Any]] = {roles: crawl(site.client_for(*roles), nowhere) for roles in OTHERS}
        return told | {"released": _all(own, [*also, *nowhere]) | _sent(own, *paths[-2:]), "notices": _notices(site)}


def _all(client: FlaskClient, also: list[str]) -> dict[str, Any]:
    """Return every page but the receipts: these prove by the whole tree, in which everything that happens counts."""
    return {path: page for path, page in crawl(client, also).items() if not path.endswith("/receipt")}


def _sent(client: FlaskClient, own: str, asked: str = "") -> dict[str, Any]:
    """Return the copy of all that is held, and what the forms of an assignment that is no more answer."""
    with zipfile.ZipFile(io.BytesIO(post(client, "/declarations/everything").data)) as archive:
        found = {name: archive.read(name) for name in archive.namelist() if name.startswith("your-record")}
    found["confirm"] = shown(post(client, f"{own}/confirm", of="/declarations"))
    return found | ({"answer": shown(post(client, asked, {"words": "May."}, of="/declarations"))} if asked else {})


def _notices(site: Site) -> dict[str, Any]:
    with site.sessions() as session:
        rows = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
        return {str(each.id): (each.kind, each.about) for each in rows}


@pytest.mark.parametrize("later", ["a move ahead", "a move back", "a calling off"])
def test_whoever_was_released_before_and_all_who_are_not_concerned_see_nothing_of_it(
    sqlite_fresh: Fresh, later: str
) -> None:
    one, other = _told(sqlite_fresh, "nothing"), _told(sqlite_fresh, later)
    for who in one:
        assert list(one[who]) == list(other[who]), who
        assert [path for path in one[who] if one[who][path] != other[who][path]] == [], who
    assert len(one["released"]) > 20


@pytest.mark.parametrize("later", ["a move ahead", "a calling off"])
def test_the_same_look_notices_what_is_told_to_whoever_is_on_it(sqlite_fresh: Fresh, later: str) -> None:
    one, other = (_told(sqlite_fresh, each, is_on_it=True)["released"] for each in ("nothing", later))
    assert "your-record.json" in [path for path in one if one[path] != other.get(path)]


def test_who_is_released_by_the_calling_off_is_told_so_also_in_the_copy(site: Site) -> None:
    email = site.person(Role.INSPECTOR)
    with site.staging() as stage:
        staged(stage.session)
        account = stage.session.scalars(select(Account).where(Account.email == email)).one()
        stage.inspection()
        ref = _proposed(stage, "INS-1", stage.session.get_one(Inspector, account.inspector_id))
        LATER["a calling off"](stage.session, stage.tick())
    client = site.client_for(Role.INSPECTOR)
    assert (
        "The inspection was called off on 2 March 2026: nobody goes there."
        in get(client, f"/declarations/assignments/{ref}").text
    )
    assert b'"called_off_at": "2026-03-02T' in _sent(client, f"/declarations/assignments/{ref}")["your-record.json"]
