"""Every bench by name, and the databases that it is measured on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.bench.allocating import places, teams, tight
from tests.bench.auditing import audits
from tests.bench.checking import checks, rules
from tests.bench.choosing import choices
from tests.bench.growing import growths
from tests.bench.importing import imports
from tests.bench.joining import matrices
from tests.bench.peers import peers
from tests.bench.rechecking import rechecks
from tests.bench.remembering import acts, verifications
from tests.bench.searching import searches
from tests.bench.serving import servings
from tests.bench.setting import Setting
from tests.bench.tampering import tamperings
from tests.bench.timing import Figure

BOTH = ("sqlite", "postgres")


@dataclass(frozen=True, slots=True)
class Bench:
    """A bench; it yields its figures as it goes."""

    run: Callable[[Setting], Iterator[Figure]]
    kinds: tuple[str, ...] = ("sqlite",)


BENCHES = {
    "check": Bench(checks, BOTH),
    "rules": Bench(rules),
    "recheck": Bench(rechecks, BOTH),
    "growth": Bench(growths, BOTH),
    "matrix": Bench(matrices),
    "peer": Bench(peers),
    "nearest": Bench(choices, BOTH),
    "import": Bench(imports, BOTH),
    "verify": Bench(verifications, BOTH),
    "act": Bench(acts, BOTH),
    "tampering": Bench(tamperings, BOTH),
    "search": Bench(searches, BOTH),
    "serve": Bench(servings, BOTH),
    "audit": Bench(audits, BOTH),
    "places": Bench(places),
    "tight": Bench(tight),
    "teams": Bench(teams),
}
