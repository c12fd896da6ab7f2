"""Three believable sets of books with two years behind them and an October waiting to be closed."""

from __future__ import annotations

from datetime import date

from sandbox.demo import bondi, kauri, thames
from sandbox.demo.rendering import as_json

WRITERS = (bondi.write, kauri.write, thames.write)


def books(today: date) -> list[dict[str, object]]:
    """The books of the demo clients as on `today`, in the shape of Xero's own collections, the same in every run."""
    return [as_json(write(), today) for write in WRITERS]
