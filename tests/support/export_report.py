"""The annual report's figures counted anew from an export of the history, by code that shares nothing with ours."""

import calendar
import json
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

MONTHS, SOON = 12, 30
Figures = dict[tuple[str, str], int]


def began(day: date) -> datetime:
    """Return when a day began in the United Kingdom: from March's last Sunday to October's an hour sooner."""
    sundays = [
        max(week[calendar.SUNDAY] for week in calendar.Calendar().monthdayscalendar(day.year, month))
        for month in (3, 10)
    ]
    is_summer = date(day.year, 3, sundays[0]) < day <= date(day.year, 10, sundays[1])
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=is_summer)


def counted(lines: Iterable[bytes], first: date, last: date) -> Figures:
    """Return the figures of a period by part and title, from an export given with its words.

    Declarations must serve for twelve months.
    """
    start, known = began(first).isoformat(), _known(lines, last)
    own = [each for each in known if _at(each) >= start]
    events = Counter(each["event"] for each in own)
    return {
        **_filed(known, own, last),
        **_judged(own, events),
        **_decided(known, own),
        **_mitigated(known, own, first, last),
        **_read(events),
        ("Objections of providers", "Open at the end"): _unanswered(known),
    }


def _known(lines: Iterable[bytes], last: date) -> list[dict]:
    """Return the entries that there were at the end of a day."""
    told = [json.loads(line) for line in lines]
    entries = [{**each["entry"], "words": each["open"]} for each in told if "entry" in each]
    return [each for each in entries if _at(each) < began(last + timedelta(days=1)).isoformat()]


def gone(lines: Iterable[bytes], last: date) -> set[str]:
    """Return who had left by a day, as was known at its end."""
    return {who for who, day in _leaving(_known(lines, last)).items() if day <= last.isoformat()}


def _leaving(known: list[dict]) -> dict[str, str]:
    told = [each for each in known if each["event"] in ("leaving:recorded", "leaving:withdrawn")]
    return {_of(each, "inspector"): each["data"].get("left_on", "9") for each in told}


def _at(entry: dict) -> str:
    return entry["at"].replace("Z", "+00:00")


def _of(entry: dict, kind: str) -> str:
    return next(each.split(":", 1)[1] for each in entry["subjects"] if each.startswith(f"{kind}:"))


def _serves_until(day: date) -> date:
    year = day.year + MONTHS // 12
    return date(year, 3, 1) if (day.month, day.day) == (2, 29) and not calendar.isleap(year) else day.replace(year=year)


def _filed(known: list[dict], own: list[dict], last: date) -> Figures:
    made: dict[str, list[tuple[str, int, bool]]] = {}
    late, leaving = set(), _leaving(known)
    for entry in known:
        if entry["event"] == "inspector:added":
            made[_of(entry, "inspector")] = []
        if entry["event"] in ("declaration:recorded", "declaration:withdrawn"):
            mine, day = made[_of(entry, "inspector")], date.fromisoformat(entry["data"]["made_at"][:10])
            is_statement = entry["event"] == "declaration:recorded"
            if mine and is_statement and mine[-1][2] and day > _serves_until(date.fromisoformat(mine[-1][0][:10])):
                late.add(entry["seq"])
            mine.append((entry["data"]["made_at"], entry["seq"], is_statement))
    latest = [max(mine) if mine else None for who, mine in made.items() if leaving.get(who, "9") > last.isoformat()]
    left = [(_serves_until(date.fromisoformat(each[0][:10])) - last).days for each in latest if each and each[2]]
    serving = [_serves_until(date.fromisoformat(each[0][:10])) >= last for each in latest if each and each[2]]
    filed = [each for each in own if each["event"] == "declaration:recorded"]
    figures = {
        "Inspectors": len(latest),
        "With a declaration in date": serving.count(True),
        "Due within 30 days": sum(0 <= days < SOON for days in left),
        "Out of date": serving.count(False),
        "Withdrawn": sum(each is not None and not each[2] for each in latest),
        "Never declared": latest.count(None),
        "Declarations filed": len(filed),
        "Nothing to declare": sum(not each["data"].get("connections") for each in filed),
        "In place of another": sum(bool(each["data"].get("supersedes")) for each in filed),
        "Imported": sum(bool(each["data"].get("imported")) for each in filed),
        "Filed late": sum(each["seq"] in late for each in filed),
        "Withdrawals": sum(each["event"] == "declaration:withdrawn" for each in own),
        "Own words for one inspection": sum(each["event"] == "assignment:vouched" for each in own),
    }
    return {("Declarations", title): number for title, number in figures.items()}


