"""Where a postcode is on the British National Grid, by the directory that is installed for the tests."""

import pytest

from tracker.importers.postcodes import edition, locate


def test_the_directory_is_installed_for_the_tests() -> None:
    assert edition()


@pytest.mark.parametrize("postcode", ["EC3A 5DE", "ec3a5de", " EC3A  5DE "])
def test_a_postcode_is_found_however_it_is_written(postcode: str) -> None:
    assert locate(postcode) == (533502, 181167)


@pytest.mark.parametrize(
    ("postcode", "near"),
    [
        # One of each length, from the Isles of Scilly to Shetland.
        ("B1 1AA", (406600, 286500)),
        ("M60 1NW", (383800, 397900)),
        ("SW1A 1AA", (529100, 179600)),
        ("TR21 0HE", (90300, 10600)),
        ("ZE1 0HB", (447600, 1141400)),
    ],
)
def test_it_is_where_it_should_be(postcode: str, near: tuple[int, int]) -> None:
    found = locate(postcode)
    assert found is not None
    assert abs(found[0] - near[0]) < 1_500
    assert abs(found[1] - near[1]) < 1_500


@pytest.mark.parametrize(
    "postcode", ["", "EC", "EC3A 5D", "ZZ1 1ZZ", "EC3A 5DE 1", "É1 1AA", "EC3A-5DE", "BT1 1AA", "JE2 3AB", "0" * 7]
)
def test_what_is_no_postcode_or_lies_on_another_grid_is_nowhere(postcode: str) -> None:
    assert locate(postcode) is None
