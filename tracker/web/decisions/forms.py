"""The decision-maker's forms."""

from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import Ruling
from tracker.web.fields import AreaField, Form, RadiosField


class DecideForm(Form):
    """A decision on one finding. What each answer brings about is said beside it, by the view."""

    outcome = RadiosField("What do you decide?", needed="Choose what you decide")
    reasons = AreaField(
        "Your reasons",
        hint="They must stand on their own, years from now. Other decision-makers and auditors read them.",
        needed="Give your reasons",
    )

    def __init__(self, *, allow_hint: str, uphold_hint: str) -> None:
        super().__init__()
        self.outcome.choices = [
            (str(Ruling.ALLOW), "Allow it", {"hint": allow_hint}),
            (str(Ruling.UPHOLD), "Uphold it", {"hint": uphold_hint}),
        ]


class GradeForm(Form):
    """A reviewer's grade of a connection that no list foresees."""

    verdict = RadiosField(
        "How heavy is this connection?",
        choices=[
            (str(Verdict.REAL), "Real", {"hint": "It could improperly influence the inspector’s work at this place"}),
            (str(Verdict.PERCEIVED), "Perceived", {"hint": "Others could reasonably think that it does"}),
            (str(Verdict.CLEAR), "Clear", {"hint": "It does not matter for inspecting there"}),
        ],
        needed="Choose a grade",
    )
    reasons = AreaField(
        "Your reasons",
        hint="They must stand on their own, years from now. Auditors read them.",
        needed="Give your reasons",
    )


class LinkForm(Form):
    """A reviewer's reasons for linking an organisation, or for taking a link back."""

    reasons = AreaField(
        "Your reasons",
        hint="They must stand on their own, years from now. Auditors read them.",
        needed="Give your reasons",
    )
