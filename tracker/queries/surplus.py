"""What the database holds that no entry of the history speaks of, and what stands otherwise than they leave it."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, String, and_, cast, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.events import STATES
from tracker.domain.tree import Broken
from tracker.models import (
    Account,
    Assignment,
    Base,
    ConflictCheck,
    ConnectionGrade,
    HistoryEntry,
    HistorySubject,
    HistoryWords,
    Inspection,
    Inspector,
    InspectorAnswer,
    InspectorConfirmation,
    InspectorQuestion,
    LeadAnswer,
    LegalHold,
    LegalHoldEnd,
    Mitigation,
    MitigationDone,
    NameUntil,
    Objection,
    ObjectionAnswer,
    OrganisationLinkRow,
    RegisterImport,
    Words,
)
from tracker.queries.raw import plain, raw
from tracker.queries.row_order import NAMED, out_of_order
from tracker.queries.standing import standings
from tracker.queries.standing_records import in_force, keys
from tracker.queries.tallied import tallied_otherwise
from tracker.queries.together import first_found
from tracker.queries.weighed import weighed_otherwise

# Of these tables every row is held against the entries themselves.
JUDGED_WHOLE = {each.__tablename__ for each in (HistoryEntry, HistorySubject, HistoryWords)}
JUDGED_ORGANISATIONS = ("organisation:linked", "organisation:unlinked", "organisation:set-apart")
# So many assignments are judged together.
SOME = 500
_NONE = (None, None)
# Kinds that say too little by themselves.
_SAID = {"question": "question to an inspector", "hold": "legal hold"}


def first(session: Session, *, is_index_judged: bool = False) -> Broken | None:
    """Return what is amiss with the first row that no entry speaks of, or stands otherwise than they say, or None.

    The indexes of the history and its words need no second look where it was found that they hold what entries say.
    """
    unspoken, query = _unspoken(is_index_judged=is_index_judged)
    if (found := session.execute(query).first()) is not None:
        return Broken(None, None, f"no entry speaks of {unspoken[found.place]} {found[0]}, which the database holds")
    columns, query = _lost()
    if (lost := session.execute(query).first()) is not None:
        table, column = columns[lost.place]
        return Broken(None, None, f"a row of the table {table} names {lost[0]} in {column}, which is not there")
    for judged in (_states, weighed_otherwise, tallied_otherwise, standings, in_force, keys, out_of_order):
        amiss = judged(session)
        if amiss is not None:
            return amiss
    return None


@cache
def _unspoken(*, is_index_judged: bool) -> tuple[list[str], CompoundSelect[Any]]:
    """Return what finds the first row that no entry speaks of, and what such rows are called, by their place."""
    queries = ({} if is_index_judged else _beside()) | _surplus()
    return [*queries], first_found(queries.values())


@cache
def _lost() -> tuple[list[tuple[str, str]], CompoundSelect[Any]]:
    """Return what finds the first row that names one that is not there, and the tables and columns by their place."""
    queries = [*_dangling()]
    return [(table, column) for table, column, _ in queries], first_found(query for *_, query in queries)


def _beside() -> dict[str, Select[Any]]:
    entries, kept = aliased(HistoryEntry).seq, aliased(HistoryWords).words_id
    return {
        "the entry numbered": select(cast(HistoryEntry.seq, String)).where(
            or_(HistoryEntry.seq < 1, HistoryEntry.seq.is_(None))
        ),
        "the line of the index of subjects for entry": _outside(HistorySubject.seq, HistorySubject.seq, entries),
        "the line of the index of words for entry": _outside(HistoryWords.seq, HistoryWords.seq, entries),
        "the words numbered": _outside(Words.id, Words.id, kept),
    }


def _surplus() -> dict[str, Select[Any]]:
    return {
        **{_SAID.get(kind, kind): _untold(ref, kind, events) for kind, _, ref, events in NAMED},
        "inspection": _untold(Inspection.reference, "inspection", ("inspection:planned",)),
        "account": _untold(Account.ref, "person", ("person:added",)),
        "inspector": _untold(Inspector.staff_no, "inspector", ("inspector:added",)),
        **_upon(),
        "check number": _unkept(ConflictCheck.id, ConflictCheck.facts_id, "facts", "assignment:checked"),
        "grade number": _unkept(ConnectionGrade.id, ConnectionGrade.reasons_id, "reasons", "connection:graded"),
        "the answer to a lead, number": _unkept(LeadAnswer.id, LeadAnswer.question_id, "question", "lead:answered"),
        "an organisation's link number": _unkept(
            OrganisationLinkRow.id, OrganisationLinkRow.reasons_id, "reasons", *JUDGED_ORGANISATIONS
        ),
        "the name borne until an import, number": _outside(NameUntil.id, NameUntil.source, RegisterImport.ref),
    }


def _upon() -> dict[str, Select[Any]]:
    """Return the records that stand under another's reference, and of which no entry about that one speaks."""
    done = MitigationDone.mitigation_id == Mitigation.id
    answered = InspectorAnswer.question_id == InspectorQuestion.id
    vouched = InspectorConfirmation.assignment_id == Assignment.id
    told = ObjectionAnswer.objection_id == Objection.id
    lifted = LegalHoldEnd.hold_id == LegalHold.id
    return {
        "the being done of mitigation": _untold(Mitigation.ref, "mitigation", ("mitigation:done",), done),
        "the answer to question": _untold(InspectorQuestion.ref, "question", ("question:answered",), answered),
        "an inspector's confirmation of": _untold(Assignment.ref, "assignment", ("assignment:vouched",), vouched),
        "the answer to objection": _untold(Objection.ref, "objection", ("objection:answered",), told),
        "the end of legal hold": _untold(LegalHold.ref, "hold", ("hold:lifted",), lifted),
    }


