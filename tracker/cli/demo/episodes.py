"""The scenes to be found: one of each way in which a connection reaches, of each verdict, and of each way to end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.cli.demo.assigning import Ending
from tracker.cli.demo.landmarks import Landmarks
from tracker.cli.demo.people import ME
from tracker.domain.statement import Statement, stated

# An early years setting whose register is not among those that the demonstration imports.
ON_NO_REGISTER = "ofsted-ey:EY999001"
# Organisations on no register: a reviewer links the first with the trust of a school.
LINKED, UNLINKED = "org:Alder Improvement Partners", "org:Bramble School Catering"
UNDECLARED = ("D1059", "D1060")
# They declared before the story began, and have not declared again.
LAPSED = ("D1054", "D1055", "D1056")
LATE, WITHDRAWN = "D1017", "D1057"


@dataclass(frozen=True, slots=True)
class Scene:
    """An inspector who is proposed for a provider, so many days from today, and what there is between the two.

    `rule` is what the check is to find, empty for nothing.
    """

    rule: str
    staff_no: str
    provider: str
    days: int
    ending: Ending
    statements: tuple[Statement, ...] = ()


def _years_ago(today: date, years: int, month: int = 7) -> str:
    return f"{today.year - years}-{month:02}"


def connection(nature: str, holder: str, target: str, dates: str, note: str = "") -> tuple[Statement, ...]:
    """Return one connection as a statement; `dates` are its beginning, a slash, and its end where it has one."""
    began_on, _, ended_on = dates.partition("/")
    found = stated(nature=nature, holder=holder, target=target, began_on=began_on, ended_on=ended_on, note=note)
    return (found,)


def mine(marks: Landmarks, today: date) -> tuple[Statement, ...]:
    """Return what the visitor's own inspector has declared."""
    return (
        *connection(
            "employment",
            "self",
            marks.before_conversion.ref,
            f"{_years_ago(today, 12, 9)}/{_years_ago(today, 2)}",
            "Deputy headteacher",
        ),
        *connection("service_use", "child", marks.closing.ref, _years_ago(today, 2, 9), "Year 8 at present"),
        *connection("governance", "self", marks.before_one_sided.ref, f"{today.year - 13!s}/{today.year - 9!s}"),
        *connection("relationship", "close_friend", marks.independent.ref, _years_ago(today, 5), "With the bursar"),
    )


def scenes(marks: Landmarks, today: date) -> tuple[Scene, ...]:
    """Return every scene, those of the past and those that still wait."""
    parts = (_succession, _groups, _organisations, _declarations)
    return tuple(scene for part in parts for scene in part(marks, today))


def _succession(marks: Landmarks, today: date) -> Iterator[Scene]:
    def ago(years: int, month: int = 7) -> str:
        return _years_ago(today, years, month)

    yield Scene(
        "direct", "D1002", marks.independent.ref, -40, Ending.RELEASE,
        connection("employment", "self", marks.independent.ref, ago(4, 9), "Head of music, two days a week"),
    )  # fmt: skip
    yield Scene(
        "succession", "D1003", marks.after_conversion.ref, -75, Ending.UPHOLD,
        connection("employment", "self", marks.before_conversion.ref, f"{ago(9, 9)}/{ago(2)}", "Headteacher"),
    )  # fmt: skip
    yield Scene(
        "succession", "D1004", marks.last_of_chain.ref, 16, Ending.WAIT,
        connection("ownership", "self", marks.first_of_chain.ref, "2004", "Let a field; the lease has its old name"),
    )  # fmt: skip
    yield Scene(
        "succession", "D1005", marks.other_of_cycle.ref, -60, Ending.ALLOW,
        connection("employment", "self", marks.one_of_cycle.ref, f"{ago(12, 9)}/{ago(4)}", "Teacher of physics"),
    )  # fmt: skip
    yield Scene(
        "succession", "D1006", marks.after_one_sided.ref, 12, Ending.ALLOW,
        connection("consultancy", "self", marks.before_one_sided.ref, f"{ago(6, 1)}/{ago(4, 3)}", "Phonics training"),
    )  # fmt: skip
    yield Scene(
        "succession", "D1008", marks.after_merger.ref, -33, Ending.RELEASE,
        connection("employment", "self", marks.infants.ref, f"{ago(11, 9)}/{ago(3, 8)}"),
    )  # fmt: skip
    yield Scene(
        "succession", "D1021", marks.after_amalgamation.ref, -20, Ending.UPHOLD,
        connection("relationship", "partner", marks.before_amalgamation.ref, ago(6), "Teaches there to this day"),
    )  # fmt: skip
    yield Scene(
        "shared-line", "D1007", marks.upper_half.ref, -47, Ending.UPHOLD,
        connection("governance", "self", marks.lower_half.ref, ago(2, 9), "Co-opted governor"),
    )  # fmt: skip
    yield Scene(
        "associated", "D1009", marks.with_sixth_form.ref, 19, Ending.WAIT,
        connection("service_use", "child", marks.sixth_form.ref, ago(1, 9), "First year of sixth form"),
    )  # fmt: skip


