"""The publisher's four real files of GIAS: every row is taken, and the hard shapes are there."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tracker.database import make_engine
from tracker.domain.register import Kind
from tracker.models import AreaOf, LinkRow, MembershipRow, ProviderKey, ProviderRow
from tracker.queries.providers import search
from tracker.queries.searching.keeping import current
from tracker.queries.surroundings import areas
from tracker.services.registers import ImportSummary

Real = tuple[str, dict[Kind, ImportSummary]]


@pytest.fixture(scope="module")
def engine(real_register: Real) -> Iterator[Engine]:
    """One for all the tests: the index of the search is kept with it."""
    made = make_engine(real_register[0])
    yield made
    made.dispose()


@pytest.fixture
def register(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session


def keys(session: Session, ref: str) -> set[str]:
    return set(session.scalars(select(ProviderKey.key).where(ProviderKey.provider == ref)))


def test_every_row_of_the_four_files_is_taken(real_register: Real) -> None:
    assert {kind: (each.added, len(each.rejected)) for kind, each in real_register[1].items()} == {
        Kind.GIAS: (50_515, 0),
        Kind.GIAS_LINKS: (31_714, 0),
        Kind.GIAS_GROUPS: (6_904, 0),
        Kind.GIAS_GROUP_LINKS: (20_613, 0),
    }


def test_everything_linked_or_grouped_has_its_area_and_all_is_in_the_index_of_the_search(register: Session) -> None:
    providers = register.scalar(select(func.count()).select_from(ProviderRow))
    assert providers == 50_515 + 187
    assert len(current(register).refs) == providers + 6_904
    placed = select(AreaOf.ref)
    for column in (LinkRow.of_ref, LinkRow.to_ref, MembershipRow.provider_ref):
        assert register.scalars(select(column).where(column.not_in(placed))).all() == []


def test_a_sponsor_and_the_trust_of_its_name_are_one_body(register: Session) -> None:
    areas_of = select(AreaOf.area).where(AreaOf.ref.in_(["group:5142", "group:5143"]))
    assert register.scalars(areas_of).all() == ["line:group:5143"] * 2
    members = register.scalars(select(MembershipRow.provider_ref).where(MembershipRow.group_ref == "group:5143")).all()
    assert len(members) >= 75
    assert all("group:5143" in keys(register, ref) for ref in members[:10])


def test_a_line_runs_on_over_every_hop_and_through_every_circle(register: Session) -> None:
    biggest = register.execute(
        select(AreaOf.area, func.count())
        .where(AreaOf.ref.like("gias:%"))
        .group_by(AreaOf.area)
        .order_by(func.count().desc())
    ).first()
    assert biggest is not None
    assert biggest[1] > 10
    around = areas(register, ["gias:100016", "gias:132245"])
    assert around["gias:100016"] is around["gias:132245"]


@pytest.mark.parametrize(
    ("words", "ref", "note"),
    [
        ("aldgate school", "gias:100000", ""),
        ("201/3614", "gias:100000", ""),
        ("ec3a5de", "gias:100000", ""),
        ("kingsgate infant", "gias:132245", "formerly Kingsgate Infant School (100017)"),
        ("100016", "gias:132245", "formerly Kingsgate Junior School (100016)"),
        ("united learning trust", "group:5143", ""),
        ("city of london", "la:201", ""),
    ],
)
def test_real_providers_are_found(register: Session, words: str, ref: str, note: str) -> None:
    found = {each.ref: each.note for each in search(register, words)[:3]}
    assert found.get(ref) == note
