"""What is supposed of inspections: that they were on other days, or called off. A check can be asked as though so."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tracker.domain.moving import Days
from tracker.models import Inspection
from tracker.queries.open_places import OpenPlace
from tracker.queries.surroundings import Held


@dataclass(frozen=True, slots=True)
class Supposed:
    """Inspections that would be on other days, and inspections that would be called off. Nothing of it is written."""

    moves: Sequence[tuple[Inspection, Days]] = ()
    off: Sequence[Inspection] = ()

    @property
    def days(self) -> dict[int, Days]:
        """The days of those that would be moved, by number."""
        return {row.id: days for row, days in self.moves}

    def places(self, places: Sequence[OpenPlace]) -> list[OpenPlace]:
        """Return open places as they would be, without those of inspections that would be called off."""
        days, off = self.days, {row.id for row in self.off}
        return [_on(each, days) for each in places if each.pair.inspection not in off]

    def inspected(self, found: Mapping[str, Sequence[Held]]) -> dict[str, list[Held]]:
        """Return the inspections that would have a team, by provider: who is called off has none."""
        days, off = {row.reference: days for row, days in self.moves}, {row.reference for row in self.off}
        return {provider: list(_held(some, days, off)) for provider, some in found.items()}


def _on(place: OpenPlace, days: Mapping[int, Days]) -> OpenPlace:
    pair = place.pair
    if pair.inspection is None or pair.inspection not in days:
        return place
    starts_on, ends_on = days[pair.inspection]
    return replace(place, pair=replace(pair, starts_on=starts_on, ends_on=ends_on))


def _held(found: Sequence[Held], days: Mapping[str, Days], off: set[str]) -> Iterator[Held]:
    for each in found:
        if each.reference in days:
            starts_on, ends_on = days[each.reference]
            yield replace(each, starts_on=starts_on, ends_on=ends_on)
        elif each.reference not in off:
            yield each
