"""The region of a provider, whichever of a publisher's columns has it."""

import pytest

from tests.support.extracts import csv_bytes, read
from tracker.domain.register import Kind, ProviderRecord


def region(kind: Kind, **columns: str) -> str:
    spelt = {name.replace("_", " "): value for name, value in columns.items()}
    (only,) = read(kind, csv_bytes(kind, spelt)).snapshot.records
    assert isinstance(only, ProviderRecord)
    return only.region


def test_a_full_extract_of_gias_names_the_governments_region_and_an_older_one_the_commissioners() -> None:
    commissioners = {"RSCRegion_(name)": "North of England"}
    assert region(Kind.GIAS, **commissioners) == "North of England"
    assert region(Kind.GIAS, **commissioners, **{"GOR_(name)": "North East"}) == "North East"


def test_a_file_without_a_region_leaves_it_empty_and_needs_no_word_of_it() -> None:
    snapshot = read(Kind.GIAS, csv_bytes(Kind.GIAS, {})).snapshot
    (only,) = snapshot.records
    assert isinstance(only, ProviderRecord)
    assert only.region == ""
    assert snapshot.notes == ()


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"Ofsted_Region": "North East, Yorkshire and the Humber"}, "North East, Yorkshire and the Humber"),
        (
            {
                "Ofsted_Region": "North East, Yorkshire and the Humber",
                "Government_Office_Region": "Yorkshire and The Humber",
            },
            "Yorkshire and the Humber",
        ),
        ({"Government_Office_Region": "Not Recorded"}, ""),
        ({"Government_Office_Region": "  east   midlands "}, "East Midlands"),
    ],
)
def test_the_governments_region_goes_before_ofsteds_and_is_spelt_in_one_way(columns: dict[str, str], told: str) -> None:
    assert region(Kind.SOCIAL_CARE, **columns) == told


def test_a_region_that_no_list_knows_is_taken_as_it_stands() -> None:
    assert region(Kind.EARLY_YEARS, Region="Wenshire and the Isles") == "Wenshire and the Isles"
