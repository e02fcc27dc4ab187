"""The scheduler's forms."""

from wtforms.validators import ValidationError

from tracker.domain.choosing import WHY
from tracker.domain.lifecycle import ROLES
from tracker.domain.moving import LONGEST_REASON
from tracker.domain.planning import LONGEST_REFERENCE
from tracker.services.replacing import LONGEST_WORDS
from tracker.web.dates import DayField
from tracker.web.fields import AreaField, Form, RadiosField, TextField

MOST_DIGITS = 4


class PlanForm(Form):
    """An inspection to plan. The provider was chosen on the page before, and travels along."""

    provider = TextField("Provider", needed="Choose a provider")
    reference = TextField(
        "Reference",
        longest=LONGEST_REFERENCE,
        classes="govuk-input--width-20",
        hint="The number or name by which everybody knows this inspection",
        needed="Enter a reference",
        autocomplete="off",
    )
    framework = TextField(
        "Framework", hint="What it is done under, for example “Graded inspection”", needed="Enter the framework"
    )
    starts_on = DayField("First day", what="The first day", hint="For example, 17 3 2026", needed="Enter the first day")
    ends_on = DayField("Last day", what="The last day", hint="For example, 18 3 2026", needed="Enter the last day")
    team_size = TextField(
        "Team size",
        classes="govuk-input--width-3",
        hint="How many inspectors, the lead included; observers come on top",
        needed="Enter the team size",
    )

    def validate_reference(self, field: TextField) -> None:
        """Refuse what would make an address that leads elsewhere."""
        if {part.strip() for part in (field.data or "").split("/")} & {"", ".", ".."}:
            raise ValidationError("Reference must have letters or numbers before and after each /")

    def validate_team_size(self, field: TextField) -> None:
        """Refuse what is not a whole number."""
        text = field.data or ""
        if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
            raise ValidationError("Team size must be a whole number, like 3")


class MoveForm(Form):
    """The new days of an inspection, and why they change."""

    starts_on = DayField("First day", what="The first day", hint="For example, 17 3 2026", needed="Enter the first day")
    ends_on = DayField("Last day", what="The last day", hint="For example, 18 3 2026", needed="Enter the last day")
    reason = AreaField(
        "Why do the days change?",
        longest=LONGEST_REASON,
        rows=3,
        hint="Kept with the history. Do not write what you know of somebody’s private life.",
        needed="Say why the days change",
    )


class CallOffForm(Form):
    """Why an inspection is called off."""

    reason = AreaField(
        "Why is it called off?",
        longest=LONGEST_REASON,
        rows=3,
        hint="Kept with the history. Do not write what you know of somebody’s private life.",
        needed="Say why it is called off",
    )


class ChooseForm(Form):
    """The inspector whose button was pressed, and the role that the page was for."""

    staff_no = TextField("Candidate", needed="Choose an inspector from the list")
    role = RadiosField("Role", choices=[(role, role.capitalize()) for role in ROLES], needed="Choose a role")


class ReplaceForm(ChooseForm):
    """Why an inspector is replaced, and by whom."""

    why = RadiosField(
        "Why is the inspector replaced?",
        choices=list(WHY.items()),
        needed="Choose why the inspector is replaced",
    )
    words = TextField(
        "More about it, if need be",
        longest=LONGEST_WORDS,
        hint="Kept with the history. Do not write what you know of somebody’s private life.",
        autocomplete="off",
    )


class ReleaseForm(Form):
    """Why an inspector is released."""

    reason = AreaField(
        "Why is the inspector released?",
        longest=500,
        rows=3,
        hint="Kept with the history. Do not write what you know of somebody’s private life.",
        needed="Say why the inspector is released",
    )
