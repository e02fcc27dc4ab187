"""The stage: who acts, what is still to happen, and the services through which everything happens, in order of time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from heapq import heappop, heappush
from itertools import count
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from config import EXAMPLE_ALLOCATION
from tracker.domain.access import Actor
from tracker.domain.allocation_rules import AllocationRules, parse
from tracker.domain.choosing import Person, why_not
from tracker.domain.remits import remit_of
from tracker.domain.statement import Statement
from tracker.models import Inspector, ProviderRow
from tracker.queries import declarations as questions
from tracker.services import declarations
from tracker.services.checks import Changed
from tracker.services.history import words_of

# As it was asked during the story; the form may since ask in other words, and each declaration keeps its own.
WORDING = (
    "Declare every connection that you, your close family or others close to you have, or had, with a provider, a "
    "group of providers or a local authority. I certify that this is complete and correct to the best of my knowledge, "
    "and that I shall declare any change at once."
)
Act = Callable[[datetime], None]


@dataclass
class Stage:
    """The play under way. Acts that are due after `ends_at` never happen: that is what is still open today."""

    session: Session
    rng: Random
    ends_at: datetime
    actors: dict[str, Actor]
    # The inspectorate of the story places its people by the example's rules, whatever is set where it is shown.
    rules: AllocationRules = field(default_factory=lambda: parse(EXAMPLE_ALLOCATION.read_text("utf-8")))
    busy: dict[str, set[date]] = field(default_factory=dict)
    # What to do about assignments that a declaration touched; set by whoever assigns.
    on_touched: Callable[[Changed, datetime], None] = lambda _changed, _at: None
    _now: datetime | None = None
    _due: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=count)

    def plan(self, at: datetime, act: Act) -> None:
        """Let something happen at an instant; never before what has happened already."""
        if self._now is not None:
            at = max(at, self._now + timedelta(minutes=1))
        heappush(self._due, (at, next(self._numbers), act))

    def play(self, progress: Callable[[int], None]) -> None:
        """Let everything happen that is due before the end, and what comes of it."""
        done = 0
        while self._due and self._due[0][0] <= self.ends_at:
            self._now, _, act = heappop(self._due)
            act(self._now)
            done += 1
            progress(done)

    def is_free(self, staff_no: str, first: date, last: date) -> bool:
        """Tell whether an inspector has no other inspection on these days."""
        return not any(first <= day <= last for day in self.busy.get(staff_no, ()))

    def may_go(self, staff_no: str, provider: str, role: str) -> bool:
        """Tell whether an inspector has the remit for a provider, and may lead there if that is the role."""
        remit = remit_of(provider, self._type_groups.get(provider, ""))
        return not why_not(self._staff[staff_no], role, remit, self.rules)

    @cached_property
    def _staff(self) -> dict[str, Person]:
        columns = Inspector.staff_no, Inspector.title, Inspector.engagement, Inspector.remits
        return {row[0]: Person(*row[1:]) for row in self.session.execute(select(*columns))}

    @cached_property
    def _type_groups(self) -> dict[str, str]:
        return {row[0]: row[1] for row in self.session.execute(select(ProviderRow.ref, ProviderRow.type_group))}

    def occupy(self, staff_no: str, first: date, last: date) -> None:
        """Take an inspector's days."""
        days = {first + timedelta(days=number) for number in range((last - first).days + 1)}
        self.busy.setdefault(staff_no, set()).update(days)

    def stated(self, staff_no: str) -> tuple[Statement, ...]:
        """Return what an inspector's declaration in force says."""
        current = questions.in_force(self.session, self._inspector(staff_no))
        if current is None:
            return ()
        return tuple(questions.statement_of(each, words_of(each.note)) for each in current.connections)

    def declare(self, staff_no: str, statements: tuple[Statement, ...], at: datetime) -> None:
        """File an inspector's declaration, in place of the one in force."""
        inspector = self._inspector(staff_no)
        current = questions.in_force(self.session, inspector)
        command = declarations.RecordDeclaration(inspector, statements, WORDING, current.ref if current else None)
        filed = declarations.record(self.session, self.actors[staff_no], command, at=at)
        self._touched(filed, at)

    def withdraw(self, staff_no: str, reason: str, at: datetime) -> None:
        """Withdraw an inspector's declaration in force."""
        inspector = self._inspector(staff_no)
        current = questions.in_force(self.session, inspector)
        if current is not None:
            command = declarations.WithdrawDeclaration(inspector, current.ref, reason)
            declarations.withdraw(self.session, self.actors[staff_no], command, at=at)

    def _touched(self, filed: declarations.Filed, at: datetime) -> None:
        for each in filed.touched:
            self.on_touched(each, at)

    def _inspector(self, staff_no: str) -> int:
        number = self.actors[staff_no].inspector_id
        assert number is not None  # noqa: S101 (every inspector's account names the inspector)
        return number
