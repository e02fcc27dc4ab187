"""The forms of the pages about plans."""

from wtforms.validators import ValidationError

from tracker.database import db
from tracker.domain.planning import LONGEST_REFERENCE
from tracker.queries import loads
from tracker.web.dates import DayField
from tracker.web.fields import Form, RadiosField, TextField

LONGEST_STAFF_NO = 40


class AskForm(Form):
    """The period to plan."""

    first_on = DayField("First day", what="The first day", needed="Enter the first day")
    last_on = DayField("Last day", what="The last day", needed="Enter the last day")


class ActForm(Form):
    """Nothing but a button."""


class KeepForm(Form):
    """A choice to keep: who is to have which place."""

    inspection = TextField("Inspection", longest=LONGEST_REFERENCE, needed="Choose the inspection")
    role = RadiosField("Place", choices=[("lead", "Lead"), ("team", "Team")], needed="Choose the place")
    staff_no = TextField(
        "Staff number",
        longest=LONGEST_STAFF_NO,
        classes="govuk-input--width-10",
        hint="Of whoever is to have the place, as on the staff list",
        needed="Enter the staff number",
        autocomplete="off",
    )

    def validate_staff_no(self, field: TextField) -> None:
        """Refuse a number that nobody on the staff list has: the plan would fail for it later."""
        if field.data and loads.inspector(db.session, field.data) is None:
            raise ValidationError(
                f"Nobody on the staff list has the number {field.data}: look it up and enter it again"
            )
