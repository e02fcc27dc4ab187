"""`tracker history replay`: a check of long ago is run again under the policy that decided it then."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.support.command import done, refused, tracker
from tests.support.crowd import crowd
from tests.support.databases import Fresh
from tests.support.policy import changed
from tests.support.world import employed_at, staged
from tracker.database import make_engine
from tracker.domain.replaying import differences, is_worded_alike
from tracker.models import HistoryEntry
from tracker.queries.replays import replay

EMPLOYMENT = '[natures.employment]\ncurrent = "real"\nreal_years = 3'
MILD = changed((EMPLOYMENT, EMPLOYMENT.replace("3", "1")), ('"2026-1"', '"mild"'))


@contextmanager
def at_work(url: str) -> Iterator[Session]:
    engine = make_engine(url)
    with Session(engine) as session:
        yield session
        session.commit()
    engine.dispose()


def told(url: str) -> list[int]:
    """Let an assignment be checked under two policies, one after the other; the numbers of its two entries."""
    with at_work(url) as session:
        stage = staged(session)
        person = stage.inspector()
        stage.declares(person, employed_at("gias:900001", "2015", "2024-01-31"))
        stage.proposes(stage.inspection(), person)
        stage.adopts(MILD, stage.now.date() + timedelta(days=1))
        stage.now += timedelta(days=1)
        stage.adopts(MILD.replace('"mild"', '"milder"').replace("gias = 5.0", "gias = 4.0"))
        return checks(session)


def checks(session: Session) -> list[int]:
    return list(session.scalars(select(HistoryEntry.seq).filter_by(event="assignment:checked").order_by("seq")))


def damage(url: str, statement: str) -> None:
    """Change what may not be changed."""
    with at_work(url) as session:
        for name in session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            session.execute(text(f"DROP TRIGGER {name}"))
        session.execute(text(statement))


@pytest.fixture
def url(sqlite_fresh: Fresh) -> str:
    return sqlite_fresh()


def test_each_check_answers_the_same_under_the_policy_that_decided_though_it_is_superseded(url: str) -> None:
    first, second = told(url)
    assert "under Example policy 2026-1 (POL-" in done(url, "history", "replay", first)
    assert "answers the same when it is replayed: real, by succession." in done(url, "history", "replay", first)
    again = done(url, "history", "replay", second)
    assert "under Example policy milder (POL-" in again
    assert again.endswith("perceived, by succession. Its verdict and its findings are the same.\n")


def test_every_check_of_a_crowd_replays_on_both_databases(fresh: Fresh) -> None:
    url = fresh()
    with at_work(url) as session:
        stage = staged(session)
        crowd(stage, size=16)
        stage.adopts(MILD)
    with at_work(url) as session:
        numbers = checks(session)
        assert len(numbers) > 16
        assert [replay(session, each).differences for each in numbers] == [()] * len(numbers)
        assert all(replay(session, each).is_worded_alike for each in numbers)


def test_what_is_no_check_is_told_by_its_sentence_and_what_is_no_entry_by_the_number_of_entries(url: str) -> None:
    told(url)
    assert "Entry 1 is no check" in refused(url, "history", "replay", 1)
    assert "adopted the policy “Example policy”" in refused(url, "history", "replay", 1)
    assert "There is no entry 9,999: the history has 1" in refused(url, "history", "replay", 9_999)
    for wrong in ("0", "-1", "first", str(2**63)):
        assert tracker(url, "history", "replay", "--", wrong).returncode == 2


@pytest.mark.parametrize("name", ["facts", "findings"])
def test_erased_words_are_said_to_be_erased_and_when(url: str, name: str) -> None:
    first, _ = told(url)
    number = f"(SELECT words_id FROM history_words WHERE seq = {first} AND name = '{name}')"  # noqa: S608 (the test's own words)
    erased = "UPDATE words SET salt = NULL, value = NULL, erased_at = '2033-03-02 00:00:00.000000'"
    damage(url, f"{erased} WHERE id = {number}")
    says = f"The {name} of entry {first} were erased under the retention rule on 2 March 2033: it cannot be replayed"
    assert refused(url, "history", "replay", first) == says


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE words SET value = replace(value, '2024-01-31', '2014-01-31')", "facts of entry {} are not those that"),
        ("UPDATE words SET value = replace(value, 'perceived', 'real') WHERE value LIKE '[%'", "findings of entry {}"),
        ("UPDATE policy_version SET toml = replace(toml, 'real_years = 1', 'real_years = 2')", "not as it was adopted"),
        ("UPDATE history_entry SET entry = replace(entry, '\"verdict\"', '\"Verdict\"')", "not as it was written"),
    ],
)
def test_what_was_changed_behind_the_tracker_s_back_is_not_replayed(url: str, statement: str, says: str) -> None:
    _, second = told(url)
    damage(url, statement)
    assert says.format(second) in refused(url, "history", "replay", second)


def test_a_policy_exchanged_together_with_its_digest_makes_the_answers_differ(url: str) -> None:
    first, second = told(url)
    damage(
        url,
        "UPDATE policy_version SET toml = other.toml, digest = other.digest FROM policy_version AS other "
        "WHERE policy_version.version = 'milder' AND other.version = '2026-1'",
    )
    line = refused(url, "history", "replay", second)
    assert "does not answer the same when it is replayed: the verdict was perceived, and is real;" in line
    assert "a finding is missing: perceived by succession; a finding is new: real by succession." in line
    assert "answers the same" in done(url, "history", "replay", first)


def test_a_finding_told_in_other_words_is_the_same_finding(session: Session) -> None:
    stage = staged(session)
    crowd(stage, size=8)
    session.flush()
    done = next(each for each in (replay(session, seq) for seq in checks(session)) if each.outcome.findings)
    kept = [{**each.to_json(), "reason": "In other words."} for each in done.outcome.findings]
    assert differences(str(done.outcome.verdict), kept, done.outcome) == ()
    assert not is_worded_alike(kept, done.outcome)
