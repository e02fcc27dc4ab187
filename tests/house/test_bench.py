"""The benches run, so that none rots; how fast is said by `make bench`, never by a test."""

from collections.abc import Callable

import pytest

from tests.bench.benches import BENCHES
from tests.bench.setting import SIZES, Setting
from tests.support.databases import Fresh


@pytest.fixture(scope="module")
def setting(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Setting]:
    """Gives the tiny setting of a kind of database; its world is built once."""
    made: dict[str, Setting] = {}

    def of(kind: str) -> Setting:
        if kind not in made:
            fresh: Fresh = request.getfixturevalue(f"{kind}_fresh")
            made[kind] = Setting(kind, SIZES["tiny"], fresh, tmp_path_factory.mktemp("bench"))
            request.addfinalizer(made[kind].close)
        return made[kind]

    return of


@pytest.mark.parametrize(("name", "kind"), [(name, kind) for name, bench in BENCHES.items() for kind in bench.kinds])
def test_a_bench_runs_and_gives_figures_of_both_sides(name: str, kind: str, setting: Callable[[str], Setting]) -> None:
    figures = list(BENCHES[name].run(setting(kind)))
    assert figures
    assert all(each.ours > 0 and each.yardstick > 0 for each in figures)
    assert all(each.against in each.line() for each in figures)
