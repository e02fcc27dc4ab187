"""How the demonstration's schedulers and decision-makers work: propose, see the verdict, decide, confirm or release."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from itertools import count

from tracker.cli.demo.asking import Asking
from tracker.cli.demo.calendar import in_office_hours, working_days_after
from tracker.cli.demo.objecting import SETTLED, WAITING, plan_answer, plan_objection
from tracker.cli.demo.stage import Stage
from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import Ruling, State
from tracker.models import Assignment
from tracker.services import assignments, decisions
from tracker.services.checks import Changed, loaded

FIRST_REFERENCE = 1001
SCHEDULER, FIRST_VOICE, SECOND_VOICE = "scheduler", "decisions", "second.decisions"
ALLOWED = (
    "The connection is slight and long known. A second inspector leads on leadership, and reads all of the evidence.",
    "The provider was told of the connection and does not object. The inspector takes no part in the grade.",
    "Nothing known from that time bears on what is inspected now; quality assurance reads the whole report.",
    "The inspector confirmed by telephone that nothing else connects them. The lead inspector holds the interviews.",
)
UPHELD = (
    "A parent or governor who knew of this would doubt the result. Another inspector is available.",
    "Too close: the people whom the inspector worked with are still there.",
    "The connection cannot be judged in the time that is left; the team must be beyond doubt.",
)
RELEASED = (
    "A real connection: replaced without asking for an exception.",
    "The inspector has not declared in time; replaced.",
    "Replaced by an inspector without a connection.",
)
EXCEPTION = (
    "An exception: nobody else free signs at the level that these pupils need. The inspector speaks with pupils only.",
    "I agree with the exception and with its limits; the provider was told and has agreed in writing.",
)


class Ending(StrEnum):
    """How a proposal ends where the check finds something."""

    USUAL = "as it mostly goes"
    WAIT = "nobody has decided yet"
    LEAVE = "confirmed, and left as it is when it is questioned"
    ALLOW = "allowed, then confirmed"
    UPHOLD = "upheld"
    RELEASE = "released by the scheduler"
    EXCEPTION = "an exception by two"
    OBJECTED = "the provider objects, and nobody has decided yet"
    ANSWERED = "the provider objects, that is allowed, and it is answered"


@dataclass(frozen=True, slots=True)
class Visit:
    """An inspection to be planned, and who is to be proposed for it: staff number, role, and how it is to end."""

    provider: str
    framework: str
    starts_on: date
    ends_on: date
    team: tuple[tuple[str, str, Ending], ...]
    places: int = 0


@dataclass
class Assigning:
    """Plans visits and follows their assignments to an end. `substitutes` may step in where somebody is released."""

    stage: Stage
    substitutes: tuple[str, ...]
    asking: Asking
    _references: "count[int]" = field(default_factory=lambda: count(FIRST_REFERENCE))
    _endings: dict[str, Ending] = field(default_factory=dict)

    def visit(self, visit: Visit, planned_on: date, proposed_on: date) -> None:
        """Plan a visit on one day and propose its team on another."""
        stage = self.stage
        for staff_no, _, _ in visit.team:
            stage.occupy(staff_no, visit.starts_on, visit.ends_on)

        def add(at: datetime) -> None:
            reference = f"INS-{next(self._references)}"
            command = assignments.AddInspection(
                reference,
                visit.provider,
                visit.framework,
                visit.starts_on,
                visit.ends_on,
                visit.places or max(1, len(visit.team)),
            )
            assignments.add_inspection(stage.session, stage.actors[SCHEDULER], command, at=at)
            for staff_no, role, ending in visit.team:
                self._plan_proposal(proposed_on, reference, staff_no, role, ending)

        stage.plan(in_office_hours(stage.rng, planned_on), add)

    def _plan_proposal(self, day: date, reference: str, staff_no: str, role: str, ending: Ending) -> None:
        stage = self.stage
        may_be_second = ending not in (Ending.EXCEPTION, Ending.WAIT)
        who = SECOND_VOICE if may_be_second and stage.rng.random() < 0.2 else SCHEDULER  # noqa: PLR2004 (one of five)

        def propose(at: datetime) -> None:
            command = assignments.Propose(reference, staff_no, role)
            made = assignments.propose(stage.session, stage.actors[who], command, rules=stage.rules, at=at)
            self._endings[made.ref] = ending
            self._follow(made.ref, made.verdict, at.date())

        stage.plan(in_office_hours(stage.rng, day), propose)

    def _follow(self, ref: str, verdict: Verdict, day: date) -> None:
        """Plan what comes of an assignment of this verdict."""
        ending = self._endings.get(ref, Ending.USUAL)
        if ending is Ending.WAIT:
            return
        if ending in (Ending.OBJECTED, Ending.ANSWERED):
            self._objected(ref, day, ending)
            return
        if ending is Ending.USUAL:
            ending = self._usual(verdict)
        if verdict is Verdict.CLEAR or ending is Ending.ALLOW:
            soon = working_days_after(day, self.stage.rng.randint(0, 2))
            if verdict is not Verdict.CLEAR:
                self._plan_ruling(soon, ref, Ruling.ALLOW)
            self._plan_confirmation(working_days_after(soon, 1), ref)
        elif ending is Ending.UPHOLD:
            self._plan_ruling(working_days_after(day, self.stage.rng.randint(1, 3)), ref, Ruling.UPHOLD)
        elif ending is Ending.RELEASE:
            self._plan_release(working_days_after(day, 1), ref)
        elif ending is Ending.EXCEPTION:
            for number, (who, reasons) in enumerate(zip((FIRST_VOICE, SECOND_VOICE), EXCEPTION, strict=True), start=1):
                self._plan_ruling(working_days_after(day, number), ref, Ruling.ALLOW, who=who, reasons=reasons)
            self._plan_confirmation(working_days_after(day, 3), ref)

    def _objected(self, ref: str, day: date, ending: Ending) -> None:
        """Plan that the provider objects, and where it is to be settled, what comes of that."""
        stage, said = self.stage, WAITING if ending is Ending.OBJECTED else SETTLED
        plan_objection(stage, working_days_after(day, 4), ref, said, who=SCHEDULER)
        if ending is Ending.ANSWERED:
            self._plan_ruling(working_days_after(day, 5), ref, Ruling.ALLOW)
            self._plan_confirmation(working_days_after(day, 6), ref)
            plan_answer(stage, working_days_after(day, 6), ref, who=SCHEDULER)

    def _usual(self, verdict: Verdict) -> Ending:
        chance = self.stage.rng.random()
        if verdict is Verdict.REAL:
            return Ending.UPHOLD if chance < 0.5 else Ending.RELEASE  # noqa: PLR2004 (as often)
        return Ending.ALLOW if chance < 0.6 else Ending.UPHOLD  # noqa: PLR2004 (somewhat more often)

    def _plan_ruling(self, day: date, ref: str, ruling: Ruling, who: str | None = None, reasons: str = "") -> None:
        stage = self.stage
        said = reasons or stage.rng.choice(ALLOWED if ruling is Ruling.ALLOW else UPHELD)

        def rule(at: datetime) -> None:
            assignment = self._open(ref)
            if assignment is None or assignment.check is None:
                return
            own = assignment.proposed_by == stage.actors[SECOND_VOICE].ref
            voice = who or (FIRST_VOICE if own else stage.rng.choice((FIRST_VOICE, FIRST_VOICE, SECOND_VOICE)))
            wanted = [each.fingerprint for each in assignment.check.findings]
            # To uphold one finding is to release; the others need no word.
            for fingerprint in wanted[:1] if ruling is Ruling.UPHOLD else wanted:
                is_first = ruling is Ruling.ALLOW and fingerprint == wanted[0] and who in (None, FIRST_VOICE)
                asked = self.asking.wanted(assignment.inspector.staff_no, at) if is_first else ()
                command = decisions.Decide(ref, fingerprint, ruling, said, asked)
                decisions.decide(stage.session, stage.actors[voice], command, at=at)
            if ruling is Ruling.UPHOLD:
                self._replace(assignment, at)

        stage.plan(in_office_hours(stage.rng, day), rule)

    def _plan_confirmation(self, day: date, ref: str) -> None:
        stage = self.stage

        def confirm(at: datetime) -> None:
            if self._open(ref) is None:
                return
            answer = assignments.confirm(stage.session, stage.actors[SCHEDULER], ref, at=at)
            if not answer.confirmed:
                self._endings[ref] = Ending.UPHOLD
                self._follow(ref, answer.assignment.verdict, at.date())

        stage.plan(in_office_hours(stage.rng, day), confirm)

    def _plan_release(self, day: date, ref: str) -> None:
        stage = self.stage

        def release(at: datetime) -> None:
            assignment = self._open(ref)
            if assignment is None:
                return
            reason = RELEASED[0 if assignment.verdict is Verdict.REAL else 2]
            assignments.release(stage.session, stage.actors[SCHEDULER], assignments.Release(ref, reason), at=at)
            self._replace(assignment, at)

        stage.plan(in_office_hours(stage.rng, day), release)

    def _open(self, ref: str) -> Assignment | None:
        """Return an assignment that may still be confirmed or released, with its inspection and findings."""
        assignment = loaded(self.stage.session, ref)
        return assignment if assignment and assignment.state in (State.PROPOSED, State.QUESTIONED) else None

    def _replace(self, released: Assignment, at: datetime) -> None:
        """Propose somebody else on the next working day, if there is time and somebody is free."""
        inspection, day = released.inspection, working_days_after(at.date(), 1)
        free = [
            each
            for each in self.substitutes
            if self.stage.is_free(each, inspection.starts_on, inspection.ends_on)
            and self.stage.may_go(each, inspection.provider, released.role)
        ]
        if not free or working_days_after(day, 5) > inspection.starts_on:
            return
        chosen = self.stage.rng.choice(free)
        self.stage.occupy(chosen, inspection.starts_on, inspection.ends_on)
        self._plan_proposal(day, inspection.reference, chosen, released.role, Ending.USUAL)

    def touched(self, changed: Changed, at: datetime) -> None:
        """Follow an assignment that a declaration has touched; one that waits goes on waiting."""
        if changed.now is not Verdict.CLEAR and self._endings.get(changed.ref) is not Ending.LEAVE:
            self._follow(changed.ref, changed.now, at.date())
