"""The report's parts on who read what, and on policies, registers and the history itself."""

from collections.abc import Sequence

from sqlalchemy import case, func, select

from tracker.models import HistoryEntry, PolicyVersion, RegisterImport
from tracker.queries.annual.asking import Asked, Both, Line, Part
from tracker.queries.compliance.over_time import OPENINGS

NONE = (0, 0)
LISTS = ("list:exported", "history:disclosed", "inspector:copied")


def events(asked: Asked) -> dict[str, Both]:
    """Return how many entries of each event the history has of the period, and of the one before."""
    columns = [func.sum(case((each.holds(HistoryEntry.at), 1), else_=0)) for each in asked.both]
    query = (
        select(HistoryEntry.event, *columns)
        .where(HistoryEntry.at >= asked.period.before.start, HistoryEntry.at < asked.period.end)
        .group_by(HistoryEntry.event)
    )
    return {event: (now, before) for event, now, before in asked.session.execute(query)}


def _all(told: dict[str, Both], names: Sequence[str]) -> Both:
    found = [told.get(each, NONE) for each in names]
    return sum(now for now, _ in found), sum(before for _, before in found)


def readings(told: dict[str, Both]) -> Part:
    """Who read personal details, and what was tried at the door."""
    opened = [each for each in OPENINGS if each not in LISTS]
    return Part(
        "Reading and access",
        (
            Line(
                "Details opened",
                "Times that somebody opened personal details: of a declaration, a note or an objection.",
                _all(told, opened),
            ),
            Line(
                "Lists and copies taken away",
                "Times that somebody took away a list, a copy of what is held, or the history with its words.",
                _all(told, LISTS),
            ),
            Line("Sign-ins", "Times that somebody signed in.", told.get("person:signed-in", NONE)),
            Line("Sign-ins refused", "Times that a sign-in was refused.", told.get("sign-in:refused", NONE)),
            Line(
                "Accounts locked",
                "Times that an account was locked after wrong sign-ins.",
                told.get("person:locked-out", NONE),
            ),
            Line("Roles granted", "Times that somebody was given a role.", told.get("role:granted", NONE)),
            Line("Roles taken back", "Times that a role was taken back.", told.get("role:revoked", NONE)),
            Line(
                "Words erased",
                "Times that kept words were erased under the schedule of retention.",
                told.get("words:erased", NONE),
            ),
            Line("Legal holds placed", "Times that a legal hold was placed.", told.get("hold:placed", NONE)),
        ),
    )


def proof(asked: Asked, told: dict[str, Both]) -> Part:
    """What the history says of itself."""
    entries = _all(told, list(told))
    return Part(
        "The history",
        (
            Line("Entries", "Acts that the history tells of.", entries),
            Line(
                "Checks that it is whole",
                "Times that all of it was verified and found whole.",
                told.get("history:verified", NONE),
            ),
            Line(
                "Found not to be whole",
                "Times that its verification found something amiss.",
                told.get("history:doubted", NONE),
            ),
            Line(
                "Checkpoints signed",
                "Times that a checkpoint was signed and given to its keepers.",
                told.get("checkpoint:published", NONE),
            ),
            Line(
                "Registers imported",
                "Register files that were imported.",
                asked.counted(RegisterImport.imported_at, {"all": None})["all"],
            ),
            Line(
                "Policies adopted",
                "Versions of the policy that were adopted.",
                asked.counted(PolicyVersion.adopted_at, {"all": None})["all"],
            ),
        ),
    )
