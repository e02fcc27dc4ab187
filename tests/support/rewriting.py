"""A whole history rewritten, so that all in the database agrees again: entries, hashes, head, indexes and records."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from tests.support.forging import Body, Kind, entry_columns, headed, signed_in
from tracker.models import (
    Base,
    ConflictCheck,
    Decision,
    Declaration,
    HistoryEntry,
    HistorySubject,
    HistoryWords,
)
from tracker.services.history import new_ref

# What no record stands beside, and no state follows from: gone, nothing else in the database contradicts it.
FREE = ("policy:took-effect", "person:signed-in")
DAY = timedelta(days=1)
INSTANT = "%Y-%m-%dT%H:%M:%S.%fZ"
# Changes the entries, which it is given with the first so many that the checkpoint knew; and the records beside them.
Edit = Callable[[Session, Random, list[Body], int], str | None]


def _rewritten(edit: Edit) -> Kind:
    """Rewrite all: the entries as they were edited, numbered anew, and all that follows from them."""

    def change(session: Session, random: Random, kept: int) -> str | None:
        bodies = [json.loads(each) for each in session.scalars(select(HistoryEntry.entry).order_by(HistoryEntry.seq))]
        done = edit(session, random, bodies, kept)
        if done is None:
            return None
        words = list(session.execute(select(HistoryWords.seq, HistoryWords.name, HistoryWords.words_id)).mappings())
        for each in (HistoryWords, HistorySubject, HistoryEntry):
            session.execute(delete(each))
        now = {body["seq"]: seq for seq, body in enumerate(bodies, start=1)}
        bodies = [{**body, "seq": seq} for seq, body in enumerate(bodies, start=1)]
        for body in bodies:  # an entry of what was erased names other entries by their numbers
            if "erased" in body["data"]:
                body["data"]["erased"] = [[now[seq], name] for seq, name in body["data"]["erased"]]
        _put(session, HistoryEntry, [entry_columns(body) for body in bodies])
        _put(session, HistorySubject, [
            {"seq": body["seq"], "subject": each} for body in bodies for each in {*body["subjects"], body["actor"]}
        ])  # fmt: skip
        _put(session, HistoryWords, [{**each, "seq": now[each["seq"]]} for each in words])
        headed(session)
        return done

    return Kind(change, is_seamless=True, fools_chain=True)


def _put(session: Session, model: type[Base], rows: list[Body]) -> None:
    session.execute(insert(model), rows)


def _drawn(random: Random, bodies: list[Body], kept: int, *events: str) -> Body:
    return random.choice([each for each in bodies[:kept] if each["event"] in events])


def _earlier(body: Body) -> datetime:
    """Let an entry be of the day before, and return when that is."""
    at = datetime.fromisoformat(body["at"]) - DAY
    body["at"] = at.strftime(INSTANT)
    return at


def added(_session: Session, random: Random, bodies: list[Body], kept: int) -> str:
    """Let something have happened that did not."""
    place = random.randrange(kept)
    bodies.insert(place, signed_in(0, bodies[place]["at"]))
    return f"one more entry after the first {place}"


def left_out(_session: Session, random: Random, bodies: list[Body], kept: int) -> str:
    """Let something not have happened that did."""
    body = _drawn(random, bodies, kept, *FREE)
    bodies.remove(body)
    return f"entry {body['seq']} left out"


def declared_earlier(session: Session, random: Random, bodies: list[Body], kept: int) -> str:
    """Let a declaration have been recorded the day before."""
    body = _drawn(random, bodies, kept, "declaration:recorded")
    (ref,) = (each.partition(":")[2] for each in body["subjects"] if each.startswith("declaration:"))
    session.execute(update(Declaration).where(Declaration.ref == ref).values(recorded_at=_earlier(body)))
    return f"declaration {ref} recorded earlier"


def checked_otherwise(session: Session, random: Random, bodies: list[Body], kept: int) -> str:
    """Let an assignment have been checked the day before, for another cause."""
    body = _drawn(random, bodies, kept, "assignment:checked")
    named = select(HistoryWords.words_id).where(HistoryWords.seq == body["seq"], HistoryWords.name == "facts")
    body["data"]["cause"] = cause = random.choice(["confirmation", "declaration", "register", "command"])
    values = {"checked_at": _earlier(body), "cause": cause}
    session.execute(update(ConflictCheck).where(ConflictCheck.facts_id == named.scalar_subquery()).values(values))
    return f"the check of entry {body['seq']} earlier, because of {cause}"


def decided_by_another(session: Session, random: Random, bodies: list[Body], kept: int) -> str:
    """Let a decision have been made by somebody else."""
    body = _drawn(random, bodies, kept, "finding:allowed", "finding:upheld")
    (ref,) = (each.partition(":")[2] for each in body["subjects"] if each.startswith("decision:"))
    body["actor"] = f"person:{new_ref('PER')}"
    session.execute(update(Decision).where(Decision.ref == ref).values(decided_by=body["actor"]))
    return f"decision {ref} by {body['actor']}"


REWRITINGS = {
    "rewritten, with one entry more": _rewritten(added),
    "rewritten, with one entry less": _rewritten(left_out),
    "rewritten, a declaration recorded earlier": _rewritten(declared_earlier),
    "rewritten, a check made otherwise": _rewritten(checked_otherwise),
    "rewritten, a decision made by another": _rewritten(decided_by_another),
}
