"""What blocks an inspection, in a few plain words: of whom, why, and what would mend it."""

from collections.abc import Iterator
from datetime import date

from tracker.domain.dates import in_words
from tracker.domain.facts import Verdict
from tracker.domain.fitting import absences
from tracker.domain.lifecycle import IN_THE_TEAM, State
from tracker.domain.moving import span_in_words
from tracker.domain.uk_time import in_uk
from tracker.queries.board_rows import Member, Row

# Findings that somebody mends without a decision, by their rule.
_MENDED = {
    "not-confirmed": "not confirmed by the inspector",
    "no-declaration": "has no declaration",
    "out-of-date": "the declaration is out of date",
    "awaiting-review": "a connection awaits its grade",
    "unknown-provider": "the provider is on no register",
}
_AWAITS = {
    Verdict.UNDETERMINED: "undetermined: awaits a decision",
    Verdict.PERCEIVED: "perceived: awaits a decision",
    Verdict.REAL: "real: release, or two decision-makers",
}


def blocks(row: Row, today: date) -> tuple[str, ...]:
    """Return what is in the way of an inspection; nothing of whoever looks, whom another scheduler looks after."""
    return tuple(_told(row, today))


def _told(row: Row, today: date) -> Iterator[str]:
    if row.called_off_at is not None:
        yield f"Called off on {in_words(in_uk(row.called_off_at).date())}: nobody goes there"
        return
    if row.was is not None:
        yield f"Moved: it was planned for {span_in_words((row.was.starts_on, row.was.ends_on))}"
    has_ended = row.ends_on < today
    for member in row.team:
        if not member.is_own:
            yield from _of_member(member, row, has_ended=has_ended)
    if row.lacks_lead and not has_ended:
        yield "No lead yet"
    if row.places_open and not has_ended:
        yield f"{row.places_open} {'place' if row.places_open == 1 else 'places'} open"


def _of_member(member: Member, row: Row, *, has_ended: bool) -> Iterator[str]:
    is_clear = member.in_the_way is Verdict.CLEAR
    absent = [] if has_ended else [*absences(member.left_on, row.ends_on, member.elsewhere)]
    yield from (f"{member.name} {each}" for each in absent)
    if member.state is State.QUESTIONED and not is_clear:
        yield f"{member.name}: questioned, {why(member)}"
        if member.sentence:
            yield member.sentence
        if has_ended:
            yield f"The inspection ended on {in_words(row.ends_on)}. It stays here until it is decided or released."
        else:
            yield f"Settle it before {in_words(row.starts_on)}"
    elif has_ended or member.state is State.CONFIRMED:
        return
    elif not is_clear:
        yield f"{member.name}: {why(member)}"
    elif absent:
        # What was just said must be settled before anything else can be.
        return
    elif member.state is State.QUESTIONED:
        yield f"{member.name}: questioned. A decision covers what was found: confirm again"
    elif member.role in IN_THE_TEAM and not row.places_open:
        yield f"{member.name}: the team is full"
    else:
        yield f"{member.name} can be confirmed"


def why(member: Member) -> str:
    """Return why somebody cannot be confirmed, in the fewest words."""
    if member.in_the_way is Verdict.UNDETERMINED:
        mended = [_MENDED[rule] for rule in member.rules if rule in _MENDED]
        if len(mended) == len(member.rules) > 0:
            return ", ".join(mended)
    return _AWAITS[member.in_the_way]
