"""How long the command line takes to answer `--help`, the bot to print its URL, and how much memory it then holds."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from tests.support.tieout import ROOT, Tieout, eventually, free_ports, words_of

CHANNELS = ("C0BONDI", "C0KAURI", "C0THAMES")
HELP_SECONDS, START_SECONDS, MEMORY_MB = 0.3, 5.0, 130


def main() -> int:
    """Prints three lines, each with its goal; exit code 1 when one is missed."""
    helped = _help_seconds()
    print(f"--help: {helped:.2f} s (goal {HELP_SECONDS} s)")
    with tempfile.TemporaryDirectory() as folder:
        first = _start(Path(folder))
        again = _start(Path(folder))
    print(f"first start to URL: {first[0]:.1f} s, next start: {again[0]:.1f} s (goal {START_SECONDS} s)")
    print(f"bot's memory after six questions, no model: {again[1]:.0f} MB (goal {MEMORY_MB} MB)")
    is_met = helped <= HELP_SECONDS and max(first[0], again[0]) <= START_SECONDS and again[1] <= MEMORY_MB
    return 0 if is_met else 1


def _answers(tieout: Tieout, channel: str) -> int:
    return sum("October 2026 is not ready" in words_of(each["text"]) for each in tieout.slack_messages(channel))


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
        for channel in CHANNELS * 2:  # no more: Xero allows an organisation sixty calls a minute
            tieout.slack_says("alice", channel, "@Tieout Is it ready to close October?")
        eventually("six answers", lambda: sum(_answers(tieout, channel) for channel in CHANNELS) >= 2 * 3 + 3)
        assert tieout.process is not None
        return took, psutil.Process(tieout.process.pid).memory_info().rss / 2**20
    finally:
        tieout.stop()


if __name__ == "__main__":
    sys.exit(main())
