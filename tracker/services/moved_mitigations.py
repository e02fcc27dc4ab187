"""Which mitigations new days of an inspection would leave too late: what was to be done before it begins."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy.orm import Session

from tracker.domain.dates import in_words
from tracker.domain.mitigating import reminder
from tracker.domain.moving import Days
from tracker.domain.notices import Kind
from tracker.domain.uk_time import in_uk
from tracker.queries import outbox
from tracker.queries.mitigations import Asked, of_inspections
from tracker.queries.moved_up import Due, moved_up
from tracker.services.history import Recording, words_of
from tracker.services.notices import Notice, put


@dataclass(frozen=True, slots=True)
class LeftTooLate:
    """A mitigation that must be done earlier: what, who sees to it, by which day as it stands, and by which then."""

    what: str
    owner: str
    due_on: date
    then_on: date
    is_past: bool

    @property
    def says(self) -> str:
        """Say it as a sentence without its full stop."""
        by = f"which {self.owner} sees to by {in_words(self.due_on)}"
        mitigation = f"the mitigation “{self.what.rstrip('.')}”, {by}, was to be done before the inspection begins"
        if self.is_past:
            return f"{mitigation}, and no day would be left for that"
        return f"{mitigation}: it would have to be done by {in_words(self.then_on)}"


def left_too_late(session: Session, moves: Mapping[int, Days], today: date) -> dict[int, list[LeftTooLate]]:
    """Return which mitigations new days would leave too late, by the inspection's number. Writes nothing.

    It tells what was decided on the team; nobody who is on it may move the inspection, or see what that would mean.
    """
    told: dict[int, list[LeftTooLate]] = {number: [] for number in moves}
    for each, then_on in _too_late(session, moves):
        owner, what = each.mitigation.owner.name, words_of(each.mitigation.what)
        late = LeftTooLate(what, owner, each.due_on, then_on, is_past=then_on < today)
        told[each.assignment.inspection_id].append(late)
    return told


def tell_of_too_late(history: Recording, moves: Mapping[int, Days]) -> None:
    """Tell whoever sees to a mitigation that new days leave too late; asked before the inspections have these days."""
    today, wanted = in_uk(history.at).date(), []
    for each, then_on in _too_late(history.session, moves):
        if each.mitigation.owner.disabled_at is None:
            ref, step = each.mitigation.ref, reminder(then_on, today)
            once = f"{ref}-{f'by-{then_on}' if step is None else step}"
            wanted.append(Notice(each.mitigation.owner_id, Kind.MITIGATION, f"{outbox.MITIGATIONS}{ref}", once))
    put(history.session, wanted, at=history.at)


def _too_late(session: Session, moves: Mapping[int, Days]) -> Iterator[tuple[Asked, date]]:
    """Yield each mitigation that must be done earlier on these days than on those of now, and by which day."""
    found = of_inspections(session, list(moves))
    earlier = moved_up(session, (_supposed(each, moves[each.assignment.inspection_id]) for each in found))
    for each in found:
        then = earlier.get(each.mitigation.id)
        if then is not None and then.due_on < each.due_on:
            yield each, then.due_on


def _supposed(asked: Asked, days: Days) -> Due:
    row, inspection = asked.mitigation, asked.assignment.inspection
    return Due(row.id, row.ref, row.due_on, inspection.reference, inspection.starts_on, supposed_on=days[0])


def digest_with(digest: str, late: Sequence[LeftTooLate]) -> str:
    """Return a digest of a preview that is another, too, as soon as other mitigations would be left too late."""
    told = "\n".join(each.says for each in late)
    return sha256(f"{digest}\n{told}".encode()).hexdigest() if late else digest
