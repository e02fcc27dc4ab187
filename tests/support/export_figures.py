"""The figures of compliance counted anew from an export of the history alone, by code that shares nothing with ours."""

import calendar
import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

MONTHS, SOON = 12, 30


def counted(lines: Iterable[bytes], today: date) -> dict[str, int]:
    """Return the figures that an export's own lines tell; declarations serve for twelve months."""
    told = [json.loads(line) for line in lines]
    entries = [each.get("entry", each) for each in told if "entry" in each or "event" in each]
    return {**_declarations(entries, today), **_assignments(entries)}


def _of(entry: dict, kind: str) -> str:
    return next(each.split(":", 1)[1] for each in entry["subjects"] if each.startswith(f"{kind}:"))


def _declarations(entries: list[dict], today: date) -> dict[str, int]:
    made: dict[str, list[tuple[datetime, int, bool]]] = {}
    late = 0
    for entry in entries:
        if entry["event"] == "inspector:added":
            made[_of(entry, "inspector")] = []
        if entry["event"] in ("declaration:recorded", "declaration:withdrawn"):
            at = datetime.fromisoformat(entry["data"]["made_at"])
            mine, is_statement = made[_of(entry, "inspector")], entry["event"] == "declaration:recorded"
            if mine and is_statement and mine[-1][2] and at.date() > _serves_until(mine[-1][0].date()):
                late += 1
            mine.append((at, entry["seq"], is_statement))
    standing = {who: max(mine) if mine else None for who, mine in made.items()}
    in_force = [each[0].date() for each in standing.values() if each and each[2]]
    left = [(_serves_until(day) - today).days for day in in_force]
    return {
        "in-date": sum(days >= 0 for days in left),
        "due": sum(0 <= days < SOON for days in left),
        "overdue": sum(days < 0 for days in left),
        "never": sum(each is None for each in standing.values()),
        "withdrawn": sum(each is not None and not each[2] for each in standing.values()),
        "late": late,
    }


def _serves_until(day: date) -> date:
    year = day.year + MONTHS // 12
    return date(year, 3, 1) if (day.month, day.day) == (2, 29) and not calendar.isleap(year) else day.replace(year=year)


def _assignments(entries: list[dict]) -> dict[str, int]:
    state, counts = {}, defaultdict(int)
    for entry in entries:
        if entry["event"] in (
            "assignment:proposed",
            "assignment:confirmed",
            "assignment:questioned",
            "assignment:released",
        ):
            state[_of(entry, "assignment")] = entry["event"].split(":")[1]
        if entry["event"] == "finding:allowed" and entry["data"]["verdict"] == "real":
            counts["exceptions"] += 1
    return {"questioned": sum(each == "questioned" for each in state.values()), "exceptions": counts["exceptions"]}
