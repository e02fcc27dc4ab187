"""A receipt: one entry of the history with its words, and the proof that it stands in the tree; verified offline.

Run `python receipt.py RECEIPT [--against SIZE:ROOT|CHECKPOINT] [--export EXPORT]` with tree.py beside it, and no more.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any


def _beside() -> None:
    """Load tree.py out of this file's own folder, also where Python was told to look for nothing there (`-I`)."""
    import sys  # noqa: PLC0415 -- only an outsider's copy needs these
    from importlib.util import module_from_spec, spec_from_file_location  # noqa: PLC0415

    spec = spec_from_file_location("tree", __file__.removesuffix("receipt.py") + "tree.py")
    if spec is None or spec.loader is None:
        return
    sys.modules["tree"] = module_from_spec(spec)
    try:
        spec.loader.exec_module(sys.modules["tree"])
    except FileNotFoundError:
        sys.stderr.write("put tree.py beside this file\n")
        raise SystemExit(2) from None


try:
    from tracker.domain.tree import Head, canonical, commit, kept_head, leaf_hash, node_hash, read_entry, verify_export
except ImportError:  # an outsider has the two files alone
    _beside()
    from tree import (  # type: ignore[import-not-found, no-redef]
        Head,
        canonical,
        commit,
        kept_head,
        leaf_hash,
        node_hash,
        read_entry,
        verify_export,
    )

FORMAT = "tracker-receipt/1"
KEYS = {"format", "entry", "index", "size", "root", "path", "open", "wordings"}
_MOST_STEPS = 64
_HEX = re.compile(r"[0-9a-f]{64}")
# As long as a checkpoint may be, with many signatures.
_MOST_BYTES = 100_000


class Wrong(ValueError):
    """A receipt does not prove what it says, and why."""


def receipt_bytes(
    raw: bytes,
    head: tuple[int, bytes],
    path: Sequence[bytes],
    words: Mapping[str, tuple[bytes, Any]],
    wordings: Sequence[str],
) -> bytes:
    """Return the receipt of an entry's bytes in the tree of a size and root, as one line of canonical JSON.

    `words` are salt and value of each private word that it opens, `wordings` the exact texts that were certified.
    """
    entry = json.loads(raw)
    body = {
        "format": FORMAT,
        "entry": entry,
        "index": entry["seq"] - 1,
        "size": head[0],
        "root": head[1].hex(),
        "path": [step.hex() for step in path],
        "open": {name: {"salt": salt.hex(), "value": value} for name, (salt, value) in words.items()},
        "wordings": list(wordings),
    }
    return canonical(body) + b"\n"


