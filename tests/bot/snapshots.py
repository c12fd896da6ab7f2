"""Cards as both platforms and the terminal get them, kept as files; `python -m tests.bot.snapshots` rewrites them."""

from __future__ import annotations

import json
from pathlib import Path

from bot.plain import plain
from bot.slack.render import render as in_slack
from bot.teams.render import render as in_teams
from tests.bot.sample_cards import CARDS

HOME = Path(__file__).resolve().parent.parent / "snapshots"


def drawn() -> dict[str, str]:
    """Every snapshot by its path below tests/snapshots."""
    found = {}
    for name, card in CARDS.items():
        found[f"slack/{name}.json"] = json.dumps(in_slack(card), indent=1, ensure_ascii=False) + "\n"
        found[f"teams/{name}.json"] = json.dumps(in_teams(card), indent=1, ensure_ascii=False) + "\n"
        found[f"plain/{name}.txt"] = plain(card) + "\n"
    return found


def write() -> None:
    """Writes them all."""
    for name, content in drawn().items():
        (HOME / name).parent.mkdir(parents=True, exist_ok=True)
        (HOME / name).write_text(content)


if __name__ == "__main__":
    write()
