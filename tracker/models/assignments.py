"""Inspections, who is to do them, and what the checks of that found."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, and_, join, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import State
from tracker.models.base import Base, Key, by_value
from tracker.models.history import HistoryWords, Words
from tracker.models.people import Account, Inspector


class Inspection(Base):
    """An inspection of one provider. `provider` is its reference; it may be on no imported register."""

    __tablename__ = "inspection"
    __table_args__ = (
        Index("ix_inspection_remit_starts_on", "remit", "starts_on"),
        Index(
            "ix_inspection_board",
            *("starts_on", "reference", "ends_on", "remit", "team_size"),
            *("held", "questioned", "unsettled", "confirmable", "stopped", "provider", "called_off_at"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    provider: Mapped[str] = mapped_column(index=True)
    framework: Mapped[str]
    starts_on: Mapped[date] = mapped_column(index=True)
    ends_on: Mapped[date]
    team_size: Mapped[int]
    # The remit that its inspectors must have, as `domain/remits.py` names it; empty where nobody knows.
    remit: Mapped[str] = mapped_column(default="", server_default=text("''"))
    added_at: Mapped[datetime]
    # When it was called off, if it was: it has no team then, and gets none.
    called_off_at: Mapped[datetime | None]
    # How its assignments stand, counted by triggers of the database whenever one changes; nothing else writes these.
    # Places of the team that are held; those questioned, and of them those that no decision covers; and of the proposed
    # those that can be confirmed, and those that something stands in the way of.
    held: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    questioned: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    unsettled: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    confirmable: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    stopped: Mapped[int] = mapped_column(default=0, server_default=text("0"))

    assignments: Mapped[list["Assignment"]] = relationship(lazy="raise", order_by="Assignment.id")


class Assignment(Base):
    """An inspector proposed for an inspection. The one record whose state changes; every change is in the history."""

    __tablename__ = "assignment"
    __table_args__ = (
        Index(
            "uq_assignment_open",
            "inspection_id",
            "inspector_id",
            unique=True,
            sqlite_where=text("state <> 'released'"),
            postgresql_where=text("state <> 'released'"),
        ),
        Index("ix_assignment_state", "state"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"), index=True)
    inspector_id: Mapped[int] = mapped_column(ForeignKey("inspector.id"), index=True)
    role: Mapped[str]
    state: Mapped[State] = mapped_column(by_value(State))
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    verdict: Mapped[Verdict] = mapped_column(by_value(Verdict))
    # The heaviest finding of the latest check that no standing decision covers; clear where nothing is in the way.
    # It follows from the check and the decisions, and is kept so that a list need not weigh them all.
    in_the_way: Mapped[Verdict] = mapped_column(
        by_value(Verdict), default=Verdict.CLEAR, server_default=text("'clear'")
    )
    # The latest check; no foreign key, since the check already points here.
    check_id: Mapped[int | None] = mapped_column(Key)
    version: Mapped[int] = mapped_column(default=1)

    inspection: Mapped[Inspection] = relationship(lazy="raise", back_populates="assignments")
    inspector: Mapped[Inspector] = relationship(lazy="raise")
    check: Mapped["ConflictCheck | None"] = relationship(
        lazy="raise",
        viewonly=True,
        primaryjoin="foreign(Assignment.check_id) == ConflictCheck.id",
    )
    checks: Mapped[list["ConflictCheck"]] = relationship(lazy="raise", order_by="ConflictCheck.id", viewonly=True)
    decisions: Mapped[list["Decision"]] = relationship(lazy="raise", order_by="Decision.id", viewonly=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy reads it from the class)


class InspectorConfirmation(Base):
    """An inspector's word, for one assignment, that there is no connection beyond those declared. Insert only."""

    __tablename__ = "inspector_confirmation"
    append_only = True

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), unique=True)
    confirmed_at: Mapped[datetime]
    wording_id: Mapped[int] = mapped_column(ForeignKey("wording.id"))


class ConflictCheck(Base):
    """One check of an assignment: its facts, its policy and what it found. Insert only; the latest counts.

    The facts are kept as salted words that the history commits to, so that retention can reach them.
    """

    __tablename__ = "conflict_check"
    append_only = True

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), index=True)
    checked_at: Mapped[datetime]
    cause: Mapped[str]
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy_version.id"))
    verdict: Mapped[Verdict] = mapped_column(by_value(Verdict))
    facts_id: Mapped[int] = mapped_column(ForeignKey("words.id"))

    facts: Mapped[Words] = relationship(lazy="raise")
    findings: Mapped[list["FindingRow"]] = relationship(lazy="raise", order_by="FindingRow.position")


