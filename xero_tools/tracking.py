"""Reads of tracking categories."""

from __future__ import annotations

from books.records import TrackingCategory
from xero_tools import translate
from xero_tools.gateway import Gateway


def categories(organisation: str, gateway: Gateway, *, interactive: bool = True) -> tuple[TrackingCategory, ...]:
    """The active tracking categories with their active options."""
    rows = translate.envelope(gateway.read(organisation, "TrackingCategories", interactive=interactive))
    return tuple(translate.tracking_category(row) for row in rows.TrackingCategories or ())
