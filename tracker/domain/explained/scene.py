"""The small invented world of the explained cases: one inspection, a few schools, and what may be declared of them."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from tracker.domain.check import check
from tracker.domain.dates import PartialDate, in_words
from tracker.domain.facts import (
    Confirmation,
    Connection,
    Facts,
    Group,
    Holder,
    Membership,
    Nature,
    Provider,
    Standing,
    Verdict,
    World,
)
from tracker.domain.findings import Outcome
from tracker.domain.policy import Policy

MAINTAINED = "Local authority maintained schools"
DAY = timedelta(days=1)


def _school(number: int, name: str) -> Provider:
    """Return a school; no two of them are near each other."""
    ref = f"gias:{number}"
    return Provider(
        ref, name, authority="1", type_group=MAINTAINED, phase="Primary", easting=100_000 * number, northing=200_000
    )


# Elm is the one that is to be inspected.
ELM, ASH = _school(1, "Elm Primary School"), _school(2, "Ash Primary School")
OAK, YEW = _school(3, "Oak Primary School"), _school(4, "Yew Primary School")
TRUST = Group("group:1", "Birch Trust", "Multi-academy trust")
COUNCIL = Provider("la:1", "Westshire Council")
ORGANISATION = "org:rowan consulting"
NAMES = {each.ref: each.name for each in (ELM, ASH, OAK, YEW, TRUST, COUNCIL)} | {ORGANISATION: "Rowan Consulting"}
WHOSE = {
    Holder.SELF: "the inspector’s own",
    Holder.PARTNER: "a partner’s",
    Holder.CHILD: "a child’s",
    Holder.PARENT: "a parent’s",
    Holder.SIBLING: "a brother’s or sister’s",
    Holder.HOUSEHOLD: "a household member’s",
    Holder.OTHER_RELATIVE: "another relative’s",
    Holder.CLOSE_FRIEND: "a close friend’s",
    Holder.BUSINESS_ASSOCIATE: "a business associate’s",
}


@dataclass(frozen=True, slots=True)
class Situation:
    """What is the case, in words that do not say the answer, and the same as the facts that a check is told."""

    words: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class Example:
    """A situation and what the check answers under a policy."""

    words: str
    outcome: Outcome


def examples(situations: tuple[Situation, ...], policy: Policy) -> tuple[Example, ...]:
    """Return the situations with the answers of the real check under this policy."""
    return tuple(Example(_sentence(each.words), check(each.facts, policy)) for each in situations)


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


@dataclass(frozen=True, slots=True)
class Scene:
    """The inspection of the cases: two days in the middle of June, of which every year has both."""

    year: int

    @property
    def starts_on(self) -> date:
        """The inspection's first day, to which years are counted."""
        return date(self.year, 6, 15)

    @property
    def ends_on(self) -> date:
        """The inspection's last day."""
        return self.starts_on + DAY

    def before(self, years: int) -> date:
        """Return the day just so many years before the inspection's first."""
        return self.starts_on.replace(year=self.year - years)

    def after(self, years: int) -> date:
        """Return the day just so many years after the inspection's last."""
        return self.ends_on.replace(year=self.year + years)

    def facts(self, *connections: Connection, world: World | None = None) -> Facts:
        """Return the facts of an inspection of Elm by somebody who declared these connections that very morning."""
        return Facts(
            inspector="the inspector",
            provider=ELM.ref,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            declaration=Standing("the declaration", self.starts_on),
            connections=connections,
            areas=(world or World((ELM,)),),
            role="team",
        )

    def declared_on(self, day: date | None) -> Facts:
        """Return the facts where nothing is declared, on this day, or never."""
        return replace(self.facts(), declaration=None if day is None else Standing("the declaration", day))

    def confirmed(self, checked_on: date, *, given: bool) -> Facts:
        """Return the facts of a confirmed place, checked on a day, with or without the inspector's own word."""
        return replace(self.facts(), confirmation=Confirmation(checked_on, given))

    def connection(
        self,
        nature: Nature,
        holder: Holder = Holder.SELF,
        *,
        target: str = ELM.ref,
        began_on: date | None = None,
        ended_on: date | None = None,
        grade: Verdict | None = None,
    ) -> Connection:
        """Return a connection, with Elm and since ten years before unless told otherwise."""
        began = began_on or min(self.before(10), (ended_on or self.starts_on).replace(day=1))
        return Connection(
            ref="the connection",
            nature=nature,
            holder=holder,
            target=target,
            target_name=NAMES.get(target, target),
            began_on=on_day(began),
            ended_on=on_day(ended_on) if ended_on else None,
            grade=grade,
        )


def on_day(day: date) -> PartialDate:
    """Return a day that is known in full."""
    return PartialDate(day.isoformat(), day, day)


def members(*schools: Provider, joined_on: date | None = None, left_on: date | None = None) -> tuple[Membership, ...]:
    """Return the memberships of these schools in the trust, always unless told otherwise."""
    return tuple(Membership(each.ref, TRUST.ref, joined_on, left_on) for each in schools)


def years(number: int) -> str:
    """Return a number of years in words."""
    return f"{number} year" if number == 1 else f"{number} years"


def ended(day: date, why: str) -> str:
    """Return that a connection ended on a day, and what that day is to the inspection."""
    return f"ended on {in_words(day)}, {why}"
