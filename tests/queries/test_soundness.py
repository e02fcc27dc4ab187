"""A history is judged many entries at once; what is passed so is what would be passed one by one."""

import json
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker

from tests.support.databases import Fresh
from tests.support.tampering import found, undone, unguarded
from tests.support.world import NOW, SYSTEM
from tracker.database import make_engine, reading, writing
from tracker.domain.tree import Head, canonical, leaf_hash
from tracker.queries import sound_entries, soundness, verification
from tracker.services.history import recording

ODD = ("an emoji 🎻", "a quote “, a tab \t, a line\nand a \x7f", "9" * 20, [10**15, -1, True, None], {"ﬀ": 1, "a": {}})


@pytest.fixture
def only_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets nothing be judged one by one."""

    def refuse(*_given: object) -> None:
        raise AssertionError

    monkeypatch.setattr(verification, "first_bad", refuse)


@pytest.mark.usefixtures("only_at_once")
def test_a_history_in_which_everything_has_happened_is_judged_at_once(told: Engine) -> None:
    with reading(sessionmaker(told)) as session:
        whole = verification.verify(session)
        assert whole.size > 25
        assert verification.verify(session, against=whole) == whole


@pytest.fixture
def odd(fresh: Fresh) -> Iterator[Session]:
    """A history whose words and data hold what is written in more than one way elsewhere."""
    engine = make_engine(fresh())
    with writing(sessionmaker(engine)) as session, recording(session, SYSTEM, NOW) as history:
        for number, each in enumerate(ODD, start=1):
            kept = history.keep_many([each])
            history.append("inspector:changed", [f"inspector:Ō{number}"], {"said": each}, {"details": kept[0]})
    with reading(sessionmaker(engine)) as session:
        yield session
    engine.dispose()


@pytest.mark.usefixtures("only_at_once")
def test_whatever_words_say_they_are_judged_at_once(odd: Session) -> None:
    assert verification.verify(odd).size == len(ODD)


@pytest.mark.usefixtures("only_at_once")
def test_the_earlier_head_must_be_the_beginning(odd: Session) -> None:
    heads = [_head_after(odd, size) for size in range(len(ODD) + 1)]
    for each in heads:
        assert soundness.is_sound(odd, heads[-1], each, _nothing, start=soundness.Frontier(), keep=None)
        other = Head(each.size, bytes(32))
        assert not soundness.is_sound(odd, heads[-1], other, _nothing, start=soundness.Frontier(), keep=None)
    beyond = Head(len(ODD) + 1, heads[-1].root)
    assert not soundness.is_sound(odd, heads[-1], beyond, _nothing, start=soundness.Frontier(), keep=None)


def _nothing(_done: int) -> None:
    pass


def _head_after(session: Session, size: int) -> Head:
    texts = session.scalars(text("SELECT entry FROM history_entry ORDER BY seq")).all()
    tree = soundness.extend(soundness.Frontier(), [leaf_hash(each.encode()) for each in texts[:size]])
    return Head(size, soundness.root(tree))


def _values() -> st.SearchStrategy[object]:
    texts = st.text(st.characters(exclude_categories=["Cs"]))
    whole = st.integers(min_value=-(2**60), max_value=2**60)
    plain = texts | whole | st.booleans() | st.none() | st.floats(allow_nan=False, allow_infinity=False)
    return st.recursive(plain, lambda each: st.lists(each) | st.dictionaries(texts, each), max_leaves=8)


@example([(2**53, False)])
@example([({"a": [1, -(2**53)]}, True)])
@given(st.lists(st.tuples(_values(), st.booleans()), min_size=1, max_size=4))
def test_lines_are_taken_for_canonical_just_if_each_is(written: list[tuple[object, bool]]) -> None:
    values = [value for value, _ in written]
    lines = [
        json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=is_sorted).encode()
        for value, is_sorted in written
    ]
    try:
        read = sound_entries.read(lines, sound_entries.VALUES, sound_entries.judge_value)
    except (ValueError, TypeError, msgspec.MsgspecError):
        assert not all(map(_is_canonical, lines))
    else:
        assert all(map(_is_canonical, lines))
        assert read == values


def _is_canonical(line: bytes) -> bool:
    try:
        return canonical(json.loads(line)) == line
    except (ValueError, TypeError):
        return False


@pytest.mark.parametrize(
    "split", [(b'{"a":1}\n{"b":2}', b""), (b'["a"', b'"b"]'), (b'"a\n"', b'"b"'), (b"1,2", b"3"), (b" 1", b"2")]
)
def test_no_two_lines_pass_for_two_others(split: tuple[bytes, bytes]) -> None:
    with pytest.raises((ValueError, TypeError, msgspec.MsgspecError)):
        sound_entries.read(split, sound_entries.VALUES, sound_entries.judge_value)


@pytest.mark.parametrize("number", [0, -3])
def test_an_entry_before_the_first_is_found(told: Engine, number: int) -> None:
    with unguarded(told) as session, undone(session):
        copied = "INSERT INTO history_entry SELECT :number, entry, leaf, at, actor, event FROM history_entry"
        session.execute(text(f"{copied} WHERE seq = 7"), {"number": number})
        assert f"no entry speaks of the entry numbered {number}" in (found(session) or "")


def test_an_instant_that_is_spelled_otherwise_is_found(told: Engine) -> None:
    # PostgreSQL keeps instants, and no spelling of them: there it is another instant.
    otherwise = "replace(at, ' ', 'T')" if told.dialect.name == "sqlite" else "at + interval '1 microsecond'"
    with unguarded(told) as session, undone(session):
        session.execute(text(f"UPDATE history_entry SET at = {otherwise} WHERE seq = 7"))  # noqa: S608
        assert "entry 7" in (found(session) or "")


@given(st.lists(st.lists(st.integers(-1, 12), max_size=4), max_size=7))
def test_numbers_are_taken_to_be_different_only_where_they_are(lots: list[list[int]]) -> None:
    told = soundness.Different()
    for lot in lots:
        told.take(lot)
    every = [number for lot in lots for number in lot]
    assert not told.is_sure or len(every) == len({*every})


def test_numbers_that_rise_but_for_the_order_within_an_act_are_different() -> None:
    told = soundness.Different()
    for lot in ([1, 2, 5], [4, 3, 6], [], [8, 7], [11, 9]):
        told.take(lot)
    assert told.is_sure


def test_words_that_are_told_of_twice_are_found_however_they_are_numbered(fresh: Fresh) -> None:
    engine = make_engine(fresh())
    sessions = sessionmaker(engine)
    with writing(sessions) as session, recording(session, SYSTEM, NOW) as history:
        kept = history.keep_many([{"fields": [str(each)]} for each in range(900)])
        for each in reversed(range(900)):
            history.append("inspector:changed", ["inspector:T1"], {"fields": ["title"]}, {"details": kept[each]})
    with reading(sessions) as session:
        verification.verify(session)
    with unguarded(engine) as session:
        again = "INSERT INTO words (id, salt, value, commitment) SELECT 5000, salt, value, commitment FROM words"
        session.execute(text(f"{again} WHERE id = 1"))
        assert "no entry speaks of the words numbered 5000" in (found(session) or "")
    engine.dispose()
