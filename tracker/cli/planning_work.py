"""The work on a plan, in a process of its own: make it, or go on applying it, and tell its row how far it is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event, Lock, Thread
from typing import Self

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from config import Config
from tracker.allocation.term.solving import Cancelled
from tracker.allocation.term_loading import Ask, Pin
from tracker.allocation.term_making import Made, make
from tracker.cli.common import COMMAND_LINE, now, system_actor
from tracker.database import reading, writing
from tracker.domain.access import Actor, Permission, permits
from tracker.domain.allocation_rules import AllocationRules, parse
from tracker.domain.errors import NotPermittedError, TrackerError
from tracker.domain.plan_states import PlanState
from tracker.models import HistoryHead
from tracker.queries import policies
from tracker.queries.plans import actor_of
from tracker.services import plans
from tracker.services.plan_applying import Batch, apply_batch
from tracker.services.plans import Beat

SECONDS = 2.0
Sessions = sessionmaker[Session]
NO_MORE = "The tracker met a fault of its own. Begin again; if that helps nothing, tell whoever runs it."


def beat_now() -> datetime:
    """Return the instant by the wall's clock: a heart beats also where the tracker's clock is fixed."""
    return datetime.now(UTC)


def work(sessions: Sessions, config: Config, ref: str) -> None:
    """Do what a plan waits for: make it, or apply what is left of it. Whoever comes second leaves it alone."""
    with writing(sessions) as session:
        begun = plans.begin(session, ref, beat=beat_now())
        state = plans.one(session, ref).state
    if begun is not None:
        make_kept(sessions, config, ref, begun)
    elif state is PlanState.APPLYING:
        # Why it went no further stands in the plan's row.
        with suppress(TrackerError):
            for _ in applied(sessions, config, ref):
                pass


def make_kept(sessions: Sessions, config: Config, ref: str, worker: str) -> None:
    """Make a plan and keep it; what a person can mend is kept as the reason why there is none."""
    with sessions() as session:
        plan = plans.one(session, ref)
        pins = tuple(Pin(*each) for each in plans.pins_of(plan))
        ask = Ask(plan.first_on, plan.last_on, now(config).date(), pins)
        rules = parse(plan.rules)
    with suppress(Cancelled, TrackerError):
        with alive(sessions, ref, worker) as heart:
            made, size = made_now(sessions, rules, ask, heart.tell, heart.is_over)
        with writing(sessions) as session:
            plans.finish(session, ref, made.as_json, worker=worker, history_size=size, beat=beat_now())


@contextmanager
def alive(sessions: Sessions, ref: str, worker: str) -> Iterator["Heart"]:
    """Work on a plan while its heart beats; what ends the work without a plan is kept in the plan's row."""
    try:
        with Heart(sessions, ref, worker) as heart:
            yield heart
    except Cancelled:
        with writing(sessions) as session:
            plans.given_up(session, ref, worker=worker, beat=beat_now())
        raise
    except Exception as error:
        with writing(sessions) as session:
            plans.fail(session, ref, _in_words(error), worker=worker, beat=beat_now())
        raise


def _in_words(error: Exception) -> str:
    return str(error) if isinstance(error, TrackerError) else NO_MORE


def made_now(
    sessions: Sessions,
    rules: AllocationRules,
    ask: Ask,
    tell: Callable[[str, int, int], None],
    is_over: Callable[[], bool],
) -> tuple[Made, int]:
    """Return a plan by what the database holds at one instant, and how many entries its history had then."""
    with reading(sessions) as session:
        size = session.scalar(select(HistoryHead.size)) or 0
        book = policies.all_in_force(session, ask.today)
        return make(session, book, rules, ask, tell, is_over), size


def applied(sessions: Sessions, config: Config, ref: str) -> Iterator[Batch]:
    """Apply what is left of a plan, a batch a transaction, by the leave of whoever began it or went on with it.

    What ends it early is kept in the plan's row, so that somebody else may go on.
    """
    is_last = False
    while not is_last:
        try:
            with writing(sessions) as session:
                batch = apply_batch(session, _applier(session, ref), ref, at=now(config), beat=beat_now())
        except Exception as error:
            with writing(sessions) as session:
                plans.stop(session, ref, _in_words(error), beat=beat_now())
            raise
        yield batch
        is_last = batch.is_last


def _applier(session: Session, ref: str) -> Actor:
    name = plans.one(session, ref).applied_by or ""
    if name == COMMAND_LINE:
        return system_actor(Permission.ASSIGN)
    actor = actor_of(session, name)
    if not permits(actor, Permission.ASSIGN):
        raise NotPermittedError("Whoever applied it may no longer propose inspectors.")
    return actor


@dataclass
class Heart:
    """Tells a plan's row every other second how far the work is, and hears whether it is still wanted."""

    sessions: Sessions
    ref: str
    worker: str
    told: Beat = field(default_factory=lambda: Beat("Reading who may go where", 0, 0))
    _lock: Lock = field(default_factory=Lock)
    _over: Event = field(default_factory=Event)
    _stopped: Event = field(default_factory=Event)
    _thread: Thread | None = None

    def tell(self, says: str, done: int, of: int) -> None:
        """Keep how far the work is, for the next beat; Cancelled where nobody wants it any more."""
        if self._over.is_set():
            raise Cancelled
        with self._lock:
            self.told = Beat(says, done, of)

    def is_over(self) -> bool:
        """Tell whether nobody wants the work any more."""
        return self._over.is_set()

    def __enter__(self) -> Self:
        """Begin to beat."""
        self._thread = Thread(target=self._beat, name="heart", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """Beat no more."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()

    def _beat(self) -> None:
        while not self._stopped.wait(SECONDS):
            with self._lock:
                told = self.told
            # A database that is busy or away for a moment is asked again: the work itself goes on meanwhile.
            with suppress(OperationalError), writing(self.sessions) as session:
                if not plans.tell(session, self.ref, told, worker=self.worker, beat=beat_now()):
                    self._over.set()
                    return
