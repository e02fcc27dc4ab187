"""The oracle's sections 2 and 3 of the policy: days, and the grade of a connection as if to the provider itself."""

from datetime import date, timedelta

from tracker.domain.dates import PartialDate
from tracker.domain.facts import Connection, Verdict

Days = tuple[date, date]

FAMILY = {"partner", "child", "parent", "sibling", "household"}
WIDER = {"other_relative", "close_friend", "business_associate"}
# nature: (grade while current or ahead, years of `real`, years of `perceived`); section 3, for the inspector's own
TABLE: dict[str, tuple[Verdict, int | None, int]] = {
    "employment": (Verdict.REAL, 3, 6),
    "governance": (Verdict.REAL, 3, 6),
    "ownership": (Verdict.REAL, 3, 6),
    "consultancy": (Verdict.REAL, 3, 6),
    "sought_work": (Verdict.REAL, 1, 6),
    "service_use": (Verdict.REAL, None, 5),
    "relationship": (Verdict.PERCEIVED, None, 2),
    "dispute": (Verdict.REAL, 3, 6),
    "competition": (Verdict.REAL, None, 2),
}
EVENT_YEARS = {"gift": 1, "public_position": 2}
OTHER_YEARS = 2
FAMILY_YEARS = 2


def years_on(day: date, years: int) -> date:
    """Return the same calendar day that many years on; 1 March for a 29 February that is not there."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _first(partial: PartialDate) -> date:
    year, month, day = ([int(part) for part in partial.text.split("-")] + [1, 1])[:3]
    return date(year, month, day)


def _last(partial: PartialDate) -> date:
    """Walk on from the first day for as long as the day still fits the text."""
    day = _first(partial)
    while day.isoformat().startswith(partial.text):
        day += timedelta(days=1)
    return day - timedelta(days=1)


def ran(connection: Connection) -> Days:
    """Return the first and the last day of a connection, read so that it lasts longest."""
    if connection.ended_on is not None:
        return _first(connection.began_on), _last(connection.ended_on)
    if str(connection.nature) in EVENT_YEARS:
        return _first(connection.began_on), _last(connection.began_on)
    return _first(connection.began_on), date.max


def is_current_or_ahead(connection: Connection, starts_on: date, ends_on: date) -> bool:
    """Tell whether it shares a day with the assignment, or begins within a year of its last day."""
    began, ended = ran(connection)
    return (began <= ends_on and ended >= starts_on) or ends_on < began <= years_on(ends_on, 1)


def grade(connection: Connection, starts_on: date, ends_on: date) -> Verdict | None:
    """Return the grade by nature, holder and days, as if the connection were to the provider itself."""
    nature, holder = str(connection.nature), str(connection.holder)
    began, ended = ran(connection)

    def ended_within(years: int) -> bool:
        return ended == date.max or starts_on <= years_on(ended, years)

    if nature in EVENT_YEARS:
        years = min(EVENT_YEARS[nature], FAMILY_YEARS) if holder in FAMILY else EVENT_YEARS[nature]
        so = holder not in WIDER and began <= ends_on and ended_within(years)
        return Verdict.PERCEIVED if so else None
    now_or_ahead, past = is_current_or_ahead(connection, starts_on, ends_on), ended < starts_on
    if nature == "other":
        after = past and holder not in WIDER and ended_within(OTHER_YEARS)
        return connection.grade if now_or_ahead or after else None
    current, real_years, perceived_years = TABLE[nature]
    if now_or_ahead:
        return Verdict.PERCEIVED if holder in WIDER else current
    if not past or holder in WIDER:
        return None
    if holder in FAMILY:
        return Verdict.PERCEIVED if ended_within(min(perceived_years, FAMILY_YEARS)) else None
    if real_years is not None and ended_within(real_years):
        return Verdict.REAL
    return Verdict.PERCEIVED if ended_within(perceived_years) else None
