"""The publishers' real files, which lie beside the checkout on some machines and are no part of it."""

from pathlib import Path

import pytest

from tests.support.paths import ROOT

DATA = ROOT.parent / "shared" / "data"


def shared_file(pattern: str) -> Path:
    """The one real file of this name or pattern; skips loudly where the real files are absent."""
    found = sorted(DATA.glob(pattern)) if DATA.is_dir() else []
    if not found:
        pytest.skip(f"the publishers' real files are not in {DATA.parent.name}/{DATA.name} beside the checkout")
    return found[-1]