def _judged(own: list[dict], events: Counter[str]) -> Figures:
    verdicts = Counter(each["data"]["verdict"] for each in own if each["event"] == "assignment:checked")
    figures = {
        "Inspections planned": events["inspection:planned"],
        "Inspections moved": events["inspection:moved"],
        "Inspections called off": events["inspection:called-off"],
        "Proposals": events["assignment:proposed"],
        "Confirmations": events["assignment:confirmed"],
        "Questioned": events["assignment:questioned"],
        "Releases": events["assignment:released"],
        "Checks": verdicts.total(),
        **{each.capitalize(): verdicts[each] for each in ("clear", "undetermined", "perceived", "real")},
    }
    part = "Assignments and their checks"
    graded = {("Review of what only a person can judge", "Graded"): events["connection:graded"]}
    objected = {
        ("Objections of providers", "Recorded"): events["objection:recorded"],
        ("Objections of providers", "Answered"): events["objection:answered"],
    }
    return {**{(part, title): number for title, number in figures.items()}, **graded, **objected}


def found(lines: Iterable[bytes], first: date, last: date) -> dict[str, int]:
    """Return of how many assignments a check of the period found each rule."""
    start, end = began(first).isoformat(), began(last + timedelta(days=1)).isoformat()
    seen: dict[str, set[str]] = {}
    for line in lines:
        entry = json.loads(line).get("entry")
        if entry and entry["event"] == "assignment:checked" and start <= _at(entry) < end:
            for each in entry["data"]["findings"]:
                seen.setdefault(each["rule"], set()).add(_of(entry, "assignment"))
    return {rule: len(places) for rule, places in seen.items()}


def _latest(known: list[dict]) -> dict[str, set[str]]:
    """Return the fingerprints that the latest check of each assignment found."""
    found: dict[str, set[str]] = {}
    for entry in known:
        if entry["event"] == "assignment:checked":
            found[_of(entry, "assignment")] = {each["fingerprint"] for each in entry["words"]["findings"]["value"]}
    return found


def _stands(entry: dict, latest: dict[str, set[str]]) -> bool:
    return entry["words"]["fingerprint"]["value"] in latest[_of(entry, "assignment")]


def _decided(known: list[dict], own: list[dict]) -> Figures:
    latest = _latest(known)
    made = [each for each in own if each["event"] in ("finding:allowed", "finding:upheld")]
    allowed = [each for each in made if each["event"] == "finding:allowed"]
    figures = {
        "Decisions": len(made),
        "Allowed": len(allowed),
        "Upheld": len(made) - len(allowed),
        "Allowed on a real conflict": sum(each["data"]["verdict"] == "real" for each in allowed),
        "Lapsed by the end": sum(not _stands(each, latest) for each in made),
        "Questions to inspectors": sum(each["event"] == "question:asked" for each in own),
        "Answers of inspectors": sum(each["event"] == "question:answered" for each in own),
    }
    return {("Decisions", title): number for title, number in figures.items()}


def _is_called_for(decision: dict, known: list[dict]) -> bool:
    released = {_of(each, "assignment") for each in known if each["event"] == "assignment:released"}
    made = {
        (_of(each, "assignment"), each["actor"], each["words"]["fingerprint"]["value"]): each["seq"]
        for each in known
        if each["event"] in ("finding:allowed", "finding:upheld")
    }
    place = _of(decision, "assignment")
    is_latest = made[place, decision["actor"], decision["words"]["fingerprint"]["value"]] == decision["seq"]
    return is_latest and place not in released and _stands(decision, _latest(known))


