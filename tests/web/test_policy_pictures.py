"""The shapes of the policy's pictures: nothing is left out, nothing overlaps, and every number is in its place."""

from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.support.policy import example_policy
from tracker.domain.explained.bands import band
from tracker.domain.explained.scene import Scene
from tracker.domain.facts import Nature, Verdict
from tracker.web.admin.policy.flow import THINNEST, flow
from tracker.web.policy.pictures import WIDTH, drawn

VERDICTS = st.sampled_from(Verdict)
FLOWS = st.dictionaries(st.tuples(VERDICTS, VERDICTS), st.integers(0, 60_000), max_size=16)


def test_a_band_is_drawn_without_a_gap_and_with_a_word_wherever_one_has_room() -> None:
    for nature in Nature:
        picture = drawn(band(nature, example_policy(), Scene(2027)))
        for line in picture.lines:
            assert line.parts[0].x > 7 * len(line.words), "the label has room beside its row"
            for one, other in pairwise(line.parts):
                assert abs(one.x + one.width - other.x) < 0.2
            last = line.parts[-1]
            assert last.x + last.width <= WIDTH
            for part in line.parts:
                assert part.words in (part.verdict.capitalize(), part.verdict[0].upper(), "")
                assert part.words or part.width < 20
            assert any(abs(part.x - picture.left) < 0.2 for part in line.parts), "the edge of what is current"
        assert [each.words for each in picture.ticks] == ["1", "2", *"1234567"]


@given(FLOWS)
def test_a_flow_has_every_ribbon_within_its_bars_and_every_number(flows: dict[tuple[Verdict, Verdict], int]) -> None:
    picture = flow(Counter(flows))
    if not sum(flows.values()):
        assert picture is None
        return
    assert picture is not None
    assert {(each.before, each.after): each.number for each in picture.ribbons} == {
        pair: number for pair, number in flows.items() if number
    }
    for side, bars in ((0, picture.before), (1, picture.after)):
        assert [bar.verdict for bar in bars] == list(reversed(Verdict))
        for bar in bars:
            assert bar.number == sum(number for pair, number in flows.items() if pair[side] is bar.verdict)
            assert bar.height >= THINNEST
        for one, other in pairwise(bars):
            assert one.y + one.height < other.y
        assert bars[-1].y + bars[-1].height <= picture.height
    assert [each.is_change for each in picture.ribbons] == sorted(each.is_change for each in picture.ribbons)


def test_a_single_change_among_tens_of_thousands_is_still_seen() -> None:
    picture = flow({(Verdict.CLEAR, Verdict.CLEAR): 45_999, (Verdict.REAL, Verdict.PERCEIVED): 1})
    assert picture is not None
    change = picture.ribbons[-1]
    assert (change.before, change.number) == (Verdict.REAL, 1)
    bar = next(each for each in picture.before if each.verdict is Verdict.REAL)
    assert bar.height >= THINNEST
    assert not change.has_room
