"""Where nobody goes too often: the inspections of one provider's line, of one group, and of one term, as sets."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.allocation.term.problem import Quotas, column
from tracker.domain.allocation_rules import Again, AllocationRules
from tracker.domain.fitting import Person, Stay, is_within
from tracker.domain.lifecycle import OBSERVER
from tracker.queries.stays import Had, Kin, Opening


@dataclass(frozen=True, slots=True)
class _Set:
    """Inspections, by their rows, to which one may go so often; for some it is fewer."""

    rows: tuple[int, ...]
    limit: int
    left: dict[int, int]

    @property
    def binds(self) -> bool:
        """Whether it can stand in anybody's way."""
        return len(self.rows) > self.limit or any(left < len(self.rows) for left in self.left.values())


def quotas_of(  # noqa: PLR0917 (a problem's parts)
    rules: AllocationRules,
    staff: Sequence[Person],
    wanted: Sequence[Opening],
    kin: dict[str, Kin],
    theirs: Sequence[Had],
    terms: Sequence[date],
) -> Quotas:
    """Return all sets that can stand in anybody's way.

    What somebody has counts where it is within the years of any inspection of the set: the strictest reading.
    """
    place = {each.number: number for number, each in enumerate(staff)}
    found = [*_by_line(rules.provider, wanted, kin, theirs), *_by_group(rules.group, wanted, kin, theirs)]
    found += _by_term(rules, staff, wanted, theirs, terms) if len(terms) > 1 else ()
    sets = [each for each in found if each.binds]
    return Quotas(
        set=column([number for number, each in enumerate(sets) for _ in each.rows]),
        inspection=column([row for each in sets for row in each.rows]),
        limit=column([each.limit for each in sets]),
        left_inspector=column([place[who] for each in sets for who in each.left]),
        left_set=column([number for number, each in enumerate(sets) for _ in each.left]),
        left_n=column([left for each in sets for left in each.left.values()]),
    )


def _by_line(again: Again, wanted: Sequence[Opening], kin: dict[str, Kin], theirs: Sequence[Had]) -> Iterator[_Set]:
    rows, had = defaultdict[str, list[int]](list), defaultdict[str, list[Had]](list)
    for row, each in enumerate(wanted):
        rows[each.provider].append(row)
    for mine in theirs:
        had[mine.stay.provider].append(mine)
    for line in dict.fromkeys(kin[each.provider].line for each in wanted):
        of = sorted({row for ref in line for row in rows.get(ref, ())})
        yield _set(again, of, wanted, [each for ref in sorted(line) for each in had.get(ref, ())])


def _by_group(again: Again, wanted: Sequence[Opening], kin: dict[str, Kin], theirs: Sequence[Had]) -> Iterator[_Set]:
    rows, had = defaultdict[str, list[int]](list), defaultdict[str, list[Had]](list)
    for row, each in enumerate(wanted):
        for group in sorted(kin[each.provider].groups_on(each.starts_on)):
            rows[group].append(row)
    for mine in theirs:
        for group in mine.stay.groups:
            had[group].append(mine)
    for group, of in rows.items():
        yield _set(again, of, wanted, had.get(group, ()))


def _set(again: Again, rows: Sequence[int], wanted: Sequence[Opening], had: Sequence[Had]) -> _Set:
    starts = [wanted[row].starts_on for row in rows]
    first, last = min(starts), max(starts)

    def counts(stay: Stay) -> bool:
        day = stay.starts_on
        is_between = first <= day <= last
        return stay.role != OBSERVER and (
            is_between or is_within(day, first, again.years) or is_within(day, last, again.years)
        )

    return _Set(tuple(rows), again.times, _left(again.times, had, counts))


def _left(limit: int, had: Sequence[Had], counts: Callable[[Stay], bool]) -> dict[int, int]:
    seen: dict[int, int] = {}
    for each in had:
        if counts(each.stay):
            seen[each.inspector] = seen.get(each.inspector, 0) + 1
    return {who: max(0, limit - number) for who, number in seen.items()}


def _by_term(
    rules: AllocationRules,
    staff: Sequence[Person],
    wanted: Sequence[Opening],
    theirs: Sequence[Had],
    terms: Sequence[date],
) -> Iterator[_Set]:
    """Yield a set for each term: a period of several cannot be held by one number for each inspector."""
    most = max((rules.load_of(each.engagement).term for each in staff), default=0)
    for term in terms:
        rows = tuple(row for row, each in enumerate(wanted) if rules.term_of(each.starts_on) == term)
        taken: dict[int, int] = {}
        for each in theirs:
            if rules.term_of(each.stay.starts_on) == term:
                taken[each.inspector] = taken.get(each.inspector, 0) + 1
        left = {each.number: max(0, rules.load_of(each.engagement).term - taken.get(each.number, 0)) for each in staff}
        yield _Set(rows, most, {who: number for who, number in left.items() if number < most})
