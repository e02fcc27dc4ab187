"""A checkpoint: where the history stands, as text that others keep (the body of C2SP's tlog-checkpoint)."""

from base64 import b64decode, b64encode

from tracker.domain.tree import HASH_BYTES, Head

# The first line names the history; where its checkpoints are signed, by the name of its key instead of this.
ORIGIN = "conflict-of-interest-tracker/history"
LINES = 3


def checkpoint_bytes(head: Head, origin: str = ORIGIN) -> bytes:
    """Return a head as a checkpoint's body: origin, size, and root in base64, a line each."""
    return f"{origin}\n{head.size}\n{b64encode(head.root).decode()}\n".encode()


def read_checkpoint(text: str) -> Head:
    """Return the head that a checkpoint states; whatever follows its first three lines (signatures) is not looked at.

    ValueError for what is none.
    """
    lines = text.splitlines()
    if len(lines) < LINES or not lines[1].isascii() or not lines[1].isdigit() or len(lines[1]) > 15:  # noqa: PLR2004
        raise ValueError("a checkpoint has an origin, a size and a root, a line each")
    try:
        root = b64decode(lines[2], validate=True)
    except ValueError as error:
        raise ValueError("the root of the checkpoint is not base64") from error
    if len(root) != HASH_BYTES:
        raise ValueError(f"the root of the checkpoint is not {HASH_BYTES} bytes")
    return Head(int(lines[1]), root)
