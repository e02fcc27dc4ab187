"""The example rules of publication, other rules made of them, and interests to be published."""

from functools import cache

from hypothesis import strategies as st

from config import EXAMPLE_PUBLICATION
from tracker.domain.dates import PartialDate
from tracker.domain.facts import Circle, Connection, Holder, Nature, Verdict
from tracker.domain.publication import KINDS, Extent, Precision, PublicationRules, Shown, parse

TEXT = EXAMPLE_PUBLICATION.read_text(encoding="utf-8")
HILLTOP = "Hilltop Primary School"


@cache
def example_rules() -> PublicationRules:
    """Return the example rules that the project ships."""
    return parse(TEXT)


def changed_rules(*changes: tuple[str, str]) -> str:
    """Return the example's text with each first text replaced by the second, which must stand there just once."""
    text = TEXT
    for old, new in changes:
        assert text.count(old) == 1, f"“{old}” stands there {text.count(old)} times"
        text = text.replace(old, new)
    return text


def interest(
    nature: str = "employment", holder: str = "self", began_on: str = "2015-09-07", ended_on: str = "", **changes: str
) -> Connection:
    """Return an interest in Hilltop Primary School, unless told otherwise."""
    values = {"target": "gias:900001", "target_name": HILLTOP, **changes}
    ended = PartialDate.parse(ended_on) if ended_on else None
    return Connection(
        "CON-1", Nature(nature), Holder(holder), began_on=PartialDate.parse(began_on), ended_on=ended, **values
    )


@st.composite
def rules(draw: st.DrawFn) -> PublicationRules:
    """Return any rules that would be read."""
    own = {nature: draw(st.sampled_from(Extent)) for nature in Nature}
    extents = {Circle.SELF: own}
    for circle in (Circle.FAMILY, Circle.WIDER):
        told = [draw(st.sampled_from((Extent.CATEGORY, Extent.NOTHING))) for _ in KINDS]
        extents[circle] = {nature: told[place] for place, kind in enumerate(KINDS) for nature in kind}
    how = draw(st.sampled_from(Shown)), draw(st.sampled_from(Precision)), draw(st.integers(0, 5))
    return PublicationRules("Any", *how, extents, {})


@st.composite
def interests(draw: st.DrawFn) -> Connection:
    """Return any interest: of anybody, in few places and on few days, so that lines meet."""
    began = draw(st.sampled_from(("2014", "2019-07", "2019-07-03", "2019-07-29", "2023-03-01", "2026-03-02", "2027")))
    ended = draw(st.sampled_from(("", "", "2027-12-31", "2028")))
    name = draw(st.sampled_from((HILLTOP, "Ridge Academy", "Makers UK", "")))
    made = interest(draw(st.sampled_from(Nature)), draw(st.sampled_from(Holder)), began, ended, target_name=name)
    grade = draw(st.sampled_from((None, *Verdict)))
    return Connection(draw(st.text("ABC", min_size=3)), *_after_ref(made), grade)


def _after_ref(made: Connection) -> tuple[Nature, Holder, str, str, PartialDate, PartialDate | None]:
    return made.nature, made.holder, made.target, made.target_name, made.began_on, made.ended_on
