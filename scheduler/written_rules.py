"""Where a client's written coding rules stand, and reading them."""

from __future__ import annotations

from pathlib import Path

from agents.reconciliation.coding.rules import Rule, read_rules
from books.firm import Client


def rules_path(home: Path, client: Client) -> Path:
    """Where a client's rules stand: `rules/<client>.yml` in the home of this installation (decision 0010)."""
    return home / "rules" / f"{client.id}.yml"


def client_rules(home: Path, client: Client) -> tuple[Rule, ...]:
    """The client's rules by priority, none when there is no file; raises Refusal for a file with a mistake."""
    path = rules_path(home, client)
    return read_rules(path.read_bytes(), path.name) if path.exists() else ()
