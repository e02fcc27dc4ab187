"""Forms whose words others read: a name that seems to stand there is asked about once."""

from collections.abc import Sequence
from typing import Any

from wtforms import Field

from tracker.domain.naming import seems_to_name
from tracker.web.fields import AreaField, CheckboxesField, Form

YES = "yes"


class MindsNames(Form):
    """Warns of what seems to be a name in some of its fields, unless the person says that it must stay."""

    keep = CheckboxesField(
        "Is it needed?",
        choices=[(YES, "The name is needed to understand it, or is nobody’s: keep the words as they are")],
    )
    # Whose names may stand there, as the inspector's own: in words.
    known = ""
    is_warned = False

    @property
    def minded(self) -> Sequence[Field]:
        """The fields that others read."""
        raise NotImplementedError

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 (WTForms' signature)
        """Refuse also a name, once."""
        is_sound = bool(super().validate(extra_validators))
        for field in self.minded:
            names = () if field.errors else seems_to_name(field.data or "", self.known)
            self.is_warned = self.is_warned or bool(names)
            if names and YES not in (self.keep.data or ()):
                listed = " and ".join(f"“{each}”" for each in names[:3])
                field.errors = (f"This seems to hold a name: {listed}. Take it out, or say below that it must stay",)
                is_sound = False
        return is_sound


class Worded(MindsNames):
    """Words that are kept."""

    words = AreaField("Words", needed="Enter the words")

    @property
    def minded(self) -> Sequence[Field]:
        """The words."""
        return (self.words,)
