"""A year of it: what was declared, planned, proposed, decided and released, each act by the person whose it is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from tracker.cli.demo.asking import Asking
from tracker.cli.demo.assigning import Assigning, Ending, Visit
from tracker.cli.demo.builder import STORY
from tracker.cli.demo.calendar import in_office_hours, is_holiday, monday, working_day, working_days_after
from tracker.cli.demo.changing import plan_changes
from tracker.cli.demo.declaring import Lives
from tracker.cli.demo.episodes import LAPSED, LATE, LINKED, UNDECLARED, WITHDRAWN, Scene, late_connection, mine, scenes
from tracker.cli.demo.landmarks import named, numbers
from tracker.cli.demo.people import INSPECTORS, ME
from tracker.cli.demo.register import DemoRegister
from tracker.cli.demo.stage import Stage
from tracker.cli.demo.term import plan_term
from tracker.domain.facts import Nature, Verdict
from tracker.domain.lifecycle import LEAD, TEAM
from tracker.domain.statement import Claim, Statement
from tracker.models import ConnectionRow, Declaration, Inspector
from tracker.services import declaration_imports, declarations, organisations

VISITS_A_WEEK = 2
AHEAD_WEEKS = 5
AMENDMENTS = 14
NIL_OF_A_HUNDRED = 16
FRAMEWORKS = ("Graded inspection", "Ungraded inspection", "Ungraded inspection", "Monitoring inspection")


@dataclass
class Story:
    """Everything that is to happen on the stage, in a world that is already there."""

    stage: Stage
    register: DemoRegister
    today: date

    def __post_init__(self) -> None:
        self.lives = Lives.around(self.stage.rng, self.register)
        self.scenes = scenes(self.register.landmarks, self.today)
        cast = {each.staff_no for each in self.scenes} | {*UNDECLARED, *LAPSED, ME}
        self.named = named(self.register.landmarks)
        everyone = [f"D{1000 + number}" for number in range(1, INSPECTORS + 1)]
        self.chorus = tuple(each for each in everyone if each not in cast)
        self.declaring = [each for each in everyone if each not in UNDECLARED]
        self.asking = Asking(self.stage, self.today)
        self.assigning = Assigning(self.stage, self.chorus, self.asking)
        self.stage.on_touched = self.assigning.touched
        self.begins_on = working_day(self.today - STORY)

    def tell(self, progress: Callable[[int], None]) -> None:
        """Plan everything, and let it happen."""
        stage = self.stage
        first = self._first_declarations()
        stage.plan(in_office_hours(stage.rng, self.begins_on + timedelta(days=1)), lambda at: self._import(first, at))
        for claim in first:
            self._renewal(claim)
        self._amendments()
        self._late_ones()
        for scene in self.scenes:
            self._scene(scene)
        self._visits()
        self.asking.plan()
        plan_term(self.assigning, self.unvisited, self.today)
        plan_changes(stage, self.today, self.named, self.chorus)
        stage.play(progress)

    def _first_declarations(self) -> list[Claim]:
        """Return what was declared before the story, and is brought over from the tables that were kept until then."""
        rng, claims = self.stage.rng, []
        cast = {each.staff_no for each in self.scenes}
        for row, staff_no in enumerate(self.declaring, start=2):
            least, most = (20, 300) if staff_no not in cast else (150, 255)
            if staff_no in LAPSED:
                least, most = 60, 110
            made = self.begins_on - timedelta(days=380 if staff_no == LAPSED[1] else rng.randint(least, most))
            said = self._drawn(staff_no, made, rng.choice((1, 2, 2, 3, 4))) if rng.random() > 0.2 else ()  # noqa: PLR2004
            claims.append(Claim((row,) * max(1, len(said)), staff_no, in_office_hours(rng, working_day(made)), said))
        return claims

    def _drawn(self, staff_no: str, day: date, number: int) -> tuple[Statement, ...]:
        """Return connections by chance; whoever has a scene gets none that would play into it."""
        drawn = self.lives.several(day, number)
        return drawn if staff_no in self.chorus else tuple(each for each in drawn if each.target not in self.named)

    def _import(self, claims: list[Claim], at: datetime) -> None:
        stage = self.stage
        declaration_imports.import_many(stage.session, stage.actors["administrator"], claims, at=at)

    def _renewal(self, claim: Claim) -> None:
        """Let an inspector declare again in the course of the year: the same, and what is new; a few have nothing."""
        stage, rng, staff_no = self.stage, self.stage.rng, claim.staff_no
        if staff_no in LAPSED:
            return
        day = working_day(claim.declared_at.date() + timedelta(days=rng.randint(301, 340)))
        if staff_no == ME:
            day = working_day(self.today - timedelta(days=351))
        scripted = tuple(said for scene in self.scenes if scene.staff_no == staff_no for said in scene.statements)
        fresh = self._drawn(staff_no, day, rng.choice((0, 1, 1, 2)))
        nil = rng.randrange(100) < NIL_OF_A_HUNDRED and not scripted and staff_no not in (LATE, WITHDRAWN)

        def declare(at: datetime) -> None:
            statements = (*stage.stated(staff_no), *scripted, *fresh)
            if staff_no == ME:
                statements = mine(self.register.landmarks, self.today)
            stage.declare(staff_no, () if nil else _once(statements), at)

        stage.plan(in_office_hours(rng, max(day, self.begins_on + timedelta(days=2))), declare)

    def _amendments(self) -> None:
        """Let some of the chorus remember something, or let it end, between two yearly declarations."""
        stage = self.stage
        for staff_no in stage.rng.sample(self.chorus, AMENDMENTS):
            day = working_day(self.today - timedelta(days=stage.rng.randint(15, 120)))
            fresh = self.lives.several(day, 1)

            def amend(at: datetime, staff_no: str = staff_no, fresh: tuple[Statement, ...] = fresh) -> None:
                kept = stage.stated(staff_no)
                stage.declare(staff_no, _once((*kept[: max(1, len(kept) - 1)], *fresh)), at)

            stage.plan(in_office_hours(stage.rng, day), amend)

    def _late_ones(self) -> None:
        """Let one declare what reaches a confirmed assignment, one withdraw, and a reviewer grade what waits for it."""
        stage, marks = self.stage, self.register.landmarks
        last = working_day(self.today - timedelta(days=6))
        late = late_connection(marks, self.today)
        stage.plan(in_office_hours(stage.rng, last), lambda at: stage.declare(LATE, (*stage.stated(LATE), *late), at))
        reason = "I go on leave for a year and will not inspect; I shall declare afresh when I return"
        stage.plan(in_office_hours(stage.rng, last), lambda at: stage.withdraw(WITHDRAWN, reason, at))
        graded = working_day(self.today - timedelta(days=50))
        stage.plan(in_office_hours(stage.rng, graded), self._grade)
        stage.plan(in_office_hours(stage.rng, graded), self._link)

    def _grade(self, at: datetime) -> None:
        """Let the decision-maker grade every connection that no list foresees, but for the one that is left to find."""
        stage = self.stage
        found = stage.session.scalars(
            select(ConnectionRow.ref)
            .join(Declaration, Declaration.id == ConnectionRow.declaration_id)
            .join(Inspector, Inspector.id == Declaration.inspector_id)
            .where(ConnectionRow.nature == Nature.OTHER, Inspector.staff_no != _waiting_for_review(self.scenes))
        ).all()
        reasons = "Regular, unpaid, and known to parents: it would be seen as a tie."
        for ref in found:
            command = declarations.GradeConnection(ref, Verdict.PERCEIVED, reasons)
            declarations.grade(stage.session, stage.actors["decisions"], command, at=at)

    def _link(self, at: datetime) -> None:
        """Let the decision-maker link an organisation that an inspector named with the trust that it works for."""
        stage = self.stage
        reasons = "Its website and its accounts say that the trust owns it."
        command = organisations.LinkOrganisation(
            LINKED, self.register.landmarks.trust.ref, is_linked=True, reasons=reasons
        )
        organisations.link(stage.session, stage.actors["decisions"], command, at=at)

    def _scene(self, scene: Scene) -> None:
        """Plan a scene's inspection: on a Tuesday or the day after, weeks ahead; what waits was proposed last week."""
        starts_on = working_day(self.today + timedelta(days=scene.days))
        ends_on = starts_on if starts_on.weekday() == 4 else starts_on + timedelta(days=1)  # noqa: PLR2004 (Friday)
        proposed_on = working_day(starts_on - timedelta(days=16))
        if scene.ending is Ending.WAIT:
            proposed_on = working_day(self.today - timedelta(days=self.stage.rng.randint(3, 6)))
        elif scene.days > 0:
            proposed_on = working_day(self.today - timedelta(days=14))
        planned_on = working_day(proposed_on - timedelta(days=self.stage.rng.randint(6, 12)))
        team = ((scene.staff_no, "lead" if scene.staff_no == ME else "team", scene.ending),)
        visit = Visit(scene.provider, self.stage.rng.choice(FRAMEWORKS), starts_on, ends_on, team, places=2)
        self.assigning.visit(visit, planned_on, proposed_on)

    def _visits(self) -> None:
        """Plan ordinary inspections, week after week, into the coming month; one of them still has no team."""
        rng = self.stage.rng
        taken = numbers(self.register.landmarks)
        pool = [each for each in self.register.schools if each.is_open and each.urn not in taken]
        rng.shuffle(pool)
        self.unvisited = pool
        week, last = monday(self.begins_on + timedelta(days=40)), self.today + timedelta(weeks=AHEAD_WEEKS)
        while week <= last:
            for _ in range(0 if is_holiday(week) else VISITS_A_WEEK):
                school = pool.pop()
                starts_on = week + timedelta(days=rng.choice((1, 1, 2)))
                size = 3 if school.phase == "Secondary" else rng.choice((1, 2))
                self._visit(school.ref, starts_on, size)
            week += timedelta(weeks=1)
        starts_on = working_day(self.today + timedelta(days=22))
        self.assigning.visit(
            Visit(
                self.register.landmarks.after_conversion.ref,
                "Graded inspection",
                starts_on,
                working_days_after(starts_on, 1),
                (),
                2,
            ),
            working_day(self.today - timedelta(days=4)),
            self.today,
        )

    def _visit(self, provider: str, starts_on: date, size: int) -> None:
        rng, ends_on = self.stage.rng, working_days_after(starts_on, 1)
        free = [each for each in self.chorus if self.stage.is_free(each, starts_on, ends_on)]
        leads = [each for each in free if self.stage.may_go(each, provider, LEAD)]
        lead = rng.sample(leads, min(1, len(leads)))
        others = [each for each in free if each not in lead and self.stage.may_go(each, provider, TEAM)]
        team = [
            *((each, LEAD) for each in lead),
            *((each, TEAM) for each in rng.sample(others, min(size - 1, len(others)))),
        ]
        members = tuple((*each, Ending.USUAL) for each in team)
        proposed_on = working_day(starts_on - timedelta(days=rng.randint(15, 24)))
        planned_on = working_day(proposed_on - timedelta(days=rng.randint(7, 20)))
        visit = Visit(provider, rng.choice(FRAMEWORKS), starts_on, ends_on, members)
        self.assigning.visit(visit, planned_on, proposed_on)


def _once(statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """Return the statements without doubles."""
    return tuple(dict.fromkeys(statements))


def _waiting_for_review(all_scenes: tuple[Scene, ...]) -> str:
    return next(each.staff_no for each in all_scenes if each.rule == "awaiting-review")
