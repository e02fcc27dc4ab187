"""The policy's page: everybody reads what counts, each part with its reference and its cases, by the policy shown."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from tests.support.databases import Fresh
from tests.support.owner import FOR_CONTRACTED, OTHER, THIRD, owned_site, words
from tests.support.policy import EXAMPLE
from tests.support.web import Site, get, parsed
from tracker.domain.access import Role
from tracker.domain.facts import Nature
from tracker.domain.policy import REACHES, parse
from tracker.models import Account, Inspector, PolicyVersion


@pytest.fixture
def site(sqlite_fresh: Fresh) -> Iterator[Site]:
    with owned_site(sqlite_fresh()) as started:
        yield started


def test_every_role_reads_the_policy_with_every_part_its_reference_and_its_cases(site: Site) -> None:
    pages = {words(get(site.client_for(role), "/policy")).partition("What counts as")[2] for role in Role}
    assert len({page.replace("Staff (you)", "Staff") for page in pages}) == 1
    answer = get(site.client_for(Role.ADMINISTRATOR), "/policy")
    parsed(answer)
    page = words(answer)
    policy = parse(EXAMPLE.read_text("utf-8"))
    for rule in (*policy.natures.values(), *policy.reaches.values()):
        assert rule.reference in page
    for text in policy.references.values():
        assert text in page
    assert policy.notice in page
    for nature in Nature:
        assert f'id="{nature}"' in answer.text
    for rule in (*REACHES, "familiarity"):
        assert f'id="rule-{rule}"' in answer.text
    assert answer.text.count("Explained cases of ") == 12 + 3 + 1 + 9 + 1 + 5 + 1
    assert answer.text.count("<svg") == 12 + 2
    assert "style=" not in answer.text


@pytest.mark.parametrize(
    ("text", "says", "does_not_say"),
    [
        (
            EXAMPLE.read_text("utf-8"),
            (
                *(
                    "Employment real 3 years 6 years",
                    "Inspector real up to 1 year, then clear real real up to 3 years, ",
                ),
                *(
                    "perceived up to 6 years, then clear",
                    "5.00 km apart",
                    "12 months before",
                    "Real 2",
                    "6 years before",
                ),
                *(
                    "Schools and colleges (GIAS) 5 km",
                    "from 1 day before",
                    "by no more than 1 year.",
                    "longer than 2 years",
                ),
            ),
            ("4 years before", "6.25 km", "7 months"),
        ),
        (
            OTHER,
            (
                *("Employment real 4 years 9 years", "real up to 2 years, then clear real real up to 4 years, "),
                *(
                    "perceived up to 9 years, then clear",
                    "6.25 km apart",
                    "7 months before",
                    "Real 3",
                    "9 years before",
                ),
                *(
                    "Schools and colleges (GIAS) 6.25 km",
                    "from 5 days before",
                    "more than 2 years.",
                    "longer than 5 years",
                ),
            ),
            ("real up to 1 year, then clear", "5.00 km", "12 months", "from 1 day before"),
        ),
        (
            THIRD,
            ("Employment real 8 years 9 years", "real up to 8 years, perceived up to 9 years", "2.01 km apart"),
            ("6.25 km", "real up to 4 years"),
        ),
    ],
)
def test_every_value_on_the_page_is_the_shown_policy_s_own(
    site: Site, text: str, says: tuple[str, ...], does_not_say: tuple[str, ...]
) -> None:
    if text != EXAMPLE.read_text("utf-8"):
        with site.staging() as stage:
            stage.adopts(text)
    page = words(get(site.client_for(Role.AUDITOR), "/policy"))
    assert [each for each in says if each not in page] == []
    assert [each for each in does_not_say if each in page] == []


def test_an_inspector_reads_the_policy_of_the_own_engagement_and_which_comes_next(site: Site) -> None:
    with site.staging() as stage:
        first = stage.session.scalars(select(PolicyVersion)).one().ref
        own = stage.adopts(FOR_CONTRACTED).policy.ref
        stage.adopts(THIRD, date(2026, 9, 1))
    inspector = site.client_for(Role.INSPECTOR)
    assert "Example policy 2026-1" in re.findall(r"<h2[^>]*>([^<]*)", get(inspector, "/policy").text)
    with site.staging() as stage:
        number = stage.session.scalars(select(Account.inspector_id).where(Account.inspector_id.is_not(None))).one()
        stage.session.get(Inspector, number).engagement = "contracted"  # type: ignore[union-attr]
    answer = get(inspector, "/policy")
    assert "Example policy other" in re.findall(r"<h2[^>]*>([^<]*)", answer.text)
    page = words(answer)
    assert "Contracted inspectors (you) Example policy other 2 March 2026 Example policy third from 1 September" in page
    assert "Staff Example policy 2026-1 2 March 2026 Example policy third from 1 September 2026" in page
    assert "9 years before" not in words(get(inspector, f"/policy/versions/{first}"))
    assert "For contracted inspectors" in words(get(inspector, f"/policy/versions/{own}"))


def test_a_version_says_where_it_stands_and_one_that_is_none_is_not_found(site: Site) -> None:
    with site.staging() as stage:
        lost = stage.adopts(OTHER, date(2026, 9, 1)).policy.ref
        coming = stage.adopts(THIRD, date(2026, 9, 1)).policy.ref
    client = site.client_for(Role.SCHEDULER)
    assert "never will be: another was adopted for the same day" in words(get(client, f"/policy/versions/{lost}"))
    assert "It will be from 1 September 2026" in words(get(client, f"/policy/versions/{coming}"))
    site.set(now=datetime(2026, 9, 1, 9, tzinfo=UTC))
    client = site.client_for(Role.SCHEDULER)
    assert "not in force" not in words(get(client, f"/policy/versions/{coming}"))
    for path in ("/policy/versions/POL-NONE", "/policy/versions/POL-NONE/text"):
        assert get(client, path).status_code == 404


def test_a_version_is_downloaded_byte_for_byte(site: Site) -> None:
    text = "\ufeff" + OTHER.replace("\n", "\r\n") + "# no line end"
    with site.staging() as stage:
        ref = stage.adopts(text).policy.ref
    answer = get(site.client_for(Role.INSPECTOR), f"/policy/versions/{ref}/text")
    assert answer.data == text.encode()
    assert answer.headers["Content-Disposition"] == f"attachment; filename=policy-{ref}.toml"
