"""The auditor's pages over a long history, as the production server serves them, against Flask's "hello": row 16."""

from collections.abc import Iterator
from contextlib import closing

from sqlalchemy import Engine
from sqlalchemy.orm import sessionmaker

from tests.bench.remembering import BATCH, append
from tests.bench.served import HELLO
from tests.bench.serving import CALLS, SIGNED_IN, Visitor, added, served
from tests.bench.setting import Setting, raw, settle
from tests.bench.timing import Figure, all_in_turns, in_turns
from tracker.database import writing
from tracker.domain.access import Role

AS_AT = "day-day=2&day-month=3&day-year=2026&time=09:00"


def _from_to(first: str, last: str) -> str:
    """Return a year, to which all that is benched belongs, as parts of an address."""
    begins, ends = f"{first}-day=1&{first}-month=9&{first}-year=2025", f"{last}-day=31&{last}-month=8&{last}-year=2026"
    return f"{begins}&{ends}"


PAGES = {
    "the auditor's first page": "/audit",
    "the list behind a figure": "/audit/figures/overdue",
    "the latest entries": "/audit/entries",
    "an inspector's timeline": "/audit/inspectors/T3",
    "an inspector as at a moment": f"/audit/inspectors/T3?{AS_AT}",
    "an account's timeline as at a moment": f"/audit/of/person/P1?{AS_AT}",
    "the annual report": f"/audit/annual-report?{_from_to('first', 'last')}",
    "what changed in a year": f"/audit/between?{_from_to('since', 'until')}",
}


def audits(setting: Setting) -> Iterator[Figure]:
    """How many pages a second an auditor is served, again and made anew; and the whole history streamed."""
    engine, _ = setting.world()
    number = setting.size.entries
    for first in range(0, number, BATCH):
        with writing(sessionmaker(engine)) as session:
            append(session, first, min(BATCH, number - first))
    email = added(engine, Role.AUDITOR)
    settle(engine)
    with served(engine) as port, closing(Visitor(port)) as visitor:
        visitor.sign_in(email)
        anew = [f"{path}{'&' if '?' in path else '?'}anew={{number}}" for path in PAGES.values()]
        ways = [visitor.asking(path, CALLS) for path in (HELLO, *PAGES.values())]
        hello, *again = all_in_turns(*ways, rounds=setting.size.rounds, calls=CALLS)
        first, *made = all_in_turns(*(visitor.asking(path, 1) for path in (HELLO, *anew)), rounds=setting.size.rounds)
        streamed = in_turns(visitor.sending("/audit/history.jsonl", "/audit"), lambda: _scan(engine), rounds=1)
    for name, seconds in zip(PAGES, again, strict=True):
        yield Figure(
            f"{name}, {number:,} entries", "a second", 1 / seconds, 1 / hello, "Flask's hello", least=SIGNED_IN
        )
    for name, seconds in zip(PAGES, made, strict=True):
        yield Figure(f"{name}, made anew", "a second", 1 / seconds, 1 / first, "Flask's hello")
    yield Figure(f"the export of {number:,} entries", "s", *streamed, "scan of the entries")


def _scan(engine: Engine) -> None:
    with raw(engine) as driver:
        driver.cursor.execute("SELECT seq, entry, leaf FROM history_entry ORDER BY seq")
        while driver.cursor.fetchmany(BATCH):
            pass
