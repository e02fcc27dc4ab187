"""Every endpoint with every role, as approved in access.txt; and reading never writes.

After a page is added on purpose, write the table anew with `.venv/bin/python -m tests.house.test_access`, read what
changed, and commit it with the page.
"""

import tempfile
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from tests.support.databases import sqlite_databases
from tests.support.web import Site, get, running_site
from tests.support.world import staged
from tracker.domain.access import Actor, Role, permits
from tracker.web.access import Needs, Open, needs_of

APPROVED = Path(__file__).with_name("access.txt")
NOBODY = "nobody"
COLUMNS = {NOBODY: None, "no role": (), **{str(role): (role,) for role in Role}}


def opens(needs: Needs | None, roles: tuple[Role, ...] | None) -> bool:
    """Whether somebody with these roles gets in; None is a stranger."""
    if needs is None or needs is Open.PUBLIC:
        return needs is not None
    if roles is None or isinstance(needs, Open):
        return roles is not None
    return permits(Actor("person:T", "T", frozenset(roles), inspector_id=1), needs)


def table(app: Flask) -> str:
    """Each address and method, what it needs, and who gets in."""
    lines = []
    for rule in sorted(app.url_map.iter_rules(), key=lambda each: each.rule):
        needs = needs_of(app, rule.endpoint)
        who = [name for name, roles in COLUMNS.items() if opens(needs, roles)]
        seen = "everybody" if NOBODY in who else ", ".join(who)
        lines += [f"{method:<5}{rule.rule}  [{needs}]  {seen}" for method in sorted(methods(rule))]
    return "\n".join(lines) + "\n"


def methods(rule: object) -> set[str]:
    """The methods of a rule that an author chose."""
    return set(rule.methods or ()) - {"HEAD", "OPTIONS"}


def test_who_may_open_what_is_as_approved(site: Site) -> None:
    assert table(site.app) == APPROVED.read_text("utf-8")


def test_an_address_either_reads_or_writes(site: Site) -> None:
    wrong = []
    for rule in site.app.url_map.iter_rules():
        writes = getattr(site.app.view_functions[rule.endpoint], "writes", False)
        expected = {"POST"} if writes else {"GET"}
        if methods(rule) != expected:
            wrong.append(f"{rule.rule}: {methods(rule)}, but its view {'writes' if writes else 'does not write'}")
    assert wrong == []


def test_reading_every_page_writes_nothing(site: Site) -> None:
    with site.staging() as stage:
        staged(stage.session)
    clients = [site.client(), *(site.client_for(role) for role in Role)]
    pages = [rule.rule for rule in site.app.url_map.iter_rules() if "GET" in methods(rule) and not rule.arguments]
    with site.engine.connect() as watcher:
        version = text("PRAGMA data_version")
        before = watcher.scalar(version)
        answers = {(path, get(client, path).status_code) for client in clients for path in pages}
        assert watcher.scalar(version) == before
    assert {status for _, status in answers} <= {200, 302, 404}
    assert ("/privacy", 200) in answers


def _write() -> None:
    with tempfile.TemporaryDirectory() as folder, running_site(sqlite_databases(Path(folder))()) as site:
        APPROVED.write_text(table(site.app), "utf-8")


if __name__ == "__main__":
    _write()
