"""Putting notices into the outbox, in the transaction of the act that calls for them; and what becomes of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission, Role, Subject
from tracker.domain.errors import NotFoundError, RefusedError
from tracker.domain.lifecycle import Ruling
from tracker.domain.notices import GAPS, ON_ITS_WAY, REFUSALS, WORDS, Kind, due_at, wait_after
from tracker.domain.uk_time import in_uk
from tracker.models import (
    Account,
    Assignment,
    ConflictCheck,
    Decision,
    FindingRow,
    Inspector,
    NoticeChoice,
    OutboxMessage,
    RoleGrant,
)
from tracker.queries import chasing, outbox
from tracker.queries.parts import in_parts
from tracker.queries.proposers import subject_of
from tracker.services.history import Recording, new_ref, recording
from tracker.services.permit import permit

DROPPED = "no longer called for"
UNWANTED = "not wanted"
# Neither on its way, nor sent, nor done with.
IS_WAITING = (
    OutboxMessage.claimed_at.is_(None),
    OutboxMessage.sent_at.is_(None),
    OutboxMessage.ended_at.is_(None),
)


def ask_to_confirm(history: Recording, assignment: Assignment) -> None:
    """Tell the inspector of a new assignment that the own word is asked."""
    session = history.session
    account = session.scalar(
        select(Account.id).where(Account.inspector_id == assignment.inspector_id, Account.disabled_at.is_(None))
    )
    if account is not None:
        about = f"{outbox.ASSIGNMENTS}{assignment.ref}"
        put(session, [Notice(account, Kind.CONFIRMATION, about, f"{assignment.ref}-proposed")], at=history.at)


def ask_to_decide(history: Recording, assignment: Assignment) -> None:
    """Tell whoever may decide on an assignment that findings wait; those who know it already are not told again."""
    proposers = subject_of(history.session, assignment).proposers
    others = [
        account
        for account, ref, inspector in holders_of(history, Role.DECISION_MAKER)
        if ref not in proposers and inspector != assignment.inspector_id
    ]
    put_waiting(history, others, Kind.DECISION, "/decisions")


def tell_of_question(history: Recording, assignment: Assignment) -> None:
    """Tell the proposer that a confirmed assignment is questioned, and the decision-makers that it waits for them.

    Where the proposer schedules no longer, or was a command, every scheduler is told. Where a decision lapsed, the
    notice says so.
    """
    schedulers = holders_of(history, Role.SCHEDULER)
    proposer = [account for account, ref, _ in schedulers if ref == assignment.proposed_by]
    told = proposer or [account for account, _, inspector in schedulers if inspector != assignment.inspector_id]
    kind = Kind.LAPSED if _lapsed(history.session, assignment) else Kind.QUESTIONED
    put_waiting(history, told, kind, "/inspections")
    ask_to_decide(history, assignment)


def _lapsed(session: Session, assignment: Assignment) -> bool:
    """Whether a decision allowed what the check before the latest found, and the latest finds no more."""
    number, latest = assignment.id, assignment.check_id
    earlier = ConflictCheck.assignment_id == number, ConflictCheck.id < latest
    before = select(func.max(ConflictCheck.id)).where(*earlier).scalar_subquery()
    query = select(Decision.id).where(
        Decision.assignment_id == number,
        Decision.outcome == str(Ruling.ALLOW),
        Decision.fingerprint.in_(select(FindingRow.fingerprint).where(FindingRow.check_id == before)),
        Decision.fingerprint.not_in(select(FindingRow.fingerprint).where(FindingRow.check_id == latest)),
    )
    return session.scalar(query.limit(1)) is not None


def holders_of(history: Recording, role: Role) -> list[tuple[int, str, int | None]]:
    """Return who holds a role: number, reference, and number as an inspector."""
    key = f"holders of {role}"
    if key not in history.memo:
        rows = history.session.execute(
            select(Account.id, Account.ref, Account.inspector_id)
            .join(RoleGrant, RoleGrant.account_id == Account.id)
            .where(RoleGrant.role == role, RoleGrant.revoked_at.is_(None), Account.disabled_at.is_(None))
            .order_by(Account.id)
        )
        history.memo[key] = [(row.id, f"person:{row.ref}", row.inspector_id) for row in rows]
    found: list[tuple[int, str, int | None]] = history.memo[key]
    return found


def put_waiting(history: Recording, accounts: Collection[int], kind: Kind, about: str) -> None:
    """Put a notice for each of these who has none of its kind waiting: one says all that the next would say."""
    told: set[tuple[int, Kind]] = history.memo.setdefault("notices", set())
    wanted = [each for each in accounts if (each, kind) not in told]
    if not wanted:
        return
    waiting = set(
        history.session.scalars(
            select(OutboxMessage.account_id).where(
                OutboxMessage.account_id.in_(wanted), OutboxMessage.kind == kind, *IS_WAITING
            )
        )
    )
    asked = [Notice(each, kind, about, new_ref("ONE")) for each in wanted if each not in waiting]
    put(history.session, asked, at=history.at)
    told.update((each, kind) for each in wanted)


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice to be put into the outbox: to which account, what about, and what makes it the only one of its kind."""

    account: int
    kind: Kind
    about: str
    once: str

    @property
    def key(self) -> str:
        """The key that no other notice bears."""
        return f"{self.kind}:{self.account}:{self.once}"


