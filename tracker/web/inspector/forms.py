"""The inspector's forms, one a page."""

from typing import Any

from wtforms import HiddenField

from tracker.domain.facts import Circle, Holder, Nature
from tracker.domain.naming import seems_to_name
from tracker.domain.statement import LONGEST_NOTE
from tracker.web.dates import PartialDateField
from tracker.web.fields import AreaField, CheckboxesField, Form, RadiosField
from tracker.web.inspector.room import Guarded
from tracker.web.inspector.words import HOLDERS, NATURES, NOTHING

STILL, ENDED = "still", "ended"
NONE = "none"
YES = "yes"
PAGE_LEGEND = "govuk-fieldset__legend--l"
GROUPS = ((Circle.SELF, "You"), (Circle.FAMILY, "Close family and household"), (Circle.WIDER, "Others close to you"))


class KindsForm(Guarded):
    """Which kinds of connection there are: what is not chosen, there is none of."""

    natures = CheckboxesField(
        "Which of these do you have to declare?",
        hint="Think of yourself, your close family and household, and others close to you: now, in the past, or "
        "already arranged. Choose all that apply. If in doubt, choose it: you can take it back.",
        choices=[
            *((nature, label, {"hint": hint}) for nature, (label, hint) in NATURES.items()),
            (NONE, NOTHING, {"hint": "This is a declaration too: it is recorded and dated."}),
        ],
        needed="Choose what you have to declare, or that there is nothing",
    )

    def items(self) -> list[dict[str, Any]]:
        """Return the answers, the last of which rules out the others."""
        *kinds, none = self.natures.items()
        return [*kinds, {"divider": "or"}, {**none, "behaviour": "exclusive"}]

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 (WTForms' signature)
        """Refuse “none of these” beside one of these."""
        super().validate(extra_validators)
        if not self.natures.errors and NONE in self.natures.data and len(self.natures.data) > 1:
            self.natures.errors = ("Choose either kinds of connection, or that there is none of them",)
        return not self.errors

    @property
    def chosen(self) -> list[str]:
        """The natures that there are."""
        return [each for each in self.natures.data if each != NONE]


class RenewForm(Guarded):
    """Which connections still hold as they stand."""

    keys = CheckboxesField(
        "Which of these still hold, just as they stand here?",
        hint="Choose all that do. You change or remove the others next.",
    )


class NatureForm(Guarded):
    """What the connection is."""

    nature = RadiosField(
        "What is the connection?",
        choices=[(nature, label, {"hint": hint}) for nature, (label, hint) in NATURES.items()],
        needed="Choose what the connection is",
    )


class HolderForm(Guarded):
    """Whose connection it is."""

    holder = RadiosField(
        "Whose connection is it?",
        choices=[
            (holder, label, {"hint": hint}) if hint else (holder, label) for holder, (label, hint) in HOLDERS.items()
        ],
        needed="Choose whose connection it is",
    )

    def groups(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """Return the answers under the heading of their circle, each with an id: the first bears the field's own."""
        items = [
            {**item, "id": self.holder.id + (f"-{place}" if place > 1 else "")}
            for place, item in enumerate(self.holder.items(), start=1)
        ]
        return [
            (heading, [item for item in items if Holder(item["value"]).circle is circle]) for circle, heading in GROUPS
        ]


class DatesForm(Guarded):
    """When a lasting connection began, whether it ended, and if so when."""

    began_on = PartialDateField(
        "When did it begin?",
        what="The date it began",
        hint="For example, 1 9 2015. Leave the day or the month empty if you do not know it. It may lie ahead.",
        needed="Enter when it began: the year is enough",
    )
    state = RadiosField(
        "Is it still so?",
        choices=[(STILL, "Yes, or it has not begun yet"), (ENDED, "No, or its end is fixed")],
        needed="Choose whether it is still so",
    )
    ended_on = PartialDateField(
        "If it has ended, or its end is fixed, when?",
        what="The date it ended",
        hint="For example, 7 2023. Leave it empty if it is still so.",
    )

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 (WTForms' signature)
        """Ask for an end just where one is said to be; refuse two answers that contradict each other."""
        super().validate(extra_validators)
        if not self.ended_on.errors:
            if self.state.data == ENDED and self.ended_on.data is None:
                self.ended_on.errors = ("Enter when it ended: the year is enough",)
            if self.state.data == STILL and self.ended_on.data is not None:
                self.ended_on.errors = ("You say that it is still so: clear this date, or choose no above",)
        return not self.errors

    def answers(self) -> tuple[str, str]:
        """Return the two dates as text, the second empty where it is still so."""
        return self.began_on.data.text, self.ended_on.data.text if self.ended_on.data else ""

    def fill(self, began_on: str | None, ended_on: str | None) -> None:
        """Show dates that are known already."""
        self.began_on.process_data(began_on)
        self.ended_on.process_data(ended_on)
        if began_on is not None:
            self.state.data = ENDED if ended_on else STILL


class EventForm(Guarded):
    """When something happened."""

    began_on = PartialDateField(
        "When did it happen?",
        what="The date it happened",
        hint="For example, 1 9 2024. If you do not know the day or the month, leave them empty.",
        needed="Enter when it happened: the year is enough",
    )
    ended_on = PartialDateField(
        "If it went on for longer, when did it end? (optional)",
        what="The date it ended",
        hint="Leave it empty if it happened once.",
    )

    def answers(self) -> tuple[str, str]:
        """Return the two dates as text, the second empty where it happened once."""
        return self.began_on.data.text, self.ended_on.data.text if self.ended_on.data else ""

    def fill(self, began_on: str | None, ended_on: str | None) -> None:
        """Show dates that are known already."""
        self.began_on.process_data(began_on)
        self.ended_on.process_data(ended_on)


class NoteForm(Guarded):
    """Words that help to understand it; a name that seems to stand there is asked about once."""

    note = AreaField(
        "Is there anything else to know about it? (optional)",
        longest=LONGEST_NOTE,
        hint="For example, which role. Do not name relatives or friends: who they are to you is enough.",
    )
    keep = CheckboxesField(
        "Is it nobody’s name?",
        choices=[(YES, "It is not the name of a relative, a friend or an associate: keep the note as it is")],
    )
    # The name of what the connection is with, which may stand in the note.
    known = ""
    is_warned = False

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 (WTForms' signature)
        """Warn of what seems to be a name, unless the person says that it is none."""
        super().validate(extra_validators)
        names = () if self.note.errors else seems_to_name(self.note.data or "", self.known)
        self.is_warned = bool(names)
        if names and YES not in (self.keep.data or ()):
            listed = " and ".join(f"“{each}”" for each in names[:3])
            self.note.errors = (f"This seems to hold a name: {listed}. Take it out, or say below that it is nobody’s",)
        return not self.errors


class DetailsForm(HolderForm, DatesForm, NoteForm):
    """All that is asked of a lasting connection whose kind and target are known, on one page."""

    entry = HiddenField()


class EventDetailsForm(HolderForm, EventForm, NoteForm):
    """The same of a happening."""

    entry = HiddenField()


class RaiseForm(NatureForm, DetailsForm):
    """One more connection, of whatever kind, for one inspection."""

    declaration = HiddenField()

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 (WTForms' signature)
        """Ask for the words by which a reviewer grades what no list foresees."""
        super().validate(extra_validators)
        if self.nature.data == Nature.OTHER and not self.note.data and not self.note.errors:
            self.note.errors = ("Describe the connection, so that a reviewer can grade it",)
        return not self.errors


class FileForm(Guarded):
    """The draft as it was read, and the declaration that it is to replace."""

    based_on = HiddenField()


class WithdrawForm(Form):
    """Why the declaration in force is withdrawn."""

    based_on = HiddenField()
    reason = AreaField(
        "Why do you withdraw it?",
        longest=500,
        rows=3,
        hint="For example, that you no longer inspect. It is kept with the history.",
        needed="Say why you withdraw it",
    )