def read_receipt(raw: bytes) -> tuple[dict[str, Any], Head]:
    """Return a receipt whose entry, words and proof are right, and the head that it is proved against; else Wrong.

    As in any Merkle tree, a proof binds the root; that the root is of a history of this size, a kept checkpoint says.
    """
    try:
        body = json.loads(raw)
        _judge(body, raw)
        entry = read_entry(canonical(body["entry"]))
        head = Head(_number(body["size"]), _digest(body["root"]))
        path = [_digest(step) for step in body["path"]]
        index = _number(body["index"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise error if isinstance(error, Wrong) else Wrong(f"it cannot be read: {error}") from error
    if index != entry["seq"] - 1:
        raise Wrong("the entry's number is not the place that is proved")
    if root_by(leaf_hash(canonical(body["entry"])), index, head.size, path) != head.root:
        raise Wrong("the proof does not lead from the entry to the root: one of them was changed")
    _open_words(entry, body["open"])
    for text in _texts(body["wordings"]):
        if sha256(text.encode()).hexdigest() != entry["data"].get("wording"):
            raise Wrong("the words that are shown as certified are not those that the entry names")
    return body, head


def _judge(body: Any, raw: bytes) -> None:  # noqa: ANN401 -- whatever was read
    if not isinstance(body, dict) or set(body) != KEYS or body["format"] != FORMAT:
        raise Wrong(f"it is no receipt of the format {FORMAT}")
    if canonical(body) + b"\n" != raw:
        raise Wrong("it is not written as a receipt is: something was added or changed in it")


def _number(value: object) -> int:
    if type(value) is not int or value < 0:
        raise Wrong("the size is no number")
    return value


def _digest(value: object) -> bytes:
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        raise Wrong("a hash is not 64 hex digits")
    return bytes.fromhex(value)


def _texts(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise Wrong("the certified words are not a list of texts")
    return value


def root_by(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Return the root to which an audit path leads (RFC 9162, section 2.1.3.2); None for one that fits no tree."""
    if not 0 <= index < size or len(path) > _MOST_STEPS:
        return None
    last, result = size - 1, leaf
    for step in path:
        if last == 0:
            return None
        if index & 1 or index == last:
            result = node_hash(step, result)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            result = node_hash(result, step)
        index, last = index >> 1, last >> 1
    return result if last == 0 else None


def _open_words(entry: Mapping[str, Any], opened: object) -> None:
    if not isinstance(opened, dict):
        raise Wrong("the opened words are not an object")
    for name, word in opened.items():
        if name not in entry["private"] or not isinstance(word, dict) or set(word) != {"salt", "value"}:
            raise Wrong(f"the words opened as {name!a} are none of the entry's")
        if commit(_digest(word["salt"]), word["value"]) != entry["private"][name]:
            raise Wrong(f"the words opened as {name!a} are not those that the entry commits to")


def told(body: Mapping[str, Any], head: Head) -> list[str]:
    """Return what a right receipt proves, in lines of plain English."""
    entry, opened = body["entry"], body["open"]
    at = entry["at"].replace("T", " ").partition(".")[0]
    lines = [
        f"Entry {entry['seq']:,} of the history, left on {at} UTC by {entry['actor']}: {entry['event']}.",
        f"It is about {', '.join(entry['subjects'])}.",
        *(f"It says {name}: {value}." for name, value in sorted(entry["data"].items()) if value is not None),
        *(f"It was stated, {name}: {_said(word['value'])}." for name, word in sorted(opened.items())),
    ]
    erased = sorted(set(entry["private"]) - set(opened))
    if erased:
        lines.append(f"Committed to and not shown here (kept apart, or erased since): {', '.join(erased)}.")
    lines += [f"The words that were certified:\n{text}" for text in body["wordings"]]
    return [
        *map(_shown, lines),
        f"Proved: it stands in the history of {head.size:,} entries whose root is {head.root.hex()}.",
    ]


def _said(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_said(each)}" for name, each in sorted(value.items()) if each not in {None, ""})
    return str(value)


def _shown(text: str) -> str:
    """Return a text with what would steer a terminal (colours, a way back over a line) written out instead."""
    # A line of somebody's words stands apart from the lines that say what is proved.
    return "".join(
        "\n    " if sign == "\n" else sign if sign.isprintable() or sign == "\xa0" else ascii(sign)[1:-1]
        for sign in text
    )


def _given(text: str) -> Head | None:
    try:
        return kept_head(text)
    except ValueError:
        return None


def _refuse_another(kept: Head | None, proved: Head) -> None:
    if kept is None or kept == proved:
        return
    if kept.size == proved.size:
        raise Wrong(
            f"another root of {kept.size:,} entries was kept: {kept.root.hex()}, and it has {proved.root.hex()}"
        )
    raise Wrong(
        f"it is proved against {proved.size}:{proved.root.hex()}, and what was kept is of {kept.size:,} entries: ask "
        "for the receipt of that size"
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Verify a receipt: 0 and what it proves, 1 and why it does not, 2 for wrong use."""
    import argparse  # noqa: PLC0415 -- only the program reads a command line, never the application
    import sys  # noqa: PLC0415

    parser = argparse.ArgumentParser(description="Verify a receipt with this file and tree.py beside it.")
    parser.add_argument("receipt", help="the receipt, as it was downloaded")
    against = "a size and root that somebody else has kept, or the file of a checkpoint"
    parser.add_argument("--against", metavar="SIZE:ROOT|CHECKPOINT", help=against)
    parser.add_argument("--export", help="an export of the history, of that size or larger, that it must stand in")
    options = parser.parse_args(argv)
    try:
        kept = None
        if options.against and (kept := _given(options.against)) is None:
            with open(options.against, encoding="utf-8", errors="replace") as file:  # noqa: PTH123 -- a path as typed
                kept = kept_head(file.read(_MOST_BYTES))
    except (OSError, ValueError):
        parser.error(
            f"--against wants SIZE:ROOT, the root as 64 hex digits or in base64, or the file of a checkpoint, and "
            f"{options.against!a} is none of them"
        )
    try:
        with open(options.receipt, "rb") as file:  # noqa: PTH123 -- a path as typed
            body, head = read_receipt(file.read())
        if options.export:
            with open(options.export, "rb") as lines:  # noqa: PTH123
                whole = verify_export(lines, head)
            sys.stdout.write(f"The export of {whole.size:,} entries is whole, and begins with the receipt's history.\n")
        _refuse_another(kept, head)
    except OSError as error:
        parser.error(f"cannot read {error.filename}: {error.strerror}")
    except Exception as error:  # noqa: BLE001 -- whatever is wrong with it, it does not prove
        sys.stderr.write(f"Not proved: {_shown(str(error))}\n")
        return 1
    sys.stdout.write("\n".join(told(body, head)) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
