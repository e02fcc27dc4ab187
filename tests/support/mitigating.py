"""Allowing a finding with a mitigation, at the pages."""

from datetime import date

from flask.testing import FlaskClient
from sqlalchemy import select

from tests.support.placing import Placing
from tests.support.web import Site, post
from tracker.domain.access import Role
from tracker.models import Account, Mitigation

WHAT, EVIDENCE, REASONS = (
    "Another inspector reads the report.",
    "Quin read it on Monday.",
    "It was long ago, and small.",
)
DECIDER, SCHEDULER = (Role.DECISION_MAKER,), (Role.SCHEDULER,)


def page_of(ref: str, finding: int = 0, room: str = "decisions") -> str:
    return f"/{room}/assignments/{ref}" + (f"/findings/{finding}" if finding else "")


def owner(site: Site, *roles: Role) -> str:
    email = site.added.get(roles) or site.person(*roles)
    with site.sessions() as session:
        return session.scalars(select(Account.ref).where(Account.email == email)).one()


def wanted(owner: str, number: int = 0, what: str = WHAT, day: date = date(2026, 3, 10)) -> dict[str, object]:
    """Return what a form says of one mitigation."""
    name = f"mitigations-{number}"
    due = {f"{name}-due_on-{part}": str(getattr(day, part)) for part in ("day", "month", "year")}
    return {f"{name}-what": what, f"{name}-owner": owner, **due}


def allows(site: Site, placing: Placing, ref: str, **more: object) -> FlaskClient:
    """Let a decision-maker allow the first finding of an assignment, with a mitigation for the scheduler."""
    client = site.client_for(*DECIDER)
    data = {"outcome": "allow", "reasons": REASONS, **wanted(owner(site, *SCHEDULER)), **more}
    answer = post(client, page_of(ref, placing.finding(ref)), data)
    assert answer.status_code == 303, answer.text
    return client


def mitigation(site: Site) -> str:
    with site.sessions() as session:
        return f"/mitigations/{session.scalars(select(Mitigation.ref).order_by(Mitigation.id.desc())).first()}"
