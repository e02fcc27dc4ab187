"""The decision-maker's forms."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import request
from wtforms import Field, FieldList, FormField, HiddenField
from wtforms import Form as Part
from wtforms.validators import ValidationError

from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import Ruling
from tracker.domain.mitigating import LONGEST, MOST
from tracker.queries.mitigation_owners import Owner
from tracker.services.mitigations import Mitigate
from tracker.web.dates import DayField
from tracker.web.fields import AreaField, Form, ListField, RadiosField
from tracker.web.worded import MindsNames, Worded

LONGEST_QUESTION = 1000
MOST_DIGITS = 6


class MitigationPart(Part):
    """One thing that must be done if a finding is allowed. It is there because somebody pressed a button for it."""

    what = AreaField("What must be done?", longest=LONGEST, rows=2, needed="Say what must be done")
    owner = ListField("Who is to see to it?", needed="Choose who is to see to it")
    due_on = DayField("By which day?", what="The due date", needed="Enter the day by which it must be done")
    today: date

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was entered."""
        return not (self.what.data or self.owner.data or any(self.due_on.parts.values()))

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 (WTForms' own)
        """Say of what is empty as a whole that it is so, once: whoever meant to ask for something must not lose it."""
        if self.is_empty:
            self.what.errors = ("Say what must be done, or leave this mitigation out",)
            return False
        return bool(super().validate(extra_validators))

    def validate_due_on(self, field: DayField) -> None:
        """Refuse a day that has passed."""
        if field.data and field.data < self.today:
            raise ValidationError("The due date must be today or later")


class DecideForm(MindsNames):
    """A decision on one finding. What each answer brings about is said beside it, by the view."""

    outcome = RadiosField("What do you decide?", needed="Choose what you decide")
    reasons = AreaField(
        "Your reasons",
        hint="They must stand on their own, years from now. Other decision-makers and auditors read them.",
        needed="Give your reasons",
    )
    mitigations = FieldList(FormField(MitigationPart))
    # How many decisions on the finding the page showed.
    seen = HiddenField()

    def __init__(
        self, *, allow_hint: str, uphold_hint: str, owners: Sequence[Owner], today: date, known: str = ""
    ) -> None:
        super().__init__()
        self.known = known
        self.outcome.choices = [
            (str(Ruling.ALLOW), "Allow it", {"hint": allow_hint}),
            (str(Ruling.UPHOLD), "Uphold it", {"hint": uphold_hint}),
        ]
        self.owners, self.today = owners, today
        for each in self.mitigations:
            self._fit(each.form)

    @property
    def minded(self) -> Sequence[Field]:
        """What must be done: schedulers read it."""
        return [each.form.what for each in self.mitigations]

    def _fit(self, part: MitigationPart) -> None:
        """Give a mitigation the people to choose from, by name, and the day that it is."""
        part.owner.choices = [("", ""), *((each.ref, f"{each.name} ({each.role})") for each in self.owners)]
        part.today = self.today

    def rearranged(self) -> bool:
        """Add or leave out a mitigation, where one of the buttons for that was pressed; tell whether one was."""
        if "add" in request.form:
            if len(self.mitigations.entries) < MOST:
                self._fit(self.mitigations.append_entry().form)
            return True
        place = request.form.get("remove", "")
        if place in {str(number) for number in range(len(self.mitigations.entries))}:
            del self.mitigations.entries[int(place)]
            return True
        return False

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 (WTForms' own)
        """Refuse also mitigations beside a finding that is upheld; say of which of several an error is."""
        if self.outcome.data == Ruling.UPHOLD:
            # To uphold asks for nothing, so that an empty one is not missed.
            self.mitigations.entries = [each for each in self.mitigations.entries if not each.form.is_empty]
        is_sound = bool(super().validate(extra_validators))
        if self.outcome.data == Ruling.UPHOLD and self.asked:
            said = "To uphold it releases the inspector: leave out the mitigations, or allow it"
            self.outcome.errors = (*self.outcome.errors, said)
            is_sound = False
        if len(self.mitigations.entries) > 1:
            for number, each in enumerate(self.mitigations, start=1):
                for field in each.form:
                    field.errors = [f"{error} (mitigation {number})" for error in field.errors]
        return is_sound

    @property
    def seen_number(self) -> int | None:
        """How many decisions the page showed; None where it does not say."""
        text = self.seen.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None

    @property
    def asked(self) -> tuple[Mitigate, ...]:
        """The mitigations that were entered; those that are sound."""
        parts = [each.form for each in self.mitigations]
        return tuple(
            Mitigate(part.what.data or "", part.owner.data or "", part.due_on.data or self.today) for part in parts
        )


class AskForm(Worded):
    """A question to the inspector."""

    words = AreaField(
        "What do you ask?",
        hint="The inspector reads just these words beside the finding’s own sentence. Name nobody else.",
        longest=LONGEST_QUESTION,
        needed="Write your question",
    )


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
