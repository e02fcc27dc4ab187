"""What a file of inspections would do: every row judged before anything is written."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission
from tracker.domain.errors import BadRowError, BadRowsError, OutOfDateError
from tracker.domain.facts import Verdict
from tracker.domain.planning import Fate, Foreseen, PlannedRow, far_ahead
from tracker.domain.schemes import is_group
from tracker.domain.uk_time import in_uk
from tracker.models import Inspection, ProviderRow
from tracker.queries.parts import in_parts
from tracker.services.assignments import AddInspection, faults_of
from tracker.services.moving import own_visits, stops_oneself
from tracker.services.moving_previews import Effects, digest_of
from tracker.services.permit import permit
from tracker.services.plan_changes import changed, with_means

MOST_NAMED = 12
NO_EFFECTS = Effects({})
FIELDS = ("provider", "framework", "starts_on", "ends_on", "team_size")
# All that a row says of its inspection.
SAID = (*FIELDS, "called_off", "moved_because")


@dataclass(frozen=True, slots=True)
class Preview:
    """What would become of each row, in the order of the file, and what all its changes would mean together."""

    lines: tuple[Foreseen, ...]
    effects: Effects = NO_EFFECTS

    def count(self, fate: Fate) -> int:
        """Return how many rows have this fate."""
        return sum(each.fate is fate for each in self.lines)

    def of(self, fate: Fate) -> list[Foreseen]:
        """Return the rows of this fate."""
        return [each for each in self.lines if each.fate is fate]

    @property
    def unknown(self) -> int:
        """How many rows name a provider that is on no imported register."""
        return sum(each.is_unknown for each in self.lines)

    @property
    def warned(self) -> list[Foreseen]:
        """The rows to look at: right, but with something that is to be known before they are imported."""
        return [each for each in self.lines if each.warns]

    @property
    def verdicts(self) -> Counter[Verdict]:
        """How many new rows have which verdict."""
        return Counter(each.verdict for each in self.lines if each.verdict is not None)

    @property
    def changes(self) -> list[Foreseen]:
        """The rows that change inspections that are known."""
        return [each for each in self.lines if each.fate in (Fate.MOVED, Fate.OFF)]

    @property
    def judged(self) -> list[Foreseen]:
        """The rows that rest on more than the file says: what they do is what was judged of them, and of others."""
        return [each for each in self.lines if each.fate in (Fate.MOVED, Fate.OFF) or each.verdict is not None]

    @property
    def digest(self) -> str:
        """A digest that is another as soon as what is judged would do, or be, something else."""
        told = [
            [each.row, each.fate, each.says, each.warns, str(each.verdict), *each.rules, *each.means]
            for each in self.judged
        ]
        return digest_of([json.dumps(told)], self.effects)

    def refuse_another(self, seen: str | None) -> None:
        """Raise OutOfDateError where this is not what was shown (`seen`, its digest), and would do anything at all."""
        if seen not in (None, self.digest) and self.judged:
            raise OutOfDateError("What this file would do has changed since you were shown it.")

    def refuse_wrong(self) -> None:
        """Raise BadRowsError where rows are wrong."""
        if wrong := self.of(Fate.WRONG):
            raise BadRowsError(tuple(BadRowError(each.row, each.says) for each in wrong))


def preview_of(lines: Iterable[Foreseen], problems: Sequence[BadRowError]) -> Preview:
    """Return what becomes of the rows that were judged, and of those that could not be read."""
    unread = (Foreseen(each.row, "", Fate.WRONG, each.says) for each in problems)
    return Preview(tuple(sorted((*lines, *unread), key=lambda each: each.row)))


def preview_inspections(
    session: Session, actor: Actor, rows: Sequence[PlannedRow], problems: Sequence[BadRowError] = (), *, at: datetime
) -> Preview:
    """Judge each inspection of a file; `problems` are of the rows that could not be read. Writes nothing.

    Days are past by the clocks of the United Kingdom, and checks are made on the instant's day, as the act makes them.
    One that is known may be moved to other days, or called off, if nothing else of it is said otherwise.

    A provider on no imported register is warned of, for a register may come later: silence is never clear. So is a
    framework that no inspection was done under so far, where others were.
    """
    permit(actor, Permission.PLAN_INSPECTIONS)
    known: dict[str, Inspection | PlannedRow] = {**known_by(session, rows)}
    spelt = _spelt_otherwise(session, {row.reference for row in rows} - known.keys())
    warned, own = _Warned(session, rows, in_uk(at).date()), own_visits(session, actor)
    lines: list[Foreseen] = []
    there: list[tuple[PlannedRow, Inspection]] = []
    for row in rows:
        before, alike = known.get(row.reference), spelt.setdefault(row.reference.lower(), row.reference)
        if isinstance(before, Inspection):
            line = changed(row, before, in_uk(at).date(), stops_oneself(actor, before, own))
            there.append((row, before))
        else:
            line = _inspection(row, before, "" if alike == row.reference else alike)
        lines.append(warned.warned(row, line))
        if line.fate is not Fate.WRONG:
            # What a wrong row says is planned by nobody: a later row is judged as if it were not there.
            known[row.reference] = row
    lines, meant = with_means(session, actor, lines, there, at)
    return replace(preview_of(lines, problems), effects=meant)


def known_by(session: Session, rows: Sequence[PlannedRow]) -> dict[str, Inspection]:
    """Return those of the inspections of a file that are known, by reference."""
    query, parts = select(Inspection), in_parts([row.reference for row in rows])
    found = (each for some in parts for each in session.scalars(query.where(Inspection.reference.in_(some))))
    return {each.reference: each for each in found}


def _spelt_otherwise(session: Session, references: Iterable[str]) -> dict[str, str]:
    """Return the inspections that differ from these references in capital letters alone, by their small letters."""
    query, small = select(Inspection.reference), func.lower(Inspection.reference)
    parts = in_parts([each.lower() for each in references])
    found = (each for some in parts for each in session.scalars(query.where(small.in_(some))))
    return {each.lower(): each for each in found}


class _Warned:
    """Which of the providers and frameworks that a file names are known, and the day that it is."""

    def __init__(self, session: Session, rows: Sequence[PlannedRow], today: date) -> None:
        self.today = today
        query = select(ProviderRow.ref)
        parts = in_parts([row.provider for row in rows])
        self.providers = {ref for some in parts for ref in session.scalars(query.where(ProviderRow.ref.in_(some)))}
        self.frameworks = set(session.scalars(select(Inspection.framework).distinct()))

    def warned(self, row: PlannedRow, line: Foreseen) -> Foreseen:
        if line.fate is Fate.WRONG:
            return line
        is_unknown = row.provider not in self.providers
        warns = [f"provider: {_unknown(row.provider)}"] if is_unknown else []
        if line.fate is Fate.NEW and self.frameworks and row.framework not in self.frameworks:
            so_far = ", ".join(sorted(self.frameworks)[:MOST_NAMED])
            warns.append(f"framework: nothing was inspected under “{row.framework}” so far, but under {so_far}")
        if line.fate in (Fate.NEW, Fate.MOVED) and (far := far_ahead(row.starts_on, self.today)):
            warns.append(f"starts_on: {far}")
        return replace(line, warns="; ".join(warns), is_unknown=is_unknown)


def _unknown(ref: str) -> str:
    found = "is a group, not a provider" if is_group(ref) else "is on no imported register"
    return f"{ref} {found}: whoever is proposed will be undetermined at the least"


def command_of(row: PlannedRow) -> AddInspection:
    """Return what a row asks for."""
    return AddInspection(reference=row.reference, **{name: getattr(row, name) for name in FIELDS})


def _inspection(row: PlannedRow, there: PlannedRow | None, alike: str) -> Foreseen:
    """Judge a row of an inspection that is not known, but for an earlier row about it, if there is one.

    `alike` is another reference that differs from its own in capital letters alone, if there is one.
    """
    what = f"{row.reference}, {row.provider}"
    if there is not None:
        differing = [name for name in SAID if getattr(there, name) != getattr(row, name)]
        if differing:
            other = f"row {there.row} of this file has {row.reference} too, with another {', '.join(differing)}"
            says = f"{other}: keep one of the two"
            return Foreseen(row.row, what, Fate.WRONG, says)
        return Foreseen(row.row, what, Fate.UNCHANGED)
    bad = [f"{field}: {cure}" for field, cure in faults_of(command_of(row))]
    if alike:
        bad.append(f"reference: There is already an inspection {alike}: write it so, or choose another reference")
    elif row.called_off:
        bad.append(
            f"There is no inspection {row.reference} that could be called off: leave called_off empty to plan it"
        )
    elif row.moved_because:
        bad.append(f"There is no inspection {row.reference} that could be moved: leave moved_because empty to plan it")
    return Foreseen(row.row, what, Fate.WRONG, "; ".join(bad)) if bad else Foreseen(row.row, what, Fate.NEW)
