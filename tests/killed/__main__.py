"""`python -m tests.killed ROUNDS=200`: so many rounds of `kill -9`; exit code 1 when anything was lost or doubled."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from tests.killed.rounds import opened, plan


def main(words: list[str]) -> int:
    """Plays the rounds and says what was wrong."""
    rounds = int(dict(word.split("=", 1) for word in words).get("ROUNDS", 200))
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as game:
        points = game.points()
        played = [game.play(point, fault) for point, fault in plan(points, rounds)]
    wrong = [each for each in played if each.wrong]
    for each in wrong:
        print(f"{each.point} {each.fault}: {each.wrong}")
    seconds = time.monotonic() - begun
    print(f"{len(points)} points, {len(played)} processes killed or done, {len(wrong)} wrong, {seconds:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
