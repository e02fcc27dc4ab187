"""What may happen to an assignment, and when: one table of transitions, and what a verdict lets happen."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from tracker.domain.errors import IllegalTransitionError
from tracker.domain.facts import Verdict
from tracker.domain.findings import heaviest


class State(StrEnum):
    """Where an assignment stands."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    QUESTIONED = "questioned"
    RELEASED = "released"


# The role of who watches and takes no part.
OBSERVER = "observer"
# These fill the team's places; the other roles come on top of the team.
LEAD, TEAM = IN_THE_TEAM = ("lead", "team")
# These look at the team's work, so that nobody of the team can have them.
OVER_THE_TEAM = ("quality assurance", "sign-off")
ROLES = (*IN_THE_TEAM, OBSERVER, *OVER_THE_TEAM)
OPEN = (State.PROPOSED, State.CONFIRMED, State.QUESTIONED)
# Whoever holds a place takes part; a place in question is still held.
HELD = (State.CONFIRMED, State.QUESTIONED)

_TRANSITIONS = {
    (State.PROPOSED, "confirm"): State.CONFIRMED,
    (State.QUESTIONED, "confirm"): State.CONFIRMED,
    (State.CONFIRMED, "question"): State.QUESTIONED,
    (State.PROPOSED, "release"): State.RELEASED,
    (State.CONFIRMED, "release"): State.RELEASED,
    (State.QUESTIONED, "release"): State.RELEASED,
}


def after(state: State, act: str) -> State:
    """Return the state after an act; raise IllegalTransitionError where the state does not allow it."""
    try:
        return _TRANSITIONS[state, act]
    except KeyError:
        message = f"This assignment is {state}: you cannot {act} it."
        raise IllegalTransitionError(message) from None


def are_apart(one: str, other: str) -> bool:
    """Tell whether two roles of one inspection must be two people's: to inspect, and to look at what was inspected."""
    return any(a in IN_THE_TEAM and b in OVER_THE_TEAM for a, b in ((one, other), (other, one)))


class Ruling(StrEnum):
    """What a decision-maker says of a finding."""

    ALLOW = "allow"
    UPHOLD = "uphold"


@dataclass(frozen=True, slots=True)
class Ruled:
    """One decision on a fingerprint: what was said, and by whom; later ones by the same person replace earlier ones."""

    fingerprint: str
    outcome: Ruling
    decided_by: str


def is_covered(fingerprint: str, verdict: Verdict, decisions: Collection[Ruled], needed: Mapping[Verdict, int]) -> bool:
    """Tell whether enough decision-makers allow this finding and none upholds it, by each one's latest decision."""
    latest = {each.decided_by: each.outcome for each in decisions if each.fingerprint == fingerprint}
    allowed = sum(outcome is Ruling.ALLOW for outcome in latest.values())
    return Ruling.UPHOLD not in latest.values() and allowed >= max(1, needed.get(verdict, 1))


def in_the_way(
    found: Iterable[tuple[str, Verdict]], decisions: Collection[Ruled], needed: Mapping[Verdict, int]
) -> Verdict:
    """Return the heaviest finding, of fingerprints with their verdicts, that no decision covers; clear for none."""
    return heaviest(
        verdict for fingerprint, verdict in found if not is_covered(fingerprint, verdict, decisions, needed)
    )
