"""Loads the demo books, anew only when the demo's code or its date has changed."""

import hashlib
from datetime import date
from pathlib import Path

from sandbox.xero.loading import LAYOUT, load_made
from sandbox.xero.store import Store
from sandbox.xero.wire import Json

DEMO_TODAY = date(2026, 11, 5)
_FOLDER = Path(__file__).parent / "demo"
DEMO_FIRM = _FOLDER / "firm.yml"


def load_demo(store: Store, today: date) -> list[str]:
    """Make the demo organisations the active ones; returns their OrganisationIDs."""
    digest = hashlib.sha256(f"{LAYOUT}|{today}".encode())
    for file in sorted(_FOLDER.rglob("*.py")):
        digest.update(file.read_bytes())

    def make() -> list[Json]:
        from sandbox.demo import books

        return books(today)

    return load_made(store, "demo", digest.hexdigest(), make)
