"""Who runs schools together: trusts of all kinds, their sponsor twins, federations and children's centre groups."""

from datetime import date, timedelta

from tracker.cli.demo.builder import Builder
from tracker.cli.demo.gias import GroupRecord, School
from tracker.cli.demo.places import AUTHORITIES

SIZES = (20, 17, 14, 12, 11, 10, 9, 8, 8, 7, 7, 6, 6, 5, 5, 5, *[4] * 6, *[3] * 9, *[2] * 12)
_FIRST = (
    *("Tidewheel", "Lodestar", "Windrose", "Longbarrow", "Plumbline", "Harvestfield", "Brightwater", "Silverbirch"),
    *("Millwheel", "Wayfarer", "Hearthstone"),
)
_SECOND = ("Learning", "Schools", "Education", "Academies", "Partnership")
TWINS = 12
FEDERATIONS, FOUNDATIONS, UMBRELLAS = 24, 16, 3


def found_groups(make: Builder, taken: set[int]) -> None:
    """Place the open academies in trusts, and a part of the maintained schools in federations and foundation trusts.

    `taken` are the numbers of schools whose groups are settled elsewhere.
    """
    academies = [each for each in make.schools if "Academ" in each.kind and each.is_open and each.urn not in taken]
    # A trust gathers neighbours: mostly one authority, at times the next one.
    academies.sort(key=lambda each: (each.authority.code, make.rng.random()))
    trusts = _multi_academy_trusts(make, academies)
    _sponsors(make, trusts)
    for school in academies:
        if school.urn not in {member.urn for trust in trusts for member, _ in trust.members} and make.chance(45):
            _single(make, school)
    _maintained(make, taken)
    _former(make)
    _children(make)


def _joined(make: Builder, school: School, founded: date | None) -> date | None:
    if make.chance(6):
        return None
    return max((day for day in (school.opened_on, founded) if day), default=None)


def _multi_academy_trusts(make: Builder, academies: list[School]) -> list[GroupRecord]:
    names = [f"{first} {second} Trust" for first in _FIRST for second in _SECOND]
    make.rng.shuffle(names)
    made, pool = [], list(academies)
    for number, size in enumerate(SIZES):
        if len(pool) < size:
            break
        start = make.rng.randrange(len(pool) - size + 1)
        members, pool = pool[start : start + size], pool[:start] + pool[start + size :]
        founded = make.day(make.years(1, 12))
        name = names[number].upper() if make.chance(50) else names[number].title()
        made.append(
            make.group(name, "Multi-academy trust", founded, [(each, _joined(make, each, founded)) for each in members])
        )
    return made


def _sponsors(make: Builder, trusts: list[GroupRecord]) -> None:
    """Give a dozen trusts a sponsor of the same name, written another way; a few sponsors stand alone."""
    for trust in trusts[:TWINS]:
        words = trust.name.title().split()
        name = make.rng.choice((" ".join(words), "  ".join(words), " ".join(words).upper()))
        sponsored = [(school, since) for school, since in trust.members if make.chance(60)]
        make.group(name, "School sponsor", trust.opened_on, sponsored)
    for name in ("Copperline Foundation", "Fennwold Rope and Sail Company", "Diocese of Grayminster (Invented)"):
        some = make.rng.choice(trusts).members[:2]
        make.group(name, "School sponsor", make.day(8), list(some))


def _single(make: Builder, school: School) -> None:
    founded = school.opened_on
    closed_on = make.day(0) if make.chance(8) else None
    name = f"{school.name} Trust".upper()
    make.group(name, "Single-academy trust", founded, [(school, founded)], closed_on=closed_on)


def _maintained(make: Builder, taken: set[int]) -> None:
    schools = [
        each for each in make.schools if "school" in each.kind and each.status == "Open" and each.urn not in taken
    ]
    by_authority = {one.code: [each for each in schools if each.authority is one] for one in AUTHORITIES}
    kinds = ["Federation"] * FEDERATIONS + ["Trust"] * FOUNDATIONS + ["Umbrella trust"] * UMBRELLAS
    for number, kind in enumerate(kinds):
        pool = by_authority[AUTHORITIES[number % len(AUTHORITIES)].code]
        members = [pool.pop(make.rng.randrange(len(pool))) for _ in range(make.years(2, 4))]
        founded = make.day(make.years(2, 14))
        words = {
            "Federation": "The {} Federation",
            "Trust": "{} Foundation Trust",
            "Umbrella trust": "{} Umbrella Trust",
        }
        name = words[kind].format(f"{members[0].town} and {members[1].town}")
        make.group(name, kind, founded, [(each, _joined(make, each, founded)) for each in members])


def _former(make: Builder) -> None:
    """Add trusts and federations that have closed; the register lists their members to this day."""
    for number in range(10):
        pool = [each for each in make.schools if each.authority is AUTHORITIES[number % len(AUTHORITIES)]]
        members = [each for each in make.rng.sample(pool, 3) if each.kind != "Children's centre"]
        founded = make.day(make.years(9, 14))
        kind = make.rng.choice(("Federation", "Multi-academy trust"))
        name = f"Former {members[0].town} {'Federation' if kind == 'Federation' else 'Schools Trust'}"
        closed_on = make.day(make.years(1, 6)) - timedelta(days=1)
        make.group(name, kind, founded, [(each, founded) for each in members], closed_on=closed_on)


def _children(make: Builder) -> None:
    for authority in AUTHORITIES:
        centres = [each for each in make.schools if each.kind == "Children's centre" and each.authority is authority]
        name = f"{authority.name} Children's Centres"
        make.group(name, "Children's Centres Group", None, [(each, None) for each in centres])
