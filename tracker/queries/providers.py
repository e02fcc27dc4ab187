"""Finding providers, groups and authorities: by a part of a name or former name, a town, a postcode or any number."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, and_, case, or_, select
from sqlalchemy.orm import Session

from tracker.domain.dates import in_words
from tracker.domain.facts import ORGANISATION, Status
from tracker.domain.search import FORMERLY, asked, normal
from tracker.domain.succession import Lines
from tracker.domain.succession import known as known_day
from tracker.models import FormerName, GroupRow, ProviderRow, SearchEntry
from tracker.queries.surroundings import areas

# SQLite and PostgreSQL both take far more, but a plan for a longer list is no better.
LIST = 5_000
_STATUSES = {
    Status.OPEN: "Open",
    Status.CLOSING: "Open, but proposed to close",
    Status.PROPOSED: "Proposed to open",
    Status.CLOSED: "Closed",
}


@dataclass(frozen=True, slots=True)
class Found:
    """A provider, group or authority. `note` says by which former name or predecessor it was found, if by one."""

    ref: str
    name: str
    kind: str
    town: str
    postcode: str
    status: str
    note: str = ""

    @property
    def number(self) -> str:
        """Its number on its register, without the register's scheme; none where it is on no register."""
        return "" if self.ref.startswith(ORGANISATION) else self.ref.partition(":")[2]

    @property
    def detail(self) -> str:
        """What tells it from others of its name, in one line."""
        place = " ".join(part for part in (self.town, self.postcode) if part)
        parts = (self.kind, place, "" if self.status == "Open" else self.status, self.number, self.note)
        return ", ".join(part for part in parts if part)


def search(session: Session, words: str, *, limit: int = 20, only_providers: bool = False) -> list[Found]:
    """Return what holds every one of the words, the best first; `only_providers` leaves groups out.

    A word may be a part of a name, a former name, a town or a postcode, or a number such as `100000`, `gias:100000` or
    `201/3614`; a predecessor's name or number finds what it became, too. An exact number comes first, then an exact
    name, then names that begin with the words, and among equals those that are open.
    """
    tokens = asked(words)
    if not tokens:
        return []
    # A single letter begins a word: within one it would find nearly everything.
    parts = [token if len(token) > 1 else f" {token}" for token in sorted(tokens, key=len, reverse=True)]
    holds = [SearchEntry.words.contains(part, autoescape=True) for part in parts]
    if only_providers:
        holds.append(SearchEntry.ref.not_like("group:%"))
    best = (
        select(SearchEntry.ref, SearchEntry.words)
        .where(*holds)
        .order_by(*_order(tokens), SearchEntry.name, SearchEntry.ref)
        .limit(limit)
    )
    hits = session.execute(best).all()
    found = _found(session, [ref for ref, _ in hits])
    notes = _notes(session, hits, tokens)
    return [replace(found[ref], note=notes.get(ref, "")) for ref, _ in hits if ref in found]


def by_ref(session: Session, ref: str) -> Found | None:
    """Return the provider, group or authority of a reference, or None where no imported register has it."""
    return _found(session, [ref]).get(ref)


def names_of(session: Session, refs: Iterable[str]) -> dict[str, str]:
    """Return the names of those references that an imported register has."""
    return {ref: each.name for ref, each in _found(session, sorted(set(refs))).items()}


def _order(tokens: Sequence[str]) -> tuple[ColumnElement[int], ...]:
    name, words, whole = SearchEntry.name, SearchEntry.words, " ".join(tokens)

    def has(part: str) -> ColumnElement[bool]:
        return words.contains(part, autoescape=True)

    tiers: list[tuple[ColumnElement[bool], int]] = []
    if len(tokens) == 1 and any(each.isdecimal() for each in whole):
        tiers.append((or_(SearchEntry.ref == whole, SearchEntry.ref.endswith(f":{whole}", autoescape=True)), 0))
        tiers.append((or_(has(f":{whole} "), has(f" {whole} ")), 1))
    tiers.append((name == whole, 2))
    tiers.append((name.startswith(whole, autoescape=True), 3))
    tiers.append((and_(*(has(f" {each} ") for each in tokens)), 4))
    tiers.append((and_(*(has(f" {each}") for each in tokens)), 5))
    return case(*tiers, else_=6), SearchEntry.rank.expression


def _found(session: Session, refs: Sequence[str]) -> dict[str, Found]:
    """Return what the registers have of these references."""
    result = {}
    for start in range(0, len(refs), LIST):
        some = refs[start : start + LIST]
        for model in (ProviderRow, GroupRow):
            columns = (model.ref, model.name, model.kind, model.town, model.postcode)
            states = (model.status, model.closed_on, model.gone_at)
            for row in session.execute(select(*columns, *states).where(model.ref.in_(some))):
                status = _status(row.status, row.closed_on, is_gone=row.gone_at is not None)
                result[row.ref] = Found(row.ref, row.name, row.kind, row.town, row.postcode, status)
    return result


def _status(status: Status, closed_on: date | None, *, is_gone: bool) -> str:
    day = known_day(closed_on) if status is Status.CLOSED else None
    said = f"{_STATUSES[status]} {in_words(day)}" if day else _STATUSES[status]
    return f"{said}; no longer on the register" if is_gone else said


def _notes(session: Session, hits: Sequence[tuple[str, str]], tokens: Sequence[str]) -> dict[str, str]:
    """Return for each hit that was found by its past what it was then."""
    sought = {ref: missing for ref, words in hits if (missing := _not_its_own(words, tokens))}
    if not sought:
        return {}
    around = areas(session, sought)
    before = {ref: list(around[ref].made(Lines).backwards(ref)) for ref in sought}
    every = {*sought, *(each for refs in before.values() for each in refs)}
    borne: dict[str, list[str]] = {}
    for ref, name in session.execute(
        select(FormerName.ref, FormerName.name).where(FormerName.ref.in_(every)).order_by(FormerName.id)
    ):
        borne.setdefault(ref, []).append(name)
    names = names_of(session, every)
    notes = {}
    for ref, missing in sought.items():
        pasts = [(normal(name), f"formerly {name}") for name in borne.get(ref, ())]
        for each in before[ref]:
            said = f"formerly {names.get(each, 'a provider')} ({each.partition(':')[2]})"
            pasts += [(f"{normal(name)} {each}", said) for name in (names.get(each, ""), *borne.get(each, ()))]
        notes[ref] = max(pasts, key=lambda past: sum(word in past[0] for word in missing), default=("", ""))[1]
    return notes


def _not_its_own(words: str, tokens: Sequence[str]) -> list[str]:
    own = words.partition(f" {FORMERLY} ")[0] + " "
    return [token for token in tokens if token not in own]
