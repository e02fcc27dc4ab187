"""Form fields that render as the GOV.UK Design System's components, from the macros of its Python port."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import current_app
from flask_wtf import FlaskForm
from flask_wtf.file import FileField as UploadField
from markupsafe import Markup
from wtforms import Field, PasswordField, StringField
from wtforms.validators import StopValidation

from tracker.domain.errors import RefusedError

Params = dict[str, Any]


class Form(FlaskForm):  # type: ignore[misc]  # the base class bears no types
    """A form of the tracker."""

    form_errors: list[str]

    def refuse(self, error: RefusedError) -> None:
        """Show the domain's refusal at the field that it names, or above the whole form."""
        if error.field and error.field in self:
            field = self[error.field]
            field.errors = (*field.errors, str(error))
        else:
            self.form_errors = [*self.form_errors, str(error)]


class Component:
    """A widget that renders a field by a component's macro; keywords at the place of use change its parameters."""

    def __init__(self, component: str, macro: str) -> None:
        self.component = component
        self.macro = macro

    def __call__(self, field: "Shown", **changes: Any) -> Markup:  # noqa: ANN401 (whatever the macro takes)
        params = field.params()
        legend = changes.pop("legend", None)
        if legend and "fieldset" in params:
            params["fieldset"] = {"legend": {**params["fieldset"]["legend"], **legend}}
        for name, value in changes.items():
            old = params.get(name)
            params[name] = {**old, **value} if isinstance(old, dict) and isinstance(value, Mapping) else value
        path = f"govuk_frontend_jinja/components/{self.component}/macro.html"
        return Markup(getattr(current_app.jinja_env.get_template(path).module, self.macro)(params))  # noqa: S704 (a macro's own markup, escaped)


class Shown(Field):
    """What the fields share. `needed` is the sentence that asks for an answer; without it, the field may be empty."""

    def __init__(self, label: str = "", *, needed: str | None = None, hint: str = "", **kwargs: Any) -> None:  # noqa: ANN401 (WTForms' own)
        self.needed = needed
        super().__init__(label, description=hint, **kwargs)

    def pre_validate(self, form: Any) -> None:  # noqa: ANN401, ARG002 (WTForms' signature)
        """Ask for an answer where one is needed; an empty one needs no further look."""
        if self.process_errors:
            raise StopValidation
        if not self.data:
            raise StopValidation(self.needed) if self.needed else StopValidation

    @property
    def target(self) -> str:
        """The id of the first input in error."""
        return str(self.id)

    def params(self) -> Params:
        """Return the parameters of the component's macro."""
        shared: Params = {"id": self.id, "name": self.name, "label": {"text": self.label.text}}
        if self.description:
            shared["hint"] = {"text": self.description}
        if self.errors:
            shared["errorMessage"] = {"text": str(self.errors[0])}
        return shared

    def grouped(self) -> Params:
        """Return the parameters of a component that is a group of inputs, under a legend."""
        shared = self.params_of_group()
        shared["fieldset"] = {"legend": {"text": self.label.text, "classes": "govuk-fieldset__legend--s"}}
        return shared

    def params_of_group(self) -> Params:
        """Return the shared parameters without a label."""
        shared = Shown.params(self)
        del shared["label"]
        return shared


class TextField(Shown, StringField):
    """One line of text, without the spaces around it. `longest` is in characters."""

    widget = Component("input", "govukInput")

    def __init__(
        self,
        label: str = "",
        *,
        longest: int = 200,
        kind: str = "text",
        classes: str = "",
        autocomplete: str = "",
        **kwargs: Any,  # noqa: ANN401 (WTForms' own)
    ) -> None:
        self.longest = longest
        self.own: Params = {"type": kind, "classes": classes, "autocomplete": autocomplete}
        super().__init__(label, **kwargs)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Take the first value."""
        if valuelist:
            self.data = str(valuelist[0]).strip()

    def pre_validate(self, form: Any) -> None:  # noqa: ANN401 (WTForms' signature)
        """Refuse an answer that is too long, or that holds what no page can show and not every database can keep."""
        super().pre_validate(form)
        if not self.can_be_shown:
            raise StopValidation(f"{self.label.text} must not hold signs that cannot be shown")
        if len(self.data or "") > self.longest:
            raise StopValidation(f"{self.label.text} must be {self.longest} characters or fewer")

    @property
    def can_be_shown(self) -> bool:
        """Whether a page can show each sign of the answer on its line."""
        return str(self.data or "").isprintable()

    def params(self) -> Params:
        """Add the value and the input's own settings."""
        own = {name: value for name, value in self.own.items() if value}
        if own.get("type") == "email":
            own["spellcheck"] = False
        return {**super().params(), "value": self.data or "", **own}