def _mitigated(known: list[dict], own: list[dict], first: date, last: date) -> Figures:
    decisions = {
        _of(each, "decision"): each for each in known if each["event"] in ("finding:allowed", "finding:upheld")
    }
    wanted = {_of(each, "mitigation"): each for each in known if each["event"] == "mitigation:set"}
    done = {_of(each, "mitigation"): _at(each) for each in known if each["event"] == "mitigation:done"}
    days = _due_days(known)
    due = [ref for ref, day in days.items() if first <= day <= last]
    waiting = [ref for ref, day in days.items() if day < last and ref not in done]
    figures = {
        "Asked for": sum(each["event"] == "mitigation:set" for each in own),
        "Due in the period": len(due),
        "Shown to be done": sum(ref in done for ref in due),
        "Done in time": sum(
            ref in done and done[ref] < began(days[ref] + timedelta(days=1)).isoformat() for ref in due
        ),
        "Overdue at the end": sum(_is_called_for(decisions[_of(wanted[ref], "decision")], known) for ref in waiting),
    }
    return {("Mitigations", title): number for title, number in figures.items()}


def _due_days(known: list[dict]) -> dict[str, date]:
    """Return by which day each mitigation was to be done: the last that counted before it was done.

    What was to be done before the inspection had to be done before it still, once that was to begin earlier.
    """
    begins: dict[str, date] = {}
    waiting: dict[str, tuple[str, date, date]] = {}
    days: dict[str, date] = {}
    for entry in [*known, {"event": "the end"}]:
        if entry["event"] in ("inspection:planned", "inspection:moved"):
            begins[_of(entry, "inspection")] = date.fromisoformat(entry["data"]["starts_on"])
        if entry["event"] == "mitigation:set":
            place = _of(entry, "inspection")
            waiting[_of(entry, "mitigation")] = place, date.fromisoformat(entry["data"]["due_on"]), begins[place]
        ended = [_of(entry, "mitigation")] if entry["event"] == "mitigation:done" else []
        for ref in list(waiting) if entry["event"] == "the end" else ended:
            place, day, began_on = waiting.pop(ref)
            is_late = day < began_on and begins[place] <= day
            days[ref] = begins[place] - timedelta(days=1) if is_late else day
    return days


def _unanswered(known: list[dict]) -> int:
    answered = {_of(each, "objection") for each in known if each["event"] == "objection:answered"}
    off = {_of(each, "inspection") for each in known if each["event"] == "inspection:called-off"}
    made = [each for each in known if each["event"] == "objection:recorded" and _of(each, "inspection") not in off]
    return sum(_of(each, "objection") not in answered for each in made)


def _read(events: Counter[str]) -> Figures:
    opened = ("declaration:opened", "connection:opened", "objection:opened")
    taken = ("list:exported", "history:disclosed", "history:exported", "inspector:copied")
    figures = {
        "Details opened": sum(events[each] for each in opened),
        "Lists and copies taken away": sum(events[each] for each in taken),
        "Sign-ins": events["person:signed-in"],
        "Sign-ins refused": events["sign-in:refused"],
        "Accounts locked": events["person:locked-out"],
        "Roles granted": events["role:granted"],
        "Roles taken back": events["role:revoked"],
        "Words erased": events["words:erased"],
        "Legal holds placed": events["hold:placed"],
    }
    told = {
        "Entries": events.total(),
        "Checks that it is whole": events["history:verified"],
        "Found not to be whole": events["history:doubted"],
        "Checkpoints signed": events["checkpoint:published"],
        "Registers imported": events["register:imported"],
        "Policies adopted": events["policy:adopted"],
    }
    return {
        **{("Reading and access", title): number for title, number in figures.items()},
        **{("The history", title): number for title, number in told.items()},
    }
