"""Who read much lately, and who was refused at the door: what asks for a question."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from tracker.domain.uk_time import midnight
from tracker.models import HistoryEntry, HistorySubject
from tracker.queries.decisions import names_of
from tracker.queries.figures import kept
from tracker.queries.history import PAGE, Page, page

# The acts by which somebody reads what one person declared, wrote or is held of, and those that take much away at once.
OPENINGS = ("declaration:opened", "connection:opened", "objection:opened")
TAKEN = ("history:disclosed", "history:exported", "inspector:copied", "list:exported")
REFUSED, LOCKED = "sign-in:refused", "person:locked-out"
# As the entry of a refusal says that the account was closed.
CLOSED = '"closed":true'
PERSON = "person:"
# What each number counts. Those of READ are by whoever acts, the others of the account that they are about.
READ = {"opened": OPENINGS, "taken": TAKEN}
COUNTED = {**READ, "refused": (REFUSED,), "closed": (REFUSED,), "locked": (LOCKED,)}
# Today and so many days before it are looked at.
WATCHED = timedelta(days=30)
# From so many openings on, an account is pointed out; an example, as the policy's values are.
UNUSUAL = 50


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who read lately: how often details were opened, and how often a list or a copy was taken away."""

    name: str
    ref: str
    opened: int
    taken: int

    @property
    def actor(self) -> str:
        """Who it is, as entries name whoever acts: a person, or a part of the system."""
        return self.ref if ":" in self.ref else f"{PERSON}{self.ref}"

    @property
    def is_unusual(self) -> bool:
        """Whether so much reading deserves a question."""
        return self.opened + self.taken >= UNUSUAL


@dataclass(frozen=True, slots=True)
class Tried:
    """An account to which sign-ins were refused lately: how many, how many while it was closed, and how often locked.

    `last_at` is the instant of the last refusal.
    """

    name: str
    ref: str
    refused: int
    closed: int
    locked: int
    last_at: datetime


def readers(session: Session, today: date) -> list[Reader]:
    """Return who opened details or took lists away today and in the thirty days before, those who did most first."""
    return kept(session, ("readers", today), lambda: _readers(session, today))


def _readers(session: Session, today: date) -> list[Reader]:
    query = (
        select(HistoryEntry.actor, HistoryEntry.event, func.count())
        .where(HistoryEntry.event.in_((*OPENINGS, *TAKEN)), _is_late(today))
        .group_by(HistoryEntry.actor, HistoryEntry.event)
    )
    numbers: dict[str, list[int]] = {}
    for who, event, number in session.execute(query):
        numbers.setdefault(who, [0, 0])[event in TAKEN] += number
    names = names_of(session, list(numbers))
    found = [Reader(names[who], who.removeprefix(PERSON), *each) for who, each in numbers.items()]
    return sorted(found, key=lambda each: (-each.opened - each.taken, each.name))


def tried(session: Session, today: date) -> list[Tried]:
    """Return to which accounts sign-ins were refused today and in the thirty days before, closed accounts first."""
    return kept(session, ("tried", today), lambda: _tried(session, today))


def _tried(session: Session, today: date) -> list[Tried]:
    is_refused = HistoryEntry.event == REFUSED
    is_closed = and_(is_refused, HistoryEntry.entry.contains(CLOSED))
    columns = [func.sum(case((each, 1), else_=0)) for each in (is_refused, is_closed, HistoryEntry.event == LOCKED)]
    query = (
        select(HistorySubject.subject, *columns, func.max(HistoryEntry.at))
        .join(HistorySubject, HistorySubject.seq == HistoryEntry.seq)
        .where(HistoryEntry.event.in_((REFUSED, LOCKED)), HistorySubject.subject.startswith(PERSON), _is_late(today))
        .group_by(HistorySubject.subject)
    )
    rows = session.execute(query).all()
    names = names_of(session, [who for who, *_ in rows])
    found = [Tried(names[who], who.removeprefix(PERSON), *each) for who, *each in rows]
    return sorted(found, key=lambda each: (-each.closed, -each.refused, each.name))


def counted(session: Session, today: date, what: str, who: str, *, before: int | None) -> Page:
    """Return a page of the entries that a number counts: what was done (see COUNTED) by somebody, or to an account."""
    query = select(HistoryEntry).where(HistoryEntry.event.in_(COUNTED[what]), _is_late(today))
    if what in READ:
        query = query.where(HistoryEntry.actor == who)
    else:
        about = select(HistorySubject.seq).where(HistorySubject.subject == who)
        query = query.where(HistoryEntry.seq.in_(about))
    if what == "closed":
        query = query.where(HistoryEntry.entry.contains(CLOSED))
    total = session.scalar(query.with_only_columns(func.count(), maintain_column_froms=True)) or 0
    return page(session, query, total, before=before, limit=PAGE)


def _is_late(today: date) -> ColumnElement[bool]:
    """Whether an entry is of the days that are looked at; whole days, so that one day answers alike from end to end."""
    return HistoryEntry.at >= midnight(today - WATCHED)
