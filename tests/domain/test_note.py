"""Signed notes: only the very text that was signed passes, and Ed25519 here agrees with a library of its own."""

import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.paths import ROOT
from tracker.domain.note import (
    COSIGNATURE,
    ED25519,
    BadNoteError,
    Signature,
    Verifier,
    is_signed,
    main,
    note,
    read_verifier,
    signed_text,
    split,
    verified,
)

BODY = "example.org/history\n3\nAAAA\n"
# RFC 8032, section 7.1: public key, message and signature of its tests 1 to 3.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


def key(number: int = 1) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)


def verifier(name: str = "example.org/history", kind: int = ED25519, number: int = 1) -> Verifier:
    return Verifier(name, kind, key(number).public_key().public_bytes_raw())


def signature(body: str = BODY, at: int | None = None, by: Verifier | None = None, number: int = 1) -> Signature:
    stamp = b"" if at is None else at.to_bytes(8)
    who = by or verifier()
    return Signature(who.name, who.id, stamp + key(number).sign(signed_text(body, at)))


@pytest.mark.parametrize(("public", "message", "value"), VECTORS)
def test_it_agrees_with_the_standards_own_examples(public: str, message: str, value: str) -> None:
    assert is_signed(bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(value))


@settings(max_examples=25)
@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=80), bit=st.integers(0, 511))
def test_what_the_library_signs_passes_and_any_flipped_bit_fails(seed: bytes, message: bytes, bit: int) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, value = private.public_key().public_bytes_raw(), private.sign(message)
    assert is_signed(public, message, value)
    flipped = bytearray(value)
    flipped[bit // 8] ^= 1 << bit % 8
    assert not is_signed(public, message, bytes(flipped))
    assert not is_signed(public, message + b"x", value)


@pytest.mark.parametrize("raw", [b"", b"\xff" * 32, (2**255 - 19).to_bytes(32, "little"), b"\x02" + bytes(31)])
def test_what_is_no_key_signs_nothing(raw: bytes) -> None:
    assert not is_signed(raw, b"", key().sign(b""))


def test_a_signature_whose_number_was_made_larger_is_refused() -> None:
    value = key().sign(b"x")
    larger = int.from_bytes(value[32:], "little") + 2**252 + 27742317777372353535851937790883648493
    assert not is_signed(verifier().public, b"x", value[:32] + larger.to_bytes(32, "little"))


def test_a_note_goes_there_and_back_and_names_who_signed() -> None:
    witness = verifier("witness.example", COSIGNATURE, 2)
    text = note(BODY, [signature(), signature(at=1_700_000_000, by=witness, number=2)])
    assert [each.name for each in split(text)[1]] == ["example.org/history", "witness.example"]
    body, found = verified(text, [verifier(), witness])
    assert body == BODY
    assert {each.verifier.name: each.at for each in found} == {
        "example.org/history": None,
        "witness.example": 1_700_000_000,
    }


def test_a_key_that_nobody_asked_about_is_passed_over() -> None:
    text = note(BODY, [signature()])
    assert verified(text, [verifier(number=2)]) == (BODY, [])


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda text: text.replace("3\n", "4\n", 1),
        lambda text: text.replace("example.org", "example.com", 1),
        lambda text: text[:-4] + ("A" if text[-4] != "A" else "B") + text[-3:],
    ],
)
def test_a_changed_text_or_signature_is_said(spoilt: object) -> None:
    assert callable(spoilt)
    with pytest.raises(BadNoteError):
        verified(spoilt(note(BODY, [signature()])), [verifier()])


def test_a_witness_cannot_be_taken_for_another_time() -> None:
    witness = verifier("witness.example", COSIGNATURE, 2)
    right = signature(at=1_700_000_000, by=witness, number=2)
    later = Signature(right.name, right.id, (1_700_000_001).to_bytes(8) + right.value[8:])
    with pytest.raises(BadNoteError, match=r"witness\.example"):
        verified(note(BODY, [later]), [witness])


@pytest.mark.parametrize("text", ["", "a", "a\n\n", "a\n\nb\n", "a\n\n— x y\n", "a\n\n— x !\n", "a\n\n— x AAAA\n"])
def test_what_is_no_note_is_refused(text: str) -> None:
    with pytest.raises(BadNoteError):
        split(text)


def test_a_verifier_goes_there_and_back_and_one_wrong_letter_is_found() -> None:
    text = str(verifier())
    assert read_verifier(text) == verifier()
    for wrong in ("", "a+b+c", text.replace("example", "exampel"), text[:-3], f"x{text}", text.replace("+", " ")):
        with pytest.raises(BadNoteError):
            read_verifier(wrong)


def test_an_outsider_checks_a_checkpoint_with_this_file_and_python_alone(tmp_path: Path) -> None:
    kept = tmp_path / "checkpoint"
    kept.write_text(note(BODY, [signature()]), encoding="utf-8", newline="")
    alone = tmp_path / "note.py"
    alone.write_bytes((ROOT / "tracker/domain/note.py").read_bytes())
    command = [sys.executable, "-I", "-S", str(alone), str(kept)]
    right = subprocess.run([*command, str(verifier())], capture_output=True, text=True, check=False)
    assert (right.returncode, right.stdout) == (0, f"{BODY}signed by example.org/history\n")
    other = subprocess.run([*command, str(verifier(number=2))], capture_output=True, text=True, check=False)
    assert other.returncode == 1
    kept.write_text(kept.read_text(encoding="utf-8").replace("3", "4", 1), encoding="utf-8", newline="")
    assert subprocess.run([*command, str(verifier())], capture_output=True, check=False).returncode == 1


def test_no_text_of_a_note_steers_a_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / "checkpoint"
    kept.write_text(note(f"{BODY}\x1b[2K\r\n", [signature()]), encoding="utf-8", newline="")
    main([str(kept)])
    assert r"\x1b[2K\r" in capsys.readouterr().out


def test_what_a_library_would_sign_is_what_is_checked() -> None:
    assert signed_text(BODY) == BODY.encode()
    assert signed_text(BODY, 7) == f"cosignature/v1\ntime 7\n{BODY}".encode()
    assert b64encode(verifier().id)
