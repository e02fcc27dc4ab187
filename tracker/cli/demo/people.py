"""Who plays: the sign-ins that a visitor gets, and sixty invented inspectors in the staff list's own columns."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from random import Random

from tracker.cli.demo.places import Place
from tracker.domain.access import Role

# It opens invented people's accounts in a demonstration, and nothing else: `tracker serve` refuses such a database.
PASSWORD = "demonstration"  # noqa: S105 (see above)
HOST = "demo.example"
INSPECTORS = 60
FIELDS = ("staff_no", "name", "email", "title", "engagement", "remits", "home_postcode", "employer")


@dataclass(frozen=True, slots=True)
class SignIn:
    """Somebody as whom a visitor may look around, and what there is to see."""

    key: str
    name: str
    roles: tuple[Role, ...]
    look_at: str
    staff_no: str | None = None

    @property
    def email(self) -> str:
        """The address to sign in with."""
        return f"{self.key}@{HOST}"


ME = "D1001"
# The staff list names it and the declaration does not: that raises a question, and no finding.
EMPLOYER = "Heronfold Learning Partnership"
SIGN_INS = (
    SignIn(
        "inspector",
        "Rowan Quillfeather",
        (Role.INSPECTOR,),
        "a declaration that is soon due again, a proposed inspection, and a question that the staff list raises",
        ME,
    ),
    SignIn(
        "scheduler",
        "Marnie Thistledown",
        (Role.SCHEDULER,),
        "a questioned assignment; something overdue to see to; a team still to be found for Larkholt Ridge Academy: "
        "try Rowan Quillfeather",
    ),
    SignIn(
        "decisions",
        "Idris Lanternwood",
        (Role.DECISION_MAKER,),
        "findings of every kind that wait for a decision, and a question that waits",
    ),
    SignIn(
        "second.decisions",
        "Petra Saltmarsh",
        (Role.DECISION_MAKER, Role.SCHEDULER),
        "the second voice that an exception needs; cannot decide on her own proposals",
    ),
    SignIn("auditor", "Casimir Oakapple", (Role.AUDITOR,), "an exception, a late declaration, and the history's proof"),
    SignIn("administrator", "Wilhelmina Brook", (Role.ADMINISTRATOR,), "imports, people, and the policy in force"),
)

_FIRST = (
    "Alder",
    "Briony",
    "Corin",
    "Della",
    "Ewart",
    "Fenella",
    "Gideon",
    "Hester",
    "Isolde",
    "Jago",
    "Keziah",
    "Linus",
)
_LAST = (
    "Applegarth",
    "Bracken",
    "Copperpot",
    "Dewberry",
    "Elderflower",
    "Foxglove",
    "Goosefoot",
    "Hollyhock",
    "Inkwell",
)
# The scenes are at schools, but for those of these numbers; and nobody of the middle of the list has one.
ELSEWHERE = {2: "independent", 20: "early years", 21: "independent", 60: "independent"}
WITHOUT_SCENE = range(25, 54)
# Title, engagement, remits, and how many.
_KINDS = (
    ("HMI", "staff", "schools;independent", 16),
    ("OI", "contracted", "schools", 26),
    ("EYRI", "staff", "early years", 8),
    ("SCRI", "staff", "social care", 4),
    ("RI", "staff", "schools;further education", 5),
)


@dataclass(frozen=True, slots=True)
class Inspector:
    """One row of the staff list."""

    staff_no: str
    name: str
    email: str
    title: str
    engagement: str
    remits: str
    home_postcode: str
    employer: str = ""


def make_inspectors(rng: Random, places: Sequence[Place]) -> tuple[Inspector, ...]:
    """Return the staff list: the visitor's own inspector first."""
    names = [f"{first} {last}" for first, last in product(_FIRST, _LAST)]
    rng.shuffle(names)
    kinds = [(title, engagement, remits) for title, engagement, remits, number in _KINDS for _ in range(number)]
    rng.shuffle(kinds)
    kinds = _cast(kinds)
    me = SIGN_INS[0]
    rows = [(me.name, me.email, ("HMI", "staff", "schools;independent"))]
    rows += [
        (name, f"{name.replace(' ', '.').casefold()}@{HOST}", kind) for name, kind in zip(names, kinds, strict=False)
    ]
    return tuple(
        Inspector(
            f"D{1000 + number}",
            name,
            email,
            *kind,
            f"{rng.choice(places).district} {rng.randint(1, 9)}ZZ",
            EMPLOYER if number == 1 else "",
        )
        for number, (name, email, kind) in enumerate(rows[:INSPECTORS], start=1)
    )


def _cast(kinds: Sequence[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Return what each inspector after the visitor's own is, so that whoever has a scene has the remit for it."""
    left, found = [*kinds], dict[int, tuple[str, str, str]]()
    for number, remit in ELSEWHERE.items():
        found[number] = next(kind for kind in left if remit in kind[2])
        left.remove(found[number])
    numbers = (number for number in range(2, INSPECTORS + 1) if number not in found)
    left.sort(key=lambda kind: "schools" in kind[2])
    found |= zip(sorted(numbers, key=lambda number: number not in WITHOUT_SCENE), left, strict=True)
    return [found[number] for number in sorted(found)]


def write_inspectors(path: Path, inspectors: Sequence[Inspector]) -> None:
    """Write the staff list as `tracker inspectors import` takes it."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(FIELDS)
        writer.writerows([getattr(each, name) for name in FIELDS] for each in inspectors)
