"""An outsider with one file, plain Python and one checkpoint finds every kind of tampering with an exported history."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.domain.test_tree_export import WORDS, entries, head, salt
from tests.support.paths import ROOT
from tracker.domain.export import export_lines
from tracker.domain.tree import EMPTY_ROOT, Head, canonical, leaf_hash

SIZE, KNOWN = 40, 31
RAWS = entries(SIZE)
HELD = head(RAWS[:KNOWN])
# What is exported, after it was tampered with.
Tampering = Callable[[list[bytes], Random], list[bytes]]


def exported(raws: list[bytes]) -> list[bytes]:
    """Return the export of a history with all its words, its hashes and its first line as they follow from it."""
    opened = [{name: (salt(json.loads(raw)["seq"], name), value) for name, value in WORDS.items()} for raw in raws]
    return list(export_lines(zip(raws, opened, strict=True), *head(raws)))


@pytest.fixture
def alone(tmp_path: Path) -> Callable[[list[bytes], Head], tuple[int, str]]:
    """Runs a lone copy of the verifier in an empty folder, with nothing but Python and a checkpoint that was kept."""

    def run(lines: list[bytes], held: Head) -> tuple[int, str]:
        (tmp_path / "verify.py").write_bytes((ROOT / "tracker/domain/tree.py").read_bytes())
        (tmp_path / "export.jsonl").write_bytes(b"".join(lines))
        against = f"{held.size}:{held.root.hex()}"
        # No site packages either: the installed tracker must not help.
        command = [sys.executable, "-I", "-S", "verify.py", "export.jsonl", "--against", against]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    return run


def numbered(bodies: list[bytes]) -> list[bytes]:
    """Return entries with the numbers of their places, as somebody writes them who rewrites all."""
    return [canonical({**json.loads(raw), "seq": seq}) for seq, raw in enumerate(bodies, 1)]


def line_of(raw: bytes) -> bytes:
    """Return the line of an entry with its proper leaf, and no words."""
    return b'{"entry":%b,"leaf":"%b","open":{}}\n' % (raw, leaf_hash(raw).hex().encode())


def bit(lines: list[bytes], random: Random) -> list[bytes]:
    place = random.randint(1, SIZE)
    line = bytearray(lines[place])
    line[random.randrange(len(line))] ^= 1 << random.randrange(8)
    return [*lines[:place], bytes(line), *lines[place + 1 :]]


def entry_with_its_leaf(lines: list[bytes], random: Random) -> list[bytes]:
    place = random.randint(1, SIZE)
    body = json.loads(RAWS[place - 1])
    return [*lines[:place], line_of(canonical({**body, "actor": "person:X"})), *lines[place + 1 :]]


def leaf(lines: list[bytes], random: Random) -> list[bytes]:
    one, other = random.sample(range(SIZE), 2)
    swapped = lines[one + 1].replace(leaf_hash(RAWS[one]).hex().encode(), leaf_hash(RAWS[other]).hex().encode())
    return [*lines[: one + 1], swapped, *lines[one + 2 :]]


def first_line(lines: list[bytes], random: Random) -> list[bytes]:
    stated = head(RAWS[: random.randrange(SIZE)])
    said = {**json.loads(lines[0]), **random.choice([{"size": stated.size}, {"root": stated.root.hex()}])}
    return [canonical(said) + b"\n", *lines[1:]]


def deleted(lines: list[bytes], random: Random) -> list[bytes]:
    place = random.randint(1, SIZE - 1)
    return [*lines[:place], *lines[place + 1 :]]


def inserted(lines: list[bytes], random: Random) -> list[bytes]:
    place = random.randint(1, SIZE)
    more = line_of(canonical({**json.loads(RAWS[place - 1]), "actor": "person:X"}))
    return [*lines[:place], more, *lines[place:]]


def inserted_and_numbered(_: list[bytes], random: Random) -> list[bytes]:
    place = random.randrange(KNOWN)
    raws = numbered([*RAWS[:place], RAWS[place].replace(b"person:S", b"person:T"), *RAWS[place:]])
    return [exported(RAWS)[0], *map(line_of, raws)]


def two_swapped(lines: list[bytes], random: Random) -> list[bytes]:
    one, other = random.sample(range(1, SIZE + 1), 2)
    changed = list(lines)
    changed[one], changed[other] = lines[other], lines[one]
    return changed


def cut(lines: list[bytes], random: Random) -> list[bytes]:
    return lines[: random.randint(1, SIZE)]


def cut_within_a_line(lines: list[bytes], random: Random) -> list[bytes]:
    last = random.randint(1, SIZE)
    return [*lines[:last], lines[last][: random.randrange(1, len(lines[last]))]]


def words_changed(lines: list[bytes], random: Random) -> list[bytes]:
    place = random.randint(1, SIZE)
    body = json.loads(lines[place])
    body["open"]["note"]["value"] += "!"
    return [*lines[:place], canonical(body) + b"\n", *lines[place + 1 :]]


def words_of_another(lines: list[bytes], random: Random) -> list[bytes]:
    one, other = random.sample(range(1, SIZE + 1), 2)
    body = {**json.loads(lines[one]), "open": json.loads(lines[other])["open"]}
    return [*lines[:one], canonical(body) + b"\n", *lines[one + 1 :]]


def words_half_taken(lines: list[bytes], random: Random) -> list[bytes]:
    place = random.randint(1, SIZE)
    body = json.loads(lines[place])
    del body["open"]["note"][random.choice(["salt", "value"])]
    return [*lines[:place], canonical(body) + b"\n", *lines[place + 1 :]]


def commitments_taken(lines: list[bytes], random: Random) -> list[bytes]:
    place = random.randint(1, SIZE)
    return [*lines[:place], line_of(canonical({**json.loads(RAWS[place - 1]), "private": {}})), *lines[place + 1 :]]


# What agrees with itself in everything: only the checkpoint shows it.


def rewritten(_: list[bytes], random: Random) -> list[bytes]:
    place = random.randrange(KNOWN)
    return exported([*RAWS[:place], RAWS[place].replace(b"person:S", b"person:T"), *RAWS[place + 1 :]])


def rewritten_with_one_more(_: list[bytes], random: Random) -> list[bytes]:
    place = random.randrange(KNOWN)
    raws = numbered([*RAWS[:place], RAWS[place].replace(b"person:S", b"person:T"), *RAWS[place:]])
    return [canonical({**json.loads(exported(RAWS)[0]), **stated(raws)}) + b"\n", *map(line_of, raws)]


def rewritten_with_one_less(_: list[bytes], random: Random) -> list[bytes]:
    place = random.randrange(KNOWN)
    raws = numbered([*RAWS[:place], *RAWS[place + 1 :]])
    return [canonical({**json.loads(exported(RAWS)[0]), **stated(raws)}) + b"\n", *map(line_of, raws)]


def stated(raws: list[bytes]) -> dict[str, object]:
    return {"size": len(raws), "root": head(raws).root.hex()}


def older_copy(_: list[bytes], random: Random) -> list[bytes]:
    return exported(RAWS[: random.randrange(KNOWN)])


SEEN: list[Tampering] = [
    *(bit, entry_with_its_leaf, leaf, first_line, deleted, inserted, inserted_and_numbered, two_swapped, cut),
    *(cut_within_a_line, words_changed, words_of_another, words_half_taken, commitments_taken),
]
SEAMLESS: list[Tampering] = [rewritten, rewritten_with_one_more, rewritten_with_one_less, older_copy]
DRAWS = range(3)


def test_what_nobody_changed_is_whole_with_or_without_its_words(
    alone: Callable[[list[bytes], Head], tuple[int, str]],
) -> None:
    # Which words an export opens is for whoever exports to choose: none are missed, none can be exchanged.
    for lines in (exported(RAWS), [exported(RAWS)[0], *map(line_of, RAWS)]):
        for size in (0, KNOWN, SIZE):
            status, said = alone(lines, head(RAWS[:size]))
            assert (status, said) == (0, f"{SIZE} entries, whole: root {head(RAWS).root.hex()}\n")


@pytest.mark.parametrize("tampering", [*SEEN, *SEAMLESS], ids=lambda each: each.__name__)
def test_every_kind_of_tampering_with_an_export_is_found_with_one_checkpoint(
    tampering: Tampering, alone: Callable[[list[bytes], Head], tuple[int, str]]
) -> None:
    for seed in DRAWS:
        lines = tampering(exported(RAWS), Random(seed))
        assert lines != exported(RAWS)
        status, said = alone(lines, HELD)
        assert status == 1, seed
        assert said.startswith(("entry ", "line ", "the first "))
        assert said.count("\n") == 1


@pytest.mark.parametrize("tampering", SEAMLESS, ids=lambda each: each.__name__)
def test_what_agrees_with_itself_would_pass_without_the_checkpoint(
    tampering: Tampering, alone: Callable[[list[bytes], Head], tuple[int, str]]
) -> None:
    for seed in DRAWS:
        assert alone(tampering(exported(RAWS), Random(seed)), Head(0, EMPTY_ROOT))[0] == 0


def test_a_checkpoint_of_another_history_is_found(alone: Callable[[list[bytes], Head], tuple[int, str]]) -> None:
    fork = head([RAWS[0].replace(b"person:S", b"person:T"), *RAWS[1:KNOWN]])
    beyond = Head(SIZE + 1, HELD.root)
    for held, says in ((fork, "do not give the earlier root"), (beyond, f"the earlier size is {SIZE + 1}")):
        status, said = alone(exported(RAWS), held)
        assert status == 1
        assert says in said
