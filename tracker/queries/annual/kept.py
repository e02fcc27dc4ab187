"""The report's parts on who read what, and on policies, registers and the history itself."""

from collections.abc import Mapping

from sqlalchemy import case, func, select

from tracker.models import HistoryEntry
from tracker.queries.annual.asking import Asked, Both, Line, Part, times
from tracker.queries.scrutiny.watching import OPENINGS, TAKEN


def events(asked: Asked) -> dict[str, Both]:
    """Return how many entries of each event the history has of the period, and of the one before."""
    columns = [func.sum(case((each.holds(HistoryEntry.at), 1), else_=0)) for each in asked.both]
    query = (
        select(HistoryEntry.event, *columns)
        .where(HistoryEntry.at >= asked.period.before.start, HistoryEntry.at < asked.period.end)
        .group_by(HistoryEntry.event)
    )
    return {event: (now, before) for event, now, before in asked.session.execute(query)}


def readings(told: Mapping[str, Both]) -> Part:
    """Who read personal details, and what was tried at the door."""
    return Part(
        "Reading and access",
        (
            Line(
                "Details opened",
                "Times that somebody opened personal details: of a declaration, a note or an objection.",
                times(told, *OPENINGS),
            ),
            Line(
                "Lists and copies taken away",
                "Times that somebody took away a list, a copy of what is held, or the history.",
                times(told, *TAKEN),
            ),
            Line("Sign-ins", "Times that somebody signed in.", times(told, "person:signed-in")),
            Line("Sign-ins refused", "Times that a sign-in was refused.", times(told, "sign-in:refused")),
            Line(
                "Accounts locked",
                "Times that an account was locked after wrong sign-ins.",
                times(told, "person:locked-out"),
            ),
            Line("Roles granted", "Times that somebody was given a role.", times(told, "role:granted")),
            Line("Roles taken back", "Times that a role was taken back.", times(told, "role:revoked")),
            Line(
                "Words erased",
                "Times that kept words were erased under the schedule of retention.",
                times(told, "words:erased"),
            ),
            Line("Legal holds placed", "Times that a legal hold was placed.", times(told, "hold:placed")),
        ),
    )


def proof(told: Mapping[str, Both]) -> Part:
    """What the history says of itself."""
    entries = times(told, *told)
    return Part(
        "The history",
        (
            Line("Entries", "Acts that the history tells of.", entries),
            Line(
                "Checks that it is whole",
                "Times that all of it was verified and found whole.",
                times(told, "history:verified"),
            ),
            Line(
                "Found not to be whole",
                "Times that its verification found something amiss.",
                times(told, "history:doubted"),
            ),
            Line(
                "Checkpoints signed",
                "Times that a checkpoint was signed and given to its keepers.",
                times(told, "checkpoint:published"),
            ),
            Line(
                "Registers imported",
                "Register files that were imported.",
                times(told, "register:imported"),
            ),
            Line(
                "Policies adopted",
                "Versions of the policy that were adopted.",
                times(told, "policy:adopted"),
            ),
        ),
    )
