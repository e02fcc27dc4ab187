"""Every event that an act leaves is listed with its sentence, and none is listed that no act leaves."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.support.paths import tracked
from tracker.domain.events import EVENTS

NAME = re.compile(r"[a-z-]+:[a-z-]+")


def _left(path: Path) -> Iterator[str]:
    """Yield what every `.append(EVENT, SUBJECTS, ...)` and every `Bare(ACTOR, EVENT, SUBJECTS, ...)` names."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Attribute(attr="append"), args=[ast.Attribute(), *_]):
                # Whoever entered it has named it.
                continue
            case ast.Call(func=ast.Attribute(attr="append"), args=[event, _, *_]):
                yield from _texts(event, path)
            case ast.Call(func=ast.Name(id="Bare"), args=[_, ast.Constant() as event, *_]):
                yield from _texts(event, path)


def _texts(node: ast.expr, path: Path) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=one, orelse=other):
            yield from _texts(one, path)
            yield from _texts(other, path)
        case _:
            message = f"{path.name}:{node.lineno}: an event is named where it is left, as a plain text"
            raise AssertionError(message)


def test_every_event_has_its_sentence_and_every_sentence_its_event() -> None:
    left = {event for path in tracked("tracker/services/*.py") for event in _left(path)}

    assert sorted(left) == sorted(EVENTS)
    assert [event for event in left if not NAME.fullmatch(event)] == []


def test_events_are_listed_in_order_and_their_sentences_end() -> None:
    assert list(EVENTS) == sorted(EVENTS)
    assert [event for event, sentence in EVENTS.items() if not sentence.endswith(".")] == []
