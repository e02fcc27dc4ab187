"""Who belongs together: groups, sponsor twins, and the days of a membership (policy, section 4, rules 3 and 4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tracker.domain.dates import Span
from tracker.domain.facts import Group, Membership, Provider, Status, World
from tracker.domain.succession import closing, known

SPONSOR = "school sponsor"
TRUSTS = ("multi-academy trust", "single-academy trust")
MAINTAINING = "local authority maintained schools"
NO_GROUPS = ("children's centres group", "children's centres collaboration")


def is_group(group: Group) -> bool:
    """Tell whether a group counts as one: children's centre groups and collaborations do not."""
    return group.kind.casefold() not in NO_GROUPS


def twin_name(group: Group) -> str | None:
    """Return the name by which a sponsor and an open trust are one body, or None for a group that has no twin."""
    kind = group.kind.casefold()
    if kind == SPONSOR or (kind in TRUSTS and group.status in (Status.OPEN, Status.CLOSING)):
        return " ".join(group.name.casefold().split())
    return None


def bodies(groups: Iterable[Group]) -> dict[str, str]:
    """Return for each group the one that stands for its body: a sponsor and the open trusts of its name are one.

    A trust stands for the body, the multi-academy one before the single-academy one, then the lowest number.
    """
    everything = list(groups)
    named: dict[str, list[Group]] = {}
    for group in everything:
        name = twin_name(group)
        if name is not None:
            named.setdefault(name, []).append(group)
    result = {group.ref: group.ref for group in everything}
    for twins in named.values():
        sponsors = [each for each in twins if each.kind.casefold() == SPONSOR]
        if sponsors and len(sponsors) < len(twins):
            head = min(twins, key=_rank)
            result.update((each.ref, head.ref) for each in twins)
    return result


def _rank(group: Group) -> tuple[int, int, str]:
    order = (*TRUSTS, SPONSOR)
    return order.index(group.kind.casefold()), len(group.ref), group.ref


def days(membership: Membership, group: Group | None, member: Provider | None) -> Span:
    """Return the days of a membership: from joining to leaving, the group's closing or the member's, the first known.

    That last day is included; an unknown joining day means always.
    """
    ends = [known(membership.left_on), closing(member)]
    if group is not None and group.status is Status.CLOSED:
        ends.append(known(group.closed_on))
    return Span(known(membership.joined_on), min((day for day in ends if day is not None), default=None))


def order(membership: Membership) -> tuple[str, str, str, str]:
    """Return what sorts memberships, so that an answer never depends on the order in which they came."""
    return membership.provider, membership.group, str(membership.joined_on), str(membership.left_on)


@dataclass(frozen=True, slots=True)
class Belonging:
    """A provider's days in a body, by one membership of one of the body's groups."""

    provider: str
    body: str
    days: Span
    membership: Membership

    @property
    def first(self) -> int:
        """Its first day as an ordinal."""
        return self.days.first.toordinal() if self.days.first else 0

    @property
    def last(self) -> int:
        """Its last day as an ordinal."""
        return (self.days.last or date.max).toordinal()


class Groups:
    """The bodies and memberships of a part of the world."""

    def __init__(self, world: World) -> None:
        self.by_ref = {group.ref: group for group in world.groups}
        self._bodies = bodies(world.groups)
        providers = {each.ref: each for each in world.providers}
        self._of: dict[str, list[Belonging]] = {}
        for each in sorted(world.memberships, key=order):
            group = self.by_ref.get(each.group)
            if group is not None and is_group(group):
                span = days(each, group, providers.get(each.provider))
                self._of.setdefault(each.provider, []).append(
                    Belonging(each.provider, self.body(group.ref), span, each)
                )

    def body(self, ref: str) -> str:
        """Return the group that stands for the body of this one."""
        return self._bodies.get(ref, ref)

    def belongings(self, provider: str) -> tuple[Belonging, ...]:
        """Return the provider's memberships of groups that count, in a stable order."""
        return tuple(self._of.get(provider, ()))

    def name(self, ref: str) -> str:
        """Return a group's name, or its reference where the register does not know it."""
        group = self.by_ref.get(ref)
        return group.name if group else ref