def put(session: Session, asked: Sequence[Notice], *, at: datetime) -> int:
    """Put these into the outbox, but for those whose like was put before; return how many were put."""
    there: set[str] = set()
    for some in in_parts([each.key for each in asked]):
        there.update(session.scalars(select(OutboxMessage.once).where(OutboxMessage.once.in_(some))))
    rows = [
        {
            "ref": new_ref("MSG"),
            "account_id": each.account,
            "kind": each.kind,
            "about": each.about,
            "once": each.key,
            "queued_at": at,
            "not_before": due_at(each.kind, at, _last(session, each) if each.kind in GAPS else None),
        }
        for each in asked
        if each.key not in there
    ]
    if rows:
        session.execute(insert(OutboxMessage), rows)
    return len(rows)


def _last(session: Session, each: Notice) -> datetime | None:
    mine = OutboxMessage.account_id == each.account, OutboxMessage.kind == each.kind
    return session.scalar(select(func.max(OutboxMessage.sent_at)).where(*mine))


def remind(session: Session, actor: Actor, staff_no: str, kind: Kind, *, at: datetime) -> str:
    """Have an inspector reminded, at most once a day, and enter it in the history; return the inspector's name."""
    with recording(session, actor, at) as history:
        row = session.execute(
            select(Inspector, Account.id)
            .outerjoin(Account, Account.inspector_id == Inspector.id)
            .where(Inspector.staff_no == staff_no)
        ).one_or_none()
        if row is None:
            raise NotFoundError("There is no such inspector.")
        inspector, account = row
        permit(actor, Permission.GRADE, Subject(inspector_id=inspector.id))
        if account is None:
            raise RefusedError(f"{inspector.name} has no account yet: ask an administrator to add one.")
        about = "/declarations/questions" if kind is Kind.QUESTION else "/declarations"
        if put(session, [Notice(account, kind, about, f"reminded-{at.date()}")], at=at):
            history.append("inspector:reminded", (f"inspector:{staff_no}",), {"kind": str(kind)})
        return inspector.name


def put_due(session: Session, *, at: datetime) -> int:
    """Put what the day calls for: renewals, words for inspections that are near, and mitigations that are due.

    Return how many were put. Whoever is to see to a mitigation is told on the day that it is due and each week after;
    whoever asked for it once, when it is overdue.
    """
    due = [
        Notice(account, Kind.RENEWAL, "/declarations", step) for account, step in outbox.renewals(session, at.date())
    ]
    due += [
        Notice(account, Kind.CONFIRMATION, f"{outbox.ASSIGNMENTS}{ref}", f"{ref}-near-{starts_on}")
        for account, ref, starts_on in outbox.unconfirmed(session, at)
    ]
    for each in chasing.chased(session, in_uk(at).date()):
        about = f"{outbox.MITIGATIONS}{each.ref}"
        due.append(Notice(each.owner, Kind.MITIGATION, about, f"{each.ref}-{each.step}"))
        if each.is_over and each.decider is not None:
            due.append(Notice(each.decider, Kind.OVERDUE, about, f"{each.ref}-over"))
    return put(session, due, at=at)


