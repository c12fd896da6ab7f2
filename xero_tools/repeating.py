"""Reads of repeating invoices and bills: the templates that Xero makes documents of."""

from __future__ import annotations

from books.documents import RepeatingInvoice
from xero_tools import currencies, translate
from xero_tools import translate_documents as documents
from xero_tools.gateway import Gateway
from xero_tools.one import only, segment


def every(organisation: str, gateway: Gateway, *, interactive: bool = True) -> tuple[RepeatingInvoice, ...]:
    """Every repeating invoice and bill, deleted ones included."""
    rows = translate.envelope(gateway.read(organisation, "RepeatingInvoices", interactive=interactive))
    found = rows.RepeatingInvoices or []
    own = currencies.base(organisation, gateway) if found else ""
    return tuple(documents.repeating(row, own) for row in found)


def get(organisation: str, gateway: Gateway, repeating_id: str, *, interactive: bool = True) -> RepeatingInvoice:
    """One repeating invoice or bill; raises Refusal when there is none."""
    content = gateway.read(organisation, f"RepeatingInvoices/{segment(repeating_id)}", interactive=interactive)
    row = only(translate.envelope(content).RepeatingInvoices)
    return documents.repeating(row, currencies.base(organisation, gateway))