def _dangling() -> Iterator[tuple[str, str, Select[Any]]]:
    """Yield, of each column that names another row, what finds those that name none: no judge would come to them."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns if table.name not in JUDGED_WHOLE else ():
            for key in column.foreign_keys:
                of = key.column.table.alias()
                there = select(literal(1)).select_from(of).where(of.c[key.column.name] == column)
                lost = and_(column.is_not(None), ~there.correlate(table).exists())
                yield table.name, column.name, select(cast(column, String)).where(lost)


def _outside(shown: Any, key: Any, known: Any) -> Select[Any]:  # noqa: ANN401 (mapped columns)
    return select(cast(shown, String)).where(~select(literal(1)).where(known == key).exists())


def _unkept(shown: Any, key: Any, name: str, *events: str) -> Select[Any]:  # noqa: ANN401 (mapped columns)
    """Return the rows whose words are none that an entry of these events keeps under this name."""
    told = (
        select(literal(1))
        .select_from(HistoryWords)
        .join(HistoryEntry, HistoryEntry.seq == HistoryWords.seq)
        .where(HistoryWords.words_id == key, HistoryWords.name == name, HistoryEntry.event.in_(events))
    )
    return select(cast(shown, String)).where(~told.exists())


def _untold(
    ref: Any,  # noqa: ANN401 (a mapped column)
    kind: str,
    events: tuple[str, ...],
    of: ColumnElement[bool] | None = None,
) -> Select[Any]:
    """Return the rows of which no entry of these events speaks; `of` names the rows, where another's reference does."""
    told = (
        select(literal(1))
        .select_from(HistorySubject)
        .join(HistoryEntry, HistoryEntry.seq == HistorySubject.seq)
        .where(HistorySubject.subject == f"{kind}:" + ref, HistoryEntry.event.in_(events))
    )
    query = select(cast(ref, String)).where(~told.exists())
    return query if of is None else query.where(of)


def _states(session: Session) -> Broken | None:
    """Return the first assignment whose state, latest check or last change is not what its last entries left.

    When somebody was released decides what he or she may know of the inspection.
    """
    last_act, last_check = _last(tuple(STATES)), _last(("assignment:checked",))
    query = (
        select(
            Assignment.ref,
            last_act.label("seq"),
            last_check.label("checked"),
            *raw(session, {name: getattr(Assignment, name) for name in ("state", "check_id", "verdict", "changed_at")}),
        )
        .order_by(Assignment.id)
        .execution_options(yield_per=SOME)
    )
    with session.execute(query) as found:
        for rows in found.partitions():
            entries = _entries(session, [seq for row in rows for seq in (row.seq, row.checked)])
            checks = _checks(session, [row.checked for row in rows])
            for row in rows:
                if STATES.get(entries.get(row.seq, _NONE)[0] or "") != plain(row.state):
                    said = f"assignment {row.ref} stands as {plain(row.state)}, which it does not leave"
                    return Broken(row.seq, None, said)
                if checks.get(row.checked, _NONE) != (plain(row.check_id), plain(row.verdict)):
                    said = f"assignment {row.ref} names another check, or another verdict, than this"
                    return Broken(row.checked, None, said)
                last = max(row.seq, row.checked)
                if entries.get(last, _NONE)[1] != (at := plain(row.changed_at)):
                    said = f"assignment {row.ref} is said to have changed at {at}, and this changed it last"
                    return Broken(last, None, said)
    return None


def _last(events: tuple[str, ...]) -> ColumnElement[int | None]:
    return (
        select(func.max(HistorySubject.seq))
        .join(HistoryEntry, HistoryEntry.seq == HistorySubject.seq)
        .where(HistorySubject.subject == "assignment:" + Assignment.ref, HistoryEntry.event.in_(events))
        .correlate(Assignment)
        .scalar_subquery()
    )


def _entries(session: Session, numbers: Sequence[int | None]) -> dict[int, tuple[str | None, str | None]]:
    """Return the event of each of these entries, and when it was."""
    columns = raw(session, {"at": HistoryEntry.at})
    query = select(HistoryEntry.seq, HistoryEntry.event, *columns).where(HistoryEntry.seq.in_(numbers))
    return {seq: (event, plain(at)) for seq, event, at in session.execute(query)}


def _checks(session: Session, numbers: Sequence[int]) -> dict[int, tuple[str | None, str | None]]:
    """Return the number and the verdict of the check that each of these entries tells of."""
    columns = raw(session, {"id": ConflictCheck.id, "verdict": ConflictCheck.verdict})
    query = (
        select(HistoryWords.seq, *columns)
        .select_from(ConflictCheck)
        .join(HistoryWords, HistoryWords.words_id == ConflictCheck.facts_id)
        .where(HistoryWords.seq.in_(numbers))
    )
    return {seq: (plain(number), plain(verdict)) for seq, number, verdict in session.execute(query)}
