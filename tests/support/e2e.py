"""`make e2e`: looks that Node and Chromium are there, fetches the outside clients, runs their tests."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.support.tieout import ROOT

E2E = ROOT / "e2e"
OLDEST_NODE = 20
INSTALLED = E2E / "node_modules" / ".package-lock.json"
Which = Callable[[str], str | None]


def missing(which: Which, node_version: Callable[[str], str], chromium: str) -> str:
    """What keeps the tests from running, with its next step, in one line; empty when nothing does."""
    node = which("node")
    if node is None or which("npm") is None:
        return f"Node is not installed. Next step: install Node {OLDEST_NODE} or newer, with npm."
    found = re.match(r"v?(\d+)", node_version(node))
    if found is None or int(found[1]) < OLDEST_NODE:
        return f"Node {node_version(node)} is too old. Next step: install Node {OLDEST_NODE} or newer."
    if which(chromium) is None:
        return f"Chromium is not at {chromium}. Next step: apt-get install chromium, or set CHROMIUM to its path."
    return ""


def version_of(node: str) -> str:
    """What `node --version` prints."""
    return subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()


def is_fresh(installed: Path, lock: Path) -> bool:
    """Whether the clients were fetched after the lock file last changed."""
    return installed.exists() and installed.stat().st_mtime >= lock.stat().st_mtime


def main(chosen: list[str]) -> int:
    """Runs the chosen test files, or all of them; returns the exit code."""
    if refusal := missing(shutil.which, version_of, os.environ.get("CHROMIUM", "/usr/bin/chromium")):
        print(refusal, file=sys.stderr)
        return 2
    if not is_fresh(INSTALLED, E2E / "package-lock.json"):
        fetched = subprocess.run(["npm", "ci", "--silent", "--no-audit", "--no-fund"], cwd=E2E, check=False)
        if fetched.returncode:
            print("npm could not fetch the clients. Next step: cd e2e && npm ci, and read why.", file=sys.stderr)
            return 2
        INSTALLED.touch()
    files = chosen or sorted(path.name for path in E2E.glob("*.test.mjs"))
    words = ["node", "--test", "--test-reporter=spec", "--test-concurrency=1", "--test-timeout=600000", *files]
    return subprocess.run(words, cwd=E2E, env=os.environ | {"PYTHON": sys.executable}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
