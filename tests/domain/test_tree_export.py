"""An export proves the whole history by itself, and any one changed byte in it, anywhere, is found."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.paths import ROOT
from tracker.domain.entry import entry_bytes
from tracker.domain.export import export_lines, first_bad
from tracker.domain.tree import EMPTY, EMPTY_ROOT, Broken, Head, commit, extend, leaf_hash, main, root, verify_export

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
WORDS = {"note": "Worked there with my sister Zoë 🙂", "reason": ["a", {"b": None}]}
OTHER_ROOT = leaf_hash(b"another history")


def salt(seq: int, name: str) -> bytes:
    return leaf_hash(f"{seq} {name}".encode())


def entries(size: int) -> list[bytes]:
    return [
        entry_bytes(
            seq,
            AT - timedelta(seconds=seq),  # an import may bring a clock that runs behind
            actor=f"person:S{seq:04}",
            event="declaration:recorded",
            subjects=[f"declaration:{seq}", "provider:gias:100000"],
            data={"place": "Saint-Évreux" if seq % 2 else "Leeds", "connections": seq},
            private={name: commit(salt(seq, name), value) for name, value in WORDS.items()},
        )
        for seq in range(1, size + 1)
    ]


def head(raws: list[bytes]) -> Head:
    return Head(len(raws), root(extend(EMPTY, map(leaf_hash, raws))))


def export(size: int) -> list[bytes]:
    """Return an export in which every second entry discloses its words, and the first only one of them."""
    raws = entries(size)
    opened: list[dict[str, tuple[bytes, Any]]] = [
        {name: (salt(seq, name), value) for name, value in WORDS.items() if seq > 1 or name == "note"}
        if seq % 2
        else {}
        for seq in range(1, size + 1)
    ]
    return list(export_lines(zip(raws, opened, strict=True), *head(raws)))


def broken(lines: list[bytes], against: tuple[int, bytes] | None = None) -> Broken:
    with pytest.raises(Broken) as caught:
        verify_export(lines, against)
    return caught.value


SMALL = export(3)
BIG = export(60)


def read_lines(raw: bytes) -> list[bytes]:
    """Return the lines of a file as reading it gives them."""
    return list(BytesIO(raw))


@pytest.mark.parametrize("size", [0, 1, 2, 3, 60])
def test_a_whole_export_proves_its_size_and_root(size: int) -> None:
    assert verify_export(export(size)) == head(entries(size))


@pytest.mark.parametrize("earlier", [0, 1, 31, 32, 59, 60])
def test_an_export_begins_with_every_earlier_head(earlier: int) -> None:
    verify_export(BIG, head(entries(60)[:earlier]))
    assert "earlier root" in str(broken(BIG, (earlier, OTHER_ROOT)))


def test_an_export_that_is_shorter_than_an_earlier_head_is_broken() -> None:
    found = broken(SMALL, head(entries(4)))
    assert (found.seq, found.why) == (4, "it is missing: the earlier size is 4")


def test_every_byte_of_an_export_counts() -> None:
    whole = b"".join(SMALL)
    ends = [sum(map(len, SMALL[: count + 1])) for count in range(len(SMALL))]
    for place in range(len(whole)):
        line = sum(place >= end for end in ends)
        for turn in (0x01, 0x02, 0x20, 0x80, 0xFF):
            changed = bytearray(whole)
            changed[place] ^= turn
            found = broken(read_lines(bytes(changed)))
            if line:  # a change in the first line may come to light at any entry, or only at the end
                assert found.seq == line, (place, turn, str(found))


@given(st.data())
def test_no_change_of_a_byte_goes_unseen(data: st.DataObject) -> None:
    changed = bytearray(b"".join(BIG))
    place = data.draw(st.integers(0, len(changed) - 1))
    changed[place] ^= data.draw(st.integers(1, 255))
    broken(read_lines(bytes(changed)))


@given(st.data())
def test_no_byte_can_be_taken_out_or_put_in(data: st.DataObject) -> None:
    whole = b"".join(SMALL)
    place = data.draw(st.integers(0, len(whole)))
    more = data.draw(st.binary(min_size=1, max_size=3))
    broken(read_lines(whole[:place] + more + whole[place:]))
    broken(read_lines(whole[: max(place - 1, 0)]))


@pytest.mark.parametrize("kind", ["taken out", "twice", "exchanged", "moved to the end"])
def test_the_first_entry_out_of_its_place_is_named(kind: str) -> None:
    lines = list(BIG)
    if kind == "taken out":
        del lines[20]
    elif kind == "twice":
        lines.insert(20, lines[19])
    elif kind == "exchanged":
        lines[20], lines[40] = lines[40], lines[20]
    else:
        lines.append(lines.pop(20))
    found = broken(lines)
    assert (found.seq, found.line) == (20, 21)
    assert str(found).startswith("entry 20, line 21: the entry says that it is number ")


def test_what_is_missing_at_the_end_or_too_many_is_named() -> None:
    assert str(broken(BIG[:-1])) == "entry 60: it is missing: the stated size is 60"
    assert str(broken([*export(2)[:1], *SMALL[1:]])) == "entry 3, line 4: it is beyond the stated size, 2"
    assert str(broken([*BIG[:-1], BIG[-1][:-1]])) == "entry 60, line 61: the line is cut off, without its newline"


def test_an_entry_rewritten_with_its_own_hash_is_found_by_the_root_which_cannot_name_it() -> None:
    raws = entries(60)
    raws[29] = raws[29].replace(b"Leeds", b"Leigh")
    found = broken(list(export_lines(((raw, {}) for raw in raws), *head(entries(60)))))
    assert found.seq is None
    assert "cannot tell which" in found.why


def test_a_wholly_rewritten_history_is_found_by_an_earlier_head() -> None:
    raws = entries(60)
    raws[29] = raws[29].replace(b"Leeds", b"Leigh")
    rewritten = list(export_lines(((raw, {}) for raw in raws), *head(raws)))
    verify_export(rewritten)
    verify_export(rewritten, head(entries(29)))
    assert "the first 40 entries do not give the earlier root" in str(broken(rewritten, head(entries(40))))


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ({"note": (salt(1, "note"), "other words")}, "not those that the entry commits to"),
        ({"note": (salt(2, "note"), WORDS["note"])}, "not those that the entry commits to"),
        ({"reason": (salt(1, "note"), WORDS["note"])}, "not those that the entry commits to"),
        ({"remark": (salt(1, "note"), WORDS["note"])}, "no private words named 'remark'"),
        ({"note": (b"short", WORDS["note"])}, "not a salt and a value"),
    ],
)
def test_words_that_the_entry_does_not_commit_to_are_found(words: dict[str, tuple[bytes, Any]], why: str) -> None:
    raws = entries(1)
    found = broken(list(export_lines([(raws[0], words)], *head(raws))))
    assert (found.seq, found.line) == (1, 2)
    assert why in found.why


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"\n",
        b"[]\n",
        b'{"format":"tracker-history-export/2","root":"%b","size":0}\n' % EMPTY_ROOT.hex().encode(),
        b'{"format":"tracker-history-export/1","root":"%b","size":-1}\n' % EMPTY_ROOT.hex().encode(),
        b'{"format":"tracker-history-export/1","root":"%b","size":false}\n' % EMPTY_ROOT.hex().encode(),
        b'{"format":"tracker-history-export/1","root":"%b","size":0}' % EMPTY_ROOT.hex().encode(),
        b'{"format":"tracker-history-export/1","root":"%b","size": 0}\n' % EMPTY_ROOT.hex().encode(),
        b'{"format":"tracker-history-export/1","root":"%b","size":0}\n' % EMPTY_ROOT.hex().upper().encode(),
    ],
)
def test_a_first_line_that_states_no_head_is_refused(header: bytes) -> None:
    found = broken([header] if header else [])
    assert (found.seq, found.line) == (None, 1)


def test_a_line_nested_without_end_is_broken_and_no_crash() -> None:
    for depth in (500, 900, 990, 5000, 200_000):
        deep = SMALL[1].replace(b'"connections":1', b'"connections":' + b"[" * depth + b"]" * depth)
        assert broken([SMALL[0], deep, *SMALL[2:]]).seq == 1


# --- the entries that a database keeps ---


def stored(size: int) -> list[tuple[int, bytes, bytes]]:
    return [(seq, raw, leaf_hash(raw)) for seq, raw in enumerate(entries(size), 1)]


def test_entries_as_they_were_written_have_nothing_bad() -> None:
    assert first_bad(iter(stored(60)), *head(entries(60))) is None
    assert first_bad([], 0, EMPTY_ROOT) is None
    assert first_bad(stored(60), *head(entries(60)), against=head(entries(33))) is None


@pytest.mark.parametrize("seq", [1, 30, 60])
@pytest.mark.parametrize("kind", ["entry", "leaf", "gone", "both"])
def test_the_first_bad_stored_entry_is_named(seq: int, kind: str) -> None:
    rows, whole = stored(60), head(entries(60))
    number, raw, leaf = rows[seq - 1]
    changed = raw.replace(b"recorded", b"recordec")
    rows[seq - 1 : seq] = {
        "entry": [(number, changed, leaf)],
        "leaf": [(number, raw, OTHER_ROOT)],
        "gone": [],
        "both": [(number, changed, leaf_hash(changed))],
    }[kind]
    found = first_bad(rows, *whole)
    assert found is not None
    assert found.seq == (None if kind == "both" else seq)
    assert found.line is None


def test_a_head_that_is_not_of_these_entries_is_found() -> None:
    assert str(first_bad(stored(3), 3, OTHER_ROOT)).startswith("the first 3 entries do not give the stated root")
    assert str(first_bad(stored(3), *head(entries(2)))) == "entry 3: it is beyond the stated size, 2"
    assert str(first_bad(stored(3), *head(entries(3)), against=(2, OTHER_ROOT))).startswith(
        "the first 2 entries do not"
    )


def test_every_byte_of_every_stored_entry_and_hash_counts() -> None:
    rows, whole = stored(2), head(entries(2))
    for at, place, column in _places(rows):
        changed = list(rows[at])
        value = bytearray(rows[at][column])
        value[place] ^= 1
        changed[column] = bytes(value)
        found = first_bad([*rows[:at], (changed[0], changed[1], changed[2]), *rows[at + 1 :]], *whole)
        assert found is not None
        assert found.seq == at + 1


def _places(rows: list[tuple[int, bytes, bytes]]) -> Iterator[tuple[int, int, int]]:
    for at, row in enumerate(rows):
        for column in (1, 2):
            for place in range(len(row[column])):
                yield at, place, column


# --- the program of one file ---


def alone(folder: Path, lines: list[bytes], *options: str) -> subprocess.CompletedProcess[str]:
    """Run a lone copy of the file, without the application, without anything installed."""
    (folder / "verify.py").write_bytes((ROOT / "tracker/domain/tree.py").read_bytes())
    (folder / "export.jsonl").write_bytes(b"".join(lines))
    command = [sys.executable, "-I", "-S", "verify.py", "export.jsonl", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_file_alone_says_that_an_export_is_whole(tmp_path: Path) -> None:
    size, tree_root = head(entries(60))
    ran = alone(tmp_path, BIG, "--against", f"{size}:{tree_root.hex()}")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"60 entries, whole: root {tree_root.hex()}\n", "")


def test_the_file_alone_names_the_first_bad_entry(tmp_path: Path) -> None:
    lines = [*BIG[:13], BIG[13].replace(b"100000", b"100001"), *BIG[14:]]
    ran = alone(tmp_path, lines)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == "entry 13, line 14: the entry does not have the leaf hash beside it\n"


def test_wrong_use_is_told_apart_from_a_broken_export(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = tmp_path / "export.jsonl"
    good.write_bytes(b"".join(export(1)))
    for arguments in ([], [str(tmp_path / "absent")], [str(good), "--against", "x"], [str(good), "--against", ""]):
        with pytest.raises(SystemExit) as stopped:
            main(arguments)
        assert stopped.value.code == 2
    capsys.readouterr()
    assert main([str(good)]) == 0
    assert capsys.readouterr().out.startswith("1 entry, whole: root ")
