"""The figures of compliance counted anew from an export of the history alone, by code that shares nothing with ours."""

import calendar
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

MONTHS, SOON = 12, 30


def counted(lines: Iterable[bytes], today: date) -> dict[str, int]:
    """Return the figures that an export's own lines tell, given with its words; declarations serve for twelve months.

    The policies must all be for everybody, and want two decision-makers for what is real.
    """
    told = [json.loads(line) for line in lines]
    entries = [{**each["entry"], "words": each["open"]} for each in told if "entry" in each]
    return {**_declarations(entries, today), **_assignments(entries, today)}


def _of(entry: dict, kind: str) -> str:
    return next(each.split(":", 1)[1] for each in entry["subjects"] if each.startswith(f"{kind}:"))


def _declarations(entries: list[dict], today: date) -> dict[str, int]:
    made: dict[str, list[tuple[datetime, int, bool]]] = {}
    stated: dict[str, dict[tuple[str, ...], str]] = {}
    late = stated_late = 0
    gone: dict[str, str] = {}
    for entry in entries:
        if entry["event"] in ("leaving:recorded", "leaving:withdrawn"):
            gone[_of(entry, "inspector")] = entry["data"].get("left_on", "9")
        if entry["event"] == "inspector:added":
            made[_of(entry, "inspector")] = []
        if entry["event"] in ("declaration:recorded", "declaration:withdrawn"):
            at = datetime.fromisoformat(entry["data"]["made_at"])
            mine, is_statement = made[_of(entry, "inspector")], entry["event"] == "declaration:recorded"
            if mine and is_statement and mine[-1][2] and at.date() > _serves_until(mine[-1][0].date()):
                late += 1
            before, stated[_of(entry, "inspector")] = stated.get(_of(entry, "inspector"), {}), _stated(entry)
            if mine and mine[-1][2]:
                day = mine[-1][0].date().isoformat()
                new = (began for what, began in _stated(entry).items() if what not in before)
                stated_late += any(began < day[: len(began)] for began in new)
            mine.append((at, entry["seq"], is_statement))
    here = {who: mine for who, mine in made.items() if gone.get(who, "9") > today.isoformat()}
    standing = {who: max(mine) if mine else None for who, mine in here.items()}
    in_force = [each[0].date() for each in standing.values() if each and each[2]]
    left = [(_serves_until(day) - today).days for day in in_force]
    return {
        "in-date": sum(days >= 0 for days in left),
        "due": sum(0 <= days < SOON for days in left),
        "overdue": sum(days < 0 for days in left),
        "never": sum(each is None for each in standing.values()),
        "withdrawn": sum(each is not None and not each[2] for each in standing.values()),
        "late": late,
        "stated-late": stated_late,
    }


def _stated(entry: dict) -> dict[tuple[str, ...], str]:
    """Return what a declaration states, each with when it began; of two of the same, the earlier beginning."""
    found: dict[tuple[str, ...], str] = {}
    for name, kept in entry["words"].items():
        if name.startswith("connection:") and not name.endswith(":note"):
            said = kept["value"]
            what = said["nature"], said["holder"], " ".join(said["target"].casefold().split())
            found[what] = min(said["began_on"], found.get(what, "9"))
    return found


def _serves_until(day: date) -> date:
    year = day.year + MONTHS // 12
    return date(year, 3, 1) if (day.month, day.day) == (2, 29) and not calendar.isleap(year) else day.replace(year=year)


ACTS = {f"assignment:{state}": state for state in ("proposed", "confirmed", "questioned", "released")}
NEEDED = 2


@dataclass
class _Place:
    """An assignment, as the entries tell of it."""

    inspection: str
    ends_on: str = ""
    state: str = ""
    policy: str = ""
    checked: int = 0
    findings: dict[str, str] = field(default_factory=dict)
    # What each decision-maker said last of a finding: the decision, and whether it allows.
    ruled: dict[tuple[str, str], tuple[str, bool]] = field(default_factory=dict)
    # What is to be done: for which decision, by which day, and on which the inspection began when that was said.
    due: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    begins_on: str = ""

    def reads(self, entry: dict, begins_on: str) -> None:
        event, data, words = entry["event"], entry["data"], entry["words"]
        self.state = ACTS.get(event, self.state)
        if event == "assignment:checked":
            self.policy, self.checked = data["policy"], entry["seq"]
            self.findings = {each["fingerprint"]: each["verdict"] for each in words["findings"]["value"]}
        elif event in ("finding:allowed", "finding:upheld"):
            said = _of(entry, "decision"), event == "finding:allowed"
            self.ruled[words["fingerprint"]["value"], entry["actor"]] = said
        elif event == "mitigation:set":
            self.due[_of(entry, "mitigation")] = _of(entry, "decision"), data["due_on"], begins_on
        elif event == "mitigation:done":
            del self.due[_of(entry, "mitigation")]

    def allowed(self, today: str) -> int:
        if self.state == "released" or (self.state == "proposed" and self.ends_on < today):
            return 0
        real = [each for each, verdict in self.findings.items() if verdict == "real"]
        said = [[allows for (of, _), (_, allows) in self.ruled.items() if of == each] for each in real]
        return sum(all(each) and len(each) >= NEEDED for each in said)

    def overdue(self, today: str) -> int:
        standing = {ref for (of, _), (ref, _) in self.ruled.items() if of in self.findings}
        if self.state == "released":
            return 0
        return sum(ref in standing and self._due_on(day, began) < today for ref, day, began in self.due.values())

    def _due_on(self, day: str, began_on: str) -> str:
        """Return the day that counts: what was to be done before the inspection is, also once that begins earlier."""
        if day < began_on and day >= self.begins_on:
            return (date.fromisoformat(self.begins_on) - timedelta(days=1)).isoformat()
        return day


def _assignments(entries: list[dict], day: date) -> dict[str, int]:
    today, places = day.isoformat(), _places(entries)
    policy, since = _policy(entries, today)
    waiting = [
        each
        for each in places
        if each.state != "released" and each.ends_on >= today and each.policy != policy and not since > each.checked
    ]
    return {
        "questioned": sum(each.state == "questioned" for each in places),
        "exceptions": sum(each.allowed(today) for each in places),
        "mitigations": sum(each.overdue(today) for each in places),
        "superseded": len(waiting),
    }


def _places(entries: list[dict]) -> list[_Place]:
    days: dict[str, tuple[str, str]] = {}
    found: dict[str, _Place] = {}
    for entry in entries:
        if entry["event"] in ("inspection:planned", "inspection:moved"):
            days[_of(entry, "inspection")] = entry["data"]["starts_on"], entry["data"]["ends_on"]
        ref = next((each for each in entry["subjects"] if each.startswith("assignment:")), "")
        if ref:
            place = found.setdefault(ref, _Place(_of(entry, "inspection")))
            place.reads(entry, days[place.inspection][0])
    for each in found.values():
        each.begins_on, each.ends_on = days[each.inspection]
    return list(found.values())


def _policy(entries: list[dict], today: str) -> tuple[str, int]:
    """Return the policy in force, and the number of the entry by which it took effect; 0 where there is none."""
    took: dict[str, int] = {}
    adopted = []
    for entry in entries:
        if entry["event"] == "policy:adopted" and entry["data"]["effective_on"] <= today:
            adopted.append((entry["data"]["effective_on"], entry["seq"], _of(entry, "policy")))
        if entry["event"] == "policy:took-effect":
            took[_of(entry, "policy")] = entry["seq"]
    ref = max(adopted)[2]
    return ref, took.get(ref, 0)