def claim(session: Session, ref: str, *, at: datetime) -> bool:
    """Take a waiting notice to hand it to the server; False where somebody else took it first."""
    taken = session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.ref == ref, *IS_WAITING)
        .values(claimed_at=at, attempts=OutboxMessage.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]  # an update's result


def mark_sent(session: Session, ref: str, *, at: datetime) -> None:
    """Keep that the server took a notice."""
    _set(session, ref, sent_at=at, claimed_at=None, why="")


def mark_failed(session: Session, ref: str, why: str, *, at: datetime, is_address: bool = False) -> None:
    """Keep that the server did not take a notice, to be tried again; an address that is refused thrice is given up."""
    row = _one(session, ref)
    if is_address and row.attempts >= REFUSALS:
        _set(session, ref, ended_at=at, claimed_at=None, why=why)
    else:
        _set(session, ref, not_before=at + wait_after(row.attempts), claimed_at=None, why=why)


def drop(session: Session, ref: str, why: str, *, at: datetime) -> None:
    """Keep that a notice need not be sent any more."""
    _set(session, ref, ended_at=at, why=why)


def _set(session: Session, ref: str, **values: object) -> None:
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.ref == ref)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _one(session: Session, ref: str) -> OutboxMessage:
    row = session.scalars(
        select(OutboxMessage).where(OutboxMessage.ref == ref).execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFoundError("There is no such notice.")
    return row


@dataclass(frozen=True, slots=True)
class Settle:
    """What an administrator says of a notice that is in doubt or failed: `again`, `sent` or `over`."""

    ref: str
    outcome: str


SETTLED = {"again": "sent again", "sent": "taken as sent", "over": "given up"}


def settle(session: Session, actor: Actor, command: Settle, *, at: datetime) -> None:
    """Settle a notice of which nobody can tell whether it was sent, or that failed; and enter it in the history."""
    permit(actor, Permission.MANAGE_PEOPLE)
    with recording(session, actor, at) as history:
        row = _one(session, command.ref)
        if command.outcome not in SETTLED:
            raise RefusedError("Choose what is to become of it", field="outcome")
        if row.sent_at is not None or (row.claimed_at is not None and at - row.claimed_at < ON_ITS_WAY):
            raise RefusedError("This notice was sent, or is on its way just now.")
        if command.outcome == "again":
            _set(session, row.ref, claimed_at=None, ended_at=None, not_before=at)
        elif command.outcome == "sent":
            _set(
                session, row.ref, sent_at=row.claimed_at or at, claimed_at=None, why="taken as sent by an administrator"
            )
        else:
            _set(session, row.ref, ended_at=at, claimed_at=None, why="given up by an administrator")
        account = session.get_one(Account, row.account_id)
        data = {"outcome": SETTLED[command.outcome]}
        history.append("notice:settled", (f"notice:{row.ref}", f"person:{account.ref}"), data)


def choose(session: Session, actor: Actor, wanted: Collection[Kind], *, at: datetime) -> None:
    """Keep which notices a person wants of those that one may do without."""
    with recording(session, actor, at) as history:
        account = session.scalars(select(Account).where(Account.ref == actor.ref.removeprefix("person:"))).one()
        optional = [kind for kind, (*_, may_do_without) in WORDS.items() if may_do_without]
        for kind in optional:
            session.merge(NoticeChoice(account_id=account.id, kind=kind, is_wanted=kind in wanted))
        session.flush()
        kept = [str(kind) for kind in optional if kind in wanted]
        history.append("notices:chosen", (f"person:{account.ref}",), {"wanted": kept})
