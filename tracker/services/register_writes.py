"""The rows that an import will write, gathered before any is written."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from tracker.domain.counting import counted
from tracker.domain.register import GIAS, WITHHELD, Rejected, same_name
from tracker.models import Base, FormerName, NameUntil
from tracker.queries.driver import Statement
from tracker.queries.pile import Pile
from tracker.services.bulk import Values, insert_rows, update_rows

SOME = 5_000
_NAMES = Statement(
    "SELECT ref, name FROM provider WHERE register = (SELECT value ->> 0 FROM {given register}) AND name <> ''"
)
_FORMER = Statement("SELECT ref, name FROM {given refs} JOIN former_name ON former_name.ref = value ->> 0")
_PLANNED_AT = Statement("SELECT DISTINCT value ->> 0 FROM {given refs} JOIN inspection ON provider = value ->> 0")


@dataclass(frozen=True, slots=True)
class _Write:
    model: type[Base]
    keys: tuple[str, ...]
    names: tuple[str, ...]
    rows: Pile[Values]


@dataclass
class Plan:
    """Rows to write, and what to say of them. `known` is how many there were.

    `touched` are just the providers and groups of which a check would be told something else than before.
    """

    added: int = 0
    changed: int = 0
    gone: int = 0
    known: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)
    # Names that were borne until now or elsewhere, and the present name of who bore them.
    borne: list[tuple[str, str]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    # Providers that no register listed yet.
    listed: list[str] = field(default_factory=list)
    # Who is called otherwise from now on, and what each was called until now: no name that is kept back from now on.
    called: list[tuple[str, str]] = field(default_factory=list)
    # Beside the file's own rows, what would be lost of a part: what it is, how much of it, out of how much.
    losses: list[tuple[str, int, int]] = field(default_factory=list)
    _writes: list[_Write] = field(default_factory=list)

    @property
    def writes(self) -> bool:
        """Whether there is anything to write."""
        return bool(self._writes)

    def insert(self, model: type[Base], names: Sequence[str], rows: Sequence[Values]) -> None:
        """Plan new rows of these columns, given as the driver takes them."""
        self._plan(model, (), tuple(names), rows)

    def update(self, model: type[Base], keys: Sequence[str], names: Sequence[str], rows: Sequence[Values]) -> None:
        """Plan changes of these columns of rows that are found by their keys, which stand behind them, as above."""
        self._plan(model, tuple(keys), tuple(names), rows)

    def _plan(self, model: type[Base], keys: tuple[str, ...], names: tuple[str, ...], rows: Sequence[Values]) -> None:
        if not rows:
            return
        last = self._writes[-1] if self._writes else None
        if last is None or (last.model, last.keys, last.names) != (model, keys, names):
            last = _Write(model, keys, names, Pile())
            self._writes.append(last)
        last.rows.add(rows)

    def write(self, session: Session) -> None:
        """Write all the rows, those of each kind at once."""
        for each in self._writes:
            if each.keys:
                update_rows(session, each.model, each.keys, each.names, each.rows)
            else:
                insert_rows(session, each.model, each.names, each.rows)


def names_of_establishments(session: Session) -> dict[str, str]:
    """Return the present name of every establishment."""
    return dict(_NAMES.rows(session, register=[[GIAS]]))


def plan_former_names(session: Session, plan: Plan, source: str) -> None:
    """Plan the former names among those that the plan knows to be borne: neither present nor kept yet.

    What stands for a name that the publisher keeps back is none; and where the publisher keeps a name back from now
    on, it is not kept here either.
    """
    now = plan.names
    new = {
        (ref, name): None
        for ref, name in plan.borne
        if name
        and ref in now
        and not same_name(name, now[ref])
        and not name.endswith(WITHHELD)
        and not now[ref].endswith(WITHHELD)
    }
    if new:
        asked = sorted({ref for ref, _ in new})
        for start in range(0, len(asked), SOME):
            for row in _FORMER.rows(session, refs=[[ref] for ref in asked[start : start + SOME]]):
                new.pop((row[0], row[1]), None)
    plan.insert(FormerName, ("ref", "name", "source"), [(ref, name, source) for ref, name in new])
    if new:
        plan.notes.append(
            f"{counted(len(new), 'former name was', 'former names were')} learned; the search finds by them, too."
        )


def plan_names_until(session: Session, plan: Plan, source: str) -> None:
    """Plan what those were called until now who are called otherwise from now on.

    A provider that is listed for the first time was called by its reference, wherever an inspection was planned there.
    """
    for start in range(0, len(plan.listed), SOME):
        new = [[ref] for ref in plan.listed[start : start + SOME]]
        plan.called += [(ref, ref) for (ref,) in _PLANNED_AT.rows(session, refs=new)]
    plan.insert(NameUntil, ("ref", "name", "source"), [(ref, name, source) for ref, name in plan.called])


def note_strangers(plan: Plan, what: str, number: int) -> None:
    """Note how many rows name a provider that is on no imported register."""
    if number:
        plan.notes.append(
            f"{number:,} {what} name a provider that is on no imported register; they are kept, for a line may run "
            "through it."
        )
