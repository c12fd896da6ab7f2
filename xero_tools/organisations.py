"""Reads of the organisation itself: its name, currency, year end and lock dates."""

from __future__ import annotations

from books.records import Organisation
from books.refusal import Refusal
from xero_tools import currencies, translate
from xero_tools.gateway import Gateway


def get(organisation: str, gateway: Gateway, *, interactive: bool = True) -> Organisation:
    """The organisation as Xero has it now, lock dates included; raises Refusal."""
    rows = translate.envelope(gateway.read(organisation, "Organisation", interactive=interactive)).Organisations
    if not rows:
        raise Refusal(
            "Xero does not know this organisation.",
            next_step="Check the organisation in firm.yml.",
            code="not_found",
        )
    currencies.remember_base(organisation, gateway, rows[0].BaseCurrency or "")
    return translate.organisation(rows[0])
