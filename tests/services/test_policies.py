"""Adopting policies: from when, for whom, once, and the day on which one takes effect."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.policy import EXAMPLE, changed
from tests.support.world import SYSTEM, TODAY, Stage, employed_at, staged
from tracker.domain.access import Actor, Role
from tracker.domain.errors import BadPolicyError, NotPermittedError, RefusedError
from tracker.domain.people import InspectorDetails
from tracker.models import Assignment, HistoryEntry, Inspector, PolicyVersion
from tracker.queries import policies as questions
from tracker.queries.policies import Place
from tracker.services import inspectors, policies
from tracker.services.checks import recheck
from tracker.services.policies import AdoptPolicy

TOMORROW, LATER = TODAY + timedelta(days=1), TODAY + timedelta(days=10)
EMPLOYMENT = '[natures.employment]\ncurrent = "real"\nreal_years = 3'
BOTH, CONTRACTED = 'engagements = ["staff", "contracted"]', 'engagements = ["contracted"]'
MILD = changed((EMPLOYMENT, EMPLOYMENT.replace("3", "1")), ('"2026-1"', '"mild"'))
MILD_FOR_CONTRACTED = MILD.replace(BOTH, CONTRACTED)
STRICT_FOR_CONTRACTED = changed(
    (EMPLOYMENT, EMPLOYMENT.replace("3", "6")), ('"2026-1"', '"strict"'), (BOTH, CONTRACTED)
)


def events(session: Session) -> list[str]:
    rows = session.scalars(select(HistoryEntry).order_by(HistoryEntry.seq))
    return [row.event for row in rows if row.event.startswith("policy:")]


def engaged(stage: Stage, staff_no: str, engagement: str) -> Inspector:
    details = InspectorDetails(staff_no, "Cora Contract", f"{staff_no}@example.org", "OI", engagement, "schools", "")
    inspectors.import_many(stage.session, SYSTEM, [details], at=stage.tick())
    return stage.session.scalars(select(Inspector).filter_by(staff_no=staff_no)).one()


@pytest.fixture
def stage(session: Session) -> Stage:
    return staged(session)


def both_placed(stage: Stage) -> tuple[Assignment, Assignment]:
    """One of staff and one contracted inspector, who both left Ridge Academy two years before, and are proposed."""
    inspection = stage.inspection()
    placed = []
    for staff_no, engagement in (("S1", "staff"), ("C1", "contracted")):
        person = engaged(stage, staff_no, engagement)
        stage.declares(person, employed_at("gias:900002", "2015", "2024-01-31"))
        placed.append(stage.proposes(inspection, person))
    return placed[0], placed[1]


def test_only_who_may_adopt_adopts_and_says_why(stage: Stage) -> None:
    command = AdoptPolicy(MILD, TODAY, "Milder")
    nobody = Actor("person:X", "X", frozenset({Role.SCHEDULER}))
    with pytest.raises(NotPermittedError):
        policies.adopt(stage.session, nobody, command, at=stage.tick())
    with pytest.raises(RefusedError, match="Say why"):
        policies.adopt(stage.session, SYSTEM, AdoptPolicy(MILD, TODAY, " \n"), at=stage.tick())
    with pytest.raises(BadPolicyError, match=r"line 13: declaration\.valid_months"):
        stage.adopts(MILD.replace("valid_months = 12", "valid_months = 0"))
    assert [each.row.version for each in questions.versions(stage.session, TODAY)] == ["2026-1"]


def test_a_policy_is_not_adopted_for_a_day_that_has_passed(stage: Stage) -> None:
    with pytest.raises(RefusedError, match="from today, 2 March 2026, or"):
        stage.adopts(MILD, TODAY - timedelta(days=1))
    assert stage.adopts(MILD, TODAY).is_new


def test_a_text_sent_twice_is_adopted_once_and_the_text_in_force_is_not_adopted_again(stage: Stage) -> None:
    first, again = stage.adopts(MILD, LATER), stage.adopts(MILD, LATER)
    assert (first.is_new, again.is_new, again.policy.ref) == (True, False, first.policy.ref)
    assert events(stage.session) == ["policy:adopted", "policy:took-effect", "policy:adopted"]
    with pytest.raises(RefusedError, match="adopted from 2 March 2026 already"):
        stage.adopts(EXAMPLE.read_text("utf-8"), TOMORROW)
    # After another came between, the same text is no repetition.
    assert stage.adopts(EXAMPLE.read_text("utf-8"), LATER).is_new
    assert stage.adopts(MILD, LATER).is_new


def test_of_two_adopted_for_the_same_day_the_later_adoption_counts(stage: Stage) -> None:
    first = stage.adopts(MILD, TOMORROW).policy
    second = stage.adopts(MILD.replace('"mild"', '"milder"'), TOMORROW).policy
    assert questions.in_force(stage.session, TOMORROW)[0] is second
    places = {each.row.ref: each.place for each in questions.versions(stage.session, TODAY)}
    assert (places[first.ref], places[second.ref]) == (Place.NEVER, Place.COMING)


def test_a_policy_that_decided_until_another_came_the_same_day_was_in_force(stage: Stage) -> None:
    first = stage.adopts(MILD, TODAY).policy
    stage.proposes(stage.inspection("INS-900"), stage.inspector("T900", "Ines Early"))
    second = stage.adopts(MILD.replace('"mild"', '"milder"'), TODAY).policy
    places = {each.row.ref: each.place for each in questions.versions(stage.session, TODAY)}
    assert (places[first.ref], places[second.ref]) == (Place.REPLACED, Place.IN_FORCE)


def test_a_policy_for_contracted_inspectors_leaves_staff_under_theirs(stage: Stage) -> None:
    staff, contracted = both_placed(stage)
    assert (staff.verdict, contracted.verdict) == ("real", "real")
    done = stage.adopts(MILD_FOR_CONTRACTED)
    assert [(each.ref, each.before, each.now) for each in done.changed] == [(contracted.ref, "real", "perceived")]
    stage.session.expire_all()
    assert (staff.verdict, contracted.verdict) == ("real", "perceived")
    standing = {each.engagement: each.row.version for each in questions.standings(stage.session, TODAY)}
    assert standing == {"staff": "2026-1", "contracted": "mild"}


def test_a_later_policy_for_all_takes_the_place_of_both(stage: Stage) -> None:
    first = questions.in_force(stage.session, TODAY)[0]
    own = stage.adopts(MILD_FOR_CONTRACTED, TOMORROW).policy
    common = stage.adopts(MILD, LATER).policy
    by_engagement = {each.engagement: each for each in questions.standings(stage.session, TODAY)}
    assert [each.ref for each in by_engagement["staff"].coming] == [common.ref]
    assert [each.ref for each in by_engagement["contracted"].coming] == [own.ref, common.ref]
    then = questions.versions(stage.session, LATER)
    assert {each.row.ref: (each.place, each.engagements) for each in then} == {
        first.ref: (Place.REPLACED, ("staff", "contracted")),
        own.ref: (Place.REPLACED, ("contracted",)),
        common.ref: (Place.IN_FORCE, ("staff", "contracted")),
    }


def test_a_policy_for_a_later_day_changes_nothing_until_it_and_everything_on_it(stage: Stage) -> None:
    both_placed(stage)
    assert stage.adopts(MILD, LATER).changed == []
    assert recheck(stage.session, SYSTEM, cause="command", at=stage.tick()) == []
    assert policies.bring_into_force(stage.session, SYSTEM, at=stage.tick()) == []
    stage.now += timedelta(days=10)
    changed = policies.bring_into_force(stage.session, SYSTEM, at=stage.tick())
    assert [(each.before, each.now) for each in changed] == [("real", "perceived")] * 2
    assert events(stage.session)[-2:] == ["policy:adopted", "policy:took-effect"]
    assert policies.bring_into_force(stage.session, SYSTEM, at=stage.tick()) == []
    assert events(stage.session).count("policy:took-effect") == 2


def test_a_version_that_was_never_in_force_never_takes_effect(stage: Stage) -> None:
    stage.adopts(MILD, TOMORROW)
    stage.adopts(MILD.replace('"mild"', '"milder"'), TOMORROW)
    stage.now += timedelta(days=1)
    policies.bring_into_force(stage.session, SYSTEM, at=stage.tick())
    assert questions.not_yet_effective(stage.session, TOMORROW) == []
    assert events(stage.session).count("policy:took-effect") == 2


def test_the_check_of_a_proposal_is_by_the_policy_of_the_inspector_s_engagement(stage: Stage) -> None:
    stage.adopts(STRICT_FOR_CONTRACTED)
    person = engaged(stage, "C1", "contracted")
    stage.declares(person, employed_at("gias:900002", "2010", "2021-01-31"))
    colleague = engaged(stage, "S1", "staff")
    stage.declares(colleague, employed_at("gias:900002", "2010", "2021-01-31"))
    inspection = stage.inspection()
    assert [stage.proposes(inspection, each).verdict for each in (person, colleague)] == ["real", "perceived"]


def test_the_text_is_kept_byte_for_byte(stage: Stage) -> None:
    text = "\ufeff" + MILD.replace("\n", "\r\n") + "# the end, without a line end"
    row = stage.adopts(text).policy
    stage.session.expire_all()
    assert stage.session.scalars(select(PolicyVersion).filter_by(ref=row.ref)).one().toml == text


def test_who_is_on_no_list_of_engagements_is_judged_as_staff(stage: Stage) -> None:
    assert stage.session.scalars(select(Inspector)).all() == []
    stage.adopts(MILD_FOR_CONTRACTED)
    book = questions.all_in_force(stage.session, date(2026, 3, 2))
    assert [book.of(each)[0].version for each in ("staff", "contracted", "seconded")] == ["2026-1", "mild", "2026-1"]
