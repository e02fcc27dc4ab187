"""What an export must begin with, given to the lone verifier in each form in which somebody may have kept it."""

from base64 import b64encode
from pathlib import Path

from tests.domain.test_tree_export import BIG, alone, entries, head
from tracker.domain.checkpoint import checkpoint_bytes
from tracker.domain.tree import Head


def test_what_was_kept_before_may_be_a_checkpoint_or_a_root_in_base64(tmp_path: Path) -> None:
    kept, checkpoint = head(entries(13)), tmp_path / "checkpoint"
    checkpoint.write_bytes(checkpoint_bytes(kept))
    coded = f"{kept.size}:{b64encode(kept.root).decode()}"
    for against in (coded, str(checkpoint), f"{kept.size}:{kept.root.hex()}"):
        assert alone(tmp_path, BIG, "--against", against).returncode == 0
    checkpoint.write_bytes(checkpoint_bytes(kept) + b"\n\xe2\x80\x94 somebody signed=\n")
    assert alone(tmp_path, BIG, "--against", str(checkpoint)).returncode == 0
    checkpoint.write_bytes(checkpoint_bytes(Head(13, bytes(32))))
    assert alone(tmp_path, BIG, "--against", str(checkpoint)).returncode == 1
    assert alone(tmp_path, BIG, "--against", "13:zz").returncode == 2
