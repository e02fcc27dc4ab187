"""Accounts: adding people, granting and revoking their roles, and changing their passwords."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission, Role
from tracker.domain.entry import sign_in_digest
from tracker.domain.errors import IllegalTransitionError, NotFoundError, RefusedError
from tracker.models import Account, Inspector, RoleGrant
from tracker.queries.administration import has_acted_on
from tracker.queries.staff import by_staff_no
from tracker.queries.told_accounts import NAME
from tracker.services.history import new_ref, recording
from tracker.services.passwords import USUAL_COST, hash_password
from tracker.services.permit import permit


@dataclass(frozen=True, slots=True)
class AddPerson:
    """A person who will sign in. `staff_no` names the inspector that he or she is."""

    name: str
    email: str
    password: str
    roles: tuple[Role, ...]
    staff_no: str | None = None
    is_demonstration: bool = False


@dataclass(frozen=True, slots=True)
class ChangeRole:
    """A role to grant to an account, or to revoke."""

    email: str
    role: Role


@dataclass(frozen=True, slots=True)
class Identify:
    """Which inspector the person of an account is, by the staff number."""

    email: str
    staff_no: str


@dataclass(frozen=True, slots=True)
class SetPassword:
    """A new password for an account."""

    email: str
    password: str


def add(session: Session, actor: Actor, command: AddPerson, *, at: datetime, cost: int = USUAL_COST) -> Account:
    """Add an account with its roles; raise RefusedError where the address is taken or an inspector is missing."""
    # Hashing is slow on purpose; it must not hold up other writers.
    password_hash = hash_password(command.password, cost=cost)
    email = plain_email(command.email)
    if not command.name.strip():
        raise RefusedError("Give the person's name", field="name")
    with recording(session, actor, at) as history:
        permit(actor, Permission.MANAGE_PEOPLE)
        if session.scalar(select(Account.id).where(Account.email == email)):
            raise RefusedError("This e-mail address already has an account", field="email")
        inspector = _inspector(session, command.staff_no)
        account = Account(
            ref=new_ref("PER"),
            email=email,
            name=command.name.strip(),
            password_hash=password_hash,
            inspector_id=inspector.id if inspector else None,
            is_demonstration=command.is_demonstration,
            added_at=at,
        )
        session.add(account)
        session.flush()
        subjects = [subject_of(account), *([f"inspector:{inspector.staff_no}"] if inspector else [])]
        told = {"demonstration": command.is_demonstration, **signs_in(account)}
        history.append("person:added", subjects, told, {NAME: history.keep(account.name)})
        for role in dict.fromkeys(command.roles):
            _give(session, account, role, at)
            history.append("role:granted", [subject_of(account)], {"role": str(role)})
    return account


def grant(session: Session, actor: Actor, command: ChangeRole, *, at: datetime) -> None:
    """Grant a role; raise IllegalTransitionError where the account holds it already."""
    with recording(session, actor, at) as history:
        permit(actor, Permission.MANAGE_PEOPLE)
        account = account_of(session, command.email)
        if _held(session, account, command.role):
            raise IllegalTransitionError(f"This account already holds the role {command.role}")
        _give(session, account, command.role, at)
        history.append("role:granted", [subject_of(account)], {"role": str(command.role)})


def revoke(session: Session, actor: Actor, command: ChangeRole, *, at: datetime) -> None:
    """Revoke a role; the last administrator keeps hers, for nobody could grant it again."""
    with recording(session, actor, at) as history:
        permit(actor, Permission.MANAGE_PEOPLE)
        account = account_of(session, command.email)
        held = _held(session, account, command.role)
        if held is None:
            raise IllegalTransitionError(f"This account does not hold the role {command.role}")
        is_open = account.disabled_at is None
        if command.role is Role.ADMINISTRATOR and is_open and _administrators(session) == 1:
            raise IllegalTransitionError("This is the last administrator: grant the role to somebody else first")
        held.revoked_at = at
        history.append("role:revoked", [subject_of(account)], {"role": str(command.role)})


def identify(session: Session, actor: Actor, command: Identify, *, at: datetime) -> Inspector:
    """Give an account that is nobody's on the staff list its staff number, once; return whose it is now.

    An account stays whose it is, and no past act may become one on oneself: RefusedError says so.
    """
    with recording(session, actor, at) as history:
        permit(actor, Permission.MANAGE_PEOPLE)
        account = account_of(session, command.email)
        if account.inspector_id is not None:
            raise RefusedError("This account has a staff number, and stays whose it is", field="staff_no")
        inspector = _inspector(session, command.staff_no.strip())
        if inspector is None:
            raise RefusedError("Enter the staff number", field="staff_no")
        if has_acted_on(session, account, inspector):
            raise RefusedError(
                f"This account proposed, confirmed, released or decided on the inspector “{inspector.staff_no}”, which "
                "nobody may do to oneself. Compare the number; if it is right, tell an auditor, and add another "
                "account for the inspector",
                field="staff_no",
            )
        account.inspector_id = inspector.id
        session.flush()
        history.append("person:identified", [subject_of(account), f"inspector:{inspector.staff_no}"], {})
        return inspector


def set_password(session: Session, actor: Actor, command: SetPassword, *, at: datetime, cost: int = USUAL_COST) -> None:
    """Set an account's password, lift its lock, and end every session that is open."""
    password_hash = hash_password(command.password, cost=cost)
    with recording(session, actor, at) as history:
        permit(actor, Permission.MANAGE_PEOPLE)
        account = account_of(session, command.email)
        account.password_hash = password_hash
        account.failed_attempts, account.locked_until = 0, None
        account.session_epoch += 1
        history.append("password:set", [subject_of(account)], signs_in(account))


