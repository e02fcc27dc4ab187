"""Plans: who might fill the places of a whole period, worked out in the background and written only when applied."""

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.plan_states import PlanState
from tracker.models.base import Base, Key, by_value


class AllocationPlan(Base):
    """A plan for the inspections of a period, from `first_on` to `last_on`; working paper, not a record of acts.

    `rules` is the text of the rules that it was made under, `pins` the choices that the scheduler keeps, `result` what
    came of it; both are JSON. `history_size` says what was known: how many entries the history had when it was read.
    """

    __tablename__ = "allocation_plan"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    first_on: Mapped[date]
    last_on: Mapped[date]
    rules: Mapped[str]
    pins: Mapped[str]
    state: Mapped[PlanState] = mapped_column(by_value(PlanState))
    # What it is doing or why it stopped, in words for the page; how much of that is done, of how much.
    says: Mapped[str] = mapped_column(default="")
    done: Mapped[int] = mapped_column(default=0)
    of: Mapped[int] = mapped_column(default=0)
    beat_at: Mapped[datetime]
    # What only the process knows that makes it.
    worker: Mapped[str | None]
    cancel_asked: Mapped[bool] = mapped_column(default=False)
    history_size: Mapped[int | None]
    result: Mapped[str | None]
    applied_by: Mapped[str | None]
    applied_at: Mapped[datetime | None]
