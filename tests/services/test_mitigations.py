"""What an allowed finding may ask to be done: by whom, until when, said once, and called for as long as it stands."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from tests.support.world import DECIDER, OTHER_DECIDER, SCHEDULER, SYSTEM, Stage, employed_at, staged
from tracker.domain.access import Actor, Role
from tracker.domain.errors import IllegalTransitionError, NotPermittedError, RefusedError
from tracker.domain.lifecycle import Ruling
from tracker.domain.mitigating import Progress
from tracker.domain.notices import Kind
from tracker.models import Account, Assignment, Decision, HistoryEntry, OutboxMessage
from tracker.queries import chasing, lapses, mitigations, outbox, verification
from tracker.queries.mitigation_owners import owners
from tracker.queries.mitigations import Asked, Which
from tracker.services import assignments, decisions, notices, people
from tracker.services import mitigations as acts
from tracker.services.assignments import Release
from tracker.services.checks import loaded
from tracker.services.decisions import Decide
from tracker.services.history import words_of
from tracker.services.mitigations import Mitigate, SayDone
from tracker.services.passwords import LOWEST_COST
from tracker.services.people import AddPerson

PARTNER = employed_at("gias:900003", "2015", holder="partner")
DUE = date(2026, 3, 10)


@dataclass
class Scene:
    """A perceived finding, and people of each role who have accounts."""

    stage: Stage
    assignment: Assignment
    people: dict[str, Account]

    def actor(self, name: str) -> Actor:
        account = self.people[name]
        roles = frozenset({Role.SCHEDULER}) if name == "Sue" else frozenset({Role.DECISION_MAKER})
        return Actor(f"person:{account.ref}", account.name, roles, account.inspector_id)

    @property
    def fingerprint(self) -> str:
        row = loaded(self.stage.session, self.assignment.ref)
        assert row is not None
        assert row.check is not None
        return row.check.findings[0].fingerprint

    def decides(
        self, *wanted: Mitigate, by: Actor = DECIDER, outcome: Ruling = Ruling.ALLOW, reasons: str = "It is small."
    ) -> Decision:
        command = Decide(self.assignment.ref, self.fingerprint, outcome, reasons, wanted)
        return decisions.decide(self.stage.session, by, command, at=self.stage.tick())

    def wants(self, name: str = "Sue", what: str = "Another reads the report.", due_on: date = DUE) -> Mitigate:
        return Mitigate(what, self.people[name].ref, due_on)

    def asked(self) -> list[Asked]:
        return mitigations.of_assignments(self.stage.session, [self.assignment.id])[self.assignment.id]

    def says(self, by: Actor, evidence: str = "Quin read it.", number: int = 0) -> bool:
        command = SayDone(self.asked()[number].mitigation.ref, evidence)
        return acts.say_done(self.stage.session, by, command, at=self.stage.tick())


@pytest.fixture
def scene(session: Session) -> Scene:
    stage = staged(session)
    ines = stage.inspector()
    stage.declares(ines, PARTNER)
    found = {}
    for name, roles, staff_no in (
        ("Sue", (Role.SCHEDULER,), None),
        ("Dan", (Role.DECISION_MAKER,), None),
        ("Ines", (Role.INSPECTOR,), "T100"),
        ("Ada", (Role.AUDITOR,), None),
    ):
        command = AddPerson(f"{name} Person", f"{name}@example.org", "three words here", roles, staff_no)
        found[name] = people.add(session, SYSTEM, command, at=stage.tick(), cost=LOWEST_COST)
    return Scene(stage, stage.proposes(stage.inspection(), ines), found)


def events(session: Session) -> list[str]:
    return list(session.scalars(select(HistoryEntry.event).order_by(HistoryEntry.seq.desc()).limit(3)))


def told(session: Session, kind: Kind) -> list[str]:
    query = select(Account.name).join(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id)
    return list(session.scalars(query))


def waiting(session: Session, kind: Kind) -> OutboxMessage:
    query = select(OutboxMessage).where(OutboxMessage.kind == kind)
    whole = query.options(joinedload(OutboxMessage.account)).execution_options(populate_existing=True)
    return session.scalars(whole).one()


def test_a_decision_asks_each_owner_for_one_thing_and_tells_them(session: Session, scene: Scene) -> None:
    scene.decides(scene.wants(), scene.wants("Ines", "Leave the grade to others."), scene.wants("Dan", due_on=DUE))
    assert {(words_of(each.mitigation.what), each.mitigation.owner.name) for each in scene.asked()} == {
        ("Another reads the report.", "Sue Person"),
        ("Leave the grade to others.", "Ines Person"),
        ("Another reads the report.", "Dan Person"),
    }
    assert all(each.is_before and each.progress(date(2026, 3, 10)) is Progress.TO_DO for each in scene.asked())
    assert events(session)[0] == "mitigation:set"
    assert told(session, Kind.MITIGATION) == ["Sue Person", "Ines Person", "Dan Person"]
    verification.verify(session)


def test_whom_to_ask_are_schedulers_decision_makers_and_the_inspector_concerned_by_name(
    session: Session, scene: Scene
) -> None:
    found = [(each.name, each.role) for each in owners(session, scene.assignment)]
    assert found == [
        ("Dan Person", "decision-maker"),
        ("Ines Person", "the inspector"),
        ("Sue Person", "scheduler"),
    ]


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"what": " "}, "mitigations-0-what", "Say what must be done"),
        ({"name": "Ada"}, "mitigations-0-owner", "Choose who is to see to it"),
        ({"due_on": date(2026, 3, 1)}, "mitigations-0-due_on", "today or later"),
    ],
)
def test_what_nobody_could_see_to_is_refused_by_its_field_and_leaves_no_decision(
    session: Session, scene: Scene, changes: dict[str, object], field: str, says: str
) -> None:
    with pytest.raises(RefusedError, match=says) as refused:
        scene.decides(scene.wants(**changes))  # type: ignore[arg-type]
    assert refused.value.field == field
    assert session.scalars(select(Decision)).all() == []


def test_to_uphold_asks_for_nothing_and_no_decision_for_more_than_five(session: Session, scene: Scene) -> None:
    with pytest.raises(RefusedError, match="leave out the mitigations"):
        scene.decides(scene.wants(), outcome=Ruling.UPHOLD)
    with pytest.raises(RefusedError, match="at most 5"):
        scene.decides(*[scene.wants()] * 6)
    assert session.scalars(select(Decision)).all() == []


def test_its_owner_says_once_that_it_is_done_with_evidence(session: Session, scene: Scene) -> None:
    scene.decides(scene.wants())
    sue = scene.actor("Sue")
    with pytest.raises(RefusedError, match="what shows it") as refused:
        scene.says(sue, " ")
    assert refused.value.field == "evidence"
    assert scene.says(sue)
    assert not scene.says(sue, "Something else.")
    (each,) = scene.asked()
    assert each.mitigation.done is not None
    assert words_of(each.mitigation.done.evidence) == "Quin read it."
    assert each.progress(date(2027, 1, 1)) is Progress.DONE
    assert events(session).count("mitigation:done") == 1
    verification.verify(session)


def test_nobody_else_says_so_but_a_decision_maker_who_is_neither_inspector_nor_proposer(
    session: Session, scene: Scene
) -> None:
    scene.decides(scene.wants(), scene.wants("Ines"))
    both = frozenset({Role.DECISION_MAKER, Role.SCHEDULER})
    ines = Actor("person:ELSE", "Ines", frozenset({Role.DECISION_MAKER}), scene.assignment.inspector_id)
    auditor = Actor("person:ADA", "Ada", frozenset({Role.AUDITOR}))
    for other in (SCHEDULER, Actor(SCHEDULER.ref, "Sam", both), ines, auditor):
        with pytest.raises(NotPermittedError):
            scene.says(other)
    assert scene.says(OTHER_DECIDER, number=0)
    owner = Actor(f"person:{scene.people['Ines'].ref}", "Ines", frozenset({Role.INSPECTOR}))
    assert scene.says(owner, number=1)


def test_it_ends_with_the_release_the_facts_or_a_decision_anew(session: Session, scene: Scene) -> None:
    scene.decides(scene.wants())
    scene.decides(scene.wants(what="Another one."))
    assert [each.is_called_for for each in scene.asked()] == [False, True]
    scene.stage.declares(scene.stage.people["T100"], employed_at("gias:900003", "2016", holder="partner"))
    assert [each.is_called_for for each in scene.asked()] == [False, False]
    scene.stage.declares(scene.stage.people["T100"], PARTNER)
    assert [each.is_called_for for each in scene.asked()] == [False, True], "the very same facts again"
    assignments.release(session, SCHEDULER, Release(scene.assignment.ref, "Ill."), at=scene.stage.tick())
    assert {each.progress(date(2027, 1, 1)) for each in scene.asked()} == {Progress.OVER}
    with pytest.raises(IllegalTransitionError, match="no longer called for"):
        scene.says(DECIDER)
    assert mitigations.to_do(session, scene.actor("Sue"), DUE) == (0, 0)
    assert list(chasing.chased(session, date(2027, 1, 1))) == []


def test_an_overdue_one_is_chased_on_its_day_and_weekly_and_whoever_asked_is_told_once(
    session: Session, scene: Scene
) -> None:
    scene.decides(scene.wants(), by=scene.actor("Dan"))
    at = datetime(2026, 3, 9, 8, tzinfo=UTC)
    put = []
    for day in range(20):
        before = len(told(session, Kind.MITIGATION)), len(told(session, Kind.OVERDUE))
        notices.put_due(session, at=at + timedelta(days=day))
        after = len(told(session, Kind.MITIGATION)), len(told(session, Kind.OVERDUE))
        put.append((after[0] - before[0], after[1] - before[1]))
    assert [day for day, (owner, _) in enumerate(put) if owner] == [1, 8, 15]
    assert [day for day, (_, asker) in enumerate(put) if asker] == [2]
    assert set(told(session, Kind.MITIGATION)) == {"Sue Person"}
    assert told(session, Kind.OVERDUE) == ["Dan Person"]
    assert outbox.is_called_for(session, waiting(session, Kind.OVERDUE), DUE)
    scene.says(scene.actor("Sue"))
    assert not outbox.is_called_for(session, waiting(session, Kind.OVERDUE), DUE)


def test_what_is_not_done_is_counted_for_its_owner_and_listed_for_others_who_may_decide(
    session: Session, scene: Scene
) -> None:
    scene.decides(scene.wants(), scene.wants(what="Later.", due_on=date(2026, 3, 20)))
    assert mitigations.to_do(session, scene.actor("Sue"), date(2026, 3, 12)) == (2, 1)
    found = mitigations.waiting(session, DECIDER, date(2026, 3, 12), which=Which.OVERDUE, start=0, size=5)
    assert (found.numbers[Which.ALL], found.numbers[Which.OVERDUE]) == (2, 1)
    assert [each.days_over(date(2026, 3, 12)) for each in found.found] == [2]
    assert [each.is_before for each in scene.asked()] == [True, False]
    own = Actor("person:ELSE", "Ines", frozenset({Role.DECISION_MAKER}), scene.assignment.inspector_id)
    for nobody in (own, Actor(SCHEDULER.ref, "Sam", frozenset({Role.DECISION_MAKER}))):
        assert mitigations.waiting(session, nobody, DUE, start=0, size=5).numbers[Which.ALL] == 0


def test_a_decision_that_the_facts_left_behind_says_since_when_until_they_return(
    session: Session, scene: Scene
) -> None:
    made = scene.decides()
    stage, ines, number = scene.stage, scene.stage.people["T100"], [scene.assignment.id]
    assert lapses.of_assignments(session, number) == {}
    assert stage.confirms(scene.assignment).confirmed
    stage.declares(ines, employed_at("gias:900003", "2016", holder="partner"))
    gone_at = stage.now
    stage.declares(ines, employed_at("gias:900003", "2017", holder="partner"))
    (lapse,) = lapses.of_assignments(session, number).values()
    assert (lapse.since, lapse.because) == (gone_at, "the facts changed")
    assert lapses.of_assignments(session, number, gone_at - timedelta(minutes=1)) == {}
    # Whoever proposed it has no account any more: every scheduler is told.
    assert told(session, Kind.LAPSED) == ["Sue Person"]
    stage.declares(ines, PARTNER)
    assert lapses.of_assignments(session, number) == {}, made.ref


def test_the_same_person_twice_never_counts_as_two(session: Session, scene: Scene) -> None:
    stage = scene.stage
    rea = stage.inspector("T200", "Rea Real")
    stage.declares(rea, employed_at("gias:900001", "2015", "2025-07"))
    scene.assignment = stage.proposes(stage.inspection("INS-2"), rea)
    for _ in range(2):
        scene.decides(scene.wants())
        assert not stage.confirms(scene.assignment).confirmed
    scene.decides(by=OTHER_DECIDER)
    assert stage.confirms(scene.assignment).confirmed