def _groups(marks: Landmarks, today: date) -> Iterator[Scene]:
    def ago(years: int, month: int = 7) -> str:
        return _years_ago(today, years, month)

    strand, point = marks.trust_members[1], marks.trust_members[2]
    east, west = marks.once_federated
    applied = _months_ago(today, 9)
    yield Scene(
        "group", "D1010", marks.sponsored.ref, -26, Ending.RELEASE,
        connection("governance", "self", marks.trust.ref, ago(3, 9), "Trustee"),
    )  # fmt: skip
    yield Scene(
        "group", "D1011", strand.ref, 9, Ending.EXCEPTION,
        connection("sought_work", "self", marks.trust.ref, f"{applied}/{_months_ago(today, 8)}", "Withdrew"),
    )  # fmt: skip
    yield Scene(
        "same-group", "D1012", point.ref, -54, Ending.ALLOW,
        connection("employment", "self", strand.ref, f"{ago(6, 9)}/{ago(2)}", "Assistant principal"),
    )  # fmt: skip
    yield Scene(
        "same-group", "D1013", west.ref, 20, Ending.WAIT,
        connection("employment", "self", east.ref, f"{ago(8, 9)}/{ago(4)}", "Headteacher, when the two were federated"),
    )  # fmt: skip
    yield Scene(
        "maintained-by", "D1014", marks.closing.ref, -12, Ending.ALLOW,
        connection("consultancy", "self", f"la:{marks.authority.code}", f"{ago(5, 9)}/{ago(2)}", "Adviser"),
    )  # fmt: skip
    yield Scene(
        "direct", "D1018", point.ref, 23, Ending.WAIT,
        connection("employment", "self", point.ref, _months_ago(today, -4), "Post accepted, to begin then"),
    )  # fmt: skip
    yield Scene(
        "direct", "D1019", marks.special.ref, 17, Ending.WAIT,
        connection("relationship", "close_friend", marks.special.ref, ago(7), "With the deputy headteacher"),
    )  # fmt: skip


def _organisations(marks: Landmarks, today: date) -> Iterator[Scene]:
    def ago(years: int, month: int = 7) -> str:
        return _years_ago(today, years, month)

    yield Scene(
        "organisation", "D1022", marks.sponsored.ref, 25, Ending.WAIT,
        connection("consultancy", "self", LINKED, f"{ago(3, 9)}/{ago(1)}", "Wrote its guides to phonics"),
    )  # fmt: skip
    # Nobody has said yet what this one belongs with: it waits for a reviewer.
    yield Scene(
        "", "D1023", marks.trust_members[2].ref, 27, Ending.WAIT, connection("ownership", "partner", UNLINKED, ago(4))
    )
    for days, ending in ((-150, Ending.USUAL), (-90, Ending.USUAL), (15, Ending.WAIT)):
        rule = "familiarity" if ending is Ending.WAIT else ""
        yield Scene(rule, "D1024", marks.trust_members[0].ref, days, ending)


def _declarations(marks: Landmarks, today: date) -> Iterator[Scene]:
    nursery, maintained = marks.nursery.ref, marks.maintained.ref
    yield Scene(
        "awaiting-review", "D1015", nursery, 18, Ending.WAIT,
        connection("other", "self", nursery, _years_ago(today, 3), "Painted the mural in its hall, unpaid"),
    )  # fmt: skip
    yield Scene(
        "direct", "D1016", nursery, -18, Ending.ALLOW,
        connection("other", "self", nursery, _years_ago(today, 2), "Judges its summer fair each year"),
    )  # fmt: skip
    yield Scene("no-declaration", UNDECLARED[0], marks.special.ref, 24, Ending.WAIT)
    yield Scene("no-declaration", UNDECLARED[1], marks.independent.ref, -82, Ending.RELEASE)
    yield Scene("out-of-date", LAPSED[0], marks.after_merger.ref, 26, Ending.WAIT)
    yield Scene("out-of-date", LAPSED[1], marks.lower_half.ref, -66, Ending.ALLOW)
    yield Scene("unknown-provider", "D1020", ON_NO_REGISTER, 21, Ending.WAIT)
    # Clear when they were confirmed; what came after is told by the story.
    yield Scene("", LATE, marks.sponsored.ref, 8, Ending.LEAVE)
    yield Scene("", WITHDRAWN, marks.upper_half.ref, 13, Ending.LEAVE)
    # The providers object to these two.
    yield Scene("objection", "D1005", marks.special.ref, 10, Ending.OBJECTED)
    yield Scene("objection", "D1021", marks.independent.ref, 14, Ending.ANSWERED)
    # The visitor's own: done, confirmed, proposed.
    yield Scene("", ME, east_of(marks), -96, Ending.USUAL)
    yield Scene("", ME, marks.last_of_chain.ref, -30, Ending.USUAL)
    yield Scene("", ME, marks.nursery.ref, 6, Ending.USUAL)
    yield Scene("", ME, maintained, 11, Ending.WAIT)


def east_of(marks: Landmarks) -> str:
    """Return one of the two schools that were once federated."""
    return marks.once_federated[0].ref


def late_connection(marks: Landmarks, today: date) -> tuple[Statement, ...]:
    """Return what the late declaration adds: it reaches an assignment that was already confirmed."""
    note = "Began last month; I learned of the inspection's school only afterwards"
    return connection("employment", "partner", marks.sponsored.ref, _months_ago(today, 1), note)


def _months_ago(today: date, months: int) -> str:
    """Return the month that many months before this one; after it, for a negative number."""
    day = today.replace(day=15) - timedelta(days=round(30.44 * months))
    return f"{day:%Y-%m}"
