"""What a declaration states, and how two of them differ, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.domain.dates import PartialDate
from tracker.domain.facts import Connection, Holder, Nature
from tracker.domain.retention import ERASED

HOLDERS = {
    Holder.SELF: "the inspector",
    Holder.PARTNER: "a partner",
    Holder.CHILD: "a child",
    Holder.PARENT: "a parent",
    Holder.SIBLING: "a brother or sister",
    Holder.HOUSEHOLD: "a member of the household",
    Holder.OTHER_RELATIVE: "another relative",
    Holder.CLOSE_FRIEND: "a close friend",
    Holder.BUSINESS_ASSOCIATE: "a business associate",
}
NATURES = {
    Nature.EMPLOYMENT: "employment",
    Nature.GOVERNANCE: "a governing role",
    Nature.OWNERSHIP: "ownership or a financial interest",
    Nature.CONSULTANCY: "consultancy, advice or training",
    Nature.SOUGHT_WORK: "work that was sought",
    Nature.SERVICE_USE: "use of the services",
    Nature.RELATIONSHIP: "a close personal tie",
    Nature.DISPUTE: "a dispute",
    Nature.COMPETITION: "competition",
    Nature.GIFT: "a gift or hospitality",
    Nature.PUBLIC_POSITION: "a public position",
    Nature.OTHER: "another connection",
}


@dataclass(frozen=True, slots=True)
class Declared:
    """One connection as a declaration states it, with the inspector's own note."""

    connection: Connection
    note: str = ""

    @property
    def content(self) -> tuple[str, ...]:
        """What it says, free of references and names: equal for a connection that is stated again unchanged."""
        each = self.connection
        ended = each.ended_on.text if each.ended_on else ""
        return (each.nature, each.holder, each.target, each.began_on.text, ended, self.note)

    @property
    def sentence(self) -> str:
        """The whole statement, as somebody who may see its detail reads it."""
        each = self.connection
        name = each.target_name or each.target
        words = f"{_capital(NATURES[each.nature])} ({HOLDERS[each.holder]}): {name}, {_dates(each)}"
        return f"{words}; note: “{self.note}”." if self.note else f"{words}."


@dataclass(frozen=True, slots=True)
class Changed:
    """A connection that both declarations state, and what the later one says otherwise, a sentence each."""

    old: Declared
    new: Declared
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """How a later declaration differs from an earlier one."""

    added: tuple[Declared, ...]
    removed: tuple[Declared, ...]
    changed: tuple[Changed, ...]
    kept: tuple[Declared, ...]

    @property
    def is_none(self) -> bool:
        """Whether both state the same."""
        return not (self.added or self.removed or self.changed)


def difference(old: Sequence[Declared], new: Sequence[Declared]) -> Difference:
    """Return what the later statement adds, leaves out, says otherwise and keeps; order does not matter.

    What is not stated again word for word is paired with the likeliest: the same nature, holder and target with other
    dates, then the same nature and target, then the same holder and target.
    """
    pairs, before, after = _pair(old, new, 0)
    kept = [later for _, later in pairs]
    changed = []
    for likeness in range(1, len(_LIKENESSES)):
        pairs, before, after = _pair(before, after, likeness)
        told = [Changed(one, other, _sentences(one, other)) for one, other in pairs]
        changed += [each for each in told if each.sentences]
        # Nothing is told where only a note differs that was erased: nobody knows any more what it said.
        kept += [each.new for each in told if not each.sentences]
    return Difference(tuple(after), tuple(before), tuple(changed), tuple(kept))


_LIKENESSES = (
    lambda each: each.content,
    lambda each: (each.connection.nature, each.connection.holder, each.connection.target),
    lambda each: (each.connection.nature, each.connection.target),
    lambda each: (each.connection.holder, each.connection.target),
)


def _pair(
    old: Sequence[Declared], new: Sequence[Declared], likeness: int
) -> tuple[list[tuple[Declared, Declared]], list[Declared], list[Declared]]:
    """Return the pairs that are alike, and what is left of either side, in a stable order."""
    key = _LIKENESSES[likeness]
    left = sorted(old, key=lambda each: each.content)
    pairs, alone = [], []
    for later in sorted(new, key=lambda each: each.content):
        found = next((each for each in left if key(each) == key(later)), None)
        if found is None:
            alone.append(later)
        else:
            left.remove(found)
            pairs.append((found, later))
    return pairs, left, alone


def _sentences(old: Declared, new: Declared) -> tuple[str, ...]:
    one, other = old.connection, new.connection
    name = other.target_name or other.target
    parts = (
        ("nature", NATURES[one.nature], NATURES[other.nature]),
        ("holder", HOLDERS[one.holder], HOLDERS[other.holder]),
        ("beginning", one.began_on.in_words(), other.began_on.in_words()),
        ("end", _end(one.ended_on), _end(other.ended_on)),
        *([] if ERASED in {old.note, new.note} else [("note", _quoted(old.note), _quoted(new.note))]),
    )
    return tuple(f"{name}: the {part} was {was}, and is now {now}." for part, was, now in parts if was != now)


def _quoted(note: str) -> str:
    return f"“{note}”" if note else "none"


def _end(ended_on: PartialDate | None) -> str:
    return ended_on.in_words() if ended_on else "not stated (it still held)"


def _dates(connection: Connection) -> str:
    began = connection.began_on.in_words()
    if connection.ended_on is not None:
        return f"from {began} until {connection.ended_on.in_words()}"
    return began if connection.is_event else f"since {began}"


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
