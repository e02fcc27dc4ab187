"""What of a declaration the rules of publication let the public read, and nothing by which the rest could be guessed.

A line rests on what it says and on nothing else: lines that say the same are one, and they stand in an order that their
own words give. No number, reference, day of declaring or count of anything held back is published.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tracker.domain.dates import PartialDate, years_after
from tracker.domain.declaration import NATURES
from tracker.domain.facts import Circle, Connection, Nature
from tracker.domain.publication import KINDS, Extent, Precision, PublicationRules, Shown

NO_DECLARATION = "No declaration is held"
# Said of whoever declared nothing, and of whoever declared only what is held back: it is true of both. “Nothing to
# declare” would be false of the second; other words for the second would tell that something is held back.
NONE_PUBLISHED = "No interest that is published"
WHO = {
    Circle.SELF: "The inspector",
    Circle.FAMILY: "A member of the close family or household",
    Circle.WIDER: "Another relative, a friend or a business associate",
}
# What a category says, by its place among the kinds; and what it adds where interests that ended are published still.
_KINDS = (
    ("works at, governs or owns a provider or a like body", "or did so"),
    ("advises a provider or a like body, or competes with one", "or did so"),
    ("had a gift from a provider or a like body, or took a public position on one", ""),
    ("has another connection with a provider or a like body", "or had one"),
)
_PARTS = {Precision.DAY: 3, Precision.MONTH: 2, Precision.YEAR: 1, Precision.NONE: 0}


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """What is published of one interest or more. Dates are partial ones, as coarse as the rules have it, or empty."""

    rank: int
    interest: str
    target: str = ""
    began_on: str = ""
    ended_on: str = ""

    @property
    def began(self) -> str:
        """The beginning in words, or nothing."""
        return PartialDate.parse(self.began_on).in_words() if self.began_on else ""

    @property
    def ended(self) -> str:
        """The end in words, or nothing."""
        return PartialDate.parse(self.ended_on).in_words() if self.ended_on else ""

    @property
    def sentence(self) -> str:
        """The line as a page says it."""
        words = f"{self.interest}: {self.target}" if self.target else self.interest
        if not self.began:
            return words
        if not self.ended:
            return f"{words}, since {self.began}"
        return f"{words}, {self.began if self.began == self.ended else f'from {self.began} until {self.ended}'}"


@dataclass(frozen=True, slots=True)
class Entry:
    """An inspector and what is published; `name` is empty where staff numbers alone are."""

    staff_no: str
    name: str
    lines: tuple[Line, ...]

    def holds(self, words: str) -> bool:
        """Whether each of these words stands in what is published, in either case: nothing else is searched."""
        told = " ".join((self.staff_no, self.name, *(line.sentence for line in self.lines))).casefold()
        return all(word in told for word in words.casefold().split())


def published(connections: Iterable[Connection] | None, rules: PublicationRules, day: date) -> tuple[Line, ...]:
    """Return what is published on a day of a declaration in force with these connections; None where there is none."""
    if connections is None:
        return (Line(0, NO_DECLARATION),)
    lines = {line for each in connections if (line := _line(each, rules, day)) is not None}
    return tuple(sorted(lines)) or (Line(0, NONE_PUBLISHED),)


def called(staff_no: str, name: str, rules: PublicationRules) -> tuple[str, str]:
    """Return the staff number and the name that are published; the name is empty where numbers alone are.

    A register is sorted by these, for an order by names that are held back would tell of them.
    """
    return staff_no, name if rules.shown is Shown.NAMES else ""


def category(circle: Circle, kind: int, years: int) -> str:
    """Return what a category says: the circle and the kind of interest, and no more."""
    says, also = _KINDS[kind]
    period = f"in the last {f'{years} years' if years > 1 else 'year'}"
    if not years:
        return f"{WHO[circle]} {says}"
    return f"{WHO[circle]} {says}, {also} {period}" if also else f"{WHO[circle]} {says}, {period}"


def _line(each: Connection, rules: PublicationRules, day: date) -> Line | None:
    span, circle = each.span, each.holder.circle
    has_begun = span.first is not None and span.first <= day
    is_over = span.last is not None and years_after(span.last, rules.years) < day
    extent = rules.extent(circle, each.nature)
    if extent is Extent.NOTHING or is_over or not has_begun:
        return None
    if extent is Extent.CATEGORY:
        kind = next(place for place, natures in enumerate(KINDS) if each.nature in natures)
        place = len(Nature) + list(Circle).index(circle) * len(KINDS) + kind
        return Line(place, category(circle, kind, rules.years))
    began, ended = _coarse(each.began_on, rules.precision), _coarse(each.ended_on, rules.precision)
    words = NATURES[each.nature]
    whole = (f"{words[:1].upper()}{words[1:]}", each.target_name or each.target)
    return Line(list(Nature).index(each.nature), *whole, began, ended or (began if each.is_event else ""))


def _coarse(day: PartialDate | None, precision: Precision) -> str:
    return "-".join(day.text.split("-")[: _PARTS[precision]]) if day else ""
