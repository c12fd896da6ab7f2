"""`make e2e` refuses in one line, with the next step, where Node or Chromium is missing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.e2e import is_fresh, missing

EVERYTHING = {"node": "/usr/bin/node", "npm": "/usr/bin/npm", "/usr/bin/chromium": "/usr/bin/chromium"}


@pytest.mark.parametrize(
    ("lacking", "version", "words"),
    [
        ("node", "v20.20.2", "Node is not installed."),
        ("npm", "v20.20.2", "Node is not installed."),
        ("", "v18.19.0", "Node v18.19.0 is too old."),
        ("/usr/bin/chromium", "v20.20.2", "Chromium is not at /usr/bin/chromium."),
    ],
)
def test_what_is_missing_is_said_with_the_next_step(lacking: str, version: str, words: str) -> None:
    there = {name: path for name, path in EVERYTHING.items() if name != lacking}
    refusal = missing(there.get, lambda _: version, "/usr/bin/chromium")
    assert refusal.startswith(words)
    assert "Next step: " in refusal
    assert "\n" not in refusal


def test_nothing_is_said_when_everything_is_there() -> None:
    assert missing(EVERYTHING.get, lambda _: "v22.1.0", "/usr/bin/chromium") == ""


def test_the_clients_are_fetched_again_when_the_lock_file_changed(tmp_path: Path) -> None:
    lock, installed = tmp_path / "package-lock.json", tmp_path / "installed.json"
    lock.touch()
    assert not is_fresh(installed, lock)
    installed.touch()
    os.utime(lock, (1, 1))
    assert is_fresh(installed, lock)
    os.utime(installed, (0, 0))
    assert not is_fresh(installed, lock)
