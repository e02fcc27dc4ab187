"""Local authorities by name: Ofsted's files give no codes, and each publisher spells some names in its own way."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from tracker.domain.facts import Status

_BETWEEN = re.compile(r"[\s,\-‐–/]+")
_DROPPED = re.compile(r"[.'’]")
# How files call an authority that neither its name nor a former one says: the authority's code. Only an authority that
# is known is ever found by these.
ALIASES = {
    "bath and ne somerset": "800",
    "bournemouth": "839",  # one authority with Poole and Christchurch since April 2019
    "bristol": "801",
    "city of bristol": "801",
    "city of york": "816",
    "durham": "840",
    "east riding": "811",
    "herefordshire": "884",
    "hull": "810",
    "kingston upon hull": "810",
    "poole": "839",
    "rhondda cynon taff": "674",
    "southend": "882",
}


class Authority(NamedTuple):
    """A local authority: its code, every name that it bears or bore, and whether it is there today."""

    code: str
    names: tuple[str, ...]
    status: Status = Status.OPEN


def folded(name: str) -> str:
    """Return an authority's name as names are compared: without case, punctuation and spaces to spare."""
    return _BETWEEN.sub(" ", _DROPPED.sub("", name.casefold().replace("&", " and "))).strip()


def codes_by_name(authorities: Iterable[Authority]) -> Mapping[str, str]:
    """Return the code for each folded name: of the one open authority of that name, else of the only one.

    A name that several bear, and none or more than one of them open, finds none: a guess would be worse.
    """
    bearers: dict[str, dict[str, Status]] = {}
    known = {}
    for each in authorities:
        known[each.code] = each.status
        for name in each.names:
            bearers.setdefault(folded(name), {})[each.code] = each.status
    found = {alias: code for alias, code in ALIASES.items() if code in known}
    for name, codes in bearers.items():
        alive = [code for code, status in codes.items() if status is not Status.CLOSED] or list(codes)
        if len(alive) == 1:
            found[name] = alive[0]
        else:
            found.pop(name, None)
    return found
