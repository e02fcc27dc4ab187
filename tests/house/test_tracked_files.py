"""What is committed serves anywhere: locks name hashes and no addresses, and each dependency says why it is there."""

import json
import re
import subprocess

import pytest

from tests.support.paths import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-node.lock")


@pytest.mark.parametrize("name", LOCKS)
def test_each_locked_package_is_pinned_and_hashed_without_an_address(name: str) -> None:
    lock = (ROOT / name).read_text(encoding="utf-8")
    assert re.search(r"://|^\s*-[if]\b|--(extra-)?index|--find-links|@ ", lock, re.MULTILINE) is None
    entries = [line for line in lock.splitlines() if not line.startswith((" ", "#"))]
    assert entries
    assert [entry for entry in entries if "==" not in entry or not entry.endswith("\\")] == []


def test_the_lock_for_tests_pins_what_runs_in_production() -> None:
    pins = [
        set(re.findall(r"^\S+==\S+", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)) for name in LOCKS[:2]
    ]
    assert pins[0] <= pins[1]


def test_npm_packages_are_exact_and_their_lock_names_no_address() -> None:
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    wanted = package["dependencies"] | package["devDependencies"]
    assert [name for name, version in wanted.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert [name for name, entry in lock.items() if name and ("resolved" in entry or "integrity" not in entry)] == []


def test_no_tracked_file_names_a_package_host_or_an_archive_to_download() -> None:
    # Split, so that this file does not find itself.
    hosts = "|".join(
        ("registry.npm" + "js", "files.python" + "hosted", "pypi" + r"\.org", "--(extra-)?index" + "-url[ =]")
    )
    archives = r"https?://[^ \"]+\.(whl|tgz|tar\.gz)"
    command = ["git", "grep", "-nIE", f"{hosts}|{archives}", "--", ".", ":!tests/house"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.stdout == ""


def _block(pyproject: str, start: str) -> list[str]:
    inside = pyproject.split(f"\n{start} = [\n", 1)[1].split("\n]", 1)[0]
    return [line.strip() for line in inside.splitlines() if line.strip()]


@pytest.mark.parametrize("start", ["dependencies", "postcodes", "dev", "node", "ignore"])
def test_every_dependency_and_every_ignored_rule_says_why(start: str) -> None:
    lines = _block((ROOT / "pyproject.toml").read_text(encoding="utf-8"), start)
    assert lines
    assert [line for line in lines if not re.fullmatch(r'("[^"]+",\s*)+# .{10,}', line)] == []
