"""What the demonstration's decision-makers ask for: mitigations, and answers before they decide."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select

from tracker.cli.demo.calendar import SATURDAY, working_day
from tracker.cli.demo.stage import Stage
from tracker.domain.lifecycle import OPEN
from tracker.models import Account, Assignment, ConflictCheck, FindingRow, Inspector, Mitigation, MitigationDone
from tracker.services import mitigations, questions

# Of an allowed finding of whom: who sees to it, what, and how many days from today it is due.
WANTED: dict[str, tuple[tuple[str, str, int], ...]] = {
    "D1011": (
        ("scheduler", "Add a second inspector to every interview with leaders and governors", -3),
        ("second.decisions", "Take the inspector out of the judgement on leadership, and say so to the team", -5),
    ),
    "D1006": (("scheduler", "Have quality assurance read the draft report before it is signed", 10),),
}
DONE_BY, EVIDENCE = "second.decisions", "The lead's plan of the two days names another inspector for leadership."
# On whose open finding: what is asked, and what is answered, if it is.
ASKED = {
    "D1013": ("Do you still meet anybody who leads this school today, at work or outside it?", ""),
    "D1009": (
        "Does your child's sixth form share any teachers with the school that you are to inspect?",
        "No. The two have one name and one site, and no teacher works in both this year.",
    ),
}
VOICE = "decisions"


@dataclass
class Asking:
    """Knows what each decision asks for, and plans the questions, the answers and what is done."""

    stage: Stage
    today: date

    def wanted(self, staff_no: str, at: datetime) -> tuple[mitigations.Mitigate, ...]:
        """Return what the first decision on this inspector's finding asks for; nothing that would be due before it."""
        due = [(who, what, self.today + timedelta(days=days)) for who, what, days in WANTED.get(staff_no, ())]
        return tuple(
            mitigations.Mitigate(what, self.stage.actors[who].ref.removeprefix("person:"), day)
            for who, what, day in due
            if day >= at.date()
        )

    def plan(self) -> None:
        """Plan all of it; no chance is drawn, so that the rest of the story stays as it is."""
        done_on = working_day(self.today - timedelta(days=6))
        self.stage.plan(datetime.combine(done_on, time(11), UTC), self._do)
        last = self.today - timedelta(days=1)
        while last.weekday() >= SATURDAY:
            last -= timedelta(days=1)
        for number, staff_no in enumerate(ASKED):
            at = datetime.combine(last, time(17, 10 + number), UTC)
            self.stage.plan(at, self._asks(staff_no))

    def _asks(self, staff_no: str) -> Callable[[datetime], None]:
        words, answer = ASKED[staff_no]

        def ask(at: datetime) -> None:
            session, actors = self.stage.session, self.stage.actors
            row = session.execute(
                select(Assignment.ref, FindingRow.fingerprint)
                .join(Inspector, Inspector.id == Assignment.inspector_id)
                .join(ConflictCheck, ConflictCheck.id == Assignment.check_id)
                .join(FindingRow, FindingRow.check_id == ConflictCheck.id)
                .where(Inspector.staff_no == staff_no, Assignment.state.in_(OPEN))
                .order_by(Assignment.id.desc(), FindingRow.position)
            ).first()
            if row is None:
                return
            command = questions.AskInspector(row.ref, row.fingerprint, words)
            asked = questions.ask(session, actors[VOICE], command, at=at)
            if answer:
                given = questions.AnswerQuestion(asked.ref, answer)
                questions.answer(session, actors[staff_no], given, at=at + timedelta(minutes=20))

        return ask

    def _do(self, at: datetime) -> None:
        session, actor = self.stage.session, self.stage.actors[DONE_BY]
        waiting = session.scalars(
            select(Mitigation.ref)
            .join(Account, Account.id == Mitigation.owner_id)
            .where(Account.ref == actor.ref.removeprefix("person:"))
            .where(Mitigation.id.not_in(select(MitigationDone.mitigation_id)))
        ).all()
        for ref in waiting:
            mitigations.say_done(session, actor, mitigations.SayDone(ref, EVIDENCE), at=at)