class FindingRow(Base):
    """One finding of a check, as it was said then. `reasons` is the chain of facts as JSON."""

    __tablename__ = "finding"
    __table_args__ = (UniqueConstraint("check_id", "position"),)
    append_only = True

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    check_id: Mapped[int] = mapped_column(ForeignKey("conflict_check.id"), index=True)
    position: Mapped[int]
    rule: Mapped[str]
    verdict: Mapped[Verdict] = mapped_column(by_value(Verdict))
    fingerprint: Mapped[str] = mapped_column(index=True)
    sentence: Mapped[str]
    reasons: Mapped[str]
    connection_ref: Mapped[str | None]


class Decision(Base):
    """A decision-maker's word on one finding of one assignment; it holds while the fingerprint stays. Insert only."""

    __tablename__ = "decision"
    append_only = True

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), index=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id"))
    fingerprint: Mapped[str] = mapped_column(index=True)
    outcome: Mapped[str]
    decided_at: Mapped[datetime]
    decided_by: Mapped[str]
    reasons_id: Mapped[int] = mapped_column(ForeignKey("words.id"))

    finding: Mapped[FindingRow] = relationship(lazy="raise")
    reasons: Mapped[Words] = relationship(lazy="raise")
    mitigations: Mapped[list["Mitigation"]] = relationship(lazy="raise", order_by="Mitigation.id", viewonly=True)


class Mitigation(Base):
    """What must be done so that an allowed finding may stand: what, by whom, until when. Insert only."""

    __tablename__ = "mitigation"
    append_only = True

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), index=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    due_on: Mapped[date]
    what_id: Mapped[int] = mapped_column(ForeignKey("words.id"))

    what: Mapped[Words] = relationship(lazy="raise")
    owner: Mapped[Account] = relationship(lazy="raise")
    done: Mapped["MitigationDone | None"] = relationship(lazy="raise", viewonly=True)


class MitigationDone(Base):
    """The evidence that a mitigation was done, and who says so. Insert only."""

    __tablename__ = "mitigation_done"
    append_only = True

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    mitigation_id: Mapped[int] = mapped_column(ForeignKey("mitigation.id"), unique=True)
    done_at: Mapped[datetime]
    done_by: Mapped[str]
    evidence_id: Mapped[int] = mapped_column(ForeignKey("words.id"))

    evidence: Mapped[Words] = relationship(lazy="raise")


class InspectorQuestion(Base):
    """What a decision-maker asks the inspector about a finding before deciding. Insert only."""

    __tablename__ = "inspector_question"
    append_only = True

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), index=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id"))
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    words_id: Mapped[int] = mapped_column(ForeignKey("words.id"))

    finding: Mapped[FindingRow] = relationship(lazy="raise")
    words: Mapped[Words] = relationship(lazy="raise")
    answer: Mapped["InspectorAnswer | None"] = relationship(lazy="raise", viewonly=True)


class InspectorAnswer(Base):
    """The inspector's answer to such a question. Insert only."""

    __tablename__ = "inspector_answer"
    append_only = True

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("inspector_question.id"), unique=True)
    answered_at: Mapped[datetime]
    words_id: Mapped[int] = mapped_column(ForeignKey("words.id"))

    words: Mapped[Words] = relationship(lazy="raise")


# The lines by which an objection's entry names its own words and, beside them, the office.
_OWN, _OFFICE = (HistoryWords.__table__.alias(name) for name in ("own_words", "office_words"))


class Objection(Base):
    """A provider's objection to an inspector of the team, in its words. Insert only.

    The office of whoever objected ("headteacher") is words beside its own, so that retention can reach it. `made_by` is
    empty: it once held the office, and what is insert only cannot be erased.
    """

    __tablename__ = "objection"
    append_only = True

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), index=True)
    received_on: Mapped[date]
    made_by: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    words_id: Mapped[int] = mapped_column(ForeignKey("words.id"))

    words: Mapped[Words] = relationship(lazy="raise")
    office: Mapped[Words | None] = relationship(
        lazy="raise",
        viewonly=True,
        uselist=False,
        secondary=join(_OWN, _OFFICE, and_(_OWN.c.seq == _OFFICE.c.seq, _OFFICE.c.name == "office")),
        primaryjoin=lambda: Objection.words_id == _OWN.c.words_id,
        secondaryjoin=lambda: Words.id == _OFFICE.c.words_id,
    )
    answer: Mapped["ObjectionAnswer | None"] = relationship(lazy="raise", viewonly=True)


class ObjectionAnswer(Base):
    """What the provider was told of its objection, and on which day. Insert only."""

    __tablename__ = "objection_answer"
    append_only = True

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    objection_id: Mapped[int] = mapped_column(ForeignKey("objection.id"), unique=True)
    told_on: Mapped[date]
    answered_at: Mapped[datetime]
    answered_by: Mapped[str]
    words_id: Mapped[int] = mapped_column(ForeignKey("words.id"))

    words: Mapped[Words] = relationship(lazy="raise")
