"""What an auditor looks for: by name, number or reference, and what deserves a look by itself."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, literal, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from tracker.domain.dates import PartialDate, in_words, months_after
from tracker.domain.entry import parse_entry
from tracker.domain.facts import Verdict
from tracker.domain.schemes import PROVIDERS
from tracker.domain.subjects import KINDS, REFERRED_TO
from tracker.models import (
    Assignment,
    ConnectionRow,
    Declaration,
    DeclarationKind,
    HistoryEntry,
    HistorySubject,
    Inspection,
    Inspector,
    ProviderRow,
)
from tracker.queries import named
from tracker.queries.history import Line, lines
from tracker.queries.named import Hit, like
from tracker.queries.policies import PoliciesInForce

MOST = 20
# How many of the latest declarations and decisions are looked through for what deserves a look.
LOOK_BACK = 500


@dataclass(frozen=True, slots=True)
class Late:
    """A declaration that came late, and why it is thought so."""

    declaration: Declaration
    why: str


def search(session: Session, words: str) -> list[Hit]:
    """Return what a name, number or reference names: inspectors, inspections, declarations, assignments and more.

    Of a kind at most MOST: `is_cut` tells of a list whether there may be more.
    """
    text = " ".join(words.split())
    if not text:
        return []
    found = [*_inspectors(session, text), *named.accounts(session, text, MOST), *named.groups(session, text, MOST)]
    found += [*_declarations(session, text), *_assignments(session, text)]
    return [*found, *_others(session, text), *named.entry(session, text)]


def is_cut(hits: Sequence[Hit]) -> bool:
    """Whether a search may have found more than it returns."""
    return any(number >= MOST for number in Counter(each.kind for each in hits).values())


def _others(session: Session, text: str) -> list[Hit]:
    """Return what the history speaks of by the very reference, and what is no other kind of hit."""
    subjects = {f"{kind}:{text.upper()}": KINDS[kind] for kind in REFERRED_TO}
    known = session.scalars(select(HistorySubject.subject).where(HistorySubject.subject.in_(list(subjects))).distinct())
    hits = []
    for each in known:
        kind, _, ref = each.partition(":")
        hits.append(Hit(kind, ref, f"{subjects[each]} {ref}", ""))
    if not any(each.kind == "connection" for each in hits):
        stated = session.execute(
            select(ConnectionRow.ref, Inspector.name)
            .join(Declaration, Declaration.id == ConnectionRow.declaration_id)
            .join(Declaration.inspector)
            .where(ConnectionRow.ref == text.upper())
        )
        hits += [Hit("connection", ref, f"Connection {ref}", f"Declared by {name}") for ref, name in stated]
    return hits


def _inspectors(session: Session, text: str) -> list[Hit]:
    rows = session.scalars(
        select(Inspector)
        .where(
            or_(
                func.lower(Inspector.staff_no) == text.lower(),
                func.lower(Inspector.name).like(like(text), escape="\\"),
            )
        )
        .order_by(Inspector.name, Inspector.id)
        .limit(MOST)
    )
    return [Hit("inspector", row.staff_no, row.name, f"Inspector {row.staff_no}") for row in rows]


def _declarations(session: Session, text: str) -> list[Hit]:
    rows = session.scalars(
        select(Declaration).where(Declaration.ref == text.upper()).options(joinedload(Declaration.inspector))
    )
    return [
        Hit("declaration", row.ref, f"Declaration {row.ref}", f"{row.inspector.name}, {in_words(row.made_at.date())}")
        for row in rows
    ]


def _assignments(session: Session, text: str) -> list[Hit]:
    by_provider = select(ProviderRow.ref).where(func.lower(ProviderRow.name).like(like(text), escape="\\"))
    inspections = session.execute(
        select(Inspection, ProviderRow.name)
        .outerjoin(ProviderRow, ProviderRow.ref == Inspection.provider)
        .where(
            or_(
                func.lower(Inspection.reference) == text.lower(),
                Inspection.provider.in_(by_provider),
                Inspection.provider.in_([text, *(f"{scheme}:{text.upper()}" for scheme in PROVIDERS)]),
            )
        )
        .order_by(Inspection.starts_on.desc(), Inspection.id)
        .limit(MOST)
    ).all()
    found = [
        Hit(
            "inspection",
            row.reference,
            f"Inspection {row.reference}",
            f"{name or row.provider}, {in_words(row.starts_on)}{', called off' if row.called_off_at else ''}",
        )
        for row, name in inspections
    ]
    rows = session.scalars(
        select(Assignment)
        .where(
            or_(
                Assignment.ref == text.upper(),
                Assignment.inspection_id.in_([row.id for row, _ in inspections]),
            )
        )
        .options(joinedload(Assignment.inspection), joinedload(Assignment.inspector))
        .order_by(Assignment.id)
        .limit(MOST)
    )
    return found + [
        Hit("assignment", row.ref, f"Assignment {row.ref}", f"{row.inspector.name} for {row.inspection.reference}")
        for row in rows
    ]


def questioned(session: Session, limit: int) -> list[Line]:
    """Return the latest entries by which a confirmed assignment was questioned."""
    return lines(session, select(HistoryEntry).where(HistoryEntry.event == "assignment:questioned"), limit=limit)


def exceptions(session: Session, limit: int) -> list[Line]:
    """Return the latest entries by which somebody allowed a real finding, which the policy lets only two people do."""
    query = select(HistoryEntry.seq, HistoryEntry.entry).where(HistoryEntry.event == "finding:allowed")
    rows = session.execute(query.order_by(HistoryEntry.seq.desc()).limit(LOOK_BACK))
    real = [row.seq for row in rows if parse_entry(row.entry.encode()).data.get("verdict") == Verdict.REAL]
    return lines(session, select(HistoryEntry).where(HistoryEntry.seq.in_(real[:limit])), limit=limit)


def self_granted(session: Session, limit: int) -> list[Line]:
    """Return the latest entries by which somebody gave a role to himself or herself."""
    own = HistoryEntry.entry.contains(literal('"subjects":["').concat(HistoryEntry.actor).concat('"]'))
    query = select(HistoryEntry).where(HistoryEntry.event == "role:granted", own)
    return lines(session, query, limit=limit)


def late(session: Session, limit: int, book: PoliciesInForce) -> list[Late]:
    """Return the latest declarations that came late: after the one before was out of date, or with what it left out.

    Each by the policy of its inspector's engagement. Looks through the latest declarations only.
    """
    before = aliased(Declaration)
    rows = session.execute(
        select(Declaration, before)
        .join(before, before.id == Declaration.supersedes_id)
        .where(Declaration.kind != DeclarationKind.WITHDRAWAL, before.kind != DeclarationKind.WITHDRAWAL)
        .options(
            joinedload(Declaration.inspector),
            selectinload(Declaration.connections),
            selectinload(before.connections),
        )
        .order_by(Declaration.recorded_at.desc(), Declaration.id.desc())
        .limit(LOOK_BACK)
    ).all()

    def why(later: Declaration, earlier: Declaration) -> str | None:
        return _why_late(later, earlier, book.of(later.inspector.engagement)[1].valid_months)

    found = (Late(later, said) for later, earlier in rows if (said := why(later, earlier)))
    return [each for each, _ in zip(found, range(limit), strict=False)]


def _why_late(later: Declaration, earlier: Declaration, valid_months: int) -> str | None:
    made_on, before_on = later.made_at.date(), earlier.made_at.date()
    lapsed_on = months_after(before_on, valid_months)
    if made_on > lapsed_on:
        days = (made_on - lapsed_on).days
        return f"It came {days} day{'' if days == 1 else 's'} after the one before went out of date."
    stated = {(each.nature, each.holder, each.target) for each in earlier.connections}
    for each in later.connections:
        if (each.nature, each.holder, each.target) not in stated and _began_by(each.began_on, before_on):
            began = PartialDate.parse(each.began_on).in_words()
            return f"It states a connection since {began}, which the declaration of {in_words(before_on)} left out."
    return None


def _began_by(began_on: str, day: date) -> bool:
    return PartialDate.parse(began_on).last < day
