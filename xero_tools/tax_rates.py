"""Reads of tax rates."""

from __future__ import annotations

from books.records import TaxRate
from xero_tools import translate
from xero_tools.gateway import Gateway


def every(organisation: str, gateway: Gateway, *, interactive: bool = True) -> tuple[TaxRate, ...]:
    """Every tax rate of the organisation."""
    rows = translate.envelope(gateway.read(organisation, "TaxRates", interactive=interactive)).TaxRates
    return tuple(translate.tax_rate(row) for row in rows or ())