def end_sessions(session: Session, actor: Actor, email: str, *, at: datetime) -> None:
    """End every open session of an account, on whatever device."""
    with recording(session, actor, at) as history:
        permit(actor, Permission.MANAGE_PEOPLE)
        account = account_of(session, email)
        account.session_epoch += 1
        history.append("sessions:ended", [subject_of(account)], {})


def close(session: Session, actor: Actor, email: str, *, at: datetime) -> Account:
    """Close an account: whoever has left signs in no more, and every open session ends; what he or she did stays.

    The last administrator's stays open, and so does one's own: somebody else must find that it is right.
    """
    with recording(session, actor, at) as history:
        permit(actor, Permission.MANAGE_PEOPLE)
        account = account_of(session, email)
        if account.disabled_at is not None:
            raise IllegalTransitionError("This account is closed already")
        if subject_of(account) == actor.ref:
            raise IllegalTransitionError("This is your own account: ask another administrator to close it")
        if _held(session, account, Role.ADMINISTRATOR) and _administrators(session) == 1:
            raise IllegalTransitionError("This is the last administrator: grant the role to somebody else first")
        account.disabled_at = at
        account.session_epoch += 1
        history.append("person:closed", [subject_of(account)], {})
        return account


def reopen(session: Session, actor: Actor, email: str, *, at: datetime) -> Account:
    """Open a closed account again, with the roles that it has, and the password that it had."""
    with recording(session, actor, at) as history:
        permit(actor, Permission.MANAGE_PEOPLE)
        account = account_of(session, email)
        if account.disabled_at is None:
            raise IllegalTransitionError("This account is open")
        if subject_of(account) == actor.ref:
            raise IllegalTransitionError("This is your own account: ask another administrator to open it again")
        account.disabled_at = None
        # What was tried while it was closed keeps nobody out now.
        account.failed_attempts, account.locked_until = 0, None
        history.append("person:reopened", [subject_of(account)], {})
        return account


def signs_in(account: Account) -> dict[str, str]:
    """Return what an entry tells of how an account signs in: nobody else can be let in by its row unseen."""
    return {"sign_in": sign_in_digest(account.email, account.password_hash)}


def plain_email(text: str) -> str:
    """Return the one spelling under which an e-mail address is kept; raise RefusedError where it is none."""
    email = text.strip().casefold()
    name, at_sign, host = email.rpartition("@")
    if not (name and at_sign and host) or any(each.isspace() for each in email):
        raise RefusedError("Give an e-mail address, like name@example.org", field="email")
    return email


def subject_of(account: Account) -> str:
    """Return how the history names an account."""
    return f"person:{account.ref}"


def account_of(session: Session, email: str) -> Account:
    """Return the account of an e-mail address, or raise NotFoundError."""
    account = session.scalar(select(Account).where(Account.email == email.strip().casefold()))
    if account is None:
        raise NotFoundError(f"No account has the e-mail address “{email.strip()}”")
    return account


def _inspector(session: Session, staff_no: str | None) -> Inspector | None:
    if not staff_no:
        return None
    inspector = by_staff_no(session, staff_no)
    if inspector is None:
        raise RefusedError(
            f"No inspector has the staff number “{staff_no}”: import the inspectors first", field="staff_no"
        )
    if session.scalar(select(Account.id).where(Account.inspector_id == inspector.id)):
        raise RefusedError(f"The inspector “{staff_no}” already has an account", field="staff_no")
    return inspector


def _give(session: Session, account: Account, role: Role, at: datetime) -> None:
    if role is Role.INSPECTOR and account.inspector_id is None:
        raise RefusedError(
            "To have the role of inspector, this account needs the staff number of somebody on the imported staff "
            "list: give it that first",
            field="staff_no",
        )
    session.add(RoleGrant(account_id=account.id, role=role, granted_at=at))
    session.flush()


def _held(session: Session, account: Account, role: Role) -> RoleGrant | None:
    held = select(RoleGrant).where(
        RoleGrant.account_id == account.id, RoleGrant.role == role, RoleGrant.revoked_at.is_(None)
    )
    return session.scalar(held)


def _administrators(session: Session) -> int:
    able = (
        select(func.count())
        .select_from(RoleGrant)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(RoleGrant.role == Role.ADMINISTRATOR, RoleGrant.revoked_at.is_(None), Account.disabled_at.is_(None))
    )
    return session.scalar(able) or 0
