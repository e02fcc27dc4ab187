"""Whether anybody did to him- or herself what only others may do, as the entries alone tell it."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from tracker.domain.acts import TO_OTHERS
from tracker.domain.tree import Broken
from tracker.queries.driver import Statement
from tracker.queries.told import READ

# Whoever calls an inspection off releases its whole team, in earlier versions also when one of it.
_BY_ONESELF = ("release", "replacement")
_UPON_OTHERS = Statement(f"""
    SELECT entry FROM history_entry WHERE event IN ({", ".join(f"'{event}'" for event in TO_OTHERS)})
        AND actor IN (SELECT value ->> 0 FROM {{given people}})
    ORDER BY seq
""")  # noqa: S608 (our own words)


def upon_oneself(session: Session, whose: Mapping[str, str]) -> Broken | None:
    """Return the first act upon others that somebody did to the inspector that he or she is, or None.

    `whose` is the staff number that the entries gave each account, by reference. Whatever the rows say now: it was so.
    """
    own = {f"person:{ref}": f"inspector:{staff_no}" for ref, staff_no in whose.items() if staff_no}
    # Whoever has no staff number is nobody whom the act could be upon.
    for (text,) in _UPON_OTHERS.rows(session, people=[(actor,) for actor in own]) if own else ():
        said = READ(text)
        if own[said.actor] not in said.subjects:
            continue
        if said.event != "assignment:released" or said.data.get("cause") in _BY_ONESELF:
            who = own[said.actor].partition(":")[2]
            why = f"whoever did it is inspector {who}, whom it is about, and nobody may do that to him- or herself"
            return Broken(said.seq, None, why)
    return None
