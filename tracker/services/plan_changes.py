"""What a file of inspections would change of those that are known: which it moves, and which it calls off."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.domain.access import Actor
from tracker.domain.moving import faults_of_move, span_in_words
from tracker.domain.planning import Fate, Foreseen, PlannedRow
from tracker.domain.uk_time import in_uk
from tracker.models import Inspection
from tracker.queries.supposed import Supposed
from tracker.services.moved_mitigations import left_too_late
from tracker.services.moving import days_of, fixed, numbers_open
from tracker.services.moving_previews import Effect, Effects, effects

FIXED = ("provider", "framework", "team_size")


def changed(row: PlannedRow, there: Inspection, today: date, stops: str = "") -> Foreseen:
    """Judge a row of an inspection that is known: it may move it or call it off, and says all else as it is.

    `stops` is why whoever imports may not change it, if so.
    """
    what, days = f"{row.reference}, {row.provider}", (row.starts_on, row.ends_on)
    if bad := [*_faults(row, there, today, stops)]:
        return Foreseen(row.row, what, Fate.WRONG, "; ".join(bad))
    if _is_so_already(row, there):
        return Foreseen(row.row, what, Fate.UNCHANGED)
    now = span_in_words(days_of(there))
    if row.called_off:
        return Foreseen(row.row, what, Fate.OFF, f"called off; it is planned for {now} now")
    return Foreseen(row.row, what, Fate.MOVED, f"moved: planned for {span_in_words(days)}, and no longer for {now}")


def _is_so_already(row: PlannedRow, there: Inspection) -> bool:
    """Whether an inspection is called off, or is planned for these days, as a row has it."""
    if row.called_off or there.called_off_at is not None:
        return bool(row.called_off) and there.called_off_at is not None
    return (row.starts_on, row.ends_on) == days_of(there)


def _faults(row: PlannedRow, there: Inspection, today: date, stops: str) -> Iterator[str]:
    """Yield all that is wrong with a row of an inspection that is known."""
    days = row.starts_on, row.ends_on
    differing = [name for name in FIXED if getattr(there, name) != getattr(row, name)]
    if differing:
        yield f"{row.reference} is planned already, with another {', '.join(differing)}"
    if _is_so_already(row, there):
        return
    if sentence := fixed(there, today) or stops:
        yield f"{row.reference}: {sentence}"
    elif not row.called_off:
        yield from (f"{field}: {cure}" for field, cure in faults_of_move(days_of(there), days, today))
        if not row.moved_because:
            planned = span_in_words(days_of(there))
            yield f"{row.reference} is planned for {planned}: say in a column moved_because why its days change"
    elif days != days_of(there):
        yield f"{row.reference} is planned for {span_in_words(days_of(there))}: give these days, to call it off"


def with_means(
    session: Session,
    actor: Actor,
    lines: Sequence[Foreseen],
    found: Sequence[tuple[PlannedRow, Inspection]],
    at: datetime,
) -> tuple[list[Foreseen], Effects]:
    """Return the lines with what each move and calling off would do to the team, and all that they would mean together.

    `found` are the rows behind them; `at` is when the act would be: checks are made on its day in UTC.
    """
    fates = {each.row: each.fate for each in lines}
    moves = [(there, (row.starts_on, row.ends_on)) for row, there in found if fates[row.row] is Fate.MOVED]
    off = [there for row, there in found if fates[row.row] is Fate.OFF]
    if not (moves or off):
        return list(lines), Effects({})
    meant = effects(session, Supposed(moves, off), actor, at.date())
    late = left_too_late(session, {there.id: days for there, days in moves}, in_uk(at).date())
    released = numbers_open(session, [there.id for there in off])
    means: dict[int, tuple[str, ...]] = {}
    for row, there in found:
        if fates[row.row] is Fate.MOVED:
            means[row.row] = (*means_of(meant.teams[there.id]), *(each.says for each in late[there.id]))
        elif fates[row.row] is Fate.OFF:
            team = released[there.id]
            means[row.row] = (f"{team:,} {'inspector is' if team == 1 else 'inspectors are'} released",) if team else ()
    return [replace(each, means=means.get(each.row, ())) for each in lines], meant


def means_of(team: Iterable[Effect]) -> list[str]:
    """Return in words what changes would mean for each of a team, but for those for whom nothing changes."""
    says = []
    for each in team:
        says += [f"{each.name} is on {other.reference}, {other.provider}, then" for other in each.busy]
        if each.leaves:
            says.append(f"{each.name} leaves before it ends")
        if each.is_questioned:
            says.append(f"the confirmed place of {each.name} is questioned")
        if each.before is not each.after:
            says.append(f"what is found of {each.name} is {each.after}, not {each.before}")
        says.extend(f"newly found of {each.name}: {finding.sentence.rstrip('.')}" for finding in each.found)
    return says


def means_elsewhere(found: Effects) -> list[str]:
    """Return in words what changes would mean on each other inspection, a sentence each, without its full stop."""
    return [
        f"{each.on.reference}, {each.on.provider}: {'; '.join(means_of([each.effect]))}" for each in found.elsewhere
    ]


def questioned_in_words(found: Effects) -> str:
    """Return how many confirmed places are questioned, and how many of them elsewhere; an empty text for none."""
    own, elsewhere = found.questioned
    if not own + elsewhere:
        return ""
    says = f"Confirmed places that are questioned: {own + elsewhere:,}"
    return f"{says}, {elsewhere:,} of them on other inspections." if elsewhere else f"{says}."
