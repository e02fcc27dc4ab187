"""Tampering with who is who and who may do what, as whoever wants to be somebody else would; see `forging`."""

from random import Random
from typing import Any

from sqlalchemy import Table, delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from tests.support.forging import FAR, Kind, flipped
from tracker.domain.remits import REMITS
from tracker.models import Account, Base, Inspection, Inspector, RoleGrant


def _one(session: Session, model: type[Base], random: Random, *which: Any) -> Any:
    """Return one row of those to which all conditions apply; None where there is none."""
    rows = session.scalars(select(model.id).where(*which).order_by(model.id)).all()
    return random.choice(rows) if rows else None


def estranged(session: Session, random: Random, _: int) -> str | None:
    """Let an account be of no inspector, or of another."""
    account = _one(session, Account, random, Account.inspector_id.is_not(None))
    taken = select(Account.inspector_id).where(Account.inspector_id.is_not(None))
    other = random.choice([None, _one(session, Inspector, random, Inspector.id.not_in(taken))])
    session.execute(update(Account).where(Account.id == account).values(inspector_id=other))
    return f"account {account}: inspector {other}"


def let_in(session: Session, random: Random, _: int) -> str:
    """Let a lock or a count of refusals say something else, end sessions or bring them back, or need no password."""
    account = _one(session, Account, random)
    values = random.choice([
        {"locked_until": func.coalesce(Account.locked_until, Account.added_at) + text("interval '1 day'")}
        if session.get_bind().dialect.name == "postgresql"
        else {"locked_until": text("datetime(added_at, '+1 day') || '.000000'")},
        {"failed_attempts": Account.failed_attempts - random.randint(1, 1_000)},
        {"session_epoch": Account.session_epoch + random.choice([-1, 1])},
        {"is_demonstration": ~Account.is_demonstration},
    ])  # fmt: skip
    session.execute(update(Account).where(Account.id == account).values(values))
    return f"account {account}: {[*values]}"


def granted_otherwise(session: Session, random: Random, _: int) -> str:
    """Change or delete the row of a role that was granted, also of one that was revoked."""
    grant = _one(session, RoleGrant, random)
    here = RoleGrant.id == grant
    way = random.choice(["deleted", "granted_at", "revoked_at"])
    if way == "deleted":
        session.execute(delete(RoleGrant).where(here))
    else:
        column = getattr(RoleGrant, way)
        other = select(func.max(Account.added_at)).scalar_subquery()
        is_same = session.scalar(select(column == other).where(here))
        session.execute(update(RoleGrant).where(here).values({way: None if is_same and way == "revoked_at" else other}))
        if is_same and way == "granted_at":
            session.execute(delete(RoleGrant).where(here))
    return f"grant {grant}, {way}"


def exchanged(session: Session, random: Random, _: int) -> str:
    """Let two accounts, or two inspectors, bear each other's names."""
    model = random.choice([Account, Inspector])
    rows = session.execute(select(model.id, model.name).order_by(model.id)).all()
    one, other = random.sample(rows, 2)
    for row, name in ((one, other.name), (other, one.name)):
        session.execute(update(model).where(model.id == row.id).values(name=name))
    return f"{model.__tablename__} {one.id} and {other.id}"


def come_or_gone(session: Session, random: Random, _: int) -> str | None:
    """Put an inspector on the staff list, take one off or renumber one; or take away an account."""
    way = random.choice(["slipped in", "taken away", "renumbered", "an account"])
    table: Table = Base.metadata.tables["account" if way == "an account" else "inspector"]
    row = dict(random.choice(session.execute(select(table).order_by(table.c.id)).mappings().all()))
    if way == "slipped in":
        session.execute(insert(table), [{**row, "id": FAR, "staff_no": f"{row['staff_no']}X"}])
    elif way == "renumbered":
        session.execute(update(table).where(table.c.id == row["id"]).values(staff_no=f"{row['staff_no']}X"))
    else:
        session.execute(delete(table).where(table.c.id == row["id"]))
    return f"{table.name} {row['id']}, {way}"


def remitted(session: Session, random: Random, _: int) -> str:
    """Let an inspection need another remit, or none."""
    inspection = _one(session, Inspection, random)
    here = Inspection.id == inspection
    was = session.scalar(select(Inspection.remit).where(here))
    remit = random.choice([each for each in ("", *REMITS) if each != was])
    session.execute(update(Inspection).where(here).values(remit=remit))
    return f"inspection {inspection}: {remit}"


IMPERSONATIONS = {
    "whose an account is changed": Kind(estranged),
    "who is let in changed": Kind(let_in),
    "a role granted otherwise": Kind(granted_otherwise),
    "two names exchanged": Kind(exchanged),
    "a person slipped in or taken away": Kind(come_or_gone),
    "what a person is called changed": Kind(flipped("account", columns=("name", "added_at"))),
    "what the staff list says changed": Kind(
        flipped("inspector", columns=("name", "email", "home_postcode", "employer", "easting", "northing", "added_at"))
    ),
    "the remit of an inspection changed": Kind(remitted),
}