class AreaField(TextField):
    """Several lines, with a count of the characters that are left."""

    widget = Component("character-count", "govukCharacterCount")

    def __init__(self, label: str = "", *, longest: int = 2000, rows: int = 4, **kwargs: Any) -> None:  # noqa: ANN401 (WTForms' own)
        super().__init__(label, longest=longest, **kwargs)
        self.own = {"rows": rows, "maxlength": longest}

    @property
    def can_be_shown(self) -> bool:
        """Whether the answer can be kept: people paste all manner of signs into many lines, and but one is none."""
        return "\0" not in (self.data or "")


class SecretField(Shown, PasswordField):
    """A password; never given back to the page."""

    widget = Component("password-input", "govukPasswordInput")

    def params(self) -> Params:
        """Add what password managers look for."""
        return {**super().params(), "autocomplete": "current-password"}


Choice = tuple[str, str] | tuple[str, str, Mapping[str, str]]


class _Chosen(Shown):
    """What the fields with a list of answers share. A choice is (value, text) or (value, text, {"hint": …})."""

    def __init__(self, label: str = "", *, choices: Sequence[Choice] = (), **kwargs: Any) -> None:  # noqa: ANN401 (WTForms' own)
        self.choices = choices
        super().__init__(label, **kwargs)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Take the first value."""
        self.data = str(valuelist[0]) if valuelist else None

    def items(self) -> list[Params]:
        """Return the answers as the macros take them."""
        chosen = self.chosen()
        return [
            {"value": value, "text": text, "checked": value in chosen, "selected": value in chosen, **_extra(more)}
            for value, text, *more in self.choices
        ]

    def chosen(self) -> set[str]:
        """Return the values that are chosen."""
        return {str(self.data)} if self.data else set()

    def pre_validate(self, form: Any) -> None:  # noqa: ANN401 (WTForms' signature)
        """Refuse an answer that is not on the list."""
        super().pre_validate(form)
        if not self.chosen() <= {value for value, *_ in self.choices}:
            raise StopValidation("Choose one of the answers on the list")


def _extra(more: Iterable[Mapping[str, str]]) -> Params:
    return {name: {"text": text} for each in more for name, text in each.items()}


class RadiosField(_Chosen):
    """One answer of a few."""

    widget = Component("radios", "govukRadios")

    def params(self) -> Params:
        """Add the answers."""
        return {**self.grouped(), "idPrefix": self.id, "items": self.items()}


class CheckboxesField(_Chosen):
    """Any answers of a few; `data` is the list of their values."""

    widget = Component("checkboxes", "govukCheckboxes")

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Take every value."""
        self.data = [str(value) for value in valuelist]

    def chosen(self) -> set[str]:
        """Return the values that are chosen."""
        return {str(value) for value in self.data or ()}

    def params(self) -> Params:
        """Add the answers."""
        return {**self.grouped(), "idPrefix": self.id, "items": self.items()}


class ListField(_Chosen):
    """One answer of many; begin the choices with ("", "") where none is chosen at first."""

    widget = Component("select", "govukSelect")

    def params(self) -> Params:
        """Add the answers."""
        return {**super().params(), "items": self.items()}


class FileField(Shown, UploadField):  # type: ignore[misc]  # the base class bears no types
    """A file."""

    widget = Component("file-upload", "govukFileUpload")


def first_input(form: Any) -> str | None:  # noqa: ANN401 (a form)
    """Return the id of a form's first input that can be seen, None where it has none."""
    return next((field.target for field in form if isinstance(field, Shown)), None)


def fields_in_error(form: Any) -> list[tuple[str, str]]:  # noqa: ANN401 (a form, or a form within a form)
    """Return each error of a form with the id of the input to mend, in the order of the page."""
    found: list[tuple[str, str]] = []
    for field in form:
        if hasattr(field, "entries") or hasattr(field, "form"):
            found += fields_in_error(field)
        elif field.errors:
            found += [(str(error), getattr(field, "target", str(field.id))) for error in field.errors[:1]]
    return found
