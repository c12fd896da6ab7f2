"""How long the command line takes to answer `--help`, the bot to print its URL, and how much memory it then holds."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from tests.support.tieout import ROOT, Tieout, eventually, free_ports, words_of

HELP_SECONDS, START_SECONDS, MEMORY_MB = 0.3, 5.0, 130


def main() -> None:
    """Prints three lines, each with its goal."""
    print(f"--help: {_help_seconds():.2f} s (goal {HELP_SECONDS} s)")
    with tempfile.TemporaryDirectory() as folder:
        first = _start(Path(folder))
        again = _start(Path(folder))
    print(f"first start to URL: {first[0]:.1f} s, next start: {again[0]:.1f} s (goal {START_SECONDS} s)")
    print(f"bot's memory after ten questions, no model: {again[1]:.0f} MB (goal {MEMORY_MB} MB)")


def _help_seconds() -> float:
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        subprocess.run([sys.executable, str(ROOT / "app.py"), "--help"], capture_output=True, check=True)
        times.append(time.perf_counter() - begun)
    return sorted(times)[2]


def _start(home: Path) -> tuple[float, float]:
    tieout = Tieout(home, free_ports())
    begun = time.perf_counter()
    tieout.start()
    took = time.perf_counter() - begun
    try:
        for number in range(10):
            tieout.slack_says("alice", "C0BONDI", f"<@U0BOT> Is Bondi ready to close October? {number}")
        eventually("ten answers", lambda: words_of(tieout.slack_messages("C0BONDI")).count("is not ready") >= 10)
        assert tieout.process is not None
        return took, psutil.Process(tieout.process.pid).memory_info().rss / 2**20
    finally:
        tieout.stop()
