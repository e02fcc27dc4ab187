"""A receipt proves offline what was declared and when; whatever is changed in it is found."""

import json
import shutil
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.test_tree_export import WORDS, entries, export, head, salt
from tests.support.paths import ROOT
from tracker.domain.checkpoint import checkpoint_bytes
from tracker.domain.proofs import inclusion_proof, inclusion_proofs
from tracker.domain.receipt import Wrong, read_receipt, receipt_bytes, told
from tracker.domain.tree import EMPTY_ROOT, leaf_hash

SIZE = 11


def receipt(seq: int = 5, size: int = SIZE) -> bytes:
    """Return the receipt of one entry of a small history, with its words."""
    raws = entries(size)
    leaves = [leaf_hash(raw) for raw in raws]
    words = {name: (salt(seq, name), value) for name, value in WORDS.items()}
    return receipt_bytes(raws[seq - 1], head(raws), inclusion_proof(leaves, seq - 1, size), words, ())


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the verifier as somebody who has its two files and Python, and nothing else."""
    for name in ("tree.py", "receipt.py"):
        shutil.copy(ROOT / "tracker/domain" / name, folder)
    # No site packages: the installed tracker must not help.
    command = [sys.executable, "-S", "-s", "-E", str(folder / "receipt.py"), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)


def checked(raw: bytes) -> None:
    """Verify a receipt against the size and root that somebody else has kept."""
    _, proved = read_receipt(raw)
    if proved != head(entries(SIZE)):
        message = "another size or root than was kept"
        raise Wrong(message)


def test_many_paths_are_those_of_one_by_one() -> None:
    leaves = [leaf_hash(raw) for raw in entries(13)]
    for size in range(1, 14):
        expected = [inclusion_proof(leaves, index, size) for index in range(size)]
        assert inclusion_proofs(leaves[:size], range(size)) == (head(entries(size)).root, expected)
    assert inclusion_proofs([], []) == (EMPTY_ROOT, [])


def test_it_says_in_plain_words_what_it_proves() -> None:
    body, proved = read_receipt(receipt())
    text = "\n".join(told(body, proved))
    assert "left on 2026-03-02 09:29:55 UTC by person:S0005: declaration:recorded." in text
    assert "It was stated, note: Worked there with my sister Zoë" in text
    assert f"the history of 11 entries whose root is {proved.root.hex()}" in text


@given(st.data())
def test_any_changed_byte_is_found(data: st.DataObject) -> None:
    raw = receipt()
    place = data.draw(st.integers(0, len(raw) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != raw[place]))
    with pytest.raises(Wrong):
        checked(raw[:place] + bytes([other]) + raw[place + 1 :])


@pytest.mark.parametrize(
    "change",
    [
        {"index": 3},
        {"index": True},
        {"size": 12},
        {"size": -1},
        {"root": "0" * 64},
        {"path": []},
        {"path": ["00" * 32] * 65},
        {"open": {"note": {"salt": "00" * 32, "value": "Other words."}}},
        {"open": {"other": {"salt": "00" * 32, "value": "x"}}},
        {"open": []},
        {"wordings": ["Words that nobody certified."]},
        {"wordings": "x"},
        {"format": "tracker-receipt/2"},
        {"more": 1},
    ],
)
def test_what_was_never_so_is_refused(change: dict[str, object]) -> None:
    body = {**json.loads(receipt()), **change}
    with pytest.raises(Wrong):
        checked(json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n")


def test_what_is_no_receipt_is_refused() -> None:
    for raw in (b"", b"{}", b"[]", b"null\n", b"\xff", b"[" * 100_000, receipt()[:-1]):
        with pytest.raises(Wrong):
            read_receipt(raw)


def test_two_files_and_python_verify_it_offline(tmp_path: Path) -> None:
    file, whole = tmp_path / "receipt.json", tmp_path / "history.jsonl"
    file.write_bytes(receipt())
    whole.write_bytes(b"".join(export(SIZE + 4)))
    kept = head(entries(SIZE))
    done = run(tmp_path, str(file), "--against", f"{SIZE}:{kept.root.hex()}", "--export", str(whole))
    assert (done.returncode, done.stderr) == (0, "")
    assert "The export of 15 entries is whole, and begins with the receipt's history." in done.stdout
    assert "Proved: it stands in the history of 11 entries" in done.stdout
    another = run(tmp_path, str(file), "--against", f"12:{kept.root.hex()}")
    assert another.returncode == 1
    assert another.stderr.startswith("Not proved: it is proved against 11:")
    file.write_bytes(receipt().replace(b"my sister", b"my mother"))
    assert run(tmp_path, str(file)).returncode == 1
    assert run(tmp_path, str(tmp_path / "absent.json")).returncode == 2


def test_what_was_kept_may_be_hex_base64_or_a_checkpoint_and_what_is_none_of_them_is_told(tmp_path: Path) -> None:
    file, checkpoint = tmp_path / "receipt.json", tmp_path / "checkpoint"
    file.write_bytes(receipt())
    kept = head(entries(SIZE))
    checkpoint.write_bytes(checkpoint_bytes(kept) + b"\n\xe2\x80\x94 somebody signed=\n")
    root = b64encode(kept.root).decode()
    for against in (f"{SIZE}:{kept.root.hex()}", f"{SIZE}:{root}", str(checkpoint)):
        ran = run(tmp_path, str(file), "--against", against)
        assert (ran.returncode, ran.stderr) == (0, "")
    other = run(tmp_path, str(file), "--against", f"{SIZE}:{'0' * 64}")
    assert other.returncode == 1
    assert other.stderr.startswith("Not proved: another root of 11 entries was kept")
    for against in ("nonsense", str(file), "11:zz"):
        ran = run(tmp_path, str(file), "--against", against)
        assert ran.returncode == 2
        assert "--against wants SIZE:ROOT, the root as 64 hex digits or in base64, or the file" in ran.stderr


def test_it_runs_isolated_and_says_what_it_lacks_beside_it(tmp_path: Path) -> None:
    (tmp_path / "receipt.json").write_bytes(receipt())
    (tmp_path / "receipt.py").write_bytes((ROOT / "tracker/domain/receipt.py").read_bytes())
    command = [sys.executable, "-I", "-S", str(tmp_path / "receipt.py"), str(tmp_path / "receipt.json")]
    lacking = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (lacking.returncode, lacking.stderr) == (2, "put tree.py beside this file\n")
    (tmp_path / "tree.py").write_bytes((ROOT / "tracker/domain/tree.py").read_bytes())
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_no_words_of_a_receipt_steer_a_terminal_or_pass_for_what_is_proved() -> None:
    body, proved = read_receipt(receipt())
    body["open"]["note"] = {"salt": "00" * 32, "value": "\x1b[2K\rnothing\x9b1m\u202e\nProved: all of it."}
    text = "\n".join(told(body, proved))
    assert r"\x1b[2K\rnothing\x9b1m\u202e" in text
    assert [line for line in text.splitlines() if line.startswith("Proved:")] == [text.splitlines()[-1]]
