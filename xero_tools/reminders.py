"""Reads of Xero's own invoice reminders: a customer whom Xero reminds must not be reminded a second time."""

from __future__ import annotations

from xero_tools import translate
from xero_tools.gateway import Gateway


def are_on(organisation: str, gateway: Gateway, *, interactive: bool = True) -> bool:
    """Whether Xero reminds customers of overdue invoices by itself."""
    content = gateway.read(organisation, "InvoiceReminders/Settings", interactive=interactive)
    return any(row.Enabled for row in translate.envelope(content).InvoiceReminders or ())
