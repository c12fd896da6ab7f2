"""Starts the sandbox as a child process that dies with its parent, and finds one that already runs."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast


class SandboxFailed(Exception):  # noqa: N818 - like Refusal, it speaks
    """The sandbox did not start; the message is its own one-line refusal."""


@dataclass
class SandboxProcess:
    """A running sandbox that this process started."""

    process: subprocess.Popen[str]
    url: str

    def stop(self) -> None:
        """Ends the sandbox and waits for it."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def start(
    home: Path,
    *,
    port: int,
    firm: Path,
    bot_url: str,
    books: Sequence[Path] = (),
    today: str = "",
) -> SandboxProcess:
    """Starts the sandbox and waits until it listens; raises SandboxFailed with its words when it does not."""
    home.mkdir(parents=True, exist_ok=True)
    words = [sys.executable, "-m", "sandbox", "--port", str(port), "--home", str(home), "--firm", str(firm)]
    words += ["--bot-url", bot_url, "--parent-pipe"]
    words += ["--today", today] if today else []
    words += ["--books", *map(str, books)] if books else []
    here = Path(__file__).resolve().parent.parent
    log = (home / "sandbox.log").open("a")
    process = subprocess.Popen(  # noqa: S603 - our own module, our own arguments
        words, cwd=here, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
    )
    first = cast(IO[str], process.stdout).readline()
    if not first.startswith("{"):
        process.wait(timeout=10)
        raise SandboxFailed(_last_words(home / "sandbox.log") or first.strip() or "The sandbox did not start.")
    return SandboxProcess(process, f"http://127.0.0.1:{json.loads(first)['port']}")


def answers(url: str) -> bool:
    """Whether a sandbox answers there."""
    try:
        with urllib.request.urlopen(f"{url}/control/health", timeout=2) as answer:  # noqa: S310 - loopback
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _last_words(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    refusals = [line for line in lines if "Next step:" in line]
    return (refusals or lines or [""])[-1]
