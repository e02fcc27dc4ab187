"""The publishers' real files of every register in one database: their counts, and what must never be joined on."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, Select, func, select
from sqlalchemy.orm import Session, sessionmaker

from tests.support.databases import Fresh
from tests.support.extracts import AT, REAL, REAL_OTHERS, read_real
from tests.support.world import SYSTEM
from tracker.database import make_engine, writing
from tracker.domain.errors import BadFileError
from tracker.domain.register import WITHHELD, Extract, Kind
from tracker.models import GroupRow, LinkRow, MembershipRow, ProviderRow
from tracker.queries.seals import known_rows
from tracker.services.registers import ImportRegister, ImportSummary, import_register, preview_register

ESTABLISHMENTS, DRAWN, SETTINGS, HOMES = 50_515, 187, 70_980, 2_797
Real = tuple[Engine, list[ImportSummary]]


@pytest.fixture(scope="module")
def extracts() -> list[Extract]:
    """Every real file, read once for both databases."""
    return [read_real(kind, pattern) for kind, pattern in (*REAL.items(), *REAL_OTHERS)]


@pytest.fixture(scope="module")
def real(fresh: Fresh, extracts: list[Extract]) -> Iterator[Real]:
    """All of them in one database."""
    engine = make_engine(fresh())
    summaries = []
    for extract in extracts:
        with writing(sessionmaker(engine, expire_on_commit=False)) as session:
            summaries.append(import_register(session, SYSTEM, ImportRegister(extract), at=AT))
    yield engine, summaries
    engine.dispose()


@pytest.fixture
def kept(real: Real) -> Iterator[Session]:
    with Session(real[0]) as session:
        yield session


def number(session: Session, query: Select[tuple[int]]) -> int:
    return session.scalar(query) or 0


def test_every_row_of_every_file_is_taken_but_those_that_name_no_owner(real: Real) -> None:
    said = [(each.extract.kind, each.rows, each.added, each.gone, len(each.rejected)) for each in real[1]]
    assert said == [
        (Kind.GIAS, ESTABLISHMENTS, ESTABLISHMENTS, 0, 0),
        (Kind.GIAS_LINKS, 31_714, 31_714, 0, 0),
        (Kind.GIAS_GROUPS, 6_904, 6_904, 0, 0),
        (Kind.GIAS_GROUP_LINKS, 20_613, 20_613, 0, 0),
        (Kind.EARLY_YEARS, SETTINGS, SETTINGS, 0, 0),
        (Kind.SOCIAL_CARE, HOMES, HOMES, 0, 0),
        (Kind.SOCIAL_CARE_OWNERS, 1_585, 1_568, 0, 17),
    ]
    assert {each.reason for each in real[1][-1].rejected} == {
        "has the Owner “Owned by an individual”, which names nobody",
        "has the Owner “owned by an individual”, which names nobody",
    }


def test_a_years_inspections_are_not_taken_for_the_list_of_providers() -> None:
    says = "This looks like a file of inspections, a row for each, not Ofsted children’s social care"
    with pytest.raises(BadFileError, match=f"{says} .*940 rows name a provider again, with another inspection"):
        read_real(Kind.SOCIAL_CARE, "social_care_inspections*.zip")


def test_the_same_digits_on_two_registers_are_two_providers(kept: Session) -> None:
    refs = set(kept.scalars(select(ProviderRow.ref)))
    assert len(refs) == ESTABLISHMENTS + DRAWN + SETTINGS + HOMES
    digits = {ref.removeprefix("ofsted-ey:") for ref in refs if ref.startswith("ofsted-ey:")}
    assert sum(f"gias:{each}" in refs for each in digits) == 4_347


def test_names_that_are_kept_back_have_no_place_and_nothing_in_common(kept: Session) -> None:
    row = ProviderRow
    withheld = select(row.name, row.town, row.postcode, row.easting).where(
        row.register == Kind.EARLY_YEARS, row.name.endswith(WITHHELD)
    )
    rows = kept.execute(withheld).all()
    assert len(rows) == len({each.name for each in rows}) == 43_621
    assert {(each.town, each.postcode, each.easting) for each in rows} == {("", "", None)}
    for model in (ProviderRow, GroupRow):
        for column in (model.name, model.town, model.postcode):
            assert number(kept, select(func.count()).where(func.upper(column) == "REDACTED")) == 0


def test_owners_hold_what_they_hold(kept: Session) -> None:
    row = MembershipRow
    held = dict(
        kept.execute(
            select(row.group_ref, func.count()).where(row.register == Kind.EARLY_YEARS).group_by(row.group_ref)
        ).all()
    )
    assert held["rp:RP900821"] == 264
    # Counting REDACTED as one owner, as it is not, they would be 3,355.
    assert sum(count >= 2 for count in held.values()) == 3_354
    assert sum(held.values()) == 27_359
    assert number(kept, select(func.count()).where(GroupRow.ref.startswith("owner:"))) == 491


def test_homes_that_are_schools_are_linked_with_them(kept: Session) -> None:
    ends = kept.execute(select(LinkRow.of_ref, LinkRow.to_ref).where(LinkRow.kind == "Linked education URN")).all()
    listed = set(kept.scalars(select(ProviderRow.ref).where(ProviderRow.gone_at.is_(None))))
    assert len([each for each in ends if each.of_ref in listed]) == 269
    known = set(kept.scalars(select(ProviderRow.ref)))
    assert [each for each in ends if each.to_ref not in known] == []


def test_every_authority_is_understood_but_those_that_were_split_since(kept: Session) -> None:
    row = ProviderRow
    unplaced = select(row.authority_name).where(
        row.register.in_((Kind.EARLY_YEARS, Kind.SOCIAL_CARE)), row.authority.is_(None)
    )
    assert set(kept.scalars(unplaced)) == {"", "Cumbria", "Northamptonshire"}


def test_all_but_a_few_postcodes_have_a_place(kept: Session) -> None:
    row = ProviderRow
    of = (row.register == Kind.EARLY_YEARS, row.postcode != "")
    assert number(kept, select(func.count()).where(*of)) == SETTINGS - 43_621
    assert number(kept, select(func.count()).where(*of, row.easting.is_(None))) <= 30


def test_the_same_files_again_would_change_nothing(kept: Session) -> None:
    for kind, pattern in (*REAL.items(), *REAL_OTHERS):
        again = read_real(kind, pattern, known_rows(kept, kind))
        summary = preview_register(kept, SYSTEM, ImportRegister(again), at=AT)
        assert (kind, summary.added, summary.changed, summary.gone) == (kind, 0, 0, 0)
        if kind not in (Kind.GIAS_GROUP_LINKS, Kind.SOCIAL_CARE_OWNERS):
            assert len(again.snapshot.fresh) == 0


def test_every_provider_has_the_region_that_its_own_file_names(kept: Session) -> None:
    row = ProviderRow

    def counts(register: str) -> dict[str, int]:
        of = select(row.region, func.count()).where(row.register == register).group_by(row.region)
        return dict(kept.execute(of).all())

    assert counts(Kind.EARLY_YEARS) == {
        "": 36,
        "East Midlands": 5_163,
        "East of England": 8_473,
        "London": 15_907,
        "North East": 2_291,
        "North West": 7_511,
        "South East": 13_949,
        "South West": 6_492,
        "West Midlands": 5_417,
        "Yorkshire and the Humber": 5_741,
    }
    # This extract of GIAS has the commissioners' regions alone, which are no others' regions.
    schools = counts("gias")
    assert (len(schools), schools[""], schools["North of England"]) == (9, 2_948, 3_749)
    homes = counts(Kind.SOCIAL_CARE)
    assert set(homes) == set(counts(Kind.EARLY_YEARS)) - {""}
    assert sum(homes.values()) == HOMES
