"""Reads of what a customer sees of an invoice: its page online, and its PDF."""

from __future__ import annotations

from books.refusal import Refusal
from xero_tools import translate
from xero_tools.gateway import Gateway
from xero_tools.one import only, segment


def online_url(organisation: str, gateway: Gateway, invoice_id: str, *, interactive: bool = True) -> str:
    """Where the customer sees the invoice online; raises Refusal for one that is not an approved sales invoice."""
    content = gateway.read(organisation, f"Invoices/{segment(invoice_id)}/OnlineInvoice", interactive=interactive)
    return only(translate.envelope(content).OnlineInvoices).OnlineInvoiceUrl or ""


def pdf(organisation: str, gateway: Gateway, invoice_id: str, *, interactive: bool = True) -> bytes:
    """The invoice as Xero prints it; raises Refusal when what comes is no PDF."""
    path = f"Invoices/{segment(invoice_id)}"
    content = gateway.read(organisation, path, interactive=interactive, accept="application/pdf")
    if not content.startswith(b"%PDF"):
        raise Refusal("Xero sent no PDF of this invoice.", next_step="Open it in Xero.", code="xero_unreadable")
    return content
