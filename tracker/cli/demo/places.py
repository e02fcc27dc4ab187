"""Where the demonstration plays: invented authorities, towns and villages, and the words that its names are made of."""

from dataclasses import dataclass
from itertools import product
from random import Random

VILLAGES = 34
TOWNS = 4
# Metres: how far a town lies from the middle of its authority, and a village from a town.
TOWN_SPREAD, VILLAGE_SPREAD = 9_000, 3_500


@dataclass(frozen=True, slots=True)
class Authority:
    """An invented local authority: an unused code, a name, a postcode area that is none, its middle and region."""

    code: str
    name: str
    area: str
    easting: int
    northing: int
    region: str


AUTHORITIES = (
    Authority("951", "Aldermarch", "XA", 412_000, 338_000, "West Midlands"),
    Authority("952", "Brackenshire", "XB", 436_000, 352_000, "East Midlands"),
    Authority("953", "Corvendale", "XC", 398_000, 418_000, "North West"),
    Authority("954", "Dunmarrow", "XD", 431_000, 441_000, "Yorkshire and the Humber"),
    Authority("955", "Eskerley", "XE", 478_000, 262_000, "East of England"),
    Authority("956", "Fennwold", "XF", 541_000, 301_000, "East of England"),
    Authority("957", "Grayminster", "XG", 452_000, 188_000, "South East"),
    Authority("958", "Hollinmoor", "XH", 286_000, 98_000, "South West"),
)

_FIRST = (
    *("Otter", "Heron", "Kestrel", "Bramble", "Thistle", "Lark", "Plover", "Wren", "Finch", "Marl", "Tarn"),
    *("Sorrel", "Fallow", "Sedge", "Quill", "Pebble", "Lantern", "Saffron", "Copper", "Mallow", "Tansy", "Yarrow"),
    *("Teasel", "Cinder", "Drift", "Ember", "Gannet", "Candle", "Tinder", "Bittern"),
)
_LAST = (
    *("wick", "combe", "mere", "den", "stead", "thorpe", "holt", "garth"),
    *("bourne", "cote", "fold", "wold", "marsh", "ness", "beck"),
)
# Kept for the schools that the story names, so that no other school nearby sounds like them.
RESERVED = frozenset(
    {
        *("Larkholt", "Tarnbeck", "Quillmarsh", "Otterwold", "Embercombe", "Heronfold", "Saffronstead"),
        *("Pebblewick", "Otterholt", "Candlemere"),
    }
)
# Two that these words would make are names of real villages.
REAL = frozenset({"Otterbourne", "Wrenthorpe"})
STREETS = (
    *("Mill Lane", "Church Street", "Station Road", "Back Lane", "Orchard Way", "Quarry Road", "The Green"),
    *("Canal Street", "Beacon Hill", "Chapel Walk", "Long Acre", "Weavers Row", "Harbour View", "Abbot's Close"),
)
SAINTS = ("St Orwen", "St Tamsel", "St Brannock-le-Dale", "St Zoë-on-the-Hill", "St Elwith", "St Corvin", "St Maudry")
VIRTUES = ("Beacon", "Compass", "Lodestar", "Keystone", "Windrose", "Stepping Stone", "Bellwether", "Plumbline")


@dataclass(frozen=True, slots=True)
class Place:
    """A town or a village: its authority, name, postcode district and middle in metres of the National Grid."""

    authority: Authority
    name: str
    district: str
    easting: int
    northing: int


def places(rng: Random) -> dict[str, tuple[Place, ...]]:
    """Return the towns and villages of each authority, by its code, the towns first."""
    names = [first + last for first, last in product(_FIRST, _LAST) if first + last not in RESERVED | REAL]
    rng.shuffle(names)
    each = TOWNS + VILLAGES
    return {
        authority.code: _places(rng, authority, names[number * each : (number + 1) * each])
        for number, authority in enumerate(AUTHORITIES)
    }


def _places(rng: Random, authority: Authority, names: list[str]) -> tuple[Place, ...]:
    towns = [_near(rng, authority, name, n, TOWN_SPREAD) for n, name in enumerate(names[:TOWNS], start=1)]
    villages = [
        _near(rng, rng.choice(towns), name, n, VILLAGE_SPREAD) for n, name in enumerate(names[TOWNS:], start=TOWNS + 1)
    ]
    return (*towns, *villages)


def _near(rng: Random, middle: Authority | Place, name: str, number: int, spread: int) -> Place:
    authority = middle if isinstance(middle, Authority) else middle.authority
    easting, northing = (round(rng.gauss(at, spread)) for at in (middle.easting, middle.northing))
    return Place(authority, name, f"{authority.area}{number}", easting, northing)
