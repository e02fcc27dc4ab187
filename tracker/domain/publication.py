"""The rules of publishing a register of interests, as data: what of whose interests, how precisely, for how long."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tracker.domain.errors import BadPolicyError
from tracker.domain.facts import Circle, Nature
from tracker.domain.policy import in_order
from tracker.domain.policy_reader import Reader
from tracker.domain.toml_faults import read_toml


class Extent(StrEnum):
    """How much of an interest is published."""

    WHOLE = "whole"
    CATEGORY = "category"
    NOTHING = "nothing"


class Precision(StrEnum):
    """How precisely an interest that is published whole is dated."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    NONE = "none"


class Shown(StrEnum):
    """How inspectors are called: by name and staff number, or by staff number alone."""

    NAMES = "names"
    STAFF_NUMBERS = "staff numbers"


# Natures that a category tells in the same words, in the order in which they are told.
KINDS: tuple[tuple[Nature, ...], ...] = (
    (Nature.EMPLOYMENT, Nature.GOVERNANCE, Nature.OWNERSHIP),
    (Nature.CONSULTANCY, Nature.COMPETITION),
    (Nature.GIFT, Nature.PUBLIC_POSITION),
    (Nature.SOUGHT_WORK, Nature.SERVICE_USE, Nature.RELATIONSHIP, Nature.DISPUTE, Nature.OTHER),
)
_OWN = (Extent.WHOLE, Extent.CATEGORY, Extent.NOTHING)
_OTHERS = (Extent.CATEGORY, Extent.NOTHING)


@dataclass(frozen=True, slots=True)
class PublicationRules:
    """What is published of whose interests; `years` is for how long after an interest ended it is published still.

    The rules go by circle and not by holder: where a partner's interest were published and a child's not, a published
    line would tell that it is the partner's.
    """

    name: str
    shown: Shown
    precision: Precision
    years: int
    extents: Mapping[Circle, Mapping[Nature, Extent]]
    whys: Mapping[str, str]

    def extent(self, circle: Circle, nature: Nature) -> Extent:
        """Return how much is published of an interest; of other people's never more than its category."""
        found = self.extents[circle][nature]
        return Extent.CATEGORY if found is Extent.WHOLE and circle is not Circle.SELF else found

    def of(self, circle: Circle, extent: Extent) -> tuple[Nature, ...]:
        """Return the natures of which so much is published."""
        return tuple(nature for nature in Nature if self.extent(circle, nature) is extent)


class _Reader(Reader):
    """Reads the rules, and calls them by their name where something is wrong."""

    called = "the rules of publication"
    model = "the example has it"


def parse(text: str) -> PublicationRules:
    """Read the rules; raise BadPolicyError that lists every key at fault, its line, and how to mend it."""
    reader = _Reader(*read_toml(text))
    for circle in (Circle.FAMILY, Circle.WIDER):
        says = "names where somebody else works or lives, and so who it is; list the natures in category or in nothing"
        reader.idle[f"{circle}.{Extent.WHOLE}"] = says
    rules = PublicationRules(
        name=reader.text("name"),
        # What is wrong is refused below; until then anything may stand in its place.
        shown=Shown(reader.choice("inspectors", tuple(Shown)) or Shown.STAFF_NUMBERS),
        precision=Precision(reader.choice("dates.precision", tuple(Precision)) or Precision.NONE),
        years=reader.number("ended.years") or 0,
        extents={circle: _extents(reader, circle) for circle in Circle},
        whys={each: reader.text(f"{each}.why") for each in ("dates", "ended", *Circle)},
    )
    reader.end()
    if reader.problems:
        raise BadPolicyError(in_order(reader.problems))
    return rules


def _extents(reader: _Reader, circle: Circle) -> dict[Nature, Extent]:
    """Return how much of each nature is published, which must stand in one list and no more."""
    offered = _OWN if circle is Circle.SELF else _OTHERS
    found: dict[Nature, Extent] = {}
    for extent in offered:
        key = f"{circle}.{extent}"
        listed = reader.natures(key)
        if listed is None and reader.value(key) is None:
            reader.refuse(key, "is missing; give a list of natures, [] for none")
        twice = [nature for nature in Nature if nature in (listed or ()) and nature in found]
        if twice:
            reader.refuse(key, f"lists {', '.join(twice)}, which {found[twice[0]]} lists too; leave each in one")
        found |= dict.fromkeys(listed or (), extent)
    missing = [nature for nature in Nature if nature not in found]
    if missing and all(isinstance(reader.value(f"{circle}.{extent}"), list) for extent in offered):
        reader.refuse(f"{circle}.nothing", f"leaves out {', '.join(missing)}; list each in {' or '.join(offered)}")
    if circle is not Circle.SELF:
        _refuse_halves(reader, circle, found)
    return found


def _refuse_halves(reader: _Reader, circle: Circle, found: Mapping[Nature, Extent]) -> None:
    """Refuse a category that lists some of the natures that are told in the same words: the line would tell which."""
    for kind in KINDS:
        told = [nature for nature in kind if found.get(nature) is Extent.CATEGORY]
        silent = [nature for nature in kind if found.get(nature) is Extent.NOTHING]
        if told and silent:
            says = f"lists {', '.join(told)} without {', '.join(silent)}, and all are told in the same words"
            reader.refuse(f"{circle}.category", f"{says}; list all of them, or none")
