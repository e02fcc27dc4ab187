"""Form fields: what they take, what they refuse in which words, and what they show."""

from datetime import date

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from tests.support.web import Site
from tracker.domain.dates import PartialDate
from tracker.domain.errors import RefusedError
from tracker.web.dates import PARTS, DayField, PartialDateField
from tracker.web.fields import AreaField, CheckboxesField, Form, ListField, RadiosField, TextField, fields_in_error

CHOICES = [("a", "Apples"), ("b", "Pears", {"hint": "Ripe <ones>"})]


class Sample(Form):
    class Meta:
        csrf = False

    name = TextField("Name <b>", needed="Enter a name", hint="As <it> is", longest=10)
    began = PartialDateField("When did it begin?", what="The date it began", needed="Enter when it began")
    day = DayField("When?", what="The day")
    note = AreaField("Note", longest=20)
    fruit = RadiosField("Fruit", choices=CHOICES, needed="Choose a fruit")
    more = CheckboxesField("More", choices=CHOICES)
    one = ListField("One", choices=[("", ""), *CHOICES])


GOOD = {"name": "Ann", "began-year": "2019", "fruit": "a"}


def sample(site: Site, **changes: object) -> Sample:
    with site.app.test_request_context(method="POST"):
        values = {**GOOD, **{name.replace("_", "-"): value for name, value in changes.items()}}
        form = Sample(MultiDict(values))
        form.validate()
        return form


def test_a_good_form_gives_its_values(site: Site) -> None:
    form = sample(site, began_month="July", day_day="29", day_month="2", day_year="2024", more=["a", "b"], one="b")
    assert form.errors == {}
    assert form.began.data == PartialDate.parse("2019-07")
    assert form.day.data == date(2024, 2, 29)
    assert form.more.data == ["a", "b"]


@pytest.mark.parametrize(
    ("parts", "says", "target"),
    [
        (("", "", ""), "Enter when it began", "began-day"),
        (("", "7", ""), "The date it began must include a year", "began-year"),
        (("3", "", "2019"), "The date it began must include a month", "began-month"),
        (("31", "2", "2019"), "The date it began must be a real date", "began-day"),
        (("3", "Juli", "2019"), "The date it began must have a month from 1 to 12, or its name", "began-month"),
        (("3", "7", "19"), "The date it began must have a year of four numbers, like 2019", "began-year"),
        (("x", "7", "2019"), "The date it began must have a day from 1 to 31", "began-day"),
        (("", "", "1066"), "The date it began must be a real date", "began-year"),
        (("", "", "٢٠١٩"), "The date it began must have a year of four numbers, like 2019", "began-year"),
    ],
)
def test_a_wrong_date_names_the_part_to_mend(site: Site, parts: tuple[str, str, str], says: str, target: str) -> None:
    form = sample(site, **dict(zip(("began_day", "began_month", "began_year"), parts, strict=True)))
    assert fields_in_error(form) == [(says, target)]
    with site.app.test_request_context():
        assert f'id="{target}"' in form.began()


@pytest.mark.parametrize("missing", ["year", "month", "day"])
def test_a_day_needs_all_its_parts(site: Site, missing: str) -> None:
    parts = {"day_day": "1", "day_month": "2", "day_year": "2024", f"day_{missing}": ""}
    assert fields_in_error(sample(site, **parts)) == [(f"The day must include a {missing}", f"day-{missing}")]


@given(st.dictionaries(st.sampled_from([*PARTS, "", "week"]), st.lists(st.text(max_size=5), max_size=4)))
def test_a_date_survives_whatever_is_sent(parts: dict[str, list[str]]) -> None:
    class Bare(Form):
        class Meta:
            csrf = False

        began = PartialDateField("Began")

    sent = MultiDict([(f"began-{part}", value) for part, values in parts.items() for value in values])
    app = Flask("bare")
    app.secret_key = "x"
    with app.test_request_context(method="POST"):
        form = Bare(sent)
        form.validate()
        assert form.began.data is None or isinstance(form.began.data, PartialDate)


def test_errors_come_in_the_order_of_the_page_and_link_to_the_first_input(site: Site) -> None:
    form = sample(site, name=" ", fruit="", note="x" * 21)
    assert fields_in_error(form) == [
        ("Enter a name", "name"),
        ("Note must be 20 characters or fewer", "note"),
        ("Choose a fruit", "fruit"),
    ]


@pytest.mark.parametrize("changes", [{"fruit": "z"}, {"more": ["a", "z"]}, {"one": "z"}])
def test_an_answer_that_is_not_on_the_list_is_refused(site: Site, changes: dict[str, object]) -> None:
    assert [says for says, _ in fields_in_error(sample(site, **changes))] == ["Choose one of the answers on the list"]


def test_what_was_typed_comes_back_escaped(site: Site) -> None:
    form = sample(site, name='"><script>', note="</textarea><script>", began_day='"><script>')
    with site.app.test_request_context():
        page = "".join(str(field()) for field in form)
    assert "<script>" not in page
    assert "Name &lt;b&gt;" in page
    assert "As &lt;it&gt; is" in page
    assert "Ripe &lt;ones&gt;" in page


def test_a_known_date_is_shown(site: Site) -> None:
    with site.app.test_request_context():
        form = Sample(data={"began": "2019-07", "day": date(2024, 2, 9)})
        assert form.began.parts == {"day": "", "month": "7", "year": "2019"}
        assert form.day.parts == {"day": "9", "month": "2", "year": "2024"}
        assert 'value="2019"' in form.began()


def test_a_refusal_of_the_domain_stands_at_its_field_or_above_the_form(site: Site) -> None:
    form = sample(site)
    form.refuse(RefusedError("Too late.", field="began"))
    form.refuse(RefusedError("Not today."))
    assert fields_in_error(form) == [("Too late.", "began-day")]
    assert form.form_errors == ["Not today."]
