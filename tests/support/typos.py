"""Names of as many different words as the real registers have, and the mistakes that people type."""

from itertools import product
from random import Random
from string import ascii_lowercase

_STARTS = ("B", "Br", "C", "Ch", "D", "F", "Gl", "H", "K", "L", "M", "N", "P", "R", "S", "St", "T", "Th", "W", "Wh")
_VOWELS = ("a", "e", "i", "o", "u", "ea", "oo")
_MIDDLES = ("ck", "d", "ll", "m", "nd", "rr", "st", "th", "x")
_ENDS = ("bourne", "by", "combe", "den", "ford", "ham", "ing", "ley", "mere", "ton", "wick", "worth")
_BEFORE = ("", "", "", "", "", "St Orwen's ", "The ", "Upper ", "North ", "Our Lady of ", "Little ", "Busy ")
_KINDS = (
    "Primary School",
    "Primary School",
    "Church of England Primary School",
    "Catholic Primary School",
    "Infant and Nursery School",
    "Junior School",
    "Academy",
    "High School",
    "Nursery",
    "Day Nursery Ltd",
    "Pre-School Playgroup",
    "After School Club",
    "Community Centre",
    "College",
)
PLACES = ["".join(parts) for parts in product(_STARTS, _VOWELS, _MIDDLES, _ENDS)]


def coined(number: int, seed: int = 7) -> list[str]:
    """Return that many names of providers that nobody bears: a few places are in many of them, most in few."""
    rng = Random(seed)
    places = PLACES.copy()
    rng.shuffle(places)
    return [
        f"{rng.choice(_BEFORE)}{places[int(len(places) * rng.random() ** 3)]} {rng.choice(_KINDS)}"
        for _ in range(number)
    ]


def mistyped(rng: Random, text: str) -> str:
    """Return the text with one mistake: a letter too many or too few, another letter, or two swapped."""
    place, letter = rng.randrange(len(text) - 1), rng.choice(ascii_lowercase)
    return rng.choice(
        (
            f"{text[:place]}{letter}{text[place:]}",
            f"{text[:place]}{text[place + 1 :]}",
            f"{text[:place]}{letter}{text[place + 1 :]}",
            f"{text[:place]}{text[place + 1]}{text[place]}{text[place + 2 :]}",
        )
    )
