"""What the demonstration's inspectors declare: lives of ordinary length, with ordinary gaps in what they remember."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from tracker.cli.demo.gias import GroupRecord, School
from tracker.cli.demo.places import AUTHORITIES
from tracker.cli.demo.register import DemoRegister
from tracker.domain.facts import Holder, Nature
from tracker.domain.statement import Statement, stated

# Of a hundred connections, so many are of each nature; and by whom they are held.
_SELF, _FAMILY = (Holder.SELF,), (Holder.PARTNER, Holder.CHILD, Holder.PARENT, Holder.SIBLING, Holder.HOUSEHOLD)
_WIDER = (Holder.CLOSE_FRIEND, Holder.OTHER_RELATIVE, Holder.BUSINESS_ASSOCIATE)
_NATURES: dict[Nature, tuple[int, tuple[Holder, ...]]] = {
    Nature.EMPLOYMENT: (34, (*_SELF * 6, *_FAMILY, Holder.CLOSE_FRIEND)),
    Nature.GOVERNANCE: (18, (*_SELF * 4, Holder.PARTNER, Holder.BUSINESS_ASSOCIATE)),
    Nature.SERVICE_USE: (14, (Holder.CHILD, Holder.CHILD, Holder.CHILD, Holder.SELF, Holder.OTHER_RELATIVE)),
    Nature.RELATIONSHIP: (10, (Holder.PARTNER, Holder.SIBLING, *_WIDER)),
    Nature.CONSULTANCY: (10, (*_SELF * 4, Holder.BUSINESS_ASSOCIATE)),
    Nature.SOUGHT_WORK: (6, (*_SELF * 3, Holder.PARTNER)),
    Nature.GIFT: (3, _SELF),
    Nature.PUBLIC_POSITION: (2, _SELF),
    Nature.OWNERSHIP: (1, (Holder.SELF, Holder.PARTNER)),
    Nature.DISPUTE: (1, (Holder.SELF, Holder.CHILD)),
    Nature.COMPETITION: (1, (Holder.PARTNER,)),
}
_NOTES: dict[Nature, tuple[str, ...]] = {
    Nature.EMPLOYMENT: ("Deputy headteacher, then head", "Class teacher", "Maternity cover", "Part time", ""),
    Nature.GOVERNANCE: ("Chair of governors in the last two years", "Co-opted governor", "Trustee", ""),
    Nature.SERVICE_USE: ("Year 4 at present", "Left after GCSEs", "Sixth form only", ""),
    Nature.RELATIONSHIP: ("With the headteacher", "With a member of the senior team", ""),
    Nature.CONSULTANCY: ("Six days of training on reading", "Review of governance, paid", "Unpaid advice", ""),
    Nature.SOUGHT_WORK: ("Headship; shortlisted, not appointed", "Withdrew before the interview", ""),
    Nature.GIFT: ("Speaker's gift at prize-giving", "Tickets to a concert"),
    Nature.PUBLIC_POSITION: ("Wrote to the newspaper about its closing",),
    Nature.OWNERSHIP: ("Let a field to it",),
    Nature.DISPUTE: ("Admission appeal",),
    Nature.COMPETITION: ("Runs a nursery in the next street",),
}
_GROUPABLE = (Nature.EMPLOYMENT, Nature.GOVERNANCE, Nature.CONSULTANCY, Nature.SOUGHT_WORK)
_PAST, _TO_GROUP, _TO_AUTHORITY = 0.62, 0.12, 0.07


@dataclass(frozen=True, slots=True)
class Lives:
    """Draws connections out of the register, as seen on a day."""

    rng: Random
    register: DemoRegister
    groups: tuple[GroupRecord, ...]
    schools: tuple[School, ...]

    @staticmethod
    def around(rng: Random, register: DemoRegister) -> "Lives":
        """Return the lives that can be drawn: nobody has to do with children's centres, which are on no register."""
        schools = tuple(each for each in register.schools if each.kind != "Children's centre")
        groups = tuple(each for each in register.groups if each.kind != "Children's Centres Group" and each.members)
        return Lives(rng, register, groups, schools)

    def several(self, day: date, number: int) -> tuple[Statement, ...]:
        """Return so many connections of one inspector, no two with the same target."""
        drawn = [self.one(day) for _ in range(number)]
        return tuple({each.target: each for each in drawn}.values())

    def one(self, day: date) -> Statement:
        """Return one connection as it may be declared on a day."""
        rng = self.rng
        natures = list(_NATURES)
        nature = rng.choices(natures, [_NATURES[each][0] for each in natures])[0]
        target, opened_on, closed_on = self._target(nature)
        last = min(day, closed_on or day)
        began = last - timedelta(days=rng.randint(60, 14 * 365))
        if opened_on and began < opened_on < last:
            began = opened_on
        ended = None
        if nature not in (Nature.GIFT, Nature.PUBLIC_POSITION) and (closed_on or rng.random() < _PAST):
            ended = began + timedelta(days=rng.randint(20, max(21, (last - began).days)))
            ended = min(ended, last)
        return stated(
            nature=nature,
            holder=rng.choice(_NATURES[nature][1]),
            target=target,
            began_on=self._as_remembered(began),
            ended_on=self._as_remembered(ended) if ended else "",
            note=rng.choice(_NOTES[nature]),
        )

    def _target(self, nature: Nature) -> tuple[str, date | None, date | None]:
        chance = self.rng.random()
        if nature in _GROUPABLE and chance < _TO_GROUP:
            group = self.rng.choice(self.groups)
            return group.ref, group.opened_on, group.closed_on
        if nature in _GROUPABLE and chance < _TO_GROUP + _TO_AUTHORITY:
            return f"la:{self.rng.choice(AUTHORITIES).code}", None, None
        school = self.rng.choice(self.schools)
        return school.ref, school.opened_on, school.closed_on if school.status == "Closed" else None

    def _as_remembered(self, day: date) -> str:
        """Return a date as people give it: mostly the month, at times the day, or the year alone."""
        return f"{day:%Y-%m-%d}"[: self.rng.choice((10, 7, 7, 7, 4))]
