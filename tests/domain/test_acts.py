"""Every act that the history tells of is looked for in just one group."""

from tracker.domain.acts import GROUPS, OTHERS, group_of
from tracker.domain.events import EVENTS


def test_every_event_belongs_to_one_group_by_its_own_name_or_by_its_noun() -> None:
    for event in EVENTS:
        noun = f"{event.partition(':')[0]}:"
        own = [group.key for group in GROUPS if event in group.events]
        by_noun = [group.key for group in GROUPS if noun in group.events]
        assert len(own) <= 1, event
        assert own or len(by_noun) == 1, event
        assert group_of(event) == (own or by_noun)[0]


def test_what_is_not_known_is_not_lost() -> None:
    assert group_of("oboe:tuned") == OTHERS
